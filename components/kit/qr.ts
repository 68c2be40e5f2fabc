import { signIn } from '../words/set-up.ts';
import { type Line, line, paragraph } from './text.ts';
import { type View, widthIn } from './view.ts';

/** Light modules that a reader needs around the code. */
const QUIET = 2;

/**
 * A QR code in half blocks: two modules per row, light on dark as terminals are. Where it does not fit whole it would
 * be worthless, so the size it needs is said instead; it appears once the window is large enough.
 */
export function qrLines(code: readonly (readonly boolean[])[], view: View): readonly Line[] {
  const size = code.length + QUIET * 2;
  const rows = Math.ceil(size / 2);
  const columns = view.unicode ? size : size * 2;
  const needs = view.unicode ? rows + 3 : size + 3;
  if (view.rows < needs || view.columns < columns + 4) {
    const text = signIn.qrNeeds(columns + 4, needs, view);
    return paragraph(text, widthIn(view));
  }
  const dark = (y: number, x: number) => code[y - QUIET]?.[x - QUIET] === true;
  const out: Line[] = [];
  const step = view.unicode ? 2 : 1;
  for (let y = 0; y < size; y += step) {
    let text = '';
    for (let x = 0; x < size; x += 1) {
      if (!view.unicode) text += dark(y, x) ? '  ' : '##';
      else text += dark(y, x) ? (dark(y + 1, x) ? ' ' : '▄') : dark(y + 1, x) ? '▀' : '█';
    }
    out.push(line({ text, say: y === 0 ? signIn.qrHere : '' }));
  }
  return out;
}
