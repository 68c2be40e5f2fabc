import type { RevertContext } from '../engine/types.ts';
import { edit as applyEdits, type Edit, parse } from '../json5/index.ts';
import { readTextFile } from '../system/text-file.ts';
import { type ChangedKeys, type Copied, takeBack } from './changed-keys.ts';
import { asText } from './patch.ts';
import type { ProgramMetadata } from './program-metadata.ts';

/** A JSON5 file that a program wrote for us and that others write as well. */
export interface WrittenFile {
  /** Absolute path. */
  readonly file: string;
  /** What a person calls it. */
  readonly name: string;
  /** Where in it the program was asked to write; what it wrote elsewhere stays. Left out: everything. */
  readonly keys?: readonly (readonly (string | number)[])[];
  /** Lists in it that the program makes of the keys of objects, see {@link takeBack}. */
  readonly copies?: readonly Copied[] | undefined;
}

/** Files of a step whose part that is ours can be told from the rest. */
export function writtenFiles(params: {
  readonly keepText: readonly WrittenFile[];
  readonly shared?: readonly WrittenFile[] | undefined;
}): readonly WrittenFile[] {
  return [...params.keepText, ...(params.shared ?? [])];
}

/** What a step changed, by file. */
type MarksByFile = Readonly<Record<string, ChangedKeys>> | undefined;

function marksOf(
  { file, keys }: WrittenFile,
  by: MarksByFile,
  stays: ProgramMetadata | null = null,
): ChangedKeys | undefined {
  const found = by?.[file];
  if (found === undefined) return undefined;
  const counts = ({ at }: ChangedKeys['marks'][number]) =>
    keys === undefined ? !stays?.holds(at) : keys.some((key) => key.every((part, i) => at[i] === part));
  return { ...found, marks: found.marks.filter(counts) };
}

/** Takes our part out of a text file that others wrote too; `stays`: without the metadata of the program. */
export async function takeOut(
  kept: WrittenFile,
  by: MarksByFile,
  context: RevertContext,
  stays: ProgramMetadata | null,
): Promise<string[]> {
  const current = await readTextFile(context.world, kept.file);
  if (current === null) return [`${kept.name} is gone.`];
  const before = asText((await context.original.before(kept.file)).content);
  const [old, now] = [before === null ? null : parse(before), parse(current)];
  if (!now.ok) return [`${kept.name} does not parse now (line ${now.error.line}), so it was left alone.`];
  const marks = marksOf(kept, by, stays);
  if (!marks) return [`${kept.name} was left as it is: what this step changed in it is not known.`];
  const { edits, kept: theirs } = takeBack(old?.ok ? old.value : undefined, now.value, marks, kept.copies);
  if (edits.length > 0)
    await context.door.replace(context.backups.of(kept.file), applyEdits(current, [...edits] as Edit[]));
  return theirs.slice(0, 5).map((path) => `${kept.name}: ${path} was changed since and stays as it is now.`);
}
