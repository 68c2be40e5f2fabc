import type { Generation } from './records.ts';
import { atLeast } from './version.ts';

/**
 * Where a release keeps things. Ranges found by running releases on both sides: JSON credentials up to 2026.6.1,
 * SQLite per agent from 2026.6.5, the shared state database from 2026.8.1; cron in files up to 2026.5.28, its state in
 * a sidecar from 2026.4.20.
 *
 * | | credentials | cron |
 * |---|---|---|
 * | G1 | `agents/<id>/agent/auth-profiles.json` | `cron/jobs.json` |
 * | G1b | the same, runtime state in `auth-state.json` | and `cron/jobs-state.json` |
 * | G1c | the same | `state/openclaw.sqlite` |
 * | G2 | `agents/<id>/agent/openclaw-agent.sqlite` | `state/openclaw.sqlite` |
 * | G3 | `state/openclaw.sqlite`, overrides per agent | `state/openclaw.sqlite` |
 */
export function generationOf(version: string): Generation {
  if (atLeast(version, '2026.8.1-beta.0')) return 'G3';
  if (atLeast(version, '2026.6.5-beta.0')) return 'G2';
  if (atLeast(version, '2026.6.0')) return 'G1c';
  if (atLeast(version, '2026.4.20')) return 'G1b';
  return 'G1';
}

/** Credentials lie in JSON files that may be read and written directly. */
export function credentialsInJson(generation: Generation): boolean {
  return generation === 'G1' || generation === 'G1b' || generation === 'G1c';
}

/** Cron jobs lie in `cron/jobs.json`. */
export function cronInFiles(generation: Generation): boolean {
  return generation === 'G1' || generation === 'G1b';
}

/** What commands and rules a release has; each with the first release it was seen in. */
export interface ReleaseFeatures {
  /** `config file`, `config validate --json`. */
  readonly configValidate: boolean;
  /** `models auth paste-token` reads a plain pipe. */
  readonly pasteTokenPiped: boolean;
  /** `models auth paste-api-key`, which reads one too. */
  readonly pasteApiKey: boolean;
  /** `models status` and `models auth` take `--agent`. */
  readonly modelsAgentFlag: boolean;
  readonly modelsAuthLogout: boolean;
  /** The allowlist is `agents.defaults.modelPolicy.allow`, not the keys of `agents.defaults.models`. */
  readonly modelPolicy: boolean;
  /** A config that shrinks below half of its last good size is taken for damaged. */
  readonly configGuard: boolean;
  /** A second agent needs `agents.ownership` and an explicit `--agent`. */
  readonly explicitOwner: boolean;
  /** `agentRuntime` of single models: 2026.5.6 refused it (oc#73097), 2026.5.28 runs it. */
  readonly modelRuntime: boolean;
  /**
   * Claude Code keeps its own permissions. Up to 2026.7 it is started with `--permission-mode bypassPermissions` where the
   * exec policy neither restricts commands nor asks (read in 2026.6.1 and 2026.7.1).
   */
  readonly runtimeAsks: boolean;
  /** A stored token is handed to Claude Code in the place of its own login (a turn of 2026.9.6; 2026.8.2 did not). */
  readonly handsTokensOver: boolean;
  /** CLAWDBOT_* variables still count as fallbacks (removed in 2026.3.22). */
  readonly clawdbotVariables: boolean;
}

export function featuresOf(version: string): ReleaseFeatures {
  return {
    configValidate: atLeast(version, '2026.3.2'),
    pasteTokenPiped: atLeast(version, '2026.5.22'),
    pasteApiKey: atLeast(version, '2026.5.28'),
    modelsAgentFlag: atLeast(version, '2026.4.25'),
    modelsAuthLogout: atLeast(version, '2026.8.2'),
    modelPolicy: atLeast(version, '2026.8.1-beta.0'),
    configGuard: atLeast(version, '2026.4.29'),
    explicitOwner: atLeast(version, '2026.8.1-beta.0'),
    modelRuntime: atLeast(version, '2026.5.28'),
    runtimeAsks: atLeast(version, '2026.8.1-beta.0'),
    handsTokensOver: atLeast(version, '2026.8.1-beta.0'),
    clawdbotVariables: !atLeast(version, '2026.3.22'),
  };
}
