import { basename, dirname, join, resolve } from 'node:path';
import { decodeText } from './text-file.ts';
import type { FileStat, ReadFiles, World } from './world.ts';

/** What would stand at a path; null: nothing. `copyOf`: the path on disk of the content. */
export type Instead =
  | {
      readonly kind: 'file';
      readonly content: Uint8Array | { readonly copyOf: string };
      readonly stat?: Partial<FileStat>;
    }
  | { readonly kind: 'symlink'; readonly link: string }
  | { readonly kind: 'directory'; readonly stat?: Partial<FileStat> }
  | null;

/** Files as they would be, over those that are there. Nothing reaches the disk. */
export class Overlay {
  /** What is put goes into the last one. By path, with the links of its folder followed. */
  readonly #layers: Map<string, Instead>[];
  readonly #disk: ReadFiles;
  readonly files: ReadFiles;

  constructor(disk: ReadFiles, ...layers: Map<string, Instead>[]) {
    this.#disk = disk;
    this.#layers = layers.length === 0 ? [new Map()] : layers;
    const { readTextNow: _, ...slowly } = disk;
    this.files = {
      ...slowly,
      read: (path) => this.#read(path),
      readText: async (path) => {
        const bytes = await this.#read(path);
        return bytes === null ? null : decodeText(path, bytes);
      },
      lstat: async (path) => this.#statAt(await this.#place(path)),
      stat: async (path) => {
        const real = await this.#real(path);
        return real === null ? null : this.#statAt(real);
      },
      realpath: (path) => this.#real(path),
      readlink: async (path) => {
        const there = this.#at(await this.#place(path));
        return there === undefined ? disk.readlink(path) : there?.kind === 'symlink' ? there.link : null;
      },
      list: (directory) => this.#list(directory),
    };
  }

  /** Puts something, or nothing, in the place of what is at `path` itself, not of what a link there leads to. */
  async put(path: string, instead: Instead): Promise<void> {
    const place = await this.#place(path);
    this.#layers.at(-1)?.set(place, instead);
  }

  /** Whether what stands at this real path is not what is on disk. */
  has(path: string): boolean {
    return this.#at(path) !== undefined;
  }

  /** The files as they would be now, and stay so until this is called again, whatever is put. */
  frozen(): ReadFiles {
    const [first = new Map<string, Instead>(), ...rest] = this.#layers.splice(0);
    for (const [path, instead] of rest.flatMap((layer) => [...layer])) first.set(path, instead);
    this.#layers.push(first, new Map());
    return new Overlay(this.#disk, first).files;
  }

  #at(path: string): Instead | undefined {
    for (let folder = path; ; folder = dirname(folder)) {
      const there = this.#own(folder);
      // What lies in a folder that would be gone is gone too.
      if (there !== undefined && (folder === path || there === null)) return there;
      if (folder === dirname(folder)) return undefined;
    }
  }

  #own(path: string): Instead | undefined {
    return this.#layers.findLast((layer) => layer.has(path))?.get(path);
  }

  async #place(path: string): Promise<string> {
    if (this.#own(path) !== undefined) return path;
    return join((await this.#disk.realpath(dirname(path))) ?? dirname(path), basename(path));
  }

  async #real(path: string, depth = 0): Promise<string | null> {
    const place = await this.#place(path);
    const there = this.#at(place);
    if (there === null || depth > 40) return null;
    if (there?.kind === 'symlink') return this.#real(resolve(dirname(place), there.link), depth + 1);
    if (there !== undefined) return place;
    const link = await this.#disk.readlink(place);
    if (link !== null) return this.#real(resolve(dirname(place), link), depth + 1);
    return this.#disk.realpath(place);
  }

  async #read(path: string): Promise<Uint8Array | null> {
    const real = await this.#real(path);
    const there = real === null ? null : this.#at(real);
    if (there === undefined) return this.#disk.read(path);
    if (there?.kind !== 'file') return null;
    return there.content instanceof Uint8Array ? there.content : this.#disk.read(there.content.copyOf);
  }

  async #statAt(place: string): Promise<FileStat | null> {
    const there = this.#at(place);
    if (there === undefined) return this.#disk.lstat(place);
    if (there === null) return null;
    const {
      links: _,
      inode: __,
      ...now
    } = (await this.#disk.lstat(place)) ?? { mode: 0o600, uid: 0, gid: 0, mtimeMs: 0 };
    const bytes = there.kind !== 'file' ? 0 : there.content instanceof Uint8Array ? there.content.length : null;
    const size = bytes ?? (await this.#disk.stat((there as { content: { copyOf: string } }).content.copyOf))?.size ?? 0;
    return { ...now, ...('stat' in there ? there.stat : {}), kind: there.kind, size };
  }

  async #list(directory: string): Promise<readonly string[] | null> {
    const real = (await this.#real(directory)) ?? directory;
    const there = this.#at(real);
    const names = there === null ? null : await this.#disk.list(directory);
    const left = new Set(names ?? []);
    let made = names !== null || there?.kind === 'directory';
    for (const [path, instead] of this.#layers.flatMap((layer) => [...layer])) {
      if (dirname(path) !== real || path === real) continue;
      if (instead === null) left.delete(basename(path));
      else left.add(basename(path));
      made ||= instead !== null;
    }
    return made ? [...left].sort() : null;
  }
}

/**
 * The world as it would be with other contents in these files (absolute, null for absent). Starts no program: what only
 * a program can tell is not different yet.
 */
export function withFiles(world: World, contents: ReadonlyMap<string, Uint8Array | null>): World {
  const instead = [...contents].map(
    ([path, content]) => [path, content && ({ kind: 'file', content } as const)] as const,
  );
  return withOverlay(world, new Overlay(world.files, new Map(instead)));
}

/** The world with the files of `overlay`, and without programs. */
export function withOverlay(world: World, { files }: Overlay): World {
  const ran = {
    exitCode: null,
    signal: null,
    stdout: '',
    stderr: 'not run',
    outcome: 'not started',
    durationMs: 0,
  } as const;
  return { ...world, files, processes: { run: async () => ran } };
}
