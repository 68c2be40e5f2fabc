import { basename, join } from 'node:path';
import { command } from '../actions/index.ts';
import type { Action, Touch } from '../engine/types.ts';
import { legacyCopies } from './legacy-state.ts';
import { openclawProgram, type Target } from './openclaw-program.ts';
import { configTouches, writtenConfig } from './store-credential.ts';

/**
 * OpenClaw's own migration after an update, before anything of ours: its first writing command moves cron jobs, pairings
 * and queues of the older release into its database. Were that a part of a step of ours, taking the step back would put
 * the old database back, and the jobs would be in neither place. `models auth order get` migrates like every such command
 * and writes nothing else (run on 2026.6.1 to 2026.9.6). The step is never taken back; it keeps copies of what it finds.
 */
export function migrationSteps(target: Target, legacy: readonly string[]): Action[] {
  if (legacy.length === 0) return [];
  const config = writtenConfig(target);
  const { state, release } = target;
  const touches: Touch[] = [
    ...configTouches(target),
    ...legacyCopies(state, legacy).map((path): Touch => ({ path, as: path.endsWith('.json') ? 'file' : 'directory' })),
    { path: join(state.realStateDir, 'state', 'openclaw.sqlite'), as: 'sqlite' },
  ];
  const args = ['models', 'auth', 'order', 'get', '--provider', 'anthropic', '--agent', target.config.defaultAgent];
  const names = legacyCopies(state, legacy).map((path) => path.slice(state.realStateDir.length + 1));
  return [
    command(
      'openclaw-migration',
      {
        forward: {
          headline: `Let OpenClaw ${release.version} take over what an older release left`,
          because: 'It does so at its next command anyway. Done first, an undo of the rest cannot lose a cron job.',
        },
        backward: { headline: 'Keep what OpenClaw took over' },
        program: openclawProgram(target, [...args, '--json']),
        keepText: [{ file: config, name: basename(state.configPath) }],
        outside: [
          names.length > 0
            ? `OpenClaw moves into its database what it still needs of: ${names.join(', ')}`
            : 'OpenClaw migrates its own state, where anything of an older release is left',
        ],
        undo: { by: 'nothing', otherwise: 'What OpenClaw took over from an older release stays with OpenClaw.' },
      },
      touches,
    ),
  ];
}
