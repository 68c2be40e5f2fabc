import { basename, dirname, join } from 'node:path';
import { command } from '../actions/index.ts';
import type { Action, Touch } from '../engine/types.ts';
import { settlesOf } from './config-guard.ts';
import { sqliteNodeOf } from './node-runtime.ts';
import { asTyped, openclawProgram, type Target } from './openclaw-program.ts';
import { BOOKKEEPING, configTouches, writtenConfig } from './store-credential.ts';

/**
 * OpenClaw's own `doctor --fix`, which takes an `auth-profiles.json` of an older release into its database. A step of
 * its own because it also rewrites other things (2026.9.6: model ids, the agent roster).
 */
export function doctorStep(
  target: Target,
  strays: readonly string[],
  what: 'credentials' | 'cron jobs' = 'credentials',
): Action {
  const because =
    what === 'cron jobs'
      ? `${strays.join(', ')}: this release keeps its jobs in a database and takes the file in only this way.`
      : `${strays.map((path) => basename(dirname(dirname(path)))).join(', ')}: an auth-profiles.json of an older release makes this one refuse Anthropic.`;
  const config = writtenConfig(target);
  const databases = [
    join(target.state.realStateDir, 'state', 'openclaw.sqlite'),
    ...target.config.agents.map((agent) => join(agent.agentDir, 'openclaw-agent.sqlite')),
  ];
  const touches: Touch[] = [
    ...configTouches(target),
    ...databases.map((path): Touch => ({ path, as: 'sqlite' })),
    ...[...new Set(strays.map(dirname))].map((path): Touch => ({ path, as: 'directory' })),
    // It moves conversations into the database of their agent (2026.8.2); with that one they would go.
    ...target.config.agents.map(
      ({ agentDir }): Touch => ({ path: join(dirname(agentDir), 'sessions'), as: 'directory' }),
    ),
  ];
  return command(
    'doctor-fix',
    {
      forward: {
        headline: `Let OpenClaw take in its old ${what === 'cron jobs' ? what : 'credential file'}`,
        because: `${because} OpenClaw's doctor may also rename models and reshape the agents in the config.`,
      },
      backward: { headline: 'Put back what the doctor changed' },
      program: openclawProgram(target, ['doctor', '--fix', '--non-interactive'], { timeoutMs: 300_000 }),
      keepText: [{ file: config, name: basename(target.state.configPath), ...settlesOf(target) }],
      outside: strays.map((path) => `${path} → OpenClaw's database, the file is renamed`),
      undo: {
        by: 'files',
        databases: {
          node: sqliteNodeOf(target.release),
          paths: databases,
          bookkeeping: BOOKKEEPING,
        },
        otherwise: `What the doctor changed stays. To put it back run  ${asTyped(target, 'gateway', 'stop')}  and then  clawauth-setup undo  again.`,
      },
    },
    touches,
  );
}
