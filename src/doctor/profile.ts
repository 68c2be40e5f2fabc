import { readConfig } from '../facts/claude-agents.ts';
import { claudeLogins } from '../facts/claude-login.ts';
import type { Facts, SecretFile } from '../facts/types.ts';
import { credentialsInJson, featuresOf } from '../openclaw/generation.ts';
import type { ConfigFacts, ProfileFacts } from '../openclaw/records.ts';
import { providerNamed } from '../openclaw/secret-file.ts';
import { factValue } from '../system/fact.ts';
import { plural } from '../text.ts';
import { envCredential, orderKey } from './claude-use.ts';
import type { Repair } from './repairs.ts';
import { newToken, unlessEnv } from './token.ts';
import { type Check, error, type Remedy, type Words } from './types.ts';
import { agentsWithout, fieldFault, keptBy, nameOf, type Stored } from './without.ts';
import { REFUSALS, RENEW, SETUP, several, storeName, typed, typedAfterNoAnswer } from './words.ts';

interface Without {
  readonly agents: readonly string[];
  /** What is wrong with each profile that they have. */
  readonly because: string;
  /** Credentials of their own that only hide those of main. */
  readonly hides: readonly ProfileFacts[];
}

/** Agents that use Claude and have nothing for it for no reason that has a name of its own, by what is wrong. */
function without(facts: Facts, now: number): readonly Without[] {
  if (envCredential(facts)) return [];
  const all = factValue(facts.profiles) ?? [];
  const seen = new Set(all.map(({ agent }) => agent));
  const inDatabase = !inJson(facts);
  const groups = new Map<string, { agents: string[]; hides: ProfileFacts[] }>();
  for (const { agent, profiles, cause } of agentsWithout(facts, now)) {
    // An agent with a database that could not be read: only the default agent's was asked about.
    if (cause !== null || (inDatabase && !seen.has(agent.id) && !agent.isDefault)) continue;
    const because = profiles.map((profile) => `${profile.id}: ${profile.rejected ?? 'not chosen'}`).join(', ');
    const { agents, hides } = groups.get(because) ?? { agents: [], hides: [] };
    const hidden = profiles.filter(({ id, store }) =>
      all.some((row) => row.agent === 'main' && row.id === id && row.wins && row.store !== store),
    );
    groups.set(because, { agents: [...agents, agent.id], hides: [...hides, ...hidden.slice(0, 1)] });
  }
  return [...groups].map(([because, group]) => ({ ...group, because }));
}

const inJson = ({ release }: Facts) => credentialsInJson(factValue(release)?.generation ?? 'G3');
const declaredIn = (facts: Facts): ConfigFacts['declaredProfiles'] => readConfig(facts)?.declaredProfiles ?? {};
const ofAnthropic = (facts: Facts) =>
  Object.entries(declaredIn(facts)).filter(([, entry]) => entry.provider?.toLowerCase() === 'anthropic');

/** A stored credential that would work, but that OpenClaw skips for one cause. */
function unused(
  cause: Parameters<typeof keptBy>[0],
  id: Check['id'],
  title: string,
  what: Remedy<Stored> & { explain(stored: Stored, facts: Facts): Words; if?(stored: Stored, facts: Facts): boolean },
): Check {
  return error(id, title, {
    ...what,
    code: 'no-credential',
    needs: ['config', 'profiles'],
    explains: REFUSALS,
    detect: (_, facts, now) => keptBy(cause, facts, now).filter((stored) => what.if?.(stored, facts) ?? true),
    explain: (stored, facts) => ({ ...what.explain(stored, facts), ...unlessEnv(facts) }),
  });
}

interface UnreadFile {
  readonly ids: readonly string[];
  readonly provider: string;
  /** Absent where the configuration does not say which file that is. */
  readonly file?: SecretFile;
}

/** Credentials of Anthropic that OpenClaw cannot read from the file that they point to, by file. */
function unreadFiles(profiles: readonly ProfileFacts[], files: readonly SecretFile[], facts: Facts): UnreadFile[] {
  const byProvider = new Map<string, Set<string>>();
  for (const { id, provider, reference } of profiles) {
    const named = provider === 'anthropic' ? providerNamed(reference) : null;
    if (named !== null) byProvider.set(named, (byProvider.get(named) ?? new Set()).add(id));
  }
  const told = readConfig(facts)?.secretProviders ?? {};
  return [...byProvider].flatMap(([provider, ids]): UnreadFile[] => {
    const file = files.find((one) => one.provider === provider);
    if (file === undefined) return told[provider] === undefined ? [{ ids: [...ids], provider }] : [];
    return file.fault === null ? [] : [{ ids: [...ids], provider, file }];
  });
}

