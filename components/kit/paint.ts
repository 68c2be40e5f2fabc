import { type Line, type Paint, type Span, toAscii } from './text.ts';
import { spinnerFrames, type View } from './view.ts';

/** SGR on and off: the colours that `Frame` names to Ink. */
const CODES: Readonly<Record<Paint, readonly [on: number, off: number] | undefined>> = {
  accent: [36, 39],
  ok: [32, 39],
  look: [33, 39],
  bad: [31, 39],
  dim: [2, 22],
  plain: undefined,
};

/** Fitted lines as the terminal takes them, as `Frame` draws them through Ink; of what moves, the first picture. */
export function paintedLines(lines: readonly Line[], view: View): readonly string[] {
  return lines.map((one) => one.map((span) => painted(span, view)).join(''));
}

function painted({ text, spin, paint = 'plain', bold = false }: Span, view: View): string {
  const plain = spin === true ? (spinnerFrames(view.unicode)[0] ?? '') : text;
  const shown = view.unicode ? plain : toAscii(plain);
  const codes = [...(bold ? [[1, 22] as const] : []), ...(view.colour ? [CODES[paint] ?? []] : [])];
  return codes.reduce(
    (inside, [on, off]) => (on === undefined ? inside : `\u001b[${on}m${inside}\u001b[${off}m`),
    shown,
  );
}
