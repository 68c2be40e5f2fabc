import { shellQuote } from '../text.ts';
import { editorAt } from './file-problems.ts';
import { Problem } from './problem.ts';
import type { World } from './world.ts';

/**
 * The text of a file that we might write again, its byte order mark kept. Throws `Problem('not-utf8')` with line and column:
 * decoded any other way, the bytes that are not UTF-8 would be lost with the next write.
 */
export function decodeText(path: string, bytes: Uint8Array): string {
  if (isUtf16(bytes)) {
    throw new Problem('not-utf8', `${path} is UTF-16, not UTF-8.`, {
      why: 'Rewriting it here would destroy its content. Save it as UTF-8 first.',
      next: `iconv -f UTF-16 -t UTF-8 ${shellQuote(path)}`,
    });
  }
  try {
    return decoder().decode(bytes);
  } catch (cause) {
    const { line, column } = placeOf(bytes);
    throw new Problem('not-utf8', `${path} is not UTF-8: line ${line}, column ${column}.`, {
      why: 'Writing it again would destroy what stands there. Save it as UTF-8, or change that character.',
      next: editorAt(path, line),
      at: { file: path, line, column },
      cause,
    });
  }
}

/** {@link decodeText} of a file; null when it is absent. */
export async function readTextFile({ files }: Pick<World, 'files'>, path: string): Promise<string | null> {
  const bytes = await files.read(path);
  return bytes === null ? null : decodeText(path, bytes);
}

/** With a byte order mark, or without one if the text starts with an ASCII character. */
function isUtf16([first, second]: Uint8Array): boolean {
  if (first === undefined || second === undefined) return false;
  return first + second === 0xfe + 0xff || (first === 0) !== (second === 0);
}

const decoder = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Where the first byte stands that is not UTF-8. */
function placeOf(bytes: Uint8Array): { readonly line: number; readonly column: number } {
  const isText = (length: number) => {
    try {
      decoder().decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isText(middle)) good = middle;
    else bad = middle;
  }
  const lines = new TextDecoder().decode(bytes.subarray(0, good), { stream: true }).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
