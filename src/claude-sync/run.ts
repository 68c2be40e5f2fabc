import { watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { makeLog } from '../normalizer/log.ts';
import { askClaude } from './claude.ts';
import { keep, read, replace, storesOf } from './disk.ts';
import { gatewayOf } from './gateway.ts';
import type { ClaudeSyncOptions } from './options.ts';
import { SETTLES_MS, Sync } from './sync.ts';

/** ms that a question under way gets at the end. */
const LAST_ANSWER_MS = 30_000;

interface ClaudeSyncProcess {
  /** Log lines carry the priority that a journal takes, and no time of their own. */
  readonly journal: boolean;
  readonly log: (line: string) => void;
  /** Aborted to stop. */
  readonly signal: AbortSignal;
}

/** Keeps the profile in step until `signal` is aborted. */
export async function runClaudeSync(options: ClaudeSyncOptions, host: ClaudeSyncProcess): Promise<void> {
  const { credentials, stores, stateDir, claude, stateFile, within } = options;
  const log = makeLog('info', host.journal, host.log);
  await mkdir(dirname(stateFile), { recursive: true, mode: 0o700 });
  const asked = { claude, answerFile: `${stateFile}.answer` };
  const sync = new Sync(
    {
      now: Date.now,
      read: (file) => read(file, within),
      replace: (file, before, after) => replace(file, before, after, within),
      keep,
      stores: () => storesOf(stores, stateDir),
      ask: (login) => askClaude(asked, login),
      gateway: gatewayOf(options),
      log,
    },
    options,
  );
  const bell = new Bell();
  host.signal.addEventListener('abort', () => bell.ring());
  log('info', 'started', { file: credentials });
  let watching = watchFile(credentials, bell);
  while (!host.signal.aborted) {
    // A folder that was not there yet, or was replaced, is watched from the next look on.
    watching ??= watchFile(credentials, bell);
    const wait = await sync
      .look(() => bell.ring())
      .catch((error: unknown) => {
        log('error', 'look_failed', { why: error instanceof Error ? error.message : String(error) });
        return null;
      });
    await bell.wait(wait ?? FAILED_MS);
  }
  watching?.close();
  const { asking } = sync;
  if (asking !== null)
    await Promise.race([asking, new Promise((resolve) => setTimeout(resolve, LAST_ANSWER_MS).unref())]);
  log('info', 'stopped');
}

const FAILED_MS = 60_000;

/**
 * Rings when a file comes, goes or changes. Its folder is watched: a watch on the file itself ends at the first rename. The
 * file is read a moment later, for it may be written in two steps.
 */
function watchFile(file: string, bell: Bell): { close(): void } | null {
  try {
    const watcher = watch(dirname(file), (_event, name) => {
      if (name === null || name === basename(file)) bell.ring(SETTLES_MS);
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

/** Ends a wait before its time. */
class Bell {
  #rung = false;
  #wake = () => {};

  ring(afterMs = 0): void {
    setTimeout(() => {
      this.#rung = true;
      this.#wake();
    }, afterMs);
  }

  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#rung = false;
  }
}
