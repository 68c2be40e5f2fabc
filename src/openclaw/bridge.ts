import { array, type Json, object, text } from '../system/json.ts';
import type { ConfigFacts, CustomProvider } from './records.ts';

/** Names under which proxies and relays for Claude plans are usually configured. */
const KNOWN_BRIDGES =
  /claude-?max|claude-?code|claude-?proxy|max-?proxy|max-?api|meridian|cliproxy|ccproxy|openai-?bridge|claude-?bridge/i;
const CLAUDE_MODEL = /(^|[/:._-])(claude|opus|sonnet|haiku)(?=$|[/:._@-]|\d)/i;
/** Vendors that sell Claude themselves: configured by hand or not, they are not a way around anything. */
const VENDOR_HOSTS =
  /(^|\.)(openrouter\.ai|amazonaws\.com|googleapis\.com|azure\.com|windows\.net|vercel\.(sh|com|ai)|githubcopilot\.com|cloudflare\.com|huggingface\.co)$/i;

/** `models.providers` of a config, in file order. */
export function readProviders(providers: unknown): CustomProvider[] {
  return Object.entries(object(providers)).map(([id, value]) => {
    const provider = object(value);
    const baseUrl = text(provider.baseUrl);
    const models = modelIds(provider);
    return { id, baseUrl, api: text(provider.api), models, bridge: isBridge(id, baseUrl, models) };
  });
}

function modelIds(provider: Json): string[] {
  return array(provider.models).flatMap((row) => text(typeof row === 'string' ? row : object(row).id) ?? []);
}

function isBridge(id: string, baseUrl: string | null, models: readonly string[]): boolean {
  if (KNOWN_BRIDGES.test(id)) return true;
  const host = hostOf(baseUrl);
  if (id === 'anthropic' || id === 'claude-cli')
    return host !== null && host !== 'api.anthropic.com' && !isVendor(host);
  if (host === null || isVendor(host)) return false;
  return models.some((model) => CLAUDE_MODEL.test(model));
}

function isVendor(host: string): boolean {
  return VENDOR_HOSTS.test(host) || host === 'api.anthropic.com';
}

function hostOf(url: string | null): string | null {
  if (url === null) return null;
  try {
    return new URL(url).hostname.toLowerCase();
  } catch {
    return null;
  }
}

/** What an object by providers calls Anthropic: names compare without case. */
export const anthropicKey = (by: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(by).find((name) => name.trim().toLowerCase() === 'anthropic');

/** The provider part of `provider/model`; null for an alias or a bare id. */
export function providerOf(ref: string): string | null {
  const slash = ref.indexOf('/');
  return slash > 0 ? ref.slice(0, slash).toLowerCase() : null;
}

/** An alias → its ref (names compare without case, as OpenClaw does); anything else unchanged. */
export function resolveAlias(ref: string, config: Pick<ConfigFacts, 'aliases'>): string {
  if (ref.includes('/')) return ref;
  const wanted = ref.trim().toLowerCase();
  for (const [alias, target] of Object.entries(config.aliases)) if (alias.toLowerCase() === wanted) return target;
  return ref;
}

/**
 * Whether a ref (or alias) is answered by a bridge: a provider told as one, or a Claude model asked of OpenAI's own
 * provider, which only an `OPENAI_BASE_URL` pointed at a proxy can answer.
 */
export function isBridgeRef(ref: string, config: Pick<ConfigFacts, 'aliases' | 'providers'>): boolean {
  const resolved = resolveAlias(ref, config);
  const id = providerOf(resolved);
  if (id === null) return false;
  if (config.providers.some((provider) => provider.id.toLowerCase() === id && provider.bridge)) return true;
  return id === 'openai' && CLAUDE_MODEL.test(resolved.slice(id.length + 1));
}

/** Refs that a new set-up takes over. */
export interface OldRefs {
  /** Whether this ref (or alias) is one. */
  readonly is: (ref: string) => boolean;
  /** What is behind them: `the bridge`. */
  readonly name: string;
}

export function bridgeRefs(config: Pick<ConfigFacts, 'aliases' | 'providers'>): OldRefs {
  return { is: (ref) => isBridgeRef(ref, config), name: 'the bridge' };
}

/** Whether a ref (or alias) is Claude through OpenClaw's own Anthropic provider. */
export function isAnthropicRef(ref: string, config: Pick<ConfigFacts, 'aliases' | 'providers'>): boolean {
  return providerOf(resolveAlias(ref, config)) === 'anthropic' && !isBridgeRef(ref, config);
}

/** A `models.providers.anthropic` block whose base URL ends in `/v1`, which OpenClaw doubles (HTTP 404 on every model). */
export function doublesV1(provider: CustomProvider): boolean {
  if (provider.api !== null && provider.api !== 'anthropic-messages') return false;
  return provider.id === 'anthropic' && provider.baseUrl !== null && /\/v1\/?$/.test(provider.baseUrl);
}

/**
 * Whether a provider block takes requests for Anthropic, and with them the credential that is stored for it, somewhere
 * else: 2026.2.17, 2026.6.1 and 2026.9.6 sent a stored token as a bearer to whatever `models.providers.anthropic.baseUrl`
 * named.
 */
export function leadsElsewhere({ id, baseUrl }: Pick<CustomProvider, 'id' | 'baseUrl'>): boolean {
  if (id.trim().toLowerCase() !== 'anthropic' || baseUrl === null) return false;
  return !baseUrl.startsWith('https://') || hostOf(baseUrl) !== 'api.anthropic.com';
}
