import type { Program } from '../actions/index.ts';
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
export function asTyped(here: Here, ...args: readonly string[]): string {
  const profile = here.state.profile === null ? [] : ['--profile', here.state.profile];
  return [here.release.install.command, ...profile, ...args].join(' ');
}
