import { DAY_MS } from '../text.ts';
/** What the screen of `claude setup-token` says, read from the rows of a terminal emulator. */
export type ScreenReading =
  | { readonly kind: 'blank' }
  /** Painted something, but nothing that asks or tells. */
  | { readonly kind: 'other'; readonly text: string }
  | {
      readonly kind: 'prompt';
      readonly url: string;
      /** Whether there is something in the field (shown as asterisks; 2.0 shows it in clear). */
      readonly filled: boolean;
      /** What it says about the last code, while it still asks for one. */
      readonly complaint: string | null;
    }
  | { readonly kind: 'working' }
  | { readonly kind: 'error'; readonly message: string; readonly canRetry: boolean }
  | {
      readonly kind: 'token';
      /** All rows joined. Nothing about it has been checked. */
      readonly text: string;
      /** Milliseconds that the screen says it lasts, null when it does not say. */
      readonly lifetimeMs: number | null;
      /** Whether something is painted below it, so that no row of it is still to come. */
      readonly complete: boolean;
    }
  | { readonly kind: 'crash'; readonly message: string };

/**
 * Reads the newest thing on the screen. Knows the layouts of 2.0.0 to 2.1.329 at any width: words may stand apart by
 * cursor moves, and long values are broken over rows.
 */
export function readScreen(rows: readonly string[]): ScreenReading {
  const candidates = [readToken(rows), readError(rows), readPrompt(rows), readCrash(rows), readWorking(rows)];
  const newest = candidates.reduce(
    (best, next) => (next !== null && (best === null || next.row > best.row) ? next : best),
    null,
  );
  if (newest !== null) return newest.reading;
  const text = visibleText(rows);
  return text === '' ? { kind: 'blank' } : { kind: 'other', text };
}

/** The words on the screen without the banner's drawing, for telling a person about a screen that is not known. */
export function visibleText(rows: readonly string[]): string {
  return rows
    .map((row) => row.trim())
    .filter((row) => /[A-Za-z]{2}/.test(row) && !/^[│╭╰]/.test(row))
    .join('\n');
}

interface Candidate {
  readonly row: number;
  readonly reading: ScreenReading;
}

const FAILED = /^\s*[✘✗✖×]\s*/;

