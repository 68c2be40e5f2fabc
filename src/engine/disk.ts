import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  type FileHandle,
  lchown,
  link,
  lstat,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf, fileProblem } from '../system/file-problems.ts';
import { chownIfOther } from '../system/owner.ts';
import { openPlain } from '../system/plain-file.ts';
import { Problem } from '../system/problem.ts';
import { shellQuote } from '../text.ts';
import type { Backed } from './types.ts';

declare const ours: unique symbol;
/** A path under the engine's own state directory. Only {@link ownPath} makes one. */
export type Own = string & { readonly [ours]: true };

/** What may be written: our own state, or a path whose content is in the open checkpoint. Nothing else compiles. */
export type Writable = Own | Backed;

/** A path in the state directory `root`; refuses to leave it. */
export function ownPath(root: string, ...names: string[]): Own {
  const path = join(root, ...names);
  if (path !== root && !path.startsWith(`${root}/`)) throw new Error(`${path} is outside of ${root}`);
  return path as Own;
}

/** Bytes, or a stored copy to be streamed. */
export type Content = Uint8Array | { readonly copyOf: Own };

/** Attributes of a written file. Without an owner it belongs to whoever runs us. */
export interface Attributes {
  readonly mode: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Unix ms */
  readonly mtimeMs?: number;
  /** The caller syncs the folder itself, once for many files. */
  readonly folderLater?: true;
}

/** One system call that changes the disk. `torn` does half of it: what a crash in the middle leaves. */
export interface DiskCall {
  readonly name: string;
  readonly path: string;
  torn?(): Promise<void>;
}

/** An open file of ours; each append is on the disk when it returns. */
export interface Appender {
  append(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Wraps every changing system call; the tests make the n-th one fail or die. */
export type Around = <T>(call: DiskCall, go: () => Promise<T>) => Promise<T>;

const CHUNK = 1 << 20;

/** A program that was cut off may still be writing in the folder for a moment. */
const WHOLE = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 } as const;

/** Stands in a folder that is ours as a whole. */
export const TREE_MARK = '.clawauth-setup';
const MARK_TEXT = 'This folder was made by clawauth-setup. To remove it: clawauth-setup undo\n';

/** The changing half of the file system. Every failure is a `Problem` that names the path. */
export class Disk {
  readonly #around: Around;

  constructor(around: Around = (_call, go) => go()) {
    this.#around = around;
  }

  async #call<T>(name: string, path: string, go: () => Promise<T>, torn?: () => Promise<void>): Promise<T> {
    try {
      return await this.#around({ name, path, torn }, go);
    } catch (error) {
      throw fileProblem(error, 'write', path);
    }
  }

  /** Where {@link replace} puts the new content of `path` before the rename. */
  tempFor(path: string): string {
    return join(dirname(path), `.${basename(path).slice(0, 80)}.${randomBytes(4).toString('hex')}.tmp`);
  }

