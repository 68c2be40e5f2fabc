import type { Facts } from '../../facts/types.ts';
import { bridgeRefs, isAnthropicRef } from '../../openclaw/bridge.ts';
import { type BestModels, bestModels, claudeRef } from '../../openclaw/claude-models.ts';
import type { ProfileFacts } from '../../openclaw/records.ts';
import { factValue } from '../../system/fact.ts';
import { aliasesFor, freeAgentId, presentModels } from '../present-models.ts';
import type { StoringMethod } from '../question.ts';
import type { Refs } from '../refs.ts';
import type { Answers, Role } from '../types.ts';

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function storedDefaults(way: StoringMethod, facts: Facts, role?: Role): Answers {
  const config = factValue(facts.config);
  const refs = claudeRefs(facts);
  const profile = renewable(way, facts);
  const models = presentModels(config, refs, { first: first(facts) ?? '', offered: isOffered(facts) }, role);
  return {
    schema: 1,
    method: way.id,
    ...models,
    agents: [],
    newAgent: freeAgentId(config),
    aliases: config ? aliasesFor(config, refs, factValue(facts.release)?.version ?? '') : {},
    cron: 'claude',
    cronModel: '',
    keepModel: [],
    profileId: profile?.id ?? freeProfileId(way, facts),
    tokenExpires: profile?.expires ?? null,
    restartGateway: true,
    doctorFix: (factValue(facts.strayStores) ?? []).length > 0,
    liveCheck: false,
    keepOld: false,
  };
}

/** What these ways call their models, and the refs that they take over: Claude by a bridge. */
export function claudeRefs(facts: Facts): Refs {
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

/** The profile that a new secret belongs into: the winning Anthropic profile of its type, else any. */
export function renewable({ secret }: StoringMethod, facts: Facts): ProfileFacts | undefined {
  const own = (factValue(facts.profiles) ?? []).filter(
    (profile) => profile.provider === 'anthropic' && profile.type === secret.type,
  );
  return own.find((profile) => profile.wins) ?? own.find((profile) => profile.id === 'anthropic:default') ?? own[0];
}

/** A name that no key or login of another type has: it is not ours to overwrite. */
function freeProfileId({ id, secret }: StoringMethod, facts: Facts): string {
  const taken = new Set((factValue(facts.profiles) ?? []).map((profile) => profile.id));
  const own = `anthropic:${id}`;
  return [secret.profile, own, `${own}-2`].find((name) => !taken.has(name)) ?? `${own}-3`;
}
