import { constants, type FileHandle, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { chownIfOther } from '../system/owner.ts';

/**
 * Text of a file; null when absent. `within`: the folders of a container. A file that is named in one of them really has to lie
 * in one: throws where a link leads out, since one that was made in there could lead to a login of this machine.
 */
export async function read(file: string, within: readonly string[] = []): Promise<string | null> {
  let handle: FileHandle;
  try {
    // A pipe in the place of a file would keep us waiting.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    // What was opened, whatever its name leads to by now (Linux, where alone there are such services).
    if (within.length > 0) await mustStayIn(within, file, await realpath(`/proc/self/fd/${handle.fd}`));
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

async function mustStayIn(within: readonly string[], file: string, real: string): Promise<void> {
  const folders = await Promise.all(within.map((folder) => realpath(folder).catch(() => folder)));
  const isIn = (path: string, those: readonly string[]) => those.some((folder) => path.startsWith(`${folder}/`));
  if (isIn(file, [...within, ...folders]) && !isIn(real, folders)) {
    throw new Error(`${file} leads to ${real}, which is no file of the container`);
  }
}

/**
 * Puts `after` in the place of a file that holds `before`, atomically and with its owner and permissions; false where it
 * holds something else by now. Goes through a link to the file itself. `within`: see {@link read}.
 */
export async function replace(
  file: string,
  before: string,
  after: string,
  within: readonly string[] = [],
): Promise<boolean> {
  const path = await realpath(file);
  if (within.length > 0) await mustStayIn(within, file, path);
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
