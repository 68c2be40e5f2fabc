import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Around } from '../../src/engine/disk.ts';
import { crashAt, isCrash } from './edit-kind.ts';

type Kept = { readonly mode: number; readonly at: number } & (
  | { readonly names: readonly [string, Kept][] }
  | { readonly content: Buffer }
  | { readonly link: string }
);

/** A small folder with everything in it, kept in memory: how a sweep comes back to one moment of a run many times. */
export interface HomeCopy {
  /** Makes the folder exactly that again: bytes, modes, links and times. */
  putBack(): void;
}

export function copyOf(root: string): HomeCopy {
  const kept = keep(root);
  return {
    putBack() {
      for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true, force: true });
      lay(root, kept);
    },
  };
}

/** What a kill before each changing call of `work` leaves: one run gives them all. */
export async function killsOf(root: string, work: (around: Around) => Promise<unknown>): Promise<HomeCopy[]> {
  const kills: HomeCopy[] = [];
  await work((_call, go) => {
    kills.push(copyOf(root));
    return go();
  });
  return kills;
}

/** A {@link HomeCopy} of a moment, with a name for messages. */
export type Crash = HomeCopy & { readonly call: string };

/**
 * {@link killsOf}, and what a crash in the middle of each call leaves that can end half done. The folder is as it was
 * before `work` when this returns.
 */
export async function crashesOf(root: string, work: (around: Around) => Promise<unknown>): Promise<Crash[]> {
  const start = copyOf(root);
  const torn: number[] = [];
  const crashes: Crash[] = [];
  await work((call, go) => {
    crashes.push({ ...copyOf(root), call: `call ${crashes.length + 1}` });
    if (call.torn !== undefined) torn.push(crashes.length);
    return go();
  });
  for (const n of torn) {
    start.putBack();
    await work(crashAt(n, true)).catch((error: unknown) => {
      if (!isCrash(error)) throw error;
    });
    crashes.push({ ...copyOf(root), call: `half of call ${n}` });
  }
  start.putBack();
  return crashes;
}

function keep(path: string): Kept {
  const stat = lstatSync(path);
  const base = { mode: stat.mode & 0o7777, at: (stat.mtimeMs + 0.0005) / 1000 };
  if (stat.isSymbolicLink()) return { ...base, link: readlinkSync(path) };
  if (!stat.isDirectory()) return { ...base, content: readFileSync(path) };
  return { ...base, names: readdirSync(path).map((name) => [name, keep(join(path, name))]) };
}

function lay(path: string, kept: Kept): void {
  if ('link' in kept) {
    symlinkSync(kept.link, path);
    lutimesSync(path, kept.at, kept.at);
    return;
  }
  if ('content' in kept) writeFileSync(path, kept.content);
  else {
    mkdirSync(path, { recursive: true });
    for (const [name, child] of kept.names) lay(join(path, name), child);
  }
  chmodSync(path, kept.mode);
  utimesSync(path, kept.at, kept.at);
}
