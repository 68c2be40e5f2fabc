import { basename } from 'node:path';
import { databaseHolder } from '../engine/index.ts';
import type { Change, RevertPreview } from '../engine/types.ts';
import { shellQuote } from '../text.ts';
import type { CommandParams, CommandUndo } from './command-params.ts';
import { type DatabaseState, databaseStates, whyRowsStay } from './database-rows.ts';
import { asText } from './patch.ts';
import type { Program } from './program.ts';
import { Upkeep } from './upkeep.ts';
import { previewWithout, writtenFiles } from './written-file.ts';

/**
 * What taking the step back would change, told as it would be done: whether the databases can go back decides what
 * becomes of the texts. SQLite is asked where a database is not what the step left, and writes nothing.
 */
export async function previewTakingBack(
  params: CommandParams,
  undo: CommandUndo | undefined,
  context: RevertPreview,
): Promise<readonly Change[]> {
  const { by, program, databases, otherwise } = params.undo;
  const upkeep = new Upkeep(params.undo);
  const asked = async (): Promise<Change[]> => {
    if (!program) return [{ outside: otherwise }];
    for (const kept of params.keepText) {
      await previewWithout(kept, undo?.marks, context, { stays: upkeep, exactly: false });
    }
    return [{ outside: `runs  ${shown(program)}` }];
  };
  if (by === 'nothing') return [{ outside: otherwise }];
  if (by === 'program') return asked();
  const paths = databases?.paths ?? [];
  const states = await statesNow(params, undo, context);
  const blocked = states === null ? null : whyRowsStay(states, undo?.rows);
  if (blocked !== null) return [{ outside: `${blocked}, so it is not replaced` }, ...(await asked())];

  const words = params.keepText.map(({ file }) => `written since: ${file}`);
  const wrote = await upkeep.wroteSince(undo, states, async (file) => asText(await context.read(file), file));
  if (wrote) for (const word of words) context.found.add(word);
  const stays = wrote || words.some((word) => context.found.has(word)) ? upkeep : null;
  for (const kept of writtenFiles(params)) await previewWithout(kept, undo?.marks, context, { stays, exactly: true });
  if (paths.length === 0) return [];
  for (const path of paths) context.found.add(`put back: ${path}`);
  const names = paths.map((path) => basename(path)).join(', ');
  if (states !== null) return [{ outside: `puts back  ${names}` }];
  const unless = program
    ? `; where it was written to since, OpenClaw takes its part out and what it keeps for itself stays: ${shown(program)}`
    : '; one that is open or was written to since stays as it is';
  return [{ outside: `puts back  ${names}${unless}` }];
}

/** State of each database as it will be when its turn comes; null when it cannot be told. */
async function statesNow(
  { undo: { databases } }: CommandParams,
  undo: CommandUndo | undefined,
  { world, found, untouchedSince }: RevertPreview,
): Promise<Readonly<Record<string, DatabaseState>> | null> {
  const states: Record<string, DatabaseState> = {};
  const unknown: string[] = [];
  for (const path of databases?.paths ?? []) {
    const asLeft = { open: false, rows: undo?.rows[path] ?? null, stamps: undo?.stamps?.[path] ?? null };
    if (found.has(`put back: ${path}`)) states[path] = asLeft;
    else if ((await databaseHolder(world, path)) !== null) states[path] = { ...asLeft, open: true };
    else if ((await untouchedSince(path)) && (await untouchedSince(`${path}-wal`))) states[path] = asLeft;
    else unknown.push(path);
  }
  if (databases === undefined || unknown.length === 0) return states;
  const { signal } = new AbortController();
  const asked = await databaseStates({ ...databases, paths: unknown }, { world, signal, how: 'peek' });
  return asked === null ? null : { ...states, ...asked };
}

/** A program as a person would type it. */
export function shown(program: Program): string {
  const input = typeof program.stdin === 'object' ? `(the ${program.stdin.secret}, by pipe) | ` : '';
  const [path = '', ...rest] = program.argv;
  return `${input}${[path.slice(path.lastIndexOf('/') + 1), ...rest].map(shellQuote).join(' ')}`;
}
