import { join } from 'node:path';
import { array, at, isObject, type Json, number, object, parsed, text } from '../system/json.ts';
import { redact } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import { DAY_MS } from '../text.ts';
import { homeWasChosen } from './accounts.ts';
import type { Container } from './container.ts';
import type { LogEvent } from './log-record.ts';
import { meaningOf } from './log-texts.ts';
import { configuredPath } from './paths.ts';
import type { StateFacts } from './records.ts';

/** Of a log that may have 100 MB (`logging.maxFileBytes` of 2026.5 on), this much from its end. */
const TAIL = 2 * 1024 * 1024;
const JOURNAL_MS = 5_000;
const LONGEST = 200;

interface Given {
  /** OpenClaw's parsed configuration. */
  readonly config: Json;
  readonly state: Pick<StateFacts, 'stateDir' | 'container'>;
  readonly home: string;
  readonly command: 'openclaw' | 'clawdbot';
  /** The unit of the gateway, to ask the journal for its lines; null where that is not asked. */
  readonly unit: { readonly name: string; readonly manager: string } | null;
  /** The container of the gateway, to ask its runtime for what it printed; null where that is not asked. */
  readonly container: Container | null;
  /** Unix ms: older lines do not count. */
  readonly since: number;
}

/** The known texts since then, newest first: from the log files, and from the journal where that is asked. */
export async function readLog(world: World, given: Given, signal?: AbortSignal): Promise<LogEvent[]> {
  const now = world.clock.now();
  const found: LogEvent[] = [];
  for (const file of await logFiles(world, given)) {
    const stat = await world.files.stat(file).catch(() => null);
    if (stat?.kind !== 'file' || stat.mtimeMs < given.since) continue;
    found.push(...eventsIn(await tailOf(world, file, stat.size), file, now, given.since));
  }
  if (given.unit?.manager.startsWith('systemd')) {
    const { name, manager } = given.unit;
    const scope = manager === 'systemd-user' ? ['--user'] : [];
    const ran = await world.processes.run(
      ['journalctl', ...scope, '-u', name, '-n', '400', '--no-pager', '-o', 'short-iso'],
      { timeoutMs: JOURNAL_MS, signal },
    );
    if (ran.exitCode === 0) found.push(...eventsIn(ran.stdout, `the journal of ${name}`, now, given.since));
  }
  if (given.container !== null) {
    const { runtime, name } = given.container;
    const since = new Date(given.since).toISOString();
    const ran = await world.processes.run([runtime, 'logs', '-t', '--since', since, '--tail', '400', name], {
      timeoutMs: JOURNAL_MS,
      signal,
    });
    const lines = `${ran.stdout}\n${ran.stderr}`;
    if (ran.exitCode === 0) found.push(...eventsIn(lines, `the log of container ${name}`, now, given.since));
  }
  return merged(found);
}

/**
 * `logging.file`; what a launch agent writes to (`logs/` of the state directory, docs of 2026.2 on); and where a release
 * logs by itself: `/tmp/openclaw/openclaw-YYYY-MM-DD.log`, by the day of the gateway's own time zone (docs, 2026.5 and
 * later; up to 2026.1.24 the same under `clawdbot`). The folder is the account's, so it is not looked at for another home.
 */
async function logFiles(world: World, { config, state, home, command }: Given): Promise<string[]> {
  const told = text(at(config, 'logging', 'file'));
  const files = ['gateway.log', 'gateway.err.log'].map((name) => join(state.stateDir, 'logs', name));
  if (told !== null) files.push(configuredPath(told, state, home));
  else if (world.sandbox === undefined && state.container === undefined && !(await homeWasChosen(world))) {
    const folder = `/tmp/${command}`;
    const names = ((await world.files.list(folder).catch(() => null)) ?? []).filter((name) =>
      new RegExp(`^${command}-\\d{4}-\\d\\d-\\d\\d\\.log$`).test(name),
    );
    for (const file of names.slice(-2).map((name) => join(folder, name))) {
      if ((await world.files.stat(file).catch(() => null))?.uid === world.uid) files.push(file);
    }
  }
  return [...new Set(files)];
}

