import type { RevertContext, RevertOutcome } from '../engine/types.ts';
import { readTextFile } from '../system/text-file.ts';
import { asText } from './patch.ts';

/** The lines of a text, each with its line break. */
export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/**
 * Puts removed lines back: the whole file where nobody has changed it since, else the lines at its end, which `note`
 * says. With `again` given, a file that has such lines once more is left alone, and `again` says so.
 */
export async function putLinesBack(
  file: string,
  isOurs: (line: string) => boolean,
  { original, world, door, backups }: RevertContext,
  { note, again }: { readonly note: string; readonly again?: string },
): Promise<RevertOutcome> {
  if (await original.untouchedSince(file)) {
    await original.restoreUntouched([file]);
    return { state: 'restored', notes: [] };
  }
  const now = await readTextFile(world, file);
  if (now === null) return { state: 'already gone', notes: [] };
  if (again !== undefined && linesOf(now).some(isOurs)) return { state: 'left in place', notes: [again] };
  const ours = linesOf(asText((await original.before(file)).content, file) ?? '').filter(isOurs);
  await door.replace(backups.of(file), `${now}${now === '' || now.endsWith('\n') ? '' : '\n'}${ours.join('')}`);
  return { state: 'restored', notes: [note] };
}
