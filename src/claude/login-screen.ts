import { paragraph, readUrl, type ScreenReading, visibleText } from './screen.ts';

const PROMPT = /paste\s*code\s*here/i;
/** 2.1.126 says it in the row of the prompt or below it, and waits for the next code without another prompt. */
const INVALID = /Invalid code\..*$/;
const REFUSED = /^(?:Couldn.t log in|Login failed):\s*/i;

/**
 * What `claude auth login` says, read from the rows of a terminal emulator: plain lines, the code in clear behind the
 * prompt (2.1.329). Whether it worked is told by its exit code alone.
 */
export function readLogin(rows: readonly string[]): ScreenReading {
  const last = rows.findLastIndex((row) => row.trim() !== '');
  if (last < 0) return { kind: 'blank' };
  const refused = rows.findLastIndex((row) => REFUSED.test(row));
  const working = rows.findLastIndex((row) => /^(?:Signing in|Login successful)/i.test(row));
  const at = rows.findLastIndex((row) => PROMPT.test(row));
  if (refused > at) {
    return { kind: 'error', message: paragraph(rows, refused, rows.length).replace(REFUSED, ''), canRetry: false };
  }
  if (working > at) return { kind: 'working' };
  const url = at < 0 ? null : readUrl(rows, at);
  if (url === null) return { kind: 'other', text: visibleText(rows) };
  const invalid = INVALID.exec(rows[last] ?? '')?.[0];
  if (invalid !== undefined) return { kind: 'prompt', url, filled: false, complaint: invalid };
  // What it says of a code stands between the prompt that took it and the next one.
  const before = rows.slice(0, at).findLastIndex((row) => PROMPT.test(row));
  const complaint =
    before < 0
      ? ''
      : rows
          .slice(before + 1, at)
          .join(' ')
          .replace(/\s+/g, ' ')
          .trim();
  return {
    kind: 'prompt',
    url,
    filled: />\s*\S/.test(rows[at] ?? ''),
    complaint: complaint === '' ? null : complaint,
  };
}
