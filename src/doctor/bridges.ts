import { claudeAgents, readConfig } from '../facts/claude-agents.ts';
import { defaultModel, isBridged } from '../facts/own-proxy.ts';
import type { Facts, ProxyFacts } from '../facts/types.ts';
import { providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { surelyShipped } from '../openclaw/claude-models.ts';
import type { Leftover } from '../services/records.ts';
import { factValue } from '../system/fact.ts';
import { envCredential } from './claude-use.ts';
import type { Repair } from './repairs.ts';

/** Whether something answers where a ref leads: null where that is not known, as for another machine. */
export function answersAt(ref: string, facts: Facts): boolean | null {
  const config = readConfig(facts);
  const id = config && providerOf(resolveAlias(ref, config));
  if (!config || id === null) return null;
  // Without a block of its own a bridge's provider leads nowhere: OpenAI has no Claude.
  if (!config.providers.some((provider) => provider.id.toLowerCase() === id && provider.baseUrl !== null)) return false;
  return factValue(facts.proxies)?.found.find(({ provider }) => provider.toLowerCase() === id)?.answers ?? null;
}

/** Something for Claude that OpenClaw may use: stored, or in its environment. */
export function hasCredential(facts: Facts): boolean {
  const stored = factValue(facts.profiles) ?? [];
  if (stored.some(({ provider, rejected }) => provider === 'anthropic' && rejected === null)) return true;
  return envCredential(facts);
}

/** Ids of Claude models that OpenClaw can ask for by its own way, best first: those of its list, or some it surely ships. */
export function claudeModels({ catalogue, release }: Facts): readonly string[] {
  const listed = factValue(catalogue)?.anthropic ?? [];
  const version = factValue(release)?.version;
  return listed.length > 0 || version === undefined ? listed : surelyShipped(version);
}

/** What names a bridge can name Claude: there is a credential for it, and a model is known. */
export const canAskClaude = (facts: Facts): boolean => hasCredential(facts) && claudeModels(facts).length > 0;

/** Everything that names a bridge beside cron jobs, which only a running gateway changes. */
export const OFF_THE_BRIDGE: Repair = {
  kind: 'bridge',
  of: ['primary', 'fallbacks', 'aliases', 'agents', 'settings'],
};

/** A proxy of this machine that somebody set up by hand, and that the default model is meant to go through. */
export interface HandMade extends ProxyFacts {
  /** Its services, as guides have people make them. */
  readonly services: readonly Leftover[];
  /** It asks the Claude Code of this machine, with its login. */
  readonly asksClaude: boolean;
}

/** Names of proxies that start Claude Code themselves; the others keep logins of their own. */
const ASKS_CLAUDE = /claude-?max|max-?(proxy|api)|claude-?code|claude-?proxy|meridian/i;

/**
 * The hand-made proxy that is the person's way to Claude: the default model leads to it, by a name that guides give it or
 * beside services of theirs, and Claude is not set up in OpenClaw instead. null where there is none.
 */
export function handMade(facts: Facts): HandMade | null {
  const primary = defaultModel(facts);
  const config = readConfig(facts);
  if (config === null || primary === null || !isBridged(primary, facts)) return null;
  const id = providerOf(resolveAlias(primary, config));
  const found = factValue(facts.proxies)?.found.find(({ provider }) => provider.toLowerCase() === id);
  const services = (factValue(facts.services)?.leftovers ?? []).filter(({ manager }) => manager !== 'none');
  if (found === undefined || id === null || (!ASKS_CLAUDE.test(id) && services.length === 0)) return null;
  if (hasCredential(facts) && claudeAgents(facts).length === 0) return null;
  return { ...found, services, asksClaude: ASKS_CLAUDE.test(id) || services.length > 0 };
}
