import type { Facts } from '../facts/types.ts';
import { refsIn } from '../methods/model-plan.ts';
import { targetOf } from '../methods/target.ts';
import type { Answers, PlanWarning } from '../methods/types.ts';
import { providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { refsInUse } from '../openclaw/model-edits.ts';
import { idFault } from '../openclaw/model-ids.ts';
import { modelsTyped } from '../openclaw/openclaw-program.ts';
import { factValue } from '../system/fact.ts';

/**
 * Refs of `answers` that nothing here offers: not `offered` (the models of the way itself), not the catalogue of this
 * release, no provider of its configuration. OpenClaw takes any ref and fails when it is asked, so this is a warning and
 * no refusal. What cannot be told is not warned of: a catalogue that is not known, a provider with a stored credential,
 * a ref in use whose provider OpenClaw does not miss. Pure.
 */
export function unknownModels(facts: Facts, answers: Answers, offered: readonly string[]): readonly PlanWarning[] {
  if (!facts.release.known || !facts.state.known || !facts.config.known) return [];
  const target = targetOf(facts);
  const { config, release } = target;
  const refs = refsIn(answers).map((ref) => resolveAlias(ref, config));
  return [...new Set(refs)].flatMap((ref): PlanWarning[] => {
    if (ref === '' || offered.includes(ref)) return [];
    const provider = providerOf(ref);
    const own = config.providers.find(({ id }) => id.toLowerCase() === provider);
    if (isOffered(facts, ref, provider, own)) return [];
    const says = `${ref} is offered neither by OpenClaw ${release.version} nor by a provider in its configuration.`;
    const named = provider === 'anthropic' || own ? ['--provider', own?.id ?? 'anthropic'] : [];
    return [{ code: 'unknown-model', says, next: modelsTyped(target, 'list', '--all', ...named) }];
  });
}

function isOffered(
  facts: Facts,
  ref: string,
  provider: string | null,
  own: { readonly models: readonly string[] } | undefined,
): boolean {
  const config = factValue(facts.config);
  const model = ref.slice(ref.indexOf('/') + 1);
  // One that is in use as well: it was never right.
  if (provider === 'anthropic' && idFault(model, factValue(facts.catalogue)?.anthropic ?? [])?.why === 'misspelled') {
    return own?.models.includes(model) === true;
  }
  if (own && (own.models.length === 0 || own.models.includes(model))) return true;
  const missing = factValue(facts.modelsStatus)?.missingProviders ?? [];
  if (config && refsInUse(config).includes(ref) && !missing.includes(provider ?? '')) return true;
  if (provider === 'anthropic') {
    const catalogue = factValue(facts.catalogue)?.anthropic;
    return catalogue === undefined || catalogue.includes(model);
  }
  return own === undefined && (factValue(facts.profiles) ?? []).some((profile) => profile.provider === provider);
}
