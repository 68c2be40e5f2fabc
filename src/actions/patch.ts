import { structuredPatch } from 'diff';
import type { Change } from '../engine/types.ts';
import { maskedApart, plainMasks } from '../system/masked.ts';
import { decodeText } from '../system/text-file.ts';
import { coarseHunks, differBeyond, LinesOf } from './coarse-diff.ts';

/** Lines from which on not even the changes are counted: that takes as much memory as the file itself. */
const LARGE = 100_000;

/** What changes in one file, as hunks of a unified diff with secrets masked. `null` text: the file is absent. */
export function fileChange(file: string, before: string | null, after: string | null): Change {
  const [old, young] = [maskedApart(before ?? ''), maskedApart(after ?? '')];
  // The shortest diff takes time with the square of the changes: beyond some hundred, one that is merely right will do.
  const options = { context: 3, maxEditLength: 600 } as const;
  const [was, is] = [new LinesOf(old), new LinesOf(young)];
  const isCoarse = was.length > LARGE || differBeyond(options.maxEditLength, was, is);
  const shortest = isCoarse ? undefined : structuredPatch(file, file, old, young, '', '', options)?.hunks;
  const hunks = shortest ?? coarseHunks(was, is, options.context);
  const lines = hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  return {
    file,
    patch: plainMasks(lines.join('\n')),
    added: lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  };
}

/** See `decodeText`; null for an absent file. */
export function asText(bytes: Uint8Array | null, path = 'A file'): string | null {
  return bytes === null ? null : decodeText(path, bytes);
}
