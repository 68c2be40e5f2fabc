import { join } from 'node:path';
import { claudeLogin } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import type { World } from '../system/world.ts';
import type { ClaudeInstall } from './records.ts';
import { claudeConfigDir, claudeStateFile } from './token.ts';

/** The step in which this Claude Code signs in: what it writes is told by runs of 2.1.126 and 2.1.329. */
export function loginStep(world: World, { path }: ClaudeInstall): Action {
  const folder = claudeConfigDir(world);
  return claudeLogin({
    asks: { argv: [path, '--version'], timeoutMs: 30_000 },
    credentials: join(folder, '.credentials.json'),
    state: claudeStateFile(world),
    copies: join(folder, 'backups'),
    keychain: world.platform === 'darwin',
  });
}
