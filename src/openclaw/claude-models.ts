import { resolveAlias } from './bridge.ts';
import { bestOf, parseClaudeId } from './catalogue.ts';
import type { ConfigFacts } from './records.ts';

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

export function bestModels(catalogue: readonly string[]): BestModels {
  const of = (family: 'opus' | 'sonnet' | 'haiku') => {
    const id = bestOf(family, catalogue);
    return id === undefined ? {} : { [family]: claudeRef(id) };
  };
  return { ...of('opus'), ...of('sonnet'), ...of('haiku') };
}

/** The Claude model of the same family as a bridge's model: a cheap model stays a cheap one. */
export function counterpart(ref: string, config: ConfigFacts, best: BestModels, otherwise: string): string {
  const id = resolveAlias(ref, config);
  const named = /(opus|sonnet|haiku)/i.exec(id.slice(id.indexOf('/') + 1))?.[1]?.toLowerCase();
  const family = named ?? parseClaudeId(id.slice(id.indexOf('/') + 1))?.family;
  return (family ? best[family as keyof BestModels] : undefined) ?? otherwise;
}
