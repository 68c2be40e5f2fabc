import { join } from 'node:path';
import { parse } from '../json5/index.ts';
import type { World } from '../system/world.ts';
import type { ConfigFacts, OpenClawRelease, StateFacts } from './records.ts';
import { at, isObject, type Json, text } from './shape.ts';
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
 * Why OpenClaw's commands must not be run now, or null. A reading command of 2026.8.1 and later moves a configuration
 * aside and puts `openclaw.json.bak` in its place where all of this is so (run on 2026.8.2 and 2026.9.6): the file has no
 * `meta`, the one that OpenClaw last took for good had it (its note in the database, else the `.bak`), and the `.bak` can
 * be read and says `gateway.mode`. A configuration that never had `meta` is left alone.
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
  if (!atLeast(release.version, '2026.8.1-beta.0') || !state.configExists || config.syntaxError !== null) return null;
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

/** null where OpenClaw noted nothing, or its note cannot be read. */
async function lastGoodHadMeta(world: World, release: OpenClawRelease, state: StateFacts): Promise<boolean | null> {
  const path = join(state.realStateDir, 'state', 'openclaw.sqlite');
  if ((await world.files.stat(path).catch(() => null)) === null) return null;
  const ran = await world.processes.run([release.install.node.path ?? 'node', '--no-warnings', '-e', SCRIPT], {
    stdin: JSON.stringify({ path, config: state.configPath }),
    timeoutMs: TIMEOUT_MS,
    env: { NODE_OPTIONS: undefined },
  });
  if (ran.exitCode !== 0) return null;
  const noted: unknown = JSON.parse(ran.stdout);
  return isObject(noted) && typeof noted.hasMeta === 'boolean' ? noted.hasMeta : null;
}
