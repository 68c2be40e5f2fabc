import { join } from 'node:path';

/** The only release there is (npm, November 2026); its lock file in `assets` pins every package by version and integrity. */
export const MAX_API_VERSION = '1.0.0';

/** What Node runs, in the folder that `maxApiStep` fills. Its only argument is the port. */
export function maxApiServer(folder: string): string {
  return join(folder, 'node_modules', 'claude-max-api-proxy', 'dist', 'server', 'standalone.js');
}
