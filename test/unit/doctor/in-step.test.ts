import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/doctor/index.ts';
import type { Facts } from '../../../src/facts/types.ts';
import type { ProfileFacts } from '../../../src/openclaw/records.ts';
import type { ServicesFacts } from '../../../src/services/records.ts';
import { known, unknown } from '../../../src/system/fact.ts';
import { containerWith } from '../../support/container.ts';
import { factsFor } from '../../support/facts-for.ts';
import { cannedServicesFacts } from '../../support/services-facts.ts';

const NOW = Date.parse('2026-11-21T00:00:00.000Z');
const HOUR = 3_600_000;
const OPUS = 'anthropic/claude-opus-5';
const PROFILE = 'anthropic:claude-sync';
const LOGIN = '/home/ana/.claude/.credentials.json';
const OURS = /^(sync|token|profile|login|log)\./;

interface Machine {
  readonly version?: string;
  readonly expires?: number;
  readonly profile?: Partial<ProfileFacts>;
  readonly service?: Partial<ServicesFacts['ours'][number]>;
  readonly state?: ServicesFacts['sync']['state'];
  readonly login?: { readonly renews: boolean; readonly expiresAt: number };
}

/** One whose only credential is kept in step. Nothing of it is wrong as it stands here. */
async function machine(given: Machine = {}): Promise<Facts> {
  const { version = '2026.2.17', expires = NOW + 3 * HOUR, service, login, profile } = given;
  const { state = { credentials: LOGIN, end: expires, asks: expires - 240_000, ended: false } } = given;
  const canned = cannedServicesFacts('/home/ana', 'ana');
  const ours = canned.ours.map((one) =>
    one.id === 'claude-sync' ? { ...one, sha256: 'a'.repeat(64), enabled: true, active: true, ...service } : one,
  );
  const own = { id: PROFILE, expires, fingerprint: 'same', shape: 'token', health: HEALTH, ...profile };
  const facts = await factsFor({
    version,
    config: `{ agents: { defaults: { model: '${OPUS}' } }, auth: { profiles: { '${PROFILE}': { provider: 'anthropic', mode: 'token' } } } }`,
    profiles: [own],
    services: { ours, sync: { ...canned.sync, present: true, state } },
  });
  const claudeLogin = {
    ...{ file: LOGIN, present: true, apiKeyHelper: false, onboarded: true },
    ...(login ?? { renews: true, expiresAt: expires }),
    accessFingerprint: 'same',
  };
  return { ...facts, claudeLogin: known(claudeLogin, 'the file') };
}

const HEALTH = { field: 'token', fields: ['type', 'provider', 'token', 'expires'], length: 108, blanks: null };

const found = (facts: Facts) =>
  judge(facts, NOW)
    .findings.filter(({ id }) => OURS.test(id))
    .map(({ id, verdict }) => `${verdict} ${id}`);

describe('a profile that is kept in step', () => {
  it('is no session token by mistake, and its end within hours is none to be told', async () => {
    expect(found(await machine())).toEqual([]);
    // The same in a profile of another name is.
    expect(found(await machine({ profile: { id: 'anthropic:default' } }))).toContain('error token.is-session');
  });

  it('is told to need a sign-in where the login has ended, and nothing beside it', async () => {
    const ended = { credentials: LOGIN, end: NOW - HOUR, asks: null, ended: true };
    const expired = { rejected: 'expired', wins: false, order: { place: null, from: 'config profiles' } } as const;
    const facts = await machine({
      expires: NOW - HOUR,
      state: ended,
      login: { renews: false, expiresAt: 0 },
      profile: expired,
    });
    expect(found(facts)).toEqual(['error sync.sign-in-needed']);
    const [finding] = judge(facts, NOW).findings.filter(({ id }) => id === 'sync.sign-in-needed');
    expect(finding).toMatchObject({ next: 'claude auth login', waits: true });
    // Signed in again, before the service has looked.
    const again = await machine({ state: ended, login: { renews: true, expiresAt: NOW + 8 * HOUR } });
    expect(found(again)).toEqual([]);
  });

  it('is told to be late where Claude Code has not renewed its login, without a new token as the fix', async () => {
    const expired = { rejected: 'expired', wins: false, order: { place: null, from: 'config profiles' } } as const;
    const facts = await machine({ expires: NOW - HOUR, profile: expired });
    expect(found(facts)).toEqual(['error sync.late']);
    const [finding] = judge(facts, NOW).findings.filter(({ id }) => id === 'sync.late');
    expect(finding?.says).toContain('2026-11-20 23:00');
    expect(finding?.repairs).toBeUndefined();
  });

  it('needs its service, now and at boot', async () => {
    const down = await machine({ service: { active: false } });
    expect(found(down)).toEqual(['error sync.service-down']);
    expect(found(await machine({ service: { enabled: false } }))).toEqual(['warning sync.service-down']);
    const [finding] = judge(down, NOW).findings.filter(({ id }) => id === 'sync.service-down');
    expect(finding?.repairs).toEqual([
      expect.objectContaining({ kind: 'enable', units: ['clawauth-claude-sync.service'] }),
    ]);
    expect(finding?.byHand).toBe('systemctl --user enable --now clawauth-claude-sync.service');
  });

  it('is of no use to a release that reads databases', async () => {
    expect(found(await machine({ version: '2026.9.6' }))).toContain('warning sync.unread');
  });

  it('asks nothing where no such service is set up', async () => {
    const facts = await machine({ service: { sha256: null, enabled: false, active: null }, state: null });
    expect(found(facts).filter((id) => id.includes('sync.'))).toEqual([]);
  });
});

