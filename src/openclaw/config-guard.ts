import { join } from 'node:path';
import type { Settles } from '../actions/index.ts';
import { featuresOf } from './generation.ts';
import { sqliteNodeOf } from './node-runtime.ts';
import { openclawProgram, type Target } from './openclaw-program.ts';
import { ownName } from './paths.ts';

/**
 * What tells a step that OpenClaw guards its config: a file below half of the last good one (of 512 bytes or more) counts
 * as damaged. The next command that reads it moves it to `openclaw.json.clobbered.<time>` and puts `openclaw.json.bak` in its
 * place, where that one parses, is valid and the last good one had a `gateway.mode`. `paste-token` writes its own layout,
 * which is longer, and makes that `.bak`. The same for a file that lost `meta` or `gateway.mode`.
 *
 * In the shipped code of 2026.4.29, 2026.6.5, 2026.7.1, 2026.8.2 and 2026.9.6 (`maybeRecoverSuspiciousConfigRead`), not of
 * 2026.5.28 and 2026.6.1; seen to act on 2026.6.5. The size is in `logs/config-health.json` up to 2026.6.5, in the table
 * `config_health_entries` of the state database in 2026.7.1 and later.
 */
export function settlesOf(target: Target): { settles?: Settles } {
  const { release, state } = target;
  if (!featuresOf(release.version).configGuard) return {};
  return {
    settles: {
      as: ownName(state),
      notes: {
        file: join(state.realStateDir, 'logs', 'config-health.json'),
        database: join(state.realStateDir, 'state', 'openclaw.sqlite'),
        node: sqliteNodeOf(release),
      },
      read: openclawProgram(target, ['config', 'validate', '--json']),
    },
  };
}
