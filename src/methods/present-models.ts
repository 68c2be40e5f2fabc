import { resolveAlias } from '../openclaw/bridge.ts';
import { type BestModels, counterpart } from '../openclaw/claude-models.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { atLeast } from '../openclaw/version.ts';
import type { Refs } from './refs.ts';
import type { Answers } from './types.ts';

const FAMILIES = { opus: 'Opus', sonnet: 'Sonnet', haiku: 'Haiku' } as const;

interface PresentModels {
  readonly role?: Answers['role'];
  readonly primary?: string;
  readonly fallbacks?: readonly string[];
}

/** The way as it is used already: as the default, or behind another default. */
export function presentModels(config: ConfigFacts, { best, isOurs, old }: Refs): PresentModels {
  if (config.primary !== null && isOurs(config.primary)) {
    const primary = resolveAlias(config.primary, config);
    const fallbacks = config.fallbacks.map((ref) =>
      old.is(ref) ? counterpart(ref, config, best, primary) : resolveAlias(ref, config),
    );
    return { role: 'everything', primary, fallbacks: [...new Set(fallbacks)].filter((ref) => ref !== primary) };
  }
  const claude = config.fallbacks.filter(isOurs).map((ref) => resolveAlias(ref, config));
  const [primary, ...fallbacks] = claude;
  return primary === undefined ? {} : { role: 'fallback', primary, fallbacks };
}

/**
 * Opus, Sonnet and Haiku: kept where they name a model of ours, re-pointed where they name an old one. New ones only where they
 * restrict nothing: before 2026.8.1 the first alias makes an allowlist of one.
 */
export function aliasesFor(config: ConfigFacts, { best, isOurs, old }: Refs, version: string): Record<string, string> {
  const mayAdd = config.allowlist !== null || atLeast(version, '2026.8.1-beta.0');
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

/** A name for an agent of its own that no agent has. */
export function freeAgentId(config: ConfigFacts | undefined): string {
  const ids = new Set(config?.agents.map((agent) => agent.id));
  for (let n = 1; ; n++) {
    const id = n === 1 ? 'claude' : `claude-${n}`;
    if (!ids.has(id)) return id;
  }
}