async function tailOf({ files }: World, path: string, size: number): Promise<string> {
  if (files.tail === undefined && size > 4 * TAIL) return '';
  const bytes = await (files.tail?.(path, TAIL) ?? files.read(path)).catch(() => null);
  const all = new TextDecoder().decode(bytes?.subarray(-TAIL) ?? new Uint8Array());
  // Cut off in the middle of a line.
  return size > TAIL ? all.slice(all.indexOf('\n') + 1) : all;
}

/**
 * Known texts in the lines of a log since `since` (Unix ms; a day ago unless told); a line without a time has that of the
 * line before it, and one without any counts while that is not asked more closely.
 */
export function eventsIn(lines: string, source: string, now: number, since = now - DAY_MS): LogEvent[] {
  const found: LogEvent[] = [];
  let time: number | null = null;
  for (const row of lines.split('\n')) {
    if (row === '') continue;
    const line = readLine(row, now);
    time = line.at ?? time;
    const meaning = meaningOf(line.text);
    const counts = time === null ? since <= now - DAY_MS : time >= since && time - now <= DAY_MS;
    if (meaning === null || !counts) continue;
    const event = { id: meaning.id, at: time, source, count: 1, text: shortened(line.text) };
    found.push(line.agent === undefined ? event : { ...event, agent: line.agent });
  }
  return found;
}

const shortened = (line: string) => {
  const plain = redact(line)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
};

/** The same of one agent once, with the newest line; a line that is in a file and in the journal counts once. */
function merged(events: readonly LogEvent[]): LogEvent[] {
  const groups = new Map<string, Map<string, LogEvent[]>>();
  for (const event of events) {
    const sources = groups.get(`${event.id} ${event.agent ?? ''}`) ?? new Map<string, LogEvent[]>();
    sources.set(event.source, [...(sources.get(event.source) ?? []), event]);
    groups.set(`${event.id} ${event.agent ?? ''}`, sources);
  }
  const newest = (a: LogEvent, b: LogEvent) => ((b.at ?? 0) >= (a.at ?? 0) ? b : a);
  return [...groups.values()]
    .flatMap((sources) => {
      const all = [...sources.values()];
      const last = all.flat().reduce(newest);
      return [{ ...last, count: Math.max(...all.map(({ length }) => length)) }];
    })
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
}

interface Line {
  readonly at: number | null;
  readonly text: string;
  readonly agent?: string;
}

function readLine(row: string, now: number): Line {
  const value = row.startsWith('{') ? parsed(row) : undefined;
  if (isObject(value)) return jsonLine(value);
  const iso = /^\s*(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)\s*/.exec(row);
  const syslog = iso ? null : /^([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) /.exec(row);
  const time = iso ? Date.parse((iso[1] as string).replace(' ', 'T')) : syslog ? syslogTime(syslog, now) : Number.NaN;
  return { at: Number.isNaN(time) ? null : time, text: row, ...agentIn(row) };
}

/** A line of OpenClaw's own log: its parts under `"0"`, `"1"` …, texts or objects (2026.1.24 to 2026.9.6). */
function jsonLine(value: Json): Line {
  const parts = Object.entries(value).flatMap(([key, part]) => {
    if (!/^\d+$/.test(key) && key !== 'message' && key !== 'msg') return [];
    return typeof part === 'string' ? part : JSON.stringify(part);
  });
  const time = text(value.time) ?? text(at(value, '_meta', 'date'));
  const ms = number(value.time) ?? (time === null ? Number.NaN : Date.parse(time));
  const agent = [value, ...array(Object.values(value))].map((part) => text(object(part).agentId)).find((id) => id);
  const told = agent ? { agent } : agentIn(parts.join(' '));
  return { at: Number.isNaN(ms) ? null : ms, text: parts.join(' '), ...told };
}

/** `agent:lite:main` of a session, `agentId=lite`. */
function agentIn(line: string): { agent?: string } {
  const agent = /\bagent:([a-z0-9][\w-]*):/i.exec(line)?.[1] ?? /\bagentId[=:]\s*"?([a-z0-9][\w-]*)/i.exec(line)?.[1];
  return agent === undefined ? {} : { agent: agent.toLowerCase() };
}

/** `Nov 27 21:00:00` has no year: the last time that it was that day. */
function syslogTime([, month = '', day = '', clock = '']: readonly string[], now: number): number {
  const year = new Date(now).getFullYear();
  const of = (y: number) => Date.parse(`${month} ${day} ${y} ${clock}`);
  return of(year) - now > DAY_MS ? of(year - 1) : of(year);
}
