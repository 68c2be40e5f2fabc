import { factValue } from '../system/fact.ts';
import { credentialsInUse, envCredential } from './claude-use.ts';
import type { Repair } from './repairs.ts';
import { error, warning } from './types.ts';
import { agentsWithout } from './without.ts';
import { only, RENEW, several, typed } from './words.ts';

const left = (paths: readonly string[]) =>
  `${several(paths)} ${paths.length === 1 ? 'is' : 'are'} left over from an older release`;
const takeIn = (paths: readonly string[]): readonly Repair[] => [{ kind: 'openclaw-doctor', strays: paths }];

/** Where credentials are kept. */
export const store = [
  error('store.migration-required', 'An older release’s credential file blocks the database', {
    code: 'stray-store',
    needs: ['strayStores', 'release'],
    explains: ['profile.*', 'token.*', 'cooldown.*', 'openclaw.fails'],
    detect: ({ strayStores: paths, release }) => (paths.length > 0 && release.generation === 'G3' ? [paths] : null),
    explain: (paths) => ({
      says: `${left(paths)} and ${paths.length === 1 ? 'blocks' : 'block'} the credentials there.`,
      why: 'From 2026.8.1 on OpenClaw refuses the providers that such a file names until its own doctor has imported it (AUTH_PROFILE_MIGRATION_REQUIRED).',
    }),
    fix: takeIn,
    next: (_, facts) => typed(facts, 'doctor', '--fix'),
  }),
  error('store.not-imported', 'The credentials are only in a file that this release does not read', {
    code: 'stray-store',
    needs: ['strayStores', 'profiles', 'config', 'release'],
    explains: ['profile.agent-without', 'store.stray'],
    detect: ({ strayStores: paths, release, profiles }, facts) => {
      const empty = credentialsInUse(facts).length > 0 && !profiles.some(({ provider }) => provider === 'anthropic');
      return paths.length > 0 && empty && release.generation === 'G2' && !envCredential(facts) ? [paths] : null;
    },
    explain: (paths) => ({
      says: `OpenClaw’s database has no credential for Claude. ${left(paths)}; this release does not read ${paths.length === 1 ? 'it' : 'them'}.`,
      why: 'From 2026.6.5 on credentials are in SQLite. The update does not move them there: its own doctor does.',
    }),
    fix: takeIn,
    next: (_, facts) => typed(facts, 'doctor', '--fix'),
  }),
  warning('store.stray', 'An older release’s credential file is no longer read', {
    code: 'stray-store',
    needs: ['strayStores'],
    detect: ({ strayStores: paths }, { release }) =>
      paths.length > 0 && factValue(release)?.generation !== 'G3' ? [paths] : null,
    explain: (paths) => ({ says: `${left(paths)}; OpenClaw does not read ${paths.length === 1 ? 'it' : 'them'}.` }),
    fix: takeIn,
    next: (_, facts) => typed(facts, 'doctor', '--fix'),
  }),
  error('store.flat-file', 'A credential file has a shape that OpenClaw does not read', {
    needs: ['flatStores', 'config'],
    explains: ['profile.*'],
    detect: ({ flatStores, config }, facts, now) => {
      const empty = new Set(agentsWithout(facts, now).map(({ agent }) => agent.id));
      // Without one store that can be read, nothing is known of profiles.
      const needy = facts.profiles.known ? empty : new Set(config.agents.map(({ id }) => id));
      const flat = flatStores.filter(({ agent, names }) => needy.has(agent) && names.some(isAnthropic));
      return envCredential(facts) ? null : only(flat.length > 0 ? flat : null);
    },
    explain: (flat) => ({
      says: `${several(flat.map(({ file }) => file))} ${flat.length === 1 ? 'has' : 'have'} a flat shape: OpenClaw reads only what is inside "profiles".`,
      why: 'An old guide shows it that way. OpenClaw treats such a file as empty.',
    }),
    fix: (_, { config }) => {
      const declared = Object.entries(factValue(config)?.declaredProfiles ?? {});
      const [id = 'anthropic:default'] = declared.find(([, { provider }]) => provider === 'anthropic') ?? [];
      return [{ kind: 'token', profileId: id }];
    },
    next: () => RENEW,
  }),
];

const isAnthropic = (name: string) => name.split(':')[0]?.toLowerCase() === 'anthropic';