  /**
   * Atomic: a new file `temp` in the same folder, created exclusively with its final mode and owner before it has any
   * content, fsync, rename over `path`, fsync of the folder. On failure `temp` is gone and `path` is as it was.
   */
  async replace(path: Writable, content: Content, attributes: Attributes, temp: string): Promise<void> {
    const { mode, owner, mtimeMs } = attributes;
    let handle: FileHandle | undefined;
    let renamed = false;
    try {
      handle = await this.#call('create', path, () =>
        open(temp, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600),
      );
      const file = handle;
      if (owner !== undefined) await this.#call('chown', path, () => chownIfOther(file, owner));
      await this.#call('chmod', path, () => file.chmod(mode));
      await this.#call(
        'write',
        path,
        () => writeAll(file, content),
        () => writeHalf(file, content),
      );
      if (mtimeMs !== undefined) {
        // Seconds as a double fall a hair short of a whole millisecond; half a microsecond more keeps it whole.
        const seconds = (mtimeMs + 0.0005) / 1000;
        await this.#call('utimes', path, () => file.utimes(seconds, seconds));
      }
      await this.#call('fsync', path, () => file.sync());
      await file.close();
      handle = undefined;
      await this.#call('rename', path, () => rename(temp, path));
      renamed = true;
      if (attributes.folderLater !== true) await this.syncFolder(dirname(path));
    } catch (error) {
      await handle?.close().catch(() => {});
      throw renamed ? error : await this.#withoutTemp(temp, error);
    }
  }

  /** Atomically makes `path` a link to `target`, whatever was there. */
  async replaceWithLink(path: Backed, target: string, temp: string): Promise<void> {
    await this.#call('symlink', path, () => symlink(target, temp));
    await this.#putInPlace(path, temp);
  }

  /** Atomically makes `path` one more name of the file `kept`; tells whether it could be. */
  async replaceWithKept(path: Backed, kept: Own, temp: string): Promise<boolean> {
    if (!(await this.linkWhereAllowed(kept, temp as Own))) return false;
    await this.#putInPlace(path, temp);
    return true;
  }

  async #putInPlace(path: Backed, temp: string): Promise<void> {
    let renamed = false;
    try {
      await this.#call('rename', path, () => rename(temp, path));
      renamed = true;
      await this.syncFolder(dirname(path));
    } catch (error) {
      throw renamed ? error : await this.#withoutTemp(temp, error);
    }
  }

  /** Removes a file or a link; an absent one is fine. */
  async remove(path: Writable): Promise<void> {
    await this.#call('unlink', path, () => unlink(path).catch(unless('ENOENT')));
    await this.syncFolder(dirname(path));
  }

  /** Removes `temp` after `error`. Where that fails too, the error names it: it may hold a credential. */
  async #withoutTemp(temp: string, error: unknown): Promise<unknown> {
    try {
      await this.#call('unlink', temp, () => rm(temp, WHOLE));
      return error;
    } catch {
      if (!(error instanceof Problem) || (await lstat(temp).catch(() => null)) === null) return error;
      const left = `What was to be written is left in ${temp}, and may hold a credential: rm -r ${shellQuote(temp)}`;
      const why = error.more.why === undefined ? left : `${error.more.why}\n${left}`;
      return new Problem(error.code, error.what, { ...error.more, why });
    }
  }

  /** Removes what a crash left of {@link replace} or a tree: `temp` was written down before it was made. */
  async removeTemp(temp: string): Promise<void> {
    if (!/^\..*\.[0-9a-f]{8}\.tmp$/.test(basename(temp))) return;
    await this.#call('unlink', temp, () => rm(temp, WHOLE));
  }

  /** A new folder with these files (0600) and {@link TREE_MARK} in it; it appears under its name when it is whole. */
  async makeTree(
    path: Backed,
    files: Readonly<Record<string, string>>,
    attributes: Attributes,
    temp: string,
  ): Promise<void> {
    let renamed = false;
    try {
      await this.#makeFolder(temp, attributes);
      for (const [name, text] of Object.entries({ [TREE_MARK]: MARK_TEXT, ...files })) {
        await this.#writeNew(join(temp, basename(name)), text, attributes.owner);
      }
      await this.syncFolder(temp);
      await this.#call('rename', path, () => rename(temp, path));
      renamed = true;
      await this.syncFolder(dirname(path));
    } catch (error) {
      throw renamed ? error : await this.#withoutTemp(temp, error);
    }
  }

  async #writeNew(path: string, text: string, owner: Attributes['owner']): Promise<void> {
    const file = await this.#call('create', path, () => open(path, 'wx', 0o600));
    try {
      if (owner !== undefined) await this.#call('chown', path, () => chownIfOther(file, owner));
      const bytes = Buffer.from(text);
      await this.#call(
        'write',
        path,
        () => writeAll(file, bytes),
        () => writeHalf(file, bytes),
      );
      await this.#call('fsync', path, () => file.sync());
    } finally {
      await file.close();
    }
  }

  /** Removes a folder with everything in it. First it goes by another name: what is left of it is never half a tree. */
  async removeTree(path: Backed, temp: string, inside?: string): Promise<void> {
    const gone = inside === undefined ? path : join(path, basename(inside));
    await this.#call('rename', gone, () => rename(gone, temp).catch(unless('ENOENT')));
    await this.syncFolder(dirname(gone));
    await this.#call(
      'unlink',
      temp,
      () => rm(temp, WHOLE),
      () => rm(join(temp, TREE_MARK), { force: true }),
    );
  }

  async chmod(path: Writable, mode: number): Promise<void> {
    await this.#call('chmod', path, () => chmod(path, mode));
  }

  /** One folder; an existing one is fine. */
  makeFolder(path: Writable, attributes: Attributes): Promise<void> {
    return this.#makeFolder(path, attributes);
  }

  async #makeFolder(path: string, attributes: Attributes): Promise<void> {
    const made = await this.#call('mkdir', path, () =>
      mkdir(path, { mode: attributes.mode }).then(() => true, unless('EEXIST')),
    );
    if (!made) return;
    await this.#call('chmod', path, () => chmod(path, attributes.mode));
    const { owner } = attributes;
    if (owner !== undefined) {
      await this.#call('chown', path, () => lchown(path, owner.uid, owner.gid).catch(unless('EPERM')));
    }
    await this.syncFolder(dirname(path));
  }

  /** Removes an empty folder; tells whether it is gone. */
  async removeFolder(path: Writable): Promise<boolean> {
    return this.#call('rmdir', path, () =>
      rmdir(path).then(
        () => true,
        (error) => {
          const errno = errnoOf(error);
          if (errno === 'ENOENT') return true;
          if (errno === 'ENOTEMPTY' || errno === 'EEXIST') return false;
          throw error;
        },
      ),
    );
  }

  /** Gives `path` the content of `from` only if `path` does not exist; tells whether it did. */
  async linkNew(from: string, path: Own): Promise<boolean> {
    return this.#call('link', path, () =>
      link(from, path).then(
        () => true,
        (error) => {
          if (errnoOf(error) === 'EEXIST') return false;
          throw error;
        },
      ),
    );
  }

  /** {@link linkNew}; also false where no link can be made: between file systems, or on one without links. */
  async linkWhereAllowed(from: string, path: Own): Promise<boolean> {
    return this.linkNew(from, path).catch((error: Error) => {
      if (['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS'].includes(errnoOf(error.cause) ?? '')) return false;
      throw error;
    });
  }

  async rename(from: Own, to: Own): Promise<void> {
    await this.#call('rename', to, () => rename(from, to));
  }

  /** Appends and fsyncs; the returned handle stays open until closed. */
  async appender(path: Own): Promise<Appender> {
    const file = await this.#call('create', path, () => open(path, 'a', 0o600));
    return {
      append: async (text) => {
        const half = text.slice(0, text.length >> 1);
        await this.#call(
          'append',
          path,
          () => file.appendFile(text),
          () => file.appendFile(half),
        );
        await this.#call('fsync', path, () => file.datasync());
      },
      close: () => file.close(),
    };
  }

  async syncFolder(path: string): Promise<void> {
    await this.#call('fsync', path, async () => {
      const folder = await open(path, 'r');
      try {
        await folder.sync();
      } catch (error) {
        // Some network and FUSE file systems have no fsync for folders.
        if (!['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
      } finally {
        await folder.close();
      }
    });
  }
}

