import { shared, spoken } from '../words/shared.ts';
import { dim, type Line, line, painted, plain, strong } from './text.ts';

/** A row of text as it is typed. */
export interface Typed {
  readonly text: string;
  /** Characters before the caret. */
  readonly at: number;
}

/** What a secret field shows: never the text itself. Counts characters without blanks and line breaks. */
export interface SecretText {
  readonly length: number;
  /** The last four characters, once there are enough to hide the rest. */
  readonly tail: string;
  /** How many stand before the caret. */
  readonly at: number;
}

export const NOTHING: Typed = { text: '', at: 0 };

/** With `more` at the caret. */
export function withText({ text, at }: Typed, more: string): Typed {
  return { text: text.slice(0, at) + more + text.slice(at), at: at + more.length };
}

/** What an editing key makes of a field, as at a shell's prompt; null for every other key. */
export function edited({ text, at }: Typed, key: string): Typed | null {
  const before = text.slice(0, at);
  const cut = (from: number, to: number): Typed => ({ text: text.slice(0, from) + text.slice(to), at: from });
  switch (key) {
    case 'left':
    case 'ctrl+b':
      return { text, at: Math.max(0, at - 1) };
    case 'right':
    case 'ctrl+f':
      return { text, at: Math.min(text.length, at + 1) };
    case 'home':
    case 'ctrl+a':
      return { text, at: 0 };
    case 'end':
    case 'ctrl+e':
      return { text, at: text.length };
    case 'backspace':
      return cut(Math.max(0, at - 1), at);
    case 'delete':
    case 'ctrl+d':
      return cut(at, at + 1);
    case 'ctrl+w':
      return cut(before.replace(/\S*\s*$/, '').length, at);
    case 'ctrl+k':
      return cut(at, text.length);
    case 'ctrl+u':
      return NOTHING;
    default:
      return null;
  }
}

/** Control characters that are keys; tabs and line breaks belong to a text. */
const KEYS = /([\x00-\x08\x0b\x0c\x0e-\x1f\x7f])/;

/**
 * What came in one go as text and keys, in the order in which they were typed. Line breaks inside a text belong to it, as in a
 * wrapped token; those at its end are Enter.
 */
export function typedParts(input: string): ({ readonly text: string } | { readonly key: string })[] {
  return input.split(KEYS).flatMap((part) => {
    if (KEYS.test(part)) return [{ key: keyOf(part.charCodeAt(0)) }];
    const text = part.replace(/[\r\n]+$/, '');
    return [...(text === '' ? [] : [{ text }]), ...(text === part ? [] : [{ key: 'return' }])];
  });
}

const keyOf = (code: number) =>
  code === 0x7f || code === 0x08 ? 'backspace' : `ctrl+${String.fromCharCode(code + 96)}`;

const FIELD = { text: '▸ ', paint: 'accent' as const, say: spoken.field };
const CARET = { text: '_', paint: 'accent' as const, say: '' };

/** A field that shows what is typed. */
export function fieldLine({ text, at }: Typed): Line {
  return line(FIELD, strong(text.slice(0, at)), CARET, strong(text.slice(at)));
}

/**
 * A masked field: dots, the last four characters, and how many there are, for people to compare. The caret is drawn where it
 * is not at the end. `width`: columns.
 */
export function secretFieldLine({ length, tail, at }: SecretText, hint: string, width: number): Line {
  if (length === 0) return line(FIELD, dim(hint));
  const count = `  ${shared.characters(length)}`;
  const room = width - 3 - count.length - tail.length;
  const most = Math.max(1, length - tail.length);
  const dots = '•'.repeat(Math.max(1, Math.min(most, room, 40)));
  const shown = dots + tail;
  // Where there is no room for a dot each, the caret keeps its share.
  const to = length - at <= tail.length ? shown.length - (length - at) : Math.round((at / most) * dots.length);
  const part = (from: number, until?: number) => [
    { ...painted(dots.slice(from, until), 'accent'), say: '' },
    plain(shown.slice(Math.max(from, dots.length), until === undefined ? undefined : Math.max(until, dots.length))),
  ];
  const text = at === length ? part(0) : [...part(0, to), CARET, ...part(to)];
  return line(FIELD, ...text, dim(count));
}
