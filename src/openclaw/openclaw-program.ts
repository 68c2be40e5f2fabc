import type { Program } from '../actions/index.ts';
import { containerArgv, containerTyped } from './container.ts';
import { featuresOf } from './generation.ts';
import { stateVariables } from './paths.ts';
import type { ConfigFacts, OpenClawRelease, StateFacts } from './records.ts';

/** The installed OpenClaw and the state it works on: what every step that writes needs to know. */
export interface Target {
  readonly release: OpenClawRelease;
  readonly state: StateFacts;
  readonly config: ConfigFacts;
  /** Unix ms. */
  readonly now: number;
}

/** As much of it as a command needs that a person types. */
type Place = Pick<Target, 'release'> & Partial<Pick<Target, 'state' | 'config'>>;

/** 2026.4.29 fetches plugin packages at first use; 2026.9.6 was seen to take 40 s when one is missing. */
const TIMEOUT_MS = 180_000;

/** A call of the installed OpenClaw as data, with the same environment as our questions to it. */
export function openclawProgram(
  target: Target,
  args: readonly string[],
  more: Omit<Partial<Program>, 'argv' | 'env'> & { readonly env?: Record<string, string | null> } = {},
): Program {
  return {
    timeoutMs: TIMEOUT_MS,
    next: asTyped(target, 'doctor'),
    ...more,
    ...callOf(target, args, more.env),
    ...inContainer(target, args, more.env),
  };
}

/** What a step says more of a call in a container: what it is called, and how it goes when that was stopped since. */
function inContainer(target: Target, args: readonly string[], env: Program['env']): Partial<Program> {
  const { container } = target.state;
  if (container === undefined) return {};
  const stopped = { ...container, status: 'exited' };
  return {
    name: nameOf(target, args),
    stopped: callOf({ ...target, state: { ...target.state, container: stopped } }, args, env).argv,
  };
}

const nameOf = ({ release }: Place, args: readonly string[]) =>
  [release.install.command, ...args.filter((word) => !word.startsWith('-')).slice(0, 3)].join(' ');

/**
 * The very executable that the facts found, or a call in its container, with the state directory they found. Its colours
 * and its self-respawn are off; variables that would move it elsewhere are not inherited. null takes a variable away.
 */
export function callOf(
  { release, state }: Pick<Target, 'release' | 'state'>,
  args: readonly string[],
  more: Readonly<Record<string, string | null>> = {},
): { readonly argv: [string, ...string[]]; readonly env: Record<string, string | null> } {
  const env = { OPENCLAW_NO_RESPAWN: '1', NO_COLOR: '1', FORCE_COLOR: null, ...more };
  if (state.container !== undefined) return { argv: containerArgv(state.container, args, env), env: {} };
  return { argv: [release.install.path, ...args], env: { ...stateVariables(release.version, state), ...env } };
}

export function asTyped(target: Place, ...args: readonly string[]): string {
  const { container } = target.state ?? {};
  const instead = container === undefined ? null : containerTyped(container, args);
  if (instead !== null) return instead;
  return [typedCommand(target), ...args].join(' ');
}

/** `models status` or `models list` as a person types it: from 2026.8.1 on they refuse where several agents may be meant. */
export function modelsTyped(target: Place, ...args: readonly ['status' | 'list', ...string[]]): string {
  const { agents, defaultAgent } = target.config ?? { agents: [], defaultAgent: '' };
  const many = featuresOf(target.release.version).explicitOwner && agents.length > 1;
  return asTyped(target, 'models', ...args, ...(many ? ['--agent', defaultAgent] : []));
}

/** Where OpenClaw did not tell about its models: the same question where it took too long, else its doctor. */
export function afterNoAnswer(place: Place, timedOut: boolean): string {
  return timedOut ? modelsTyped(place, 'status') : asTyped(place, 'doctor');
}

/** OpenClaw's command for this very installation, as a person types it: with the variables or the profile that lead to it. */
export function typedCommand({ release, state }: Place): string {
  const { install } = release;
  const profile = state?.profile == null || state.typed !== undefined ? [] : ['--profile', state.profile];
  return [...(state?.typed === undefined ? [] : [state.typed]), install.typed ?? install.command, ...profile].join(' ');
}
