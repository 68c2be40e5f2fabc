import { join } from 'node:path';
import { at, type Json, text } from '../system/json.ts';
import type { World } from '../system/world.ts';
import { featuresOf } from './generation.ts';
import type { OpenClawRelease, StateFacts } from './records.ts';

/** A place below the state directory that a later release empties, and which names in it count. */
interface Place {
  readonly path: string;
  /** Absent: the path is a file. */
  readonly names?: RegExp;
}

const CRON: readonly Place[] = [{ path: 'cron', names: /^jobs(-state)?\.json$/ }];

const JSON_FILE = /\.jsonl?$/;

/**
 * What the first writing command of a release takes over from an older one: seen by comparing whole state directories
 * before and after `models auth order get` on 2026.6.1, 6.5, 7.1, 8.2 and 9.6, and in the lists that decide it in their
 * code. Most of it goes into `state/openclaw.sqlite`; the file is renamed to `….migrated`, or (pairings, 2026.8.2) removed.
 */
const PLACES: readonly Place[] = [
  ...CRON,
  { path: 'cron/runs', names: JSON_FILE },
  { path: 'credentials', names: /(allowFrom|pairing)\.json$|^creds\.json/ },
  ...['agent', 'sessions', 'telegram', 'discord', 'imessage', 'imessage/catchup', 'feishu/dedup'].map((path) => ({
    path,
    names: JSON_FILE,
  })),
  ...['devices', 'nodes', 'delivery-queue', 'delivery-queue/failed', 'session-delivery-queue', 'subagents'].map(
    (path) => ({ path, names: JSON_FILE }),
  ),
  ...['tasks', 'flows', 'plugin-state', 'memory'].map((path) => ({ path, names: /\.sqlite$/ })),
  { path: 'plugins', names: /^installs\.json$/ },
  ...['update-check.json', 'restart-sentinel.json', 'exec-approvals.json'].map((path) => ({ path })),
];

/** Too big to copy, and never taken back: an index that OpenClaw can build again. */
const NOT_COPIED = new Set(['memory']);

/**
 * Files and folders that this release has still to take over, absolute; empty when there is nothing. A config that an
 * older release wrote last says so by its stamp alone: then the state directory itself stands for what is not known. One
 * that this release wrote was migrated before, all but cron files that somebody brought back since.
 */
export async function findLegacyState(
  world: World,
  config: Json,
  state: StateFacts,
  release: OpenClawRelease,
): Promise<string[]> {
  // Where the credential is an edit of a file, no command of OpenClaw runs that could migrate anything.
  if (!featuresOf(release.version).pasteTokenPiped) return [];
  const stamp = text(at(config, 'meta', 'lastTouchedVersion'));
  const places = stamp === release.version ? CRON : PLACES;
  const found: string[] = [];
  for (const { path, names } of places) {
    const absolute = join(state.realStateDir, path);
    const there =
      names === undefined
        ? (await world.files.stat(absolute)) !== null
        : ((await world.files.list(absolute)) ?? []).some((name) => names.test(name));
    if (there) found.push(absolute);
  }
  const updated = stamp !== null && stamp !== release.version;
  return found.length === 0 && updated ? [state.realStateDir] : found;
}

/** Of what was found: the places that a copy is kept of. */
export function legacyCopies({ realStateDir }: StateFacts, legacy: readonly string[]): string[] {
  return legacy.filter((path) => path !== realStateDir && !NOT_COPIED.has(path.slice(realStateDir.length + 1)));
}