function readToken(rows: readonly string[]): Candidate | null {
  const row = rows.findLastIndex((text) => /(?:^|[\s=:'"])sk-ant-[a-z]+\d*-[A-Za-z0-9_-]{16,}/.test(text));
  if (row < 0) return null;
  let text = /sk-ant-[A-Za-z0-9_-]+/.exec(rows[row] ?? '')?.[0] ?? '';
  let next = row + 1;
  while (/^\s*[A-Za-z0-9_-]+$/.test(rows[next] ?? '')) text += rows[next++]?.trim();
  const complete = (rows[next] ?? '').trim() === '' && rows.slice(next).some((below) => below.trim() !== '');
  const above = rows.slice(Math.max(0, row - 8), row).join(' ');
  return { row, reading: { kind: 'token', text, lifetimeMs: readLifetime(above), complete } };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  year: 365 * DAY_MS,
  month: 30 * DAY_MS,
  week: 7 * DAY_MS,
  day: DAY_MS,
  hour: 3_600_000,
  minute: 60_000,
};

/** "valid for 1 year": the words come from the server's answer in 2.1.329 and are fixed in older releases. */
function readLifetime(text: string): number | null {
  const plain = text.replace(/\s+/g, ' ');
  const found = /valid\s?for (?:about )?(\d+(?:\.\d+)?|an?) ?(year|month|week|day|hour|minute)s?/i.exec(plain);
  const [, amount = '', unit = ''] = found ?? [];
  const length = UNIT_MS[unit.toLowerCase()];
  if (length === undefined) return null;
  return Math.round((/^an?$/i.test(amount) ? 1 : Number(amount)) * length);
}

function readError(rows: readonly string[]): Candidate | null {
  const retry = rows.findLastIndex((text) => /press\s*enter\s*to\s*retry/i.test(text));
  const start = rows.findLastIndex(
    (text, index) => (retry < 0 || index < retry) && /(?:OAuth|Login) error:/i.test(text),
  );
  if (retry < 0 && start < 0) return null;
  const message =
    start < 0
      ? paragraphAbove(rows, retry)
      : paragraph(rows, start, retry < 0 ? rows.length : retry).replace(/^.*?(?:OAuth|Login) error:\s*/i, '');
  return { row: Math.max(retry, start), reading: { kind: 'error', message, canRetry: retry >= 0 } };
}

function readPrompt(rows: readonly string[]): Candidate | null {
  const prompt = rows.findLastIndex((text) => /paste\s*code\s*here/i.test(text));
  if (prompt < 0) return null;
  const url = readUrl(rows, prompt);
  if (url === null) return null;
  const below = rows.slice(prompt);
  const complaintAt = below.findIndex((text) => FAILED.test(text));
  const field = complaintAt < 0 ? below : below.slice(0, complaintAt);
  return {
    row: prompt,
    reading: {
      kind: 'prompt',
      url,
      filled: field.some((text) => /paste\s*code\s*here[^>]*>\s*\S/i.test(text) || /│\s*[^\s│]/.test(text)),
      complaint: complaintAt < 0 ? null : paragraph(below, complaintAt, below.length),
    },
  };
}

/** The address above row `end`, its pieces joined; null until all of it is there. */
export function readUrl(rows: readonly string[], end: number): string | null {
  const start = rows.findLastIndex((text, index) => index < end && /https:\/\/\S+\/oauth\/authorize\?\S+/.test(text));
  if (start < 0) return null;
  let url = /https:\/\/\S+/.exec(rows[start] ?? '')?.[0] ?? '';
  for (let row = start + 1; row < end && /^\s*[\w%&=.~+:/?#-]+$/.test(rows[row] ?? ''); row++) url += rows[row]?.trim();
  if (!URL.canParse(url)) return null;
  const parameters = new URL(url).searchParams;
  return parameters.get('state') && parameters.get('code_challenge') ? url : null;
}

function readWorking(rows: readonly string[]): Candidate | null {
  const row = rows.findLastIndex((text) => /finishing\s*sign-in|creating\b.{0,40}token|exchanging/i.test(text));
  return row < 0 ? null : { row, reading: { kind: 'working' } };
}

/** A stack trace, as 1.0.128 paints at start before it hangs. */
function readCrash(rows: readonly string[]): Candidate | null {
  const frames = rows.flatMap((text, index) =>
    /^\s*(?:-\s*)?(?:at )?\S*\s?\(?\S+:\d+:\d+\)?$/.test(text) ? [index] : [],
  );
  const last = frames.at(-1);
  if (last === undefined || frames.length < 2) return null;
  const named = rows.find((text) => /error:?\s/i.test(text) && /[a-z] [a-z]/.test(text));
  return {
    row: last,
    reading: { kind: 'crash', message: (named ?? 'It stopped with a stack trace.').trim().replace(/^ERROR\s+/, '') },
  };
}

/** Rows from `start` up to a blank one or `end`, as one line without the mark in front. */
export function paragraph(rows: readonly string[], start: number, end: number): string {
  const lines: string[] = [];
  for (let row = start; row < end && (rows[row] ?? '').trim() !== ''; row++) lines.push((rows[row] ?? '').trim());
  return lines.join(' ').replace(FAILED, '').replace(/\s+/g, ' ').trim();
}

function paragraphAbove(rows: readonly string[], row: number): string {
  let end = row;
  while (end > 0 && (rows[end - 1] ?? '').trim() === '') end--;
  let start = end;
  while (start > 0 && (rows[start - 1] ?? '').trim() !== '') start--;
  return paragraph(rows, start, end);
}