/** Which credential each agent would use, and what keeps it from that. */
export const profile = [
  error('profile.unknown', 'The stored credentials cannot be read', {
    code: 'profiles-unknown',
    needs: ['config'],
    detect: (_, { profiles }) => (profiles.known || profiles.reason === 'waiting' ? null : [profiles.detail]),
    explain: (says) => ({ says }),
    next: (_, facts) => typedAfterNoAnswer(facts, true),
  }),
  error('profile.agent-without', 'An agent uses Claude and has no credential that works', {
    code: 'no-credential',
    needs: ['config', 'profiles'],
    explains: REFUSALS,
    detect: (_, facts, now) => without(facts, now),
    explain: ({ agents, because, hides }) => {
      const verb = agents.length === 1 ? 'uses Claude but has' : 'use Claude but have';
      return {
        says: `${several(agents)} ${verb} no credential that works${because ? ` (${because})` : ''}.`,
        ...(hides.length > 0 && { why: 'It is in the agent’s own store and hides the one of main, which works.' }),
      };
    },
    // Before SQLite an agent works with its own store over that of main (run on 2026.2.17).
    fix: ({ agents, hides }, facts) =>
      hides.length < agents.length || !inJson(facts)
        ? []
        : hides.map(({ id, agent, store = '' }) => ({
            kind: 'json',
            file: store,
            name: storeName(store),
            edits: [{ op: 'delete', path: ['profiles', id] }],
            says: `Remove ${id} from the store of ${agent}: main has one that works`,
          })),
    next: () => SETUP,
  }),
  error('profile.secret-file', 'A credential points to a file that OpenClaw cannot read', {
    needs: ['config', 'profiles', 'secretFiles'],
    explains: REFUSALS,
    detect: ({ profiles, secretFiles }, facts) => unreadFiles(profiles, secretFiles, facts),
    explain: ({ ids, provider, file }) => ({
      says:
        file === undefined
          ? `${several(ids)} points to the file ${provider}, which the configuration does not have.`
          : `OpenClaw cannot read ${several(ids)} from ${file.path}: ${file.fault?.says}.`,
      why: 'Without it there is no credential, and 2026.8.2 and later do not start at all.',
    }),
    // No fix of ours: it would keep a copy of the key.
    next: ({ file }) => file?.fault?.next ?? SETUP,
  }),
  unused('mode', 'profile.mode-mismatch', 'The configuration gives a credential the wrong mode', {
    explain: (stored) => ({
      says: `${nameOf(stored)} is of the type ${stored.rows[0]?.type}, but the configuration gives it the mode ${stored.rows[0]?.mode}.`,
      why: 'OpenClaw skips such a credential. Only the mode oauth accepts another type: token.',
    }),
    fix: ({ id, rows: [row] }) => [
      {
        kind: 'config',
        edits: [{ op: 'set', path: ['auth', 'profiles', id, 'mode'], value: row?.type }],
        says: `Give ${id} the mode ${row?.type} in the configuration`,
      },
    ],
    next: () => SETUP,
  }),
  unused('unlisted', 'profile.id-mismatch', 'The configuration lists credentials that are not stored', {
    explain: (stored, facts) => {
      const listed = ofAnthropic(facts).map(([id]) => id);
      return {
        says: `OpenClaw does not use ${nameOf(stored)}: the configuration lists ${several(listed)} for Anthropic.`,
        why: 'Once auth.profiles lists any credential of a provider, OpenClaw uses only those it lists.',
      };
    },
    fix: ({ id, rows }, facts) => {
      const ids = new Set((factValue(facts.profiles) ?? []).map((row) => row.id));
      const gone = ofAnthropic(facts).flatMap(([name]) => (ids.has(name) ? [] : [name]));
      const value = { provider: 'anthropic', mode: rows[0]?.type };
      return [
        {
          kind: 'config',
          edits: [
            ...gone.map((name) => ({ op: 'delete' as const, path: ['auth', 'profiles', name] })),
            { op: 'set', path: ['auth', 'profiles', id], value },
          ],
          says: `List ${id} in the configuration${gone.length > 0 ? ` instead of ${several(gone)}` : ''}`,
        },
      ];
    },
    next: () => SETUP,
  }),
  unused('provider', 'profile.provider-mismatch', 'The configuration gives a credential the wrong provider', {
    if: ({ id }, facts) => declaredIn(facts)[id]?.provider != null,
    explain: (stored, facts) => ({
      says: `${nameOf(stored)} is for anthropic, but the configuration says ${declaredIn(facts)[stored.id]?.provider}.`,
      why: 'OpenClaw skips such a credential.',
    }),
    fix: ({ id }) => [
      {
        kind: 'config',
        edits: [{ op: 'set', path: ['auth', 'profiles', id, 'provider'], value: 'anthropic' }],
        says: `Give ${id} its provider in the configuration`,
      },
    ],
    next: () => SETUP,
  }),
  unused('order', 'profile.order-excludes', 'The order leaves out the only credential that works', {
    explain: (stored) => {
      const stands =
        stored.rows[0]?.order?.from === 'store' ? 'The order in the store' : 'auth.order in the configuration';
      return {
        says: `${stands} leaves out ${nameOf(stored)}, and nothing that it names works.`,
        why: 'OpenClaw uses only credentials that the order names.',
      };
    },
    fix: orderFix,
    next: ({ id, rows: [row], agents: [agent = ''] }, facts) => {
      if (row?.order?.from !== 'store') return SETUP;
      const ids = [id, ...(factValue(facts.storedOrders)?.[agent] ?? [])];
      return typed(facts, 'models', 'auth', 'order', 'set', '--provider', 'anthropic', '--agent', agent, ...ids);
    },
  }),
  unused('inactive', 'profile.setup-inactive', 'A credential was stored and never activated', {
    explain: (stored) => ({
      says: `${nameOf(stored)} is inactive: it was stored to replace another one and never activated.`,
      why: 'OpenClaw 2026.9 does not use a replacement until it is tested and activated.',
    }),
    next: ({ id, agents: [agent = ''] }, facts) => {
      const many =
        (readConfig(facts)?.agents.length ?? 1) > 1 &&
        featuresOf(factValue(facts.release)?.version ?? '').explicitOwner;
      return typed(facts, 'models', 'auth', 'activate', id, ...(many ? ['--agent', agent] : []));
    },
  }),
  unused('fields', 'profile.fields', 'A credential is stored in the wrong fields', {
    explain: (stored) => ({
      says: `${nameOf(stored)} ${fieldFault(stored.rows[0] as ProfileFacts)}.`,
      why: 'OpenClaw finds no secret there and treats the credential as empty. Its field names differ from Claude Code’s.',
    }),
    fix: fieldsFix,
    next: () => RENEW,
  }),
];

