import { join } from 'node:path';
import { parse } from '../json5/read.ts';
import type { StateFacts } from '../openclaw/records.ts';
import { type Fact, known } from '../system/fact.ts';
import { array, at, isObject, type Json, object, text } from '../system/json.ts';
import { redact } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import type { ConfigBackup } from './types.ts';

/** Every write of OpenClaw leaves `.bak`, and the older ones as `.bak.1` to `.bak.4`; from 2026.4.29 also `.last-good`. */
const COPIES = ['.bak', '.last-good', '.bak.1', '.bak.2', '.bak.3', '.bak.4'];

/** A configuration has some kilobytes; what is far bigger is none. */
const READABLE = 4 * 1024 * 1024;

/** The newest copy of the configuration that OpenClaw keeps and that parses, compared with what is there now. */
export async function findBackup(
  world: World,
  { configPath, stateDir }: StateFacts,
): Promise<Fact<ConfigBackup | null>> {
  const now = await read(world, configPath);
  const copies: { file: string; changed: number; value: Json }[] = [];
  for (const end of COPIES) {
    const file = `${configPath}${end}`;
    const copy = await read(world, file);
    if (copy?.value) copies.push({ file, changed: copy.changed, value: copy.value });
  }
  const newest = copies.sort((a, b) => b.changed - a.changed)[0];
  if (newest === undefined || now === null) return known(null, configPath, 'no copy of it that parses');
  const { file, changed, value } = newest;
  const both = now.value !== null;
  const fact: ConfigBackup = {
    file,
    changed,
    cutOff: !both && now.cutOff,
    lost: both ? await lostKeys(world, stateDir, value, now.value) : [],
    models: both ? otherModels(value, now.value) : [],
  };
  return known(fact, file);
}

async function read(
  world: World,
  path: string,
): Promise<{ readonly value: Json | null; readonly cutOff: boolean; readonly changed: number } | null> {
  const stat = await world.files.stat(path).catch(() => null);
  if (stat?.kind !== 'file' || stat.size > READABLE) return null;
  const source = await world.files.readText(path).catch(() => null);
  if (source === null) return null;
  const parsed = parse(source);
  const changed = stat.mtimeMs;
  if (parsed.ok) return { value: isObject(parsed.value) ? parsed.value : null, cutOff: false, changed };
  return { value: null, cutOff: endsInTheMiddle(source), changed };
}

/**
 * Whether a text that does not parse is the beginning of one: it ends while something is still open. One bracket too few
 * before an end that looks whole is a slip of somebody who edited it, and nothing is missing there.
 */
function endsInTheMiddle(source: string): boolean {
  if (source.trim() === '') return true;
  const strings = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  const rest = source.replace(strings, (found) => (/^["']/.test(found) ? 'x' : ' '));
  const at = rest.search(/["']|\/\*/);
  // Something that begins there and has no end: the text ends with it, or is broken in the middle.
  if (at >= 0 && /\n\s*\S/.test(rest.slice(at)) && !rest.startsWith('/*', at)) return false;
  const open: string[] = [];
  for (const char of at < 0 ? rest : rest.slice(0, at)) {
    if (char === '{' || char === '[') open.push(char === '{' ? '}' : ']');
    else if ((char === '}' || char === ']') && open.pop() !== char) return false;
  }
  return open.length > 1 || (open.length === 1 && (at >= 0 || !/[}\]]\s*$/.test(rest)));
}

/** What OpenClaw itself writes, what a set-up of Claude takes out, and what is looked at by its entries. */
const OWN = new Set(['meta', 'wizard', '$schema', 'models', 'env', 'auth']);

/**
 * Sections that are gone, entries of `auth.profiles`, and agents whose folder is still there (`agents delete` takes it
 * away). Any other single key may have been somebody's choice, and what an update moved is told by its stamp.
 */
async function lostKeys(world: World, stateDir: string, before: Json, now: Json): Promise<ConfigBackup['lost']> {
  const stamp = (config: Json) => text(at(config, 'meta', 'lastTouchedVersion'));
  if (stamp(before) !== null && stamp(now) !== null && stamp(before) !== stamp(now)) return [];
  const lost = Object.keys(before)
    .filter((key) => !OWN.has(key) && !(key in now) && !isEmpty(before[key]))
    .map((key) => lostAt([key], before[key]));
  const left = object(at(now, 'auth', 'profiles'));
  for (const [id, value] of Object.entries(object(at(before, 'auth', 'profiles'))))
    if (!(id in left)) lost.push(lostAt(['auth', 'profiles', id], value));
  const agents = agentsOf(now);
  for (const [id, { path, value }] of 'agents' in now ? agentsOf(before) : []) {
    const folder = await world.files.stat(join(stateDir, 'agents', id)).catch(() => null);
    if (!agents.has(id) && folder !== null) lost.push(lostAt(path, value));
  }
  return lost;
}

const lostAt = (path: string[], value: unknown) => (harmless(value) ? { path, value } : { path });

/** Agents by their ids, with where they are written: `agents.entries` took the place of `agents.list` in 2026.8.1. */
function agentsOf(config: Json): Map<string, { readonly path: string[]; readonly value: unknown }> {
  const found = new Map<string, { readonly path: string[]; readonly value: unknown }>();
  for (const value of array(at(config, 'agents', 'list'))) {
    const id = text(object(value).id);
    if (id !== null) found.set(id, { path: ['agents', 'list', id], value });
  }
  for (const [id, value] of Object.entries(object(at(config, 'agents', 'entries'))))
    found.set(id, { path: ['agents', 'entries', id], value });
  return found;
}

const isEmpty = (value: unknown) => isObject(value) && Object.keys(value).length === 0;

const SECRET_KEY = /token|secret|password|passwd|key|credential|cookie|auth$|bearer|webhook|headers|url|dsn|env/i;

/** Nothing in it can be a secret: no key is called like one, and no text is long or looks like one. */
function harmless(value: unknown): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return true;
  if (typeof value === 'string')
    return value.length <= 80 && redact(value) === value && !/[A-Za-z0-9_+/-]{24,}/.test(value);
  if (Array.isArray(value)) return value.length <= 200 && value.every(harmless);
  return isObject(value) && Object.entries(value).every(([key, one]) => !SECRET_KEY.test(key) && harmless(one));
}

/** Models of Claude that are others now: the default one, and those of agents. */
function otherModels(before: Json, now: Json): ConfigBackup['models'] {
  const modelOf = (entry: unknown) => text(at(entry, 'model')) ?? text(at(entry, 'model', 'primary'));
  const models = (config: Json) =>
    new Map<string | null, string | null>([
      [null, modelOf(at(config, 'agents', 'defaults'))],
      ...[...agentsOf(config)].map(([id, { value }]) => [id, modelOf(value)] as const),
    ]);
  const left = models(now);
  const isClaude = (ref: string) => /^(anthropic|claude-cli)\//.test(ref);
  return [...models(before)].flatMap(([agent, was]) => {
    const is = left.get(agent) ?? null;
    if (was === null || is === null || was === is || !isClaude(was) || !isClaude(is)) return [];
    return [{ agent, before: was, now: is }];
  });
}
