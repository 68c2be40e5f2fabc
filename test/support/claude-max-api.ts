import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheRoot } from './releases.ts';

const run = promisify(execFile);

/** The real claude-max-api-proxy 1.0.0 from npm, installed once; gives its program for `node`. */
export async function installMaxApi(): Promise<string> {
  const folder = join(cacheRoot(), 'claude-max-api-proxy-1.0.0');
  const program = join('node_modules', 'claude-max-api-proxy', 'dist', 'server', 'standalone.js');
  if (!existsSync(join(folder, program))) {
    await mkdir(cacheRoot(), { recursive: true });
    const making = await mkdtemp(`${folder}.making-`);
    try {
      await writeFile(join(making, 'package.json'), '{"private":true}');
      await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'claude-max-api-proxy@1.0.0'], {
        cwd: making,
      });
      await rename(making, folder);
    } catch (cause) {
      await rm(making, { recursive: true, force: true });
      if (!existsSync(join(folder, program))) throw cause;
    }
  }
  return join(folder, program);
}
