import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askClaude } from '../../../src/claude-sync/claude.ts';
import { read, replace } from '../../../src/claude-sync/disk.ts';
import { gatewayOf } from '../../../src/claude-sync/gateway.ts';
import { type ClaudeSyncOptions, claudeSyncWords, parseClaudeSyncArgs } from '../../../src/claude-sync/options.ts';
import { removeTree } from '../../support/tree.ts';

// What the service starts, by the words that it was given.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-sync-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  removeTree(folder);
});

/** The words of a program that does what this script says. */
const script = (text: string) => ['sh', '-c', text, 'program'];

describe('the words of the unit', () => {
  const HERE: ClaudeSyncOptions = {
    credentials: '/home/ana/.claude/.credentials.json',
    profile: 'anthropic:claude-sync',
    stores: ['/home/ana/.openclaw/agents/main/agent/auth-profiles.json'],
    stateDir: '/home/ana/.openclaw',
    claude: ['/usr/bin/claude'],
    openclaw: ['/usr/bin/openclaw'],
    gateway: { port: 18789 },
    within: [],
    stateFile: '/home/ana/claude-sync.json',
    signIn: 'claude auth login',
  };
  const INSIDE: ClaudeSyncOptions = {
    ...HERE,
    claude: ['docker', 'exec', 'claw', 'env', '-u', 'CLAUDE_CODE_OAUTH_TOKEN', '/usr/bin/claude'],
    openclaw: ['docker', 'exec', '-i', '-e', 'NO_COLOR=1', 'claw', 'node', 'dist/index.js'],
    gateway: {
      runs: ['docker', 'inspect', '-f', '{{.State.Running}}', 'claw'],
      restart: ['docker', 'restart', 'claw'],
    },
    within: ['/srv/claw/.openclaw', '/srv/claw/.claude'],
    signIn: 'docker exec -it claw claude auth login',
  };

  it.each([
    ['on this machine', HERE],
    ['in a container', INSIDE],
  ])('are read as they were written, %s', (_, options) => {
    expect(parseClaudeSyncArgs(claudeSyncWords(options))).toEqual(options);
  });

  it('are refused where one is missing', () => {
    for (const name of ['claude', 'openclaw', 'port', 'sign-in', 'credentials']) {
      const words = claudeSyncWords(HERE)
        .join('\n')
        .replace(new RegExp(`--${name}[=\n][^\n]*\n`), '')
        .split('\n');
      expect(() => parseClaudeSyncArgs(words)).toThrow(expect.objectContaining({ code: 'bad-flag' }));
    }
    const half = claudeSyncWords(INSIDE).filter((word) => !word.startsWith('--gateway-restart'));
    expect(() => parseClaudeSyncArgs(half)).toThrow('--gateway-restart is missing');
  });
});

describe('what Claude Code answers', () => {
  const ask = (text: string) => askClaude({ claude: script(text), answerFile: join(folder, 'answer') }, true);
  const STATUS = (loggedIn: boolean) => `echo '{"loggedIn":${loggedIn}}'`;

  it('is nothing of its login where it does not start: its container is stopped or gone', async () => {
    expect(await ask('exit 1')).toBe('away');
    expect(await ask('echo "Error response from daemon: Container claw is not running"; exit 1')).toBe('away');
  });

  it('is nothing where its container ends under the question, or the program is not there', async () => {
    expect(await ask('[ "$1" = --version ] && echo 2.1.329 || exit 1')).toBe('no answer');
    expect(await ask('[ "$1" = --version ] && echo 2.1.329 || exit 137')).toBe('no answer');
    const gone = { claude: [join(folder, 'gone')], answerFile: join(folder, 'answer') };
    expect(await askClaude(gone, true)).toBe('no answer');
  });

  it('is that of a container that is found by the variables of its runtime, and no other', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///run/user/1000/docker.sock');
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:9');
    const found = '[ "$DOCKER_HOST" = unix:///run/user/1000/docker.sock ] && [ -z "$ANTHROPIC_BASE_URL" ]';
    expect(await ask(`${found} || exit 1; [ "$1" = --version ] && echo 2.1.329 || ${STATUS(true)}`)).toBe('signed in');
  });

  it('is the end of a login where it says so', async () => {
    expect(await ask(`[ "$1" = --version ] && echo 2.1.329 || { ${STATUS(false)}; exit 1; }`)).toBe('signed out');
    expect(await ask(`[ "$1" = --version ] && echo 2.1.329 || ${STATUS(true)}`)).toBe('signed in');
  });
});