function orderFix({ id, rows, agents }: Stored, facts: Facts): readonly Repair[] {
  const says = `Put ${id} first in the order`;
  if (rows[0]?.order?.from !== 'store') {
    const listed = ofAnthropic(facts).map(([name]) => name);
    const value = { provider: 'anthropic', mode: rows[0]?.type };
    const list =
      listed.length === 0 || listed.includes(id) ? [] : [{ op: 'set' as const, path: ['auth', 'profiles', id], value }];
    const first = { op: 'insert' as const, path: ['auth', 'order', orderKey(facts)], value: id, at: 0 };
    return [{ kind: 'config', edits: [first, ...list], says }];
  }
  if (!inJson(facts)) return [];
  const files = [...new Set(rows.flatMap(({ order }) => order?.in ?? []))];
  return files.map((file) => ({
    kind: 'json',
    file,
    name: storeName(file),
    edits: [{ op: 'insert', path: ['order', 'anthropic'], value: id, at: 0 }],
    says: `${says} (${several(agents)})`,
  }));
}

/** The right type for a setup token that is in its right field; else a new one: no secret is moved. */
function fieldsFix(stored: Stored, facts: Facts): readonly Repair[] {
  const { id, rows } = stored;
  const sessions = claudeLogins(facts).map(({ accessFingerprint }) => accessFingerprint);
  const fixable = rows.every(
    ({ shape, fingerprint, health, store }) =>
      health?.field === 'token' && shape === 'token' && !sessions.includes(fingerprint) && store !== undefined,
  );
  if (!fixable || !inJson(facts)) return newToken(stored);
  const repairs: Repair[] = rows.map(({ store = '', type, health, agent }) => {
    const edits = [
      ...(type === 'token' ? [] : [{ op: 'set' as const, path: ['profiles', id, 'type'], value: 'token' }]),
      ...(health?.fields.includes('provider')
        ? []
        : [{ op: 'set' as const, path: ['profiles', id, 'provider'], value: 'anthropic' }]),
    ];
    const says = `Give ${id} of ${agent} the ${edits.map(({ path }) => path[2]).join(' and the ')} that it has`;
    return { kind: 'json', file: store, name: storeName(store), edits, says };
  });
  const mode = rows[0]?.mode ?? null;
  if (mode !== null && mode !== 'token' && mode !== 'oauth') {
    const edits = [{ op: 'set' as const, path: ['auth', 'profiles', id, 'mode'], value: 'token' }];
    repairs.push({ kind: 'config', edits, says: `Give ${id} the mode token in the configuration` });
  }
  return repairs;
}