/** sha256 (hex) of a file's bytes, streamed; null when it is absent. */
export async function hashFile(path: string): Promise<string | null> {
  try {
    const hash = createHash('sha256');
    const file = await openPlain(path);
    try {
      const buffer = await chunkFor(file);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
    return hash.digest('hex');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
    throw fileProblem(error, 'read', path);
  }
}

/** As much as the file needs: a megabyte for each of thousands of small ones keeps the garbage collector busy. */
async function chunkFor(file: FileHandle): Promise<Buffer> {
  return Buffer.allocUnsafe(Math.min(CHUNK, (await file.stat()).size + 4096));
}

async function writeAll(file: FileHandle, content: Content): Promise<void> {
  if (content instanceof Uint8Array) return file.writeFile(content);
  const source = await openPlain(content.copyOf);
  try {
    const buffer = await chunkFor(source);
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      await file.writeFile(buffer.subarray(0, bytesRead));
    }
  } finally {
    await source.close();
  }
}

async function writeHalf(file: FileHandle, content: Content): Promise<void> {
  const bytes = content instanceof Uint8Array ? content : await readFile(content.copyOf);
  await file.writeFile(bytes.subarray(0, bytes.length >> 1));
}

function unless(errno: string): (error: unknown) => undefined {
  return (error) => {
    if (errnoOf(error) !== errno) throw error;
    return undefined;
  };
}
