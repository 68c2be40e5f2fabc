import { resolveAlias } from './bridge.ts';
import { bestOf, parseClaudeId } from './catalogue.ts';
import type { ConfigFacts } from './records.ts';
import { atLeast } from './version.ts';

/** `claude-opus-5` → `anthropic/claude-opus-5`; refs stay. A bare id means another provider in some releases. */
export function claudeRef(id: string): string {
  return id.includes('/') ? id : `anthropic/${id}`;
}

/** The best Claude refs of a release's own catalogue, by family; absent where it has none. */
export interface BestModels {
  readonly opus?: string;
  readonly sonnet?: string;
  readonly haiku?: string;
}

/**
 * Some Claude models that a release ships, best first, for where its own list cannot be read. By the lists of 2026.1.24-3,
 * 2026.2.17, 2026.3.2, 2026.4.29, 2026.6.1, 2026.6.5, 2026.7.1, 2026.8.2 and 2026.9.6.
 */
export function surelyShipped(version: string): readonly string[] {
  if (atLeast(version, '2026.8.1-beta.0')) return ['claude-opus-4-8', 'claude-sonnet-5', 'claude-haiku-4-5'];
  if (atLeast(version, '2026.2.17')) return ['claude-opus-4-6', 'claude-sonnet-4-6'];
  return ['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5'];
}

export function bestModels(catalogue: readonly string[]): BestModels {
  const of = (family: 'opus' | 'sonnet' | 'haiku') => {
    const id = bestOf(family, catalogue);
    return id === undefined ? {} : { [family]: claudeRef(id) };
  };
  return { ...of('opus'), ...of('sonnet'), ...of('haiku') };
}

/** The Claude model of the same family as a bridge's model: a cheap model stays a cheap one. */
export function counterpart(ref: string, config: ConfigFacts, best: BestModels, otherwise: string): string {
  const family = familyOf(resolveAlias(ref, config));
  return (family ? best[family as keyof BestModels] : undefined) ?? otherwise;
}

/** `openrouter/anthropic/claude-sonnet-4` → `sonnet`; null for a ref that is no Claude. */
export function familyOf(ref: string): string | null {
  const id = ref.slice(ref.indexOf('/') + 1);
  const named = /(opus|sonnet|haiku)/i.exec(id)?.[1]?.toLowerCase();
  return named ?? parseClaudeId(id)?.family ?? null;
}
