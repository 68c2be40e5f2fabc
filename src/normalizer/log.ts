import { redact } from '../system/secret.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** syslog priorities, which journald takes from a `<n>` at the start of a line. */
const PRIORITY: Readonly<Record<LogLevel, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

/** What is undefined is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

/**
 * One line per event: `event key=value …`. Values are ours or measured, never what was said and never a key; a value
 * that came from a client is quoted and cut. Under journald the line carries its priority and no time of its own.
 */
export function makeLog(least: LogLevel, journal: boolean, write: (line: string) => void): Log {
  const limit = LOG_LEVELS.indexOf(least);
  return (level, event, fields = {}) => {
    if (LOG_LEVELS.indexOf(level) > limit) return;
    let line = journal ? `<${PRIORITY[level]}>${event}` : `${new Date().toISOString()} ${level} ${event}`;
    for (const key in fields) {
      const value = fields[key];
      if (value !== undefined) line += ` ${key}=${show(value)}`;
    }
    write(`${line}\n`);
  };
}

function show(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  // Nearly every value: nothing to quote or cut, and no key's shape, which begins with sk-.
  if (/^[\w./:@+-]{1,100}$/.test(value) && !value.includes('sk-')) return value;
  const masked = redact(value);
  const cut = masked.length > 100 ? `${masked.slice(0, 100)}…` : masked;
  if (/^[\w./:@+-]+$/.test(cut)) return cut;
  // JSON leaves DEL, C1 controls and Unicode line ends as they are; a terminal or a log reader would act on them.
  return JSON.stringify(cut).replace(/[\x7f-\x9f\u2028\u2029]/g, '?');
}
