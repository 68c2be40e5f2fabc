import * as z from 'zod/mini';
import type { ApplyContext } from '../engine/types.ts';
import { parse } from '../json5/index.ts';
import { readTextFile } from '../system/text-file.ts';
import type { World } from '../system/world.ts';
import { NodeWords, nodeArgv } from './params.ts';
import { justRun, Program } from './program.ts';

/**
 * A program that takes its own text file for damaged when it became much smaller than the last good one it read, and puts
 * a copy of its own in its place.
 */
export const Settles = z.object({
  /** The file as the program calls it, which is the key of its notes. */
  as: z.string(),
  /** Its notes: a JSON file, or the table `config_health_entries` of a database that this Node can read. */
  notes: z.object({ file: z.string(), database: z.string(), node: NodeWords }),
  /** A call that reads the file, and so notes its size as the last good one. */
  read: Program,
});
export type Settles = z.infer<typeof Settles>;

/** Bytes below which a last good size raises no alarm. */
const SMALLEST = 512;

/**
 * Lets the program see `file` shrink to its present size by halves, each of which it takes for good: with empty lines at
 * its end first, then as it is. Does nothing where it did not shrink that much.
 */
export async function settle(
  file: string,
  settles: Settles | undefined,
  context: Pick<ApplyContext, 'world' | 'dry' | 'door' | 'backups' | 'signal'>,
): Promise<void> {
  // Once it is through, the file is as it was.
  if (settles === undefined || context.dry !== undefined) return;
  const text = await readTextFile(context.world, file);
  if (text === null) return;
  const bytes = Buffer.byteLength(text);
  let good = await lastGood(settles, context);
  let padded = false;
  while (good >= SMALLEST && bytes < Math.floor(good / 2)) {
    await context.door.replace(context.backups.of(file), text + '\n'.repeat(Math.floor(good / 2) - bytes));
    padded = true;
    await justRun(settles.read, context);
    const now = await lastGood(settles, context);
    // Something else keeps it from taking the file for good.
    if (now >= good) break;
    good = now;
  }
  if (padded) await context.door.replace(context.backups.of(file), text);
}

const SCRIPT = `
const { path, as } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const { DatabaseSync } = require('node:sqlite');
const db = new DatabaseSync(path, { readOnly: true });
const row = db.prepare('select last_known_good_json as json from config_health_entries where config_path = ?').get(as);
db.close();
process.stdout.write(row?.json ?? '');
`;

/** Bytes of the file that the program last took for good; 0 where it has no notes. */
async function lastGood({ as, notes }: Settles, context: { world: World; signal: AbortSignal }): Promise<number> {
  const { world, signal } = context;
  const text = await world.files.readText(notes.file).catch(() => null);
  const parsed = text === null ? null : parse(text);
  if (parsed?.ok) {
    const { entries } = parsed.value as { entries?: Record<string, { lastKnownGood?: { bytes?: number } }> };
    return entries?.[as]?.lastKnownGood?.bytes ?? 0;
  }
  if ((await world.files.stat(notes.database)) === null) return 0;
  const ran = await world.processes.run(nodeArgv(notes.node, '--no-warnings', '-e', SCRIPT), {
    stdin: JSON.stringify({ path: notes.database, as }),
    timeoutMs: 60_000,
    signal,
    env: { NODE_OPTIONS: undefined },
  });
  try {
    const { bytes } = JSON.parse(ran.stdout) as { bytes?: number };
    return bytes ?? 0;
  } catch {
    return 0;
  }
}
