import type { Facts } from '../../facts/types.ts';
import { bridgeRefs, isAnthropicRef } from '../../openclaw/bridge.ts';
import { bestModels, claudeRef } from '../../openclaw/claude-models.ts';
import { factValue } from '../../system/fact.ts';
import { usualAnswers } from '../present-models.ts';
import type { Refs } from '../refs.ts';
import type { Answers, Role } from '../types.ts';

/** Anthropic's own models, by whatever way they are asked. Claude by a bridge is taken over. */
export function claudeRefs(facts: Facts): Refs {
  const config = factValue(facts.config) ?? { aliases: {}, providers: [] };
  return {
    best: bestModels(factValue(facts.catalogue)?.anthropic ?? []),
    isOurs: (ref) => isAnthropicRef(ref, config),
    old: bridgeRefs(config),
    sees: true,
  };
}

/** {@link usualAnswers} for these models. */
export function claudeDefaults(facts: Facts, method: string, role?: Role, refs: Refs = claudeRefs(facts)): Answers {
  // Where the release's own list is not known, every model may be in it.
  const offered = factValue(facts.catalogue)?.anthropic.map(claudeRef);
  const isOffered = (ref: string) => offered === undefined || offered.includes(ref);
  return usualAnswers(facts, method, { refs, first: offered?.[0] ?? '', offered: isOffered }, role);
}
