import { expect, it } from 'vitest';
import { howToGetNode } from '../../../src/openclaw/node-runtime.ts';

const WANTS = '>=24.16.0 <25 || >=26.1.0';

it.each([
  [
    '/home/p/.nvm/versions/node/v20.1.0/bin/node',
    'nvm install 24 --reinstall-packages-from=current && nvm alias default 24',
  ],
  ['/home/p/.local/share/fnm/node-versions/v20.1.0/installation/bin/node', 'fnm install 24 && fnm default 24'],
  ['/run/user/1000/fnm_multishells/1_2/bin/node', 'fnm install 24 && fnm default 24'],
  ['/home/p/.volta/bin/node', 'volta install node@24'],
  ['/home/p/.local/share/mise/installs/node/20/bin/node', 'mise use --global node@24'],
  ['/opt/homebrew/bin/node', 'brew install node@24 && brew link --overwrite node@24'],
  ['/usr/bin/node', 'https://nodejs.org/en/download'],
])('says it in the words of the version manager: %s', (path, command) => {
  expect(howToGetNode(path, WANTS)).toBe(command);
});

it('names a major version that the release allows', () => {
  expect(howToGetNode('/home/p/.volta/bin/node', '>=22.12.0 <23')).toBe('volta install node@22');
  expect(howToGetNode('/home/p/.volta/bin/node', '>=26.1.0')).toBe('volta install node@26');
  expect(howToGetNode('/home/p/.volta/bin/node', '>=99')).toBe('https://nodejs.org/en/download');
  expect(howToGetNode(null, WANTS)).toBe('https://nodejs.org/en/download');
});
