import { sha256 } from '../system/hash.ts';
import { decodeText } from '../system/text-file.ts';
import type { World } from '../system/world.ts';

export interface ReadFile {
  readonly text: string;
  /** sha256 hex of the bytes. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Reads every file at most once, a bounded number at a time, so that probes share what they see. */
export interface Reader {
  /** null when absent; throws a `Problem` when it is there but cannot be read. */
  read(path: string): Promise<ReadFile | null>;
  /** sha256 of everything that was asked for so far; null for absent, nothing for unreadable. */
  hashes(): Promise<Record<string, string | null>>;
}

/** Beyond this many open files a person's `ulimit -n` of 1024 or 256 (macOS) would show. */
const AT_ONCE = 48;

export function makeReader(world: World): Reader {
  const seen = new Map<string, Promise<ReadFile | null>>();
  const limited = limit(AT_ONCE);
  const load = async (path: string): Promise<ReadFile | null> => {
    const bytes = await world.files.read(path);
    if (bytes === null) return null;
    return { text: decodeText(path, bytes), sha256: sha256(bytes), bytes: bytes.length };
  };
  return {
    read(path) {
      let reading = seen.get(path);
      if (!reading) {
        reading = limited(() => load(path));
        // Somebody else may be the one to look at the failure.
        reading.catch(() => {});
        seen.set(path, reading);
      }
      return reading;
    },
    async hashes() {
      const out: Record<string, string | null> = {};
      for (const [path, reading] of seen) {
        const file = await reading.catch(() => undefined);
        if (file !== undefined) out[path] = file?.sha256 ?? null;
      }
      return out;
    },
  };
}

/** Runs what it is given, at most `most` at a time, first come first served. */
export function limit(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}
