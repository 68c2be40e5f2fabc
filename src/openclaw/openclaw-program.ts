import type { Program } from '../actions/index.ts';
import { featuresOf } from './generation.ts';
import { stateVariables } from './paths.ts';
import type { ConfigFacts, OpenClawRelease, StateFacts } from './records.ts';

/** The installed OpenClaw and the state it works on: what every step that writes needs to know. */
export interface Here {
  readonly release: OpenClawRelease;
  readonly state: StateFacts;
  readonly config: ConfigFacts;
  /** Unix ms. */
  readonly now: number;
}

/** 2026.4.29 fetches plugin packages at first use; 2026.9.6 was seen to take 40 s when one is missing. */
const TIMEOUT_MS = 180_000;

/** A call of the installed OpenClaw as data, with the same environment as our questions to it. */
export function openclawProgram(
  here: Here,
  args: readonly string[],
  more: Omit<Partial<Program>, 'argv' | 'env'> & { readonly env?: Record<string, string | null> } = {},
): Program {
  return {
    timeoutMs: TIMEOUT_MS,
    next: asTyped(here, 'doctor'),
    ...more,
    argv: [here.release.install.path, ...args],
    env: {
      ...stateVariables(here.release.version, here.state),
      OPENCLAW_NO_RESPAWN: '1',
      NO_COLOR: '1',
      FORCE_COLOR: null,
      ...more.env,
    },
  };
}

/** The command as a person types it. */
export function asTyped(here: Parameters<typeof typedCommand>[0], ...args: readonly string[]): string {
  return [typedCommand(here), ...args].join(' ');
}

/** `models status` or `models list` as a person types it: from 2026.8.1 on they refuse where several agents may be meant. */
export function modelsTyped(
  here: Pick<Here, 'release' | 'config'> & { readonly state: StateFacts | undefined },
  ...args: readonly ['status' | 'list', ...string[]]
): string {
  const { agents, defaultAgent } = here.config;
  const many = featuresOf(here.release.version).explicitOwner && agents.length > 1;
  return asTyped(here, 'models', ...args, ...(many ? ['--agent', defaultAgent] : []));
}

/** OpenClaw's command for this very installation, as a person types it: with the variables or the profile that lead to it. */
export function typedCommand({
  release,
  state,
}: Pick<Here, 'release'> & { readonly state: StateFacts | undefined }): string {
  const { install } = release;
  const profile = state?.profile == null || state.typed !== undefined ? [] : ['--profile', state.profile];
  return [...(state?.typed === undefined ? [] : [state.typed]), install.typed ?? install.command, ...profile].join(' ');
}
