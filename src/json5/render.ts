import { betterQuote, isPlainIdentifier, numberText, quoteString } from './chars.ts';
import { isContainer, type Plain } from './data.ts';
import type { Style } from './style.ts';

/** Longest line that a new one-line object or array may make. */
const WIDTH = 100;
/** Values with more parts than this are not tried on one line. */
const ONE_LINE_PARTS = 24;
/** Deeper than this, blocks would only be indentation: the rest goes on one line. */
const BLOCK_DEPTH = 40;

export interface Place {
  /** Indentation of the line that the value begins on. */
  readonly indent: string;
  /** Column (from 0) at which the value begins. */
  readonly column: number;
  /** The value stands among others on one line. */
  readonly inLine: boolean;
}

/** Text of a new value. The first line is not indented; the others are. */
export function renderValue(value: unknown, style: Style, place: Place, deeper: Style = style, depth = 0): string {
  if (!isContainer(value)) return scalarText(value, style);
  const isArray = Array.isArray(value);
  const entries = isArray ? value : Object.keys(value);
  if (entries.length === 0) return isArray ? '[]' : '{}';
  if (style.minified || depth > BLOCK_DEPTH) return oneLine(value, style);
  if (wantsOneLine(value, style, place.inLine)) {
    const text = oneLine(value, style);
    if (place.column + text.length <= WIDTH) return text;
  }
  const indent = place.indent + style.unit;
  const nested = { ...style, oneLine: deeper.oneLine };
  const lines = entries.map((entry) => {
    const key = isArray ? '' : keyText(entry as string, style) + style.colon;
    const child = isArray ? entry : (value as Plain)[entry as string];
    const inner = { indent, column: indent.length + key.length, inLine: false };
    return `${indent}${key}${renderValue(child, nested, inner, nested, depth + 1)}`;
  });
  const end = style.trailingComma ? ',' : '';
  const body = lines.join(`,${style.eol}`) + end;
  return `${isArray ? '[' : '{'}${style.eol}${body}${style.eol}${place.indent}${isArray ? ']' : '}'}`;
}

/** Whether a new, non-empty object or array should be tried on one line. */
function wantsOneLine(value: Plain | unknown[], style: Style, inLine: boolean): boolean {
  const isArray = Array.isArray(value);
  const children = Object.values(value);
  const fits = isArray
    ? style.oneLine.array && !children.some(isContainer)
    : style.oneLine.object && children.every((child) => !isContainer(child) || Array.isArray(child));
  return (inLine || fits) && isSmall(value);
}

function isSmall(value: Plain | unknown[]): boolean {
  const stack: unknown[] = [value];
  for (let parts = 0; stack.length > 0; parts++) {
    if (parts > ONE_LINE_PARTS) return false;
    const next = stack.pop();
    if (!isContainer(next)) continue;
    const children = Object.values(next);
    if (children.length > ONE_LINE_PARTS) return false;
    for (const child of children) stack.push(child);
  }
  return true;
}

export function keyText(key: string, style: Style): string {
  if (style.keyQuote !== '') return quoteString(key, style.keyQuote);
  return isPlainIdentifier(key) ? key : quoteString(key, betterQuote(key, style.forcedKeyQuote));
}

export function scalarText(value: unknown, style: Style): string {
  if (typeof value === 'string') return quoteString(value, betterQuote(value, style.stringQuote));
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** Iterative, since the depth of a new value is not ours to limit. */
function oneLine(value: unknown, style: Style): string {
  const parts: string[] = [];
  const stack: ({ value: unknown } | string)[] = [{ value }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'string') {
      parts.push(next);
      continue;
    }
    const current = next.value;
    if (!isContainer(current)) {
      parts.push(scalarText(current, style));
      continue;
    }
    const isArray = Array.isArray(current);
    const keys = Object.keys(current);
    if (keys.length === 0) {
      parts.push(isArray ? '[]' : '{}');
      continue;
    }
    const pad = isArray ? style.pad.array : style.pad.object;
    parts.push((isArray ? '[' : '{') + pad);
    stack.push(pad + (isArray ? ']' : '}'));
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i] as string;
      stack.push({ value: (current as Plain)[key] });
      const comma = i > 0 ? `,${style.space}` : '';
      stack.push(comma + (isArray ? '' : keyText(key, style) + style.colon));
    }
  }
  return parts.join('');
}
