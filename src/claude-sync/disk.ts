import { type FileHandle, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { chownIfOther } from '../system/owner.ts';

/** Text of a file; null when absent. */
export async function read(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Puts `after` in the place of a file that holds `before`, atomically and with its owner and permissions; false where it
 * holds something else by now. Goes through a link to the file itself.
 */
export async function replace(file: string, before: string, after: string): Promise<boolean> {
  const path = await realpath(file);
  const { mode, uid, gid } = await stat(path);
  return put(path, after, { mode: mode & 0o777, uid, gid }, async () => (await read(path)) === before);
}

/** Writes a file of ours, for its owner alone. */
export async function keep(file: string, text: string): Promise<void> {
  await put(file, text, { mode: 0o600 }, async () => true);
}

/** One name for each file: what a sudden end left there is written over by the next one. */
export function tempFor(file: string): string {
  return join(dirname(file), `.${basename(file)}.clawauth-claude-sync.tmp`);
}

/** Without an owner it is whoever runs the service. */
type Attributes = { readonly mode: number } | { readonly mode: number; readonly uid: number; readonly gid: number };

async function put(
  path: string,
  text: string,
  attributes: Attributes,
  still: () => Promise<boolean>,
): Promise<boolean> {
  const temp = tempFor(path);
  await rm(temp, { force: true });
  const file = await open(temp, 'wx', 0o600);
  try {
    await write(file, text, attributes);
    if (!(await still())) return false;
    await rename(temp, path);
    await syncFolder(dirname(path));
    return true;
  } finally {
    await rm(temp, { force: true });
  }
}

async function write(file: FileHandle, text: string, attributes: Attributes): Promise<void> {
  try {
    if ('uid' in attributes) await chownIfOther(file, attributes);
    await file.chmod(attributes.mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Those of `given`, and of every other agent that lies in OpenClaw's directory: it copies profiles (2026.2.17). */
export async function storesOf(given: readonly string[], stateDir: string): Promise<readonly string[]> {
  const agents = join(stateDir, 'agents');
  const names = await readdir(agents).catch((): string[] => []);
  return [...new Set([...given, ...names.map((name) => join(agents, name, 'agent', 'auth-profiles.json'))])];
}
