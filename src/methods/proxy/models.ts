import type { EditData } from '../../actions/index.ts';
import { DEFAULT_MODELS } from '../../normalizer/upstream.ts';
import { isAnthropicRef, isBridgeRef, providerOf, resolveAlias } from '../../openclaw/bridge.ts';
import type { ConfigFacts } from '../../openclaw/records.ts';
import type { ServicesFacts } from '../../services/records.ts';
import type { Refs } from '../refs.ts';
import { PROVIDER, type Upstream } from './questions.ts';
import { models as words } from './words.ts';

/** Offered to OpenClaw, best first: Claude Code's own names for the newest model of each family. */
const OFFERED = ['opus', 'sonnet', 'haiku'] as const;

const NAMES: Readonly<Record<string, string>> = {
  opus: words.opus,
  sonnet: words.sonnet,
  haiku: words.haiku,
};

/**
 * Tokens. `direct` hands the prompt over on standard input: the plan's own window. claude-max-api-proxy 1.0.0 hands it
 * over as one argument, which Linux limits to 131,071 bytes: 32,000 tokens of four bytes.
 */
const CONTEXT: Readonly<Record<Upstream, number>> = { direct: 200_000, 'claude-max-api': 32_000 };
const MAX_TOKENS = 8192;

export const proxyRef = (id: string): string => `${PROVIDER}/${id}`;

/** Refs to offer a person, best first. */
export const offeredRefs: readonly string[] = OFFERED.map(proxyRef);

/** What this way calls its models, and the refs that it takes over: Claude by OpenClaw's own provider, or by a bridge. */
export function proxyRefs(config: Pick<ConfigFacts, 'aliases' | 'providers'>): Refs {
  const isOurs = (ref: string) => {
    const resolved = resolveAlias(ref, config);
    if (providerOf(resolved) !== PROVIDER) return false;
    return DEFAULT_MODELS.has(resolved.slice(resolved.indexOf('/') + 1));
  };
  const is = (ref: string) => !isOurs(ref) && (isAnthropicRef(ref, config) || isBridgeRef(ref, config));
  return {
    best: { opus: proxyRef('opus'), sonnet: proxyRef('sonnet'), haiku: proxyRef('haiku') },
    isOurs,
    old: { is, name: words.previous },
    // The normalizer puts a note in the place of an image.
    sees: false,
  };
}

/** What the provider's rows were written for; null when they are not ours. */
export function upstreamOf({ provider }: ServicesFacts): Upstream | null {
  if (!Array.isArray(provider?.models)) return null;
  const windows = provider.models.map((row) => (row as { readonly contextWindow?: unknown } | null)?.contextWindow);
  return windows.includes(CONTEXT['claude-max-api']) ? 'claude-max-api' : 'direct';
}

/** The rows of the provider: what is left out has the right default (text in, no cost). Ids that a hand-made block offered stay, as far as the normalizer knows them. */
function rowsFor(upstream: Upstream, config: ConfigFacts): readonly object[] {
  const before = config.providers.find(({ id }) => id === PROVIDER)?.models ?? [];
  const ids = [...new Set([...OFFERED, ...before.filter((id) => DEFAULT_MODELS.has(id))])];
  return ids.map((id) => ({
    id,
    name: NAMES[DEFAULT_MODELS.get(id) ?? ''] ?? id,
    contextWindow: CONTEXT[upstream],
    maxTokens: MAX_TOKENS,
  }));
}

/**
 * `models.providers` of the main configuration is the one place that every release reads; a provider that only an
 * agent's `models.json` names is not usable (2026.2.17, 2026.9.6). The key is read from its file when the step runs.
 */
export function providerEdits(config: ConfigFacts, services: ServicesFacts, upstream: Upstream): EditData[] {
  const wanted = {
    baseUrl: baseUrlOf(services),
    api: 'openai-completions',
    models: rowsFor(upstream, config),
  };
  const { provider, keyFile } = services;
  const same =
    provider?.id === PROVIDER &&
    provider.otherKeys.length === 0 &&
    provider.baseUrl === wanted.baseUrl &&
    provider.api === wanted.api &&
    JSON.stringify(provider.models) === JSON.stringify(wanted.models);
  if (same) return [];
  const { baseUrl, api, models } = wanted;
  const value = { baseUrl, api, apiKey: { $secretFile: keyFile.path }, models };
  return [{ op: 'set', path: ['models', 'providers', PROVIDER], value }];
}

export function baseUrlOf({ ports }: ServicesFacts): string {
  return `http://127.0.0.1:${ports.normalizer}/v1`;
}
