import { describe, expect, it } from 'vitest';
import { blocker } from '../../../components/facts.ts';
import { availabilityOf, refuseBlocked } from '../../../src/doctor/gate.ts';
import { healthOf } from '../../../src/doctor/health.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { methods } from '../../../src/methods/index.ts';
import type { OpenClawInstall } from '../../../src/openclaw/records.ts';
import { factValue, known, unknown } from '../../../src/system/fact.ts';
import { Problem } from '../../../src/system/problem.ts';
import { brokenConfig, cannedFacts, NOW, signedOutMachine } from '../../support/canned-facts.ts';

function refusal(facts: Facts): Problem {
  try {
    refuseBlocked(facts);
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('not refused');
}

const HERE = { launcher: 'clawauth-setup', sandbox: null };

/** What each screen and command says of what is in the way. */
function everywhere(facts: Facts) {
  const status = healthOf(facts, NOW).findings.find(({ blocks }) => blocks);
  const problem = refusal(facts);
  const screen = blocker({ facts, ...HERE });
  const listed = methods.map((method) => availabilityOf(method, facts));
  return {
    codes: [status?.code, problem.code, screen?.code],
    says: [status?.says, problem.what].map((says) => says?.replaceAll('/home/ada/', '~/')).concat(screen?.what),
    next: [status?.next, problem.more.next, screen?.next, ...listed.map(({ help }) => help)],
  };
}

function installed(change: Partial<OpenClawInstall>, more: Partial<Facts> = {}): Facts {
  const facts = cannedFacts(more);
  if (!facts.release.known) throw new Error('no release');
  const install = { ...facts.release.value.install, ...change };
  return { ...facts, release: known({ ...facts.release.value, install }, 'test') };
}

const refused = known(
  { valid: false, issues: [{ path: 'agents', message: 'Unrecognized key: "bogus"' }], warnings: [] },
  'config validate',
);

function ofProfile(): Facts {
  const facts = installed({ command: 'clawdbot' }, { validation: refused });
  if (!facts.state.known) throw new Error('no state');
  return { ...facts, state: known({ ...facts.state.value, profile: 'work' }, 'test') };
}

describe('one fact has one name, one sentence and one way on', () => {
  it.each<[string, Facts, string, string]>([
    [
      'a config that a clawdbot of a profile refuses',
      ofProfile(),
      'config-invalid',
      'clawdbot --profile work doctor --fix',
    ],
    [
      'a config that does not parse',
      brokenConfig(),
      'config-unparseable',
      `\${EDITOR:-nano} +41 /home/ada/.openclaw/openclaw.json`,
    ],
    [
      'no OpenClaw',
      cannedFacts({ release: unknown('absent', 'none on PATH') }),
      'openclaw-missing',
      'npm install -g openclaw',
    ],
    ['an install that is not finished', installed({ finishWith: 'sudo finish' }), 'install-unfinished', 'sudo finish'],
  ])('%s', (_what, facts, code, next) => {
    const said = everywhere(facts);
    expect([...new Set(said.codes)]).toEqual([code]);
    expect(new Set(said.says).size).toBe(1);
    expect([...new Set(said.next)]).toEqual([next]);
  });

  it.each<[string, object, boolean, RegExp, string]>([
    [
      'root at the OpenClaw of ana',
      { uid: 0, user: 'root', stateOwner: 'ana', sudoUser: 'ana' },
      true,
      /belongs to ana, but this runs as root/,
      'sudo -u ana -H clawauth-setup',
    ],
    [
      'eve at the OpenClaw of ana',
      { user: 'eve', stateOwner: 'ana' },
      false,
      /belongs to ana, but this runs as eve/,
      'sudo -u ana -H clawauth-setup',
    ],
    ['sudo for nothing', { uid: 0, user: 'root', sudoUser: 'ana' }, false, /under sudo for ana/, 'clawauth-setup'],
    ['native Windows', { os: 'windows' }, true, /WSL2/, 'wsl --install'],
  ])('%s', (_what, change, blocks, says, next) => {
    const facts = cannedFacts();
    if (!facts.platform.known) throw new Error('no platform');
    const here = { ...facts, platform: known({ ...facts.platform.value, ...change }, 'test') };
    const told = healthOf(here, NOW).findings.filter(({ id }) => id.startsWith('user.'));
    expect(told).toMatchObject([{ says: expect.stringMatching(says), next }]);
    expect(blocker({ facts: here, ...HERE })?.next).toBe(blocks ? next : undefined);
  });

  it('signs the very Claude Code in that the proxy starts', () => {
    const machine = signedOutMachine();
    // One that cannot be led through a sign-in from here.
    const old = (factValue(machine.claude) ?? []).map((one) => ({ ...one, version: '2.1.100' }));
    const facts = { ...machine, claude: known(old, 'PATH') };
    const told = healthOf(facts, NOW).findings.find(({ id }) => id === 'proxy.claude-signed-out');
    const offered = methods.map((method) => method.availability(facts).help).filter((help) => help?.endsWith('login'));
    expect(new Set(offered)).toEqual(new Set([told?.next]));
  });
});
