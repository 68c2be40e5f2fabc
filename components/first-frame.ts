import { compose } from './kit/compose.ts';
import { paintedLines } from './kit/paint.ts';
import { lineWidth } from './kit/text.ts';
import { drawingFrom } from './kit/view.ts';
import { firstScreen } from './screens/first.ts';

/** A first frame on the terminal that no Ink knows of. */
export interface FirstFrame {
  /** Takes it away, once; the cursor is then where the frame began. */
  erase(): void;
}

type Terminal = Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'write'>;

/** Paints the first screen while Ink is being loaded; null where the size of the terminal is not known or too small. */
export function paintFirstFrame(
  version: string,
  out: Terminal,
  env: Readonly<Record<string, string | undefined>>,
): FirstFrame | null {
  const { columns, rows } = out;
  if (!columns || !rows) return null;
  const view = { columns, rows, ...drawingFrom(env), reader: false };
  const { lines } = compose(firstScreen(version, view), view);
  if (lines.length >= rows) return null;
  out.write(`${paintedLines(lines, view).join('\n')}\n`);
  const widths = lines.map(lineWidth);
  let there = true;
  return {
    erase() {
      if (!there) return;
      there = false;
      // A window that was made narrower has broken the rows that it has no room for.
      const taken = widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / (out.columns || columns))), 0);
      // As Ink erases its own frames: row by row, upwards.
      out.write(`${'\u001b[2K\u001b[1A'.repeat(taken)}\u001b[2K\u001b[G`);
    },
  };
}
