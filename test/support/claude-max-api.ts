import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, npm } from './program-cache.ts';

/** The real claude-max-api-proxy 1.0.0 from npm, installed once; gives its program for `node`. */
export async function installMaxApi(): Promise<string> {
  const folder = await cached('claude-max-api-proxy-1.0.0', async (into) => {
    await writeFile(join(into, 'package.json'), '{"private":true}');
    await npm(into, ['install', '--ignore-scripts', 'claude-max-api-proxy@1.0.0']);
  });
  return join(folder, 'node_modules', 'claude-max-api-proxy', 'dist', 'server', 'standalone.js');
}
