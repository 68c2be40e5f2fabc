import { bestClaude } from '../claude/find.ts';
import type { ClaudeInstall } from '../claude/records.ts';
import { OLDEST_CLAUDE } from '../normalizer/claude-cli.ts';
import { isBridgeRef, providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { atLeast } from '../openclaw/version.ts';
import type { ServicesFacts } from '../services/records.ts';
import { factValue } from '../system/fact.ts';
import type { Facts } from './types.ts';

/** Whether a ref (or alias) is answered by our own proxy, set up with the key that it takes. */
export function isOwnProxy(ref: string | null, facts: Facts): boolean {
  const config = factValue(facts.config);
  const id = factValue(facts.services)?.provider?.id;
  return (
    ref !== null &&
    config !== undefined &&
    id !== undefined &&
    providerOf(resolveAlias(ref, config)) === id.toLowerCase()
  );
}

/** Services of the proxy that are here. */
export function proxyServices(services: ServicesFacts | undefined): ServicesFacts['ours'] {
  return services?.ours.filter(({ id, sha256 }) => id !== 'claude-sync' && sha256 !== null) ?? [];
}

/** The Claude Code that a service starts: the one that a bare `claude` runs, where it is new enough, else the newest. */
export function usableClaude(facts: Facts): ClaudeInstall | null {
  const installs = factValue(facts.claude) ?? [];
  return bestClaude(installs.filter(({ version }) => version !== null && atLeast(version, OLDEST_CLAUDE)));
}

/** The default model: as OpenClaw resolves it, else as the configuration names it. */
export function defaultModel({ modelsStatus, config }: Facts): string | null {
  return factValue(modelsStatus)?.resolvedDefault ?? factValue(config)?.primary ?? null;
}

/** Whether a ref (or alias) goes through a bridge that is not our own proxy. */
export function isBridged(ref: string | null, facts: Facts): boolean {
  const config = factValue(facts.config);
  return ref !== null && config !== undefined && isBridgeRef(ref, config) && !isOwnProxy(ref, facts);
}