describe('in a container', () => {
  const FILE = '/srv/claw/.claude/.credentials.json';
  const END = { rejected: 'expired', wins: false, order: { place: null, from: 'config profiles' } } as const;
  const claude = {
    ...{ path: '/usr/local/bin/claude', realPath: '/usr/local/bin/claude', version: '2.1.329', wins: true },
    inside: {
      ...{ runtime: 'docker' as const, name: 'claw', folder: '/home/node/.claude' },
      stateFile: '/home/node/.claude.json',
      mounted: { folder: '/srv/claw/.claude', stateFile: '/srv/claw/.claude.json' },
    },
  };

  /** `credentials`: whose login the service keeps. That of the container has ended, and this machine's has not. */
  async function inContainer(credentials: string, ended: boolean, status = 'running') {
    const facts = await machine({
      expires: NOW - HOUR,
      state: { credentials, end: NOW - HOUR, asks: null, ended },
      login: { renews: true, expiresAt: NOW + HOUR },
      profile: END,
    });
    if (!facts.state.known || !facts.claudeLogin.known) throw new Error('the state and the login are known');
    const its = {
      ...facts.claudeLogin.value,
      file: '/home/node/.claude/.credentials.json',
      renews: false,
      expiresAt: 0,
    };
    const inside = {
      ...{ claude: known([claude], 'x'), claudeSignIn: known({ loggedIn: false, authMethod: 'none' }, 'x') },
      ...{ claudeLogin: known(its, 'x'), uid: 1000, login: { fate: 'kept' as const, path: its.file } },
    };
    return {
      ...facts,
      state: { ...facts.state, value: { ...facts.state.value, container: containerWith({ status }) } },
      claudeInside: status === 'running' ? known(inside, 'x') : unknown('absent', 'it does not run'),
    } as Facts;
  }
  const of = (facts: Facts) => judge(facts, NOW).findings.filter(({ id }) => id.startsWith('sync.'));

  it('it is the login of the container that ended, and is signed in to there', async () => {
    expect(of(await inContainer(FILE, true))).toMatchObject([
      {
        id: 'sync.sign-in-needed',
        byHand: 'docker exec -it claw claude auth login',
        repairs: [{ kind: 'claude-login' }],
      },
    ]);
  });

  it('it is the login of this machine where the service keeps that, and no other is signed in to', async () => {
    const facts = await inContainer(LOGIN, true);
    expect(of(facts).map(({ id }) => id)).toEqual(['sync.late']);
    if (!facts.claudeLogin.known) throw new Error('the login is known');
    const out = { ...facts, claudeLogin: known({ ...facts.claudeLogin.value, present: false, renews: false }, 'x') };
    const [finding] = of(out);
    expect(finding).toMatchObject({ id: 'sync.sign-in-needed', next: 'claude auth login' });
    expect(finding?.repairs ?? []).toEqual([]);
  });

  it('nothing is said against a login whose container is stopped', async () => {
    const [finding, ...others] = of(await inContainer(FILE, false, 'exited'));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: 'sync.late', verdict: 'warning', next: 'docker start claw' });
    expect(finding?.why).toContain('does not run');
  });
});
