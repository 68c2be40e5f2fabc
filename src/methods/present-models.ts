import type { Facts } from '../facts/types.ts';
import { resolveAlias } from '../openclaw/bridge.ts';
import { type BestModels, counterpart, familyOf } from '../openclaw/claude-models.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { atLeast } from '../openclaw/version.ts';
import { factValue } from '../system/fact.ts';
import type { Refs } from './refs.ts';
import type { Answers, Role } from './types.ts';

const FAMILIES = { opus: 'Opus', sonnet: 'Sonnet', haiku: 'Haiku' } as const;

/** The answers that say which models are used, and what for. */
export type ModelAnswers = Pick<Answers, 'role' | 'primary' | 'fallbacks'>;

/**
 * The models that a set-up starts from: what is there, as far as it is Claude by this way, else what fits what is there. A
 * model keeps its family; fallbacks of other providers stay. `role`: as far as it was said, else the one that is so now.
 * `offered`: whether the release still has a model, the best one of which is `first`.
 */
export function presentModels(
  config: ConfigFacts | undefined,
  refs: Refs,
  { first, offered }: { readonly first: string; readonly offered: (ref: string) => boolean },
  role?: Role,
): ModelAnswers {
  const { best, isOurs, old } = refs;
  const usual = (primary: string) => (best.sonnet === undefined || best.sonnet === primary ? [] : [best.sonnet]);
  const fresh = best.opus ?? first;
  if (config === undefined) return { role: role ?? 'everything', primary: fresh, fallbacks: usual(fresh) };

  const behind = config.fallbacks.map((ref) =>
    old.is(ref) ? counterpart(ref, config, best, fresh) : resolveAlias(ref, config),
  );
  if (config.primary !== null && isOurs(config.primary)) {
    const primary = resolveAlias(config.primary, config);
    return { role: role ?? 'everything', primary, fallbacks: [...new Set(behind)].filter((ref) => ref !== primary) };
  }
  const claude = config.fallbacks.filter(isOurs).map((ref) => resolveAlias(ref, config));
  const [chosen, ...others] = claude;
  if (chosen !== undefined && (role ?? 'fallback') === 'fallback') {
    return { role: 'fallback', primary: chosen, fallbacks: others };
  }
  // What stood first decides, then what Claude was there for; a model that the release has no more is not put first.
  const before = config.primary !== null && familyOf(resolveAlias(config.primary, config)) !== null;
  const model = before ? (config.primary as string) : chosen;
  const kept = model !== undefined && isOurs(model) && offered(resolveAlias(model, config));
  const primary = kept ? resolveAlias(model, config) : model ? counterpart(model, config, best, fresh) : fresh;
  if (role === 'fallback' || role === 'agent') return { role, primary, fallbacks: usual(primary) };
  const fallbacks = [...new Set(behind)].filter((ref) => ref !== primary);
  const some = fallbacks.some(isOurs) ? [] : usual(primary);
  return { role: 'everything', primary, fallbacks: [...some, ...fallbacks] };
}

/**
 * Opus, Sonnet and Haiku: kept where they name a model of ours, re-pointed where they name an old one. New ones only where they
 * restrict nothing: before 2026.8.1 the first entry of a model makes an allowlist. `entries`: the way makes some in any case.
 */
export function aliasesFor(
  config: ConfigFacts,
  { best, isOurs, old }: Refs,
  version: string,
  entries = false,
): Record<string, string> {
  const mayAdd = entries || config.allowlist !== null || atLeast(version, '2026.8.1-beta.0');
  const out: Record<string, string> = {};
  for (const [family, name] of Object.entries(FAMILIES)) {
    const ref = best[family as keyof BestModels];
    const present = Object.entries(config.aliases).find(([alias]) => alias.toLowerCase() === family);
    if (present && !old.is(present[1])) {
      if (isOurs(present[1])) out[present[0]] = present[1];
    } else if (ref !== undefined && (present || mayAdd) && !Object.values(config.aliases).includes(ref)) {
      out[present?.[0] ?? name] = ref;
    }
  }
  return out;
}

/**
 * What is set up now, with what is missing filled in, for a way that stores nothing: a second run with these answers changes
 * nothing. `first`, `offered`: see {@link presentModels}.
 */
export function usualAnswers(
  facts: Facts,
  method: string,
  { refs, ...models }: { readonly refs: Refs; readonly first: string; readonly offered: (ref: string) => boolean },
  role?: Role,
): Answers {
  const config = factValue(facts.config);
  return {
    schema: 1,
    method,
    ...presentModels(config, refs, models, role),
    agents: [],
    newAgent: freeAgentId(config),
    aliases: config ? aliasesFor(config, refs, factValue(facts.release)?.version ?? '') : {},
    cron: 'claude',
    cronModel: '',
    keepModel: [],
    profileId: '',
    tokenExpires: null,
    restartGateway: true,
    doctorFix: false,
    liveCheck: false,
    keepOld: false,
  };
}

/** A name for an agent of its own that no agent has. */
export function freeAgentId(config: ConfigFacts | undefined): string {
  const ids = new Set(config?.agents.map((agent) => agent.id));
  for (let n = 1; ; n++) {
    const id = n === 1 ? 'claude' : `claude-${n}`;
    if (!ids.has(id)) return id;
  }
}
