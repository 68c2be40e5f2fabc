import { expect, it } from 'vitest';
import { type Place, pasteable } from '../../../src/commands/paste.ts';

const told: Place = { told: { stateDir: "/srv/it's oc" } };
const sandbox: Place = { sandbox: '/tmp/box' };

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
  ['claude setup-token', sandbox, '/tmp/box/bin/claude setup-token'],
])('%s, where the person named %o', (next, place, then) => {
  expect(pasteable(next, place)).toBe(then);
});