describe('the gateway of a container', () => {
  const told = () => readFileSync(join(folder, 'told'), 'utf8');
  const gateway = (runs: string, openclaw = 'echo 2026.6.1') =>
    gatewayOf({
      openclaw: script(openclaw),
      gateway: { runs: script(runs), restart: script(`echo restarted >> ${folder}/told`) },
      stateDir: folder,
    });

  it('needs what its release does, while it runs', async () => {
    expect(await gateway('echo true').needs()).toBe('restart');
    expect(await gateway('echo true', 'echo 2026.2.17').needs()).toBe('itself');
  });

  it('needs nothing where it is stopped or gone, and is asked again where that is not known', async () => {
    expect(await gateway('echo false').needs()).toBe('itself');
    expect(await gateway('echo "Error: No such object: claw" >&2; exit 1').needs()).toBe('itself');
    expect(await gateway('echo "Cannot connect to the Docker daemon" >&2; exit 1').needs()).toBeNull();
  });

  it('is restarted by its runtime, also where the reload that it was asked for fails', async () => {
    expect(await gateway('echo true').bring('restart')).toBe(true);
    expect(await gateway('echo true', 'exit 1').bring('reload')).toBe(true);
    expect(told()).toBe('restarted\nrestarted\n');
  });
});

describe('a file that a container names', () => {
  let its: string;
  let ours: string;
  let file: string;
  beforeEach(() => {
    [its, ours] = ['container', 'host'].map((name) => join(folder, name)) as [string, string];
    for (const path of [its, ours]) mkdirSync(path, { recursive: true });
    writeFileSync(join(ours, 'login'), 'ours');
    file = join(its, 'login');
  });

  it('is read and written where it lies in one of its folders, also through a link in there', async () => {
    writeFileSync(join(its, 'kept'), 'before');
    symlinkSync(join(its, 'kept'), file);
    expect(await read(file, [its])).toBe('before');
    expect(await replace(file, 'before', 'after', [its])).toBe(true);
    expect(readFileSync(join(its, 'kept'), 'utf8')).toBe('after');
    expect(await read(join(its, 'absent'), [its])).toBeNull();
  });

  it.each([
    ['file', () => symlinkSync(join(ours, 'login'), file)],
    [
      'folder',
      () => {
        symlinkSync(ours, join(its, 'inner'));
        file = join(its, 'inner', 'login');
      },
    ],
  ])('is not followed out of them by a link in the place of a %s', async (_, link) => {
    link();
    await expect(read(file, [its])).rejects.toThrow('no file of the container');
    await expect(replace(file, 'ours', 'theirs', [its])).rejects.toThrow('no file of the container');
    expect(readFileSync(join(ours, 'login'), 'utf8')).toBe('ours');
  });

  it('is none where it is named elsewhere: the login of this machine may be a link', async () => {
    symlinkSync(join(ours, 'login'), join(folder, 'link'));
    expect(await read(join(folder, 'link'), [its])).toBe('ours');
  });
});

it.skipIf(process.getuid?.() !== 0)(
  'keeps the owner and mode of a store that is the container’s (as root)',
  async () => {
    const file = join(folder, 'auth-profiles.json');
    writeFileSync(file, 'before');
    chmodSync(file, 0o640);
    chownSync(file, 1000, 1001);
    expect(await replace(file, 'before', 'after')).toBe(true);
    const { uid, gid, mode } = statSync(file);
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 1000, gid: 1001, mode: 0o640 });
    expect(readFileSync(file, 'utf8')).toBe('after');
  },
);
