import type { Action } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { methods } from '../methods/index.ts';
import type { Refs } from '../methods/refs.ts';
import { targetOf } from '../methods/target.ts';
import { resolveAlias } from '../openclaw/bridge.ts';
import { bestModels, claudeRef, counterpart } from '../openclaw/claude-models.ts';
import { configSteps } from '../openclaw/config-step.ts';
import { cronSteps } from '../openclaw/cron-steps.ts';
import { allowEdits, modelEdits, refsInEdits } from '../openclaw/model-edits.ts';
import { settingId } from '../openclaw/model-keys.ts';
import { keepNames } from '../openclaw/model-names.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { claudeModels } from './bridges.ts';
import { placesSaid, type Repair } from './repairs.ts';

type Bridge = Extract<Repair, { kind: 'bridge' }>;

/**
 * Each place that names a bridge names the Claude model of the same family instead, and nothing else changes: by the way
 * that has no provider of its own, which is OpenClaw's.
 */
export function bridgeSteps(facts: Facts, { of }: Bridge, id: string): readonly Action[] {
  const target = targetOf(facts);
  const { config, release } = target;
  const method = methods.find(({ provider }) => provider === undefined);
  if (method === undefined) return [];
  const refs = method.refs(facts);
  const models = claudeModels(facts);
  const best = { ...bestModels(models), ...refs.best };
  const usual = usualModel(config, refs) ?? [method.defaults(facts).primary, ...models.map(claudeRef)].find(Boolean);
  if (usual === undefined) return [];
  const to = (ref: string) => (refs.old.is(ref) ? counterpart(ref, config, best, usual) : ref);
  const aliases = of.includes('aliases')
    ? Object.fromEntries(
        Object.entries(config.aliases).flatMap(([name, ref]) => (refs.old.is(ref) ? [[name, to(ref)]] : [])),
      )
    : {};
  const primary = config.primary ?? usual;
  const edits = modelEdits(config, {
    role: 'everything',
    primary: of.includes('primary') ? to(resolveAlias(primary, config)) : primary,
    fallbacks: of.includes('fallbacks')
      ? [...new Set(config.fallbacks.map(to))].filter((ref) => ref !== to(primary))
      : config.fallbacks,
    aliases,
    agents: [],
    keepModel: [
      ...(of.includes('agents') ? [] : config.agents.map((agent) => agent.id)),
      ...(of.includes('settings') ? [] : (config.settings ?? []).map(settingId)),
    ],
    isOurs: (ref) => !refs.old.is(ref),
    old: refs.old,
    follows: true,
    best,
    sees: refs.sees,
  });
  const allow = allowEdits(config, release.version, refsInEdits(edits), edits, false);
  const named = keepNames(config, release.version, aliases, [...edits, ...allow]);
  const places = placesSaid(of.filter((place) => place !== 'cron'));
  const words = {
    forward: {
      headline: `Point ${places} to Claude`,
      because: 'Only what names the bridge changes; everything else stays as it is.',
    },
    backward: { headline: `Point ${places} back to the bridge` },
  };
  const cron = of.includes('cron') ? factValue(facts.cron) : undefined;
  const jobs =
    cron &&
    cronSteps(target, {
      ...cron,
      gatewayRuns: factValue(facts.gateway)?.running ?? false,
      modelFor: to,
      old: refs.old,
    });
  return [...configSteps(target, id, named, words), ...(jobs ?? [])];
}

/** A Claude model that is in use already. */
function usualModel(config: ConfigFacts, refs: Refs): string | undefined {
  const used = [
    config.primary,
    ...config.fallbacks,
    ...config.agents.map(({ model }) => model),
    ...Object.values(config.aliases),
  ];
  return used
    .flatMap((ref) => (ref === null ? [] : resolveAlias(ref, config)))
    .find((ref) => ref.includes('/') && refs.isOurs(ref));
}
