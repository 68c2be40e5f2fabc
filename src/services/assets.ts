import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The text of a file of `assets`, which lies in the package beside `src` or `dist`. */
export function readAsset(...names: string[]): string {
  for (const up of ['..', '../..', '../../..']) {
    const candidate = join(fileURLToPath(new URL(up, import.meta.url)), 'assets', ...names);
    if (existsSync(candidate)) return readFileSync(candidate, 'utf8');
  }
  throw new Error(`${join('assets', ...names)} is missing from this installation`);
}
