import { expect, it } from 'vitest';
import { type Place, pasteable, pasteableText } from '../../../src/system/pasteable.ts';

const told: Place = { told: { stateDir: "/srv/it's oc" } };
const sandbox: Place = { sandbox: '/tmp/box' };
const npx: Place = { launcher: 'npx clawauth-setup' };
const checkout: Place = { launcher: 'npm start --' };

it.each<[next: string, place: Place, then: string]>([
  ['clawauth-setup status', {}, 'clawauth-setup status'],
  ['openclaw doctor', told, 'openclaw doctor'],
  ['npx clawauth-setup', told, 'npx clawauth-setup'],
  ['clawauth-setup', told, `clawauth-setup --state-dir '/srv/it'\\''s oc'`],
  ['clawauth-setup apply --method proxy', told, `clawauth-setup apply --method proxy --state-dir '/srv/it'\\''s oc'`],
  ['clawauth-setup status --state-dir /other', told, 'clawauth-setup status --state-dir /other'],
  // Runs are written down once for the whole home.
  ['clawauth-setup undo 20261128', told, 'clawauth-setup undo 20261128'],
  ['clawauth-setup recover --undo', told, 'clawauth-setup recover --undo'],
  ['clawauth-setup undo', sandbox, 'clawauth-setup undo --sandbox-at /tmp/box'],
  ['clawauth-setup', { told: { storeHere: true } }, 'clawauth-setup --store-here'],
  ['clawauth-setup renew --yes', { told: { storeHere: true } }, 'clawauth-setup renew --yes --store-here'],
  ['clawauth-setup status --check', { told: { storeHere: true } }, 'clawauth-setup status --check'],
  ['clawauth-setup undo', npx, 'npx clawauth-setup undo'],
  ['clawauth-setup', npx, 'npx clawauth-setup'],
  ['clawauth-setup status', { ...npx, ...sandbox }, 'npx clawauth-setup status --sandbox-at /tmp/box'],
  ['clawauth-setup undo', checkout, 'npm start -- undo'],
  ['clawauth-setup', checkout, 'npm start'],
  ['claude setup-token', sandbox, '/tmp/box/bin/claude setup-token'],
])('%s, where the person named %o', (next, place, then) => {
  expect(pasteable(next, place)).toBe(then);
});

it('finds the commands of a sentence, which stand between two blanks each', () => {
  expect(pasteableText('Run  openclaw gateway stop  and then  clawauth-setup undo  again.', npx)).toBe(
    'Run  openclaw gateway stop  and then  npx clawauth-setup undo  again.',
  );
  expect(pasteableText('Every question has a flag:  clawauth-setup apply --help', npx)).toBe(
    'Every question has a flag:  npx clawauth-setup apply --help',
  );
  expect(pasteableText('What clawauth-setup undo does.', npx)).toBe('What clawauth-setup undo does.');
});
