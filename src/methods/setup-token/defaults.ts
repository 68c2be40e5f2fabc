import type { Facts } from '../../facts/types.ts';
import { bridgeRefs, isAnthropicRef } from '../../openclaw/bridge.ts';
import { type BestModels, bestModels, claudeRef } from '../../openclaw/claude-models.ts';
import type { ProfileFacts } from '../../openclaw/records.ts';
import { factValue } from '../../system/fact.ts';
import { aliasesFor, freeAgentId, presentModels } from '../present-models.ts';
import type { Refs } from '../refs.ts';
import type { Answers, Role } from '../types.ts';
import { METHOD_ID } from './questions.ts';

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function setupTokenDefaults(facts: Facts, role?: Role): Answers {
  const config = factValue(facts.config);
  const refs = tokenRefs(facts);
  const profile = renewable(facts);
  const models = presentModels(config, refs, { first: first(facts) ?? '', offered: isOffered(facts) }, role);
  return {
    schema: 1,
    method: METHOD_ID,
    ...models,
    agents: [],
    newAgent: freeAgentId(config),
    aliases: config ? aliasesFor(config, refs, factValue(facts.release)?.version ?? '') : {},
    cron: 'claude',
    cronModel: '',
    keepModel: [],
    profileId: profile?.id ?? freeProfileId(facts),
    tokenExpires: profile?.expires ?? null,
    restartGateway: true,
    doctorFix: (factValue(facts.strayStores) ?? []).length > 0,
    liveCheck: false,
    keepOld: false,
  };
}

/** What this way calls its models, and the refs that it takes over: Claude by a bridge. */
export function tokenRefs(facts: Facts): Refs {
  const config = factValue(facts.config) ?? { aliases: {}, providers: [] };
  const isOurs = (ref: string) => isAnthropicRef(ref, config);
  return { best: bestOf(facts), old: bridgeRefs(config), isOurs, sees: true };
}

function bestOf(facts: Facts): BestModels {
  return bestModels(factValue(facts.catalogue)?.anthropic ?? []);
}

function first(facts: Facts): string | undefined {
  const id = factValue(facts.catalogue)?.anthropic[0];
  return id === undefined ? undefined : claudeRef(id);
}

/** Whether the release's catalogue has a model of Anthropic's; yes where it is not known. */
function isOffered(facts: Facts): (ref: string) => boolean {
  const ids = factValue(facts.catalogue)?.anthropic;
  return (ref) => ids === undefined || ids.some((id) => claudeRef(id) === ref);
}

/** The profile that a new token belongs into: the winning Anthropic token profile, else any. */
export function renewable(facts: Facts): ProfileFacts | undefined {
  const tokens = (factValue(facts.profiles) ?? []).filter(
    (profile) => profile.provider === 'anthropic' && profile.type === 'token',
  );
  return (
    tokens.find((profile) => profile.wins) ?? tokens.find((profile) => profile.id === 'anthropic:default') ?? tokens[0]
  );
}

/** `anthropic:default`, unless a key or login of another type has that name: it is not ours to overwrite. */
function freeProfileId(facts: Facts): string {
  const taken = (factValue(facts.profiles) ?? []).some((profile) => profile.id === 'anthropic:default');
  return taken ? 'anthropic:setup-token' : 'anthropic:default';
}
