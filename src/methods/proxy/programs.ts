import { dirname, join } from 'node:path/posix';
import type { ClaudeInstall } from '../../claude/records.ts';
import { WARM_MOST } from '../../normalizer/claude-cli.ts';
import { agentDirectory } from '../../services/launchd.ts';
import { maxApiServer } from '../../services/max-api.ts';
import type { ServicesFacts } from '../../services/records.ts';
import { memoryFor, type ServiceSpec, unitName } from '../../services/spec.ts';
import { foregroundCommand } from '../../services/steps.ts';
import { runtimeDirectory, systemctl } from '../../services/systemd.ts';
import type { ProxyAnswers, Upstream } from './questions.ts';

/** Claude Code runs at once: what the normalizer does unless it is told. */
const RUNS = 2;

/** What runs, in the order of its start. */
export interface Programs {
  readonly maxApi: ServiceSpec | null;
  readonly normalizer: ServiceSpec;
}

/** Both programs with every path resolved. `gateway`: units that start after the normalizer. */
export function programsFor(
  services: ServicesFacts,
  node: string,
  claude: ClaudeInstall,
  { upstream, warm }: Pick<ProxyAnswers, 'upstream' | 'warm'>,
  gateway: readonly string[],
): Programs {
  const { place, ports, runtime, keyFile, env, maxApi } = services;
  const path = [...new Set([dirname(node), dirname(claude.path), '/usr/local/bin', '/usr/bin', '/bin'])];
  const common = { env, path, memoryMb: memoryFor(RUNS) };
  const own = [node, runtime.file, '--port', String(ports.normalizer), '--key-file', keyFile.path] as const;
  if (upstream === 'direct') {
    const none = warm ? [] : ['--warm', '0'];
    const argv = [...own, '--claude', claude.path, '--work-dir', workDirectory(place), ...none] as const;
    const memoryMb = memoryFor(RUNS, warm ? WARM_MOST : 0);
    return { maxApi: null, normalizer: { ...common, memoryMb, id: 'normalizer', argv, wants: [], before: gateway } };
  }
  const behind = unitName('claude-max-api');
  const status =
    place === null || place.manager === 'launchd'
      ? `curl http://127.0.0.1:${ports.claudeMaxApi}/health`
      : systemctl(place, 'status', behind).join(' ');
  const words = ['--upstream', upstream, '--upstream-port', String(ports.claudeMaxApi), '--status-command', status];
  const server = maxApi.present ? maxApiServer(maxApi.folder) : (maxApi.global ?? maxApiServer(maxApi.folder));
  return {
    maxApi: {
      ...common,
      id: 'claude-max-api',
      argv: [node, server, String(ports.claudeMaxApi)],
      wants: [],
      before: [],
    },
    normalizer: { ...common, id: 'normalizer', argv: [...own, ...words], wants: [behind], before: gateway },
  };
}

/** An empty directory that the manager makes and takes away again. */
function workDirectory(place: ServicesFacts['place']): string {
  if (place?.manager === 'launchd') return agentDirectory('normalizer', place);
  return join(runtimeDirectory('normalizer', place ?? { manager: 'systemd-user' }), 'work');
}

/** Why a port of what is set up is not the usual one. */
export function portNotes({ ports }: ServicesFacts, upstream: Upstream): readonly string[] {
  const used = upstream === 'direct' ? [ports.normalizer] : [ports.normalizer, ports.claudeMaxApi];
  return ports.notes.filter((says) => used.some((port) => says.endsWith(` ${port} is used.`)));
}

/** What a person without a service manager runs, one line for each program. */
export function foregroundCommands({ maxApi, normalizer }: Programs): readonly string[] {
  // claude-max-api-proxy lets Claude Code read whatever lies in its working directory.
  const first = maxApi === null ? [] : [`cd "$(mktemp -d)" && ${foregroundCommand(maxApi)}`];
  return [...first, foregroundCommand(normalizer)];
}

/** The same in one line, ready to paste. */
export function foregroundLine(programs: Programs): string {
  const [first, second] = foregroundCommands(programs);
  return second === undefined ? (first ?? '') : `(${first}) & ${second}`;
}
