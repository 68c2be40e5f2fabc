import { type Flow, methodOf, type Stage, type State } from './state.ts';

/** The screens of each flow, in order. */
const PATHS: Readonly<Record<Flow, readonly Stage[]>> = {
  'set up': ['look', 'choose', 'sign in', 'role', 'models', 'review', 'apply'],
  switch: ['home', 'choose', 'sign in', 'role', 'models', 'review', 'apply'],
  renew: ['home', 'sign in', 'review', 'apply'],
  models: ['home', 'role', 'models', 'review', 'apply'],
  'put back': ['home', 'drift', 'review', 'apply'],
  finish: ['recover', 'sign in', 'apply'],
};

/** Screens that are reached from the overview without a flow. */
const ASIDE: Partial<Record<Stage, Stage>> = {
  drift: 'home',
  backups: 'home',
  uninstall: 'home',
};

/** The sign-in belongs to a path only while its method needs a token. */
function pathOf(state: State): readonly Stage[] {
  const needsToken = methodOf(state)?.needsToken ?? true;
  return PATHS[state.flow].filter((stage) => stage !== 'sign in' || needsToken || state.flow === 'finish');
}

export function next(state: State): Stage | undefined {
  const path = pathOf(state);
  const at = path.indexOf(state.stage);
  return at < 0 ? undefined : path[at + 1];
}

/** Where Esc goes; undefined where it goes nowhere. */
export function previous(state: State): Stage | undefined {
  if (state.stage === 'apply') return undefined;
  const path = pathOf(state);
  const at = path.indexOf(state.stage);
  if (state.stage === 'take back') return state.taking?.from;
  return at > 0 ? path[at - 1] : at < 0 ? ASIDE[state.stage] : undefined;
}

/** Stages that were answered before `stage`, in order. */
export function answered(state: State, stage: Stage): readonly Stage[] {
  const path = pathOf(state);
  return path.slice(0, Math.max(0, path.indexOf(stage)));
}

/** `[2, 5]` for the second of five steps; null outside of a flow. Role and models are one step. */
export function stepOf(state: State): readonly [number, number] | null {
  if (state.stage === 'apply' && state.run?.purpose !== 'apply') return null;
  const steps = pathOf(state)
    .slice(1)
    .filter((stage) => stage !== 'models');
  const here = state.stage === 'models' ? 'role' : state.stage === 'verify' ? 'apply' : state.stage;
  const at = steps.indexOf(here);
  return at < 0 ? null : [at + 1, steps.length];
}
