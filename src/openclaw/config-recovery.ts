import { join } from 'node:path';
import { parse } from '../json5/read.ts';
import { at, isObject, type Json, text } from '../system/json.ts';
import type { World } from '../system/world.ts';
import { sqliteNodeOf } from './node-runtime.ts';
import { ownName } from './paths.ts';
import type { ConfigFacts, OpenClawRelease, StateFacts } from './records.ts';
import { atLeast } from './version.ts';

const TIMEOUT_MS = 10_000;

/** What OpenClaw noted of the configuration that it last took for good; prints `null` where it noted nothing. */
const SCRIPT = `
const { DatabaseSync } = require('node:sqlite');
const { existsSync, statSync, readFileSync } = require('node:fs');
const { pathToFileURL } = require('node:url');
const { path, config } = JSON.parse(readFileSync(0, 'utf8'));
const logged = (statSync(path + '-wal', { throwIfNoEntry: false })?.size ?? 0) > 0;
if (logged && !existsSync(path + '-shm')) process.exit(1);
const db = new DatabaseSync(logged ? path : pathToFileURL(path) + '?immutable=1', { readOnly: true });
const row = db.prepare('select last_known_good_json from config_health_entries where config_path = ?').get(config);
process.stdout.write(row?.last_known_good_json ?? 'null');
`;

/**
 * Whether a reading command may put the `.bak` in place. Run: 2026.4.29, 2026.6.5, 2026.7.1, 2026.8.2 and 2026.9.6 do,
 * 2026.5.28 and 2026.6.1 only say that something is odd, and up to 2026.3.2 there is no such code.
 */
function replaces(version: string): boolean {
  if (atLeast(version, '2026.6.5-beta.0')) return true;
  return atLeast(version, '2026.3.3') && !atLeast(version, '2026.5.28');
}

/**
 * Why OpenClaw's commands must not be run now, or null. A reading command moves a configuration aside and puts
 * `openclaw.json.bak` in its place where all of this is so: the file has no `meta`, the one that OpenClaw last took for
 * good had it (by its own note, else by the `.bak`), and the `.bak` can be read and says `gateway.mode`. A configuration
 * that never had `meta` is left alone.
 */
export async function whyNotAsk(
  world: World,
  given: {
    readonly release: OpenClawRelease;
    readonly state: StateFacts;
    readonly config: ConfigFacts;
    /** The parsed configuration. */
    readonly value: Json;
  },
): Promise<string | null> {
  const { release, state, config, value } = given;
  if (!replaces(release.version) || !state.configExists || config.syntaxError !== null) return null;
  // A configuration with includes is never replaced.
  if (hasMeta(value) || config.includes.length > 0) return null;
  const backup = `${state.configPath}.bak`;
  const source = await world.files.readText(backup).catch(() => null);
  const parsed = source === null ? null : parse(source);
  if (!parsed?.ok || text(at(parsed.value, 'gateway', 'mode')) === null) return null;
  const noted = await lastGoodHadMeta(world, release, state);
  if (!(noted ?? hasMeta(parsed.value))) return null;
  return `${state.configPath} has lost its "meta": OpenClaw would put ${backup} over it at the next command, so it was not asked`;
}

/** A stamp of the release that wrote last, as OpenClaw counts it. */
function hasMeta(value: unknown): boolean {
  return isObject(at(value, 'meta'));
}

/** null where OpenClaw noted nothing, or its note cannot be read. Up to 2026.6.5 the note is a file, then a row (7.1). */
async function lastGoodHadMeta(world: World, release: OpenClawRelease, state: StateFacts): Promise<boolean | null> {
  const file = await world.files.readText(join(state.realStateDir, 'logs', 'config-health.json')).catch(() => null);
  const entries = file === null ? null : parse(file);
  const inFile = entries?.ok ? at(entries.value, 'entries', ownName(state), 'lastKnownGood', 'hasMeta') : undefined;
  if (typeof inFile === 'boolean' && !atLeast(release.version, '2026.7.1-beta.0')) return inFile;
  const path = join(state.realStateDir, 'state', 'openclaw.sqlite');
  if ((await world.files.stat(path).catch(() => null)) === null) return null;
  const ran = await world.processes.run([...sqliteNodeOf(release), '--no-warnings', '-e', SCRIPT], {
    stdin: JSON.stringify({ path, config: ownName(state) }),
    timeoutMs: TIMEOUT_MS,
    env: { NODE_OPTIONS: undefined },
  });
  if (ran.exitCode !== 0) return null;
  const noted: unknown = JSON.parse(ran.stdout);
  return isObject(noted) && typeof noted.hasMeta === 'boolean' ? noted.hasMeta : null;
}
