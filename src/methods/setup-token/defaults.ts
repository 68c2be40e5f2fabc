import type { Facts } from '../../facts/types.ts';
import { resolveAlias } from '../../openclaw/bridge.ts';
import {
  type BestModels,
  bestModels,
  claudeRef,
  counterpart,
  isAnthropicRef,
  isBridgeRef,
} from '../../openclaw/claude-models.ts';
import type { ConfigFacts, ProfileFacts } from '../../openclaw/records.ts';
import { atLeast } from '../../openclaw/version.ts';
import { factValue } from '../../system/fact.ts';
import type { Answers } from '../types.ts';

export const METHOD_ID = 'setup-token';
const FAMILIES = { opus: 'Opus', sonnet: 'Sonnet', haiku: 'Haiku' } as const;

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function setupTokenDefaults(facts: Facts): Answers {
  const config = factValue(facts.config);
  const best = bestOf(facts);
  const present = config ? presentModels(config, best) : {};
  const profile = renewable(facts);
  const primary = present.primary ?? best.opus ?? first(facts) ?? '';
  const sonnet = best.sonnet !== undefined && best.sonnet !== primary ? [best.sonnet] : [];
  return {
    schema: 1,
    method: METHOD_ID,
    role: present.role ?? 'everything',
    agents: [],
    newAgent: freeAgentId(config),
    primary,
    fallbacks: [...(present.fallbacks ?? sonnet)],
    aliases: config ? aliasesFor(config, best, factValue(facts.release)?.version ?? '') : {},
    cron: 'claude',
    cronModel: best.sonnet ?? primary,
    profileId: profile?.id ?? freeProfileId(facts),
    tokenExpires: profile?.expires ?? null,
    restartGateway: true,
    doctorFix: (factValue(facts.strayStores) ?? []).length > 0,
    liveCheck: false,
    upstream: 'direct',
    service: 'install',
    gatewayNoRespawn: false,
    keepOld: false,
  };
}

export function bestOf(facts: Facts): BestModels {
  return bestModels(factValue(facts.catalogue)?.anthropic ?? []);
}

function first(facts: Facts): string | undefined {
  const id = factValue(facts.catalogue)?.anthropic[0];
  return id === undefined ? undefined : claudeRef(id);
}

interface PresentModels {
  readonly role?: Answers['role'];
  readonly primary?: string;
  readonly fallbacks?: readonly string[];
}

/** Claude as it is used already: as the default, or behind another default. */
function presentModels(config: ConfigFacts, best: BestModels): PresentModels {
  if (config.primary !== null && isAnthropicRef(config.primary, config)) {
    const primary = resolveAlias(config.primary, config);
    const fallbacks = config.fallbacks.map((ref) =>
      isBridgeRef(ref, config) ? counterpart(ref, config, best, primary) : resolveAlias(ref, config),
    );
    return { role: 'everything', primary, fallbacks: [...new Set(fallbacks)].filter((ref) => ref !== primary) };
  }
  const claude = config.fallbacks.filter((ref) => isAnthropicRef(ref, config)).map((ref) => resolveAlias(ref, config));
  const [primary, ...fallbacks] = claude;
  return primary === undefined ? {} : { role: 'fallback', primary, fallbacks };
}

/**
 * Opus, Sonnet and Haiku: kept where they name Claude, re-pointed where they name the bridge. New ones only where they
 * restrict nothing: before 2026.8.1 the first alias makes an allowlist of one.
 */
function aliasesFor(config: ConfigFacts, best: BestModels, version: string): Record<string, string> {
  const mayAdd = config.allowlist !== null || atLeast(version, '2026.8.1-beta.0');
  const out: Record<string, string> = {};
  for (const [family, name] of Object.entries(FAMILIES)) {
    const ref = best[family as keyof BestModels];
    const old = Object.entries(config.aliases).find(([alias]) => alias.toLowerCase() === family);
    if (old && !isBridgeRef(old[1], config)) {
      if (isAnthropicRef(old[1], config)) out[old[0]] = old[1];
    } else if (ref !== undefined && (old || mayAdd) && !Object.values(config.aliases).includes(ref)) {
      out[old?.[0] ?? name] = ref;
    }
  }
  return out;
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

function freeAgentId(config: ConfigFacts | undefined): string {
  const ids = new Set(config?.agents.map((agent) => agent.id));
  for (let n = 1; ; n++) {
    const id = n === 1 ? 'claude' : `claude-${n}`;
    if (!ids.has(id)) return id;
  }
}
