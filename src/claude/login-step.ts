import { join } from 'node:path';
import { claudeLogin } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { placeOf } from './place.ts';
import type { ClaudeInstall } from './records.ts';

/** The step in which this Claude Code signs in: what it writes is told by runs of 2.1.126 and 2.1.329. */
export function loginStep(world: World, { path, inside }: ClaudeInstall): Action {
  const files = inside === undefined ? placeOf(world) : inside.mounted;
  if (files === undefined) {
    throw new Problem('login-in-container', `The login would be lost with the container ${inside?.name}.`, {
      why: `${inside?.folder} is not mounted from this machine. Nothing was changed.`,
    });
  }
  const { folder, stateFile } = files;
  return claudeLogin({
    asks: {
      argv: inside === undefined ? [path, '--version'] : [inside.runtime, 'exec', inside.name, path, '--version'],
      timeoutMs: 30_000,
    },
    credentials: join(folder, '.credentials.json'),
    state: stateFile,
    copies: join(folder, 'backups'),
    keychain: inside === undefined && world.platform === 'darwin',
  });
}
