/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** `1 step`, `3 steps`; `many` where an s is not enough. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** `main, lite and 3 more` */
export function someOf(names: readonly string[], most = 3): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}

/** The day of a Unix time in ms, UTC: `2027-11-20`. */
export const isoDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** `2026-11-20 09:30`, in the time zone of the person. `time`: Unix ms, or ISO 8601; one that cannot be read stays. */
export function minute(time: number | string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return String(time);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}

/** `/home/me/.openclaw/x` → `~/.openclaw/x`, for people. */
export function tilde(path: string, home: string): string {
  if (path === home) return '~';
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

/** Quoted for a POSIX shell, so that a command can be pasted whatever the word holds. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `API key` → `an API key`. */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** With a capital at the start of a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Plain words, broken at blanks into rows of at most `columns`; a longer word stays whole. */
export function folded(text: string, columns: number): string[] {
  const rows: string[] = [];
  for (const word of text.match(/\s*\S+/g) ?? []) {
    const row = rows.at(-1);
    if (row === undefined || row.length + word.length > columns) rows.push(word.trimStart());
    else rows[rows.length - 1] = row + word;
  }
  return rows;
}

/** A row broken in the same way, which keeps the blanks at its start; those below it begin `indent` columns in. */
export function hanging(row: string, columns: number, indent: number): string[] {
  const text = row.trimEnd();
  const start = text.length - text.trimStart().length;
  const [first = ''] = folded(text, Math.max(20, columns - start));
  const rest = folded(text.slice(start + first.length), Math.max(20, columns - indent));
  return [' '.repeat(start) + first, ...rest.map((one) => ' '.repeat(indent) + one)];
}

/** What the facts are called that every list of them has, in the order of the first screen. */
export const FACT_LABELS = {
  openclaw: 'OpenClaw',
  gateway: 'Gateway',
  claude: 'Claude Code',
  model: 'Model',
  agents: 'Agents',
  profiles: 'Sign-in',
  cron: 'Cron',
} as const;
