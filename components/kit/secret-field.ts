import { dim, type Line, line, painted, plain } from './text.ts';
import type { SecretText } from './use-secret-text.ts';
import { type View, widthIn } from './view.ts';

/** A masked field: dots, the last four characters, and how many there are, for people to compare. */
export function secretFieldLine(text: SecretText, hint: string, view: View): Line {
  const cursor = { text: '▸ ', paint: 'accent' as const, say: 'field: ' };
  if (text.length === 0) return line(cursor, dim(hint));
  const count = `  ${text.length} characters`;
  const room = widthIn(view) - 2 - count.length - text.tail.length;
  const dots = '•'.repeat(Math.max(1, Math.min(text.length - text.tail.length, room, 40)));
  return line(cursor, { ...painted(dots, 'accent'), say: '' }, plain(text.tail), dim(count));
}
