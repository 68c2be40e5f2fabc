import type { Action } from '../engine/types.ts';

/**
 * When a step has its place in a run that also takes an old way away. `bring`: makes something stand that OpenClaw does
 * not use before it is told of it (a service, a key, a stored credential). `use`: tells OpenClaw (its configuration, cron
 * jobs). `first` and `last` go around all others.
 */
export type Phase = 'first' | 'bring' | 'use' | 'last';

/** Ids of the steps that the rooms below make for every way; what is not named here brings something. */
const PHASES: readonly (readonly [RegExp, Phase])[] = [
  [/^gateway-after-undo$/, 'first'],
  [/^gateway-restart$/, 'last'],
  [/^(use-claude|ask-before-commands|proxy-provider|provider-copies|cron)(-|$)/, 'use'],
];

export function phaseOf({ id }: Pick<Action, 'id'>): Phase {
  return PHASES.find(([ids]) => ids.test(id))?.[1] ?? 'bring';
}