interface Incomplete {
  readonly id: string;
  readonly missing: readonly string[];
  readonly misplaced: readonly string[];
  readonly file: string;
}

/** OpenClaw refuses the whole configuration over one of these, whose provider it may be. */
const REFUSED = ['config.invalid', 'openclaw.fails', 'profile.*', 'model.claude-unused'];
const MODES = ['token', 'oauth', 'api_key'];

/** What `auth.profiles` of the configuration says of credentials. */
export const configProfiles = [
  error('config.secret-inside', 'The configuration contains a secret', {
    needs: ['config'],
    explains: [...REFUSED, 'config.profile-incomplete'],
    detect: ({ config }) => (config.secretsInside ?? []).map((secret) => ({ ...secret, file: config.path })),
    explain: ({ at, profile, shape, file }) => ({
      says: `The configuration holds ${shape === 'other' ? 'a secret' : `a secret (${shape})`} in the field "${at.at(-1)}" of ${profile}.`,
      why: `OpenClaw refuses ${file} over it (unrecognized key): secrets belong in its store.`,
    }),
    fix: ({ at, profile, shape, fingerprint }, facts) => {
      const stored = (factValue(facts.profiles) ?? []).some((row) => row.fingerprint === fingerprint);
      const claude = profile.split(':')[0]?.toLowerCase() === 'anthropic' && shape === 'token';
      if (!stored && !claude) return [];
      const repairs: Repair[] = [
        {
          kind: 'config',
          edits: [{ op: 'delete', path: at }],
          says: `Remove the secret of ${profile} from the configuration`,
          ...(stored ? { because: 'OpenClaw’s store has the same one.' } : {}),
        },
      ];
      return stored ? repairs : [{ kind: 'token', profileId: profile }, ...repairs];
    },
    next: () => RENEW,
  }),
  error('config.profile-incomplete', 'A credential is incomplete in the configuration', {
    needs: ['config'],
    explains: REFUSED,
    detect: ({ config }) =>
      Object.entries(config.declaredProfiles).flatMap(([id, { provider, mode, misplaced = [] }]): Incomplete[] => {
        const missing = [...(provider === null ? ['provider'] : []), ...(mode === null ? ['mode'] : [])];
        return missing.length + misplaced.length > 0 ? [{ id, missing, misplaced, file: config.path }] : [];
      }),
    explain: ({ id, missing, misplaced, file }) => ({
      says:
        missing.length > 0
          ? `${id} has no ${missing.join(' and no ')} in the configuration.`
          : `${id} has ${plural(misplaced.length, 'field')} in the configuration that ${misplaced.length === 1 ? 'does' : 'do'} not belong there: ${misplaced.join(', ')}.`,
      why: `OpenClaw refuses ${file} over it.`,
    }),
    fix: ({ id, missing, misplaced }, facts) => {
      const path = ['auth', 'profiles', id];
      const row = (factValue(facts.profiles) ?? []).find((one) => one.id === id);
      const mode = declaredIn(facts)[id]?.mode ?? row?.type ?? '';
      const says = `Give ${id} what it must have in the configuration`;
      // Nothing is stored under this name: then the entry says nothing.
      if (missing.includes('mode') && !MODES.includes(mode))
        return [{ kind: 'config', edits: [{ op: 'delete', path }], says: `Remove ${id} from the configuration` }];
      const provider = row?.provider ?? id.split(':')[0] ?? 'anthropic';
      return [
        {
          kind: 'config',
          edits: [
            ...misplaced.map((name) => ({ op: 'delete' as const, path: [...path, name] })),
            ...missing.map((name) => ({
              op: 'set' as const,
              path: [...path, name],
              value: name === 'provider' ? provider : mode,
            })),
          ],
          says,
        },
      ];
    },
    next: () => SETUP,
  }),
];
