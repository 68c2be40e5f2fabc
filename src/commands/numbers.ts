import { Problem } from '../system/problem.ts';
import { usage } from './words/help.ts';

const DAYS = { d: 1, w: 7, m: 30, y: 365 } as const;

/** The value of a flag that counts something. Throws a `Problem` with exit code 2. */
export function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw wrong(flag, usage.wholeNumber(flag, text.slice(0, 20)));
}

/** `90d`, `12w`, `6m`, `1y` or a number of days → days. Throws a `Problem` with exit code 2. */
export function ageInDays(flag: string, text: string): number {
  const [, number, unit = 'd'] = /^(\d{1,5})([dwmy])?$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * DAYS[unit as keyof typeof DAYS];
  throw wrong(flag, usage.age(flag, text.slice(0, 20)));
}

/** `812 B`, `3.4 kB`, `12 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

function wrong(flag: string, what: string): Problem {
  return new Problem('bad-flag', what, { next: `clawauth-setup --help`, why: usage.about(flag), exitCode: 2 });
}

const HOURS = { h: 1, d: 24, w: 168 } as const;

/** `2h`, `7d`, `1w` or a number of hours → hours. Throws a `Problem` with exit code 2. */
export function hours(flag: string, text: string): number {
  const [, number, unit = 'h'] = /^(\d{1,5})([hdw])?$/.exec(text) ?? [];
  if (number !== undefined && Number(number) > 0) return Number(number) * HOURS[unit as keyof typeof HOURS];
  throw wrong(flag, usage.hours(flag, text.slice(0, 20)));
}
