import { join } from 'node:path';
import type { World } from '../system/world.ts';
import { credentialsInJson } from './generation.ts';
import { authFile, authStateFile, readStore, referenceText } from './profiles.ts';
import type { ConfigFacts, OpenClawRelease, StateFacts } from './records.ts';
import { at, isObject, texts } from './shape.ts';

/** agent id → ids of Anthropic profiles, first choice first; an agent without an order of its own is absent. */
export type StoredOrders = Record<string, string[]>;

const TIMEOUT_MS = 10_000;

/**
 * Looks and changes nothing: a database without a filled `-wal` is opened as one that nobody writes, and one whose `-shm`
 * would have to be made first is not opened at all.
 */
const SCRIPT = `
const { DatabaseSync } = require('node:sqlite');
const { existsSync, statSync } = require('node:fs');
const { pathToFileURL } = require('node:url');
const answer = [];
const json = (db, sql) => {
  try { return JSON.parse(Object.values(db.prepare(sql).get())[0]); } catch { return {}; }
};
for (const { path, state, store } of JSON.parse(require('node:fs').readFileSync(0, 'utf8'))) {
  if (!existsSync(path)) { answer.push({ order: null, ids: [], references: {} }); continue; }
  const logged = (statSync(path + '-wal', { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (logged && !existsSync(path + '-shm')) process.exit(1);
  const db = new DatabaseSync(logged ? path : pathToFileURL(path) + '?immutable=1', { readOnly: true });
  const order = json(db, state).order ?? null;
  const profiles = Object.entries(json(db, store).profiles ?? {});
  const references = profiles.flatMap(([id, { tokenRef, keyRef }]) => (tokenRef ?? keyRef) ? [[id, tokenRef ?? keyRef]] : []);
  answer.push({ order, ids: profiles.map(([id]) => id), references: Object.fromEntries(references) });
  db.close();
}
process.stdout.write(JSON.stringify(answer));
`;

const OF_AGENT = {
  state: 'select state_json from auth_profile_state',
  store: 'select store_json from auth_profile_store',
};
const SHARED = {
  state: "select value_json from config_machine_state where state_key = 'authProfiles.state'",
  store: "select value_json from config_machine_state where state_key = 'authProfiles.store'",
};

/**
 * What `models auth order set` left: in the JSON files up to 2026.6.1, in each agent's database from 2026.6.5 (run on 6.5,
 * 7.1, 8.2 and 9.6), read there because asking OpenClaw costs seconds for each agent. null when it could not be read.
 */
export async function readStoredOrders(
  world: World,
  { config, state, release }: StoresWhere,
  signal?: AbortSignal,
): Promise<StoredOrders | null> {
  const { agents } = config;
  if (credentialsInJson(release.generation)) {
    const found: StoredOrders = {};
    for (const { id, agentDir } of agents) {
      const [profiles, runtime] = [authFile(agentDir), authStateFile(agentDir)].map((file) =>
        world.files.readText(file),
      );
      const { order } = readStore(agentDir, (await profiles) ?? null, (await runtime) ?? null);
      const ids = anthropicOf(order);
      if (ids) found[id] = ids;
    }
    return found;
  }
  const stores = await readDatabases(world, { config, state, release }, signal);
  if (stores === null) return null;
  const [forAll, ...own] = stores;
  // Agents read the default one's profiles too. `order set` refuses an order that names one which is nowhere.
  const stored = new Set([forAll, ...own].flatMap((found) => found?.ids ?? []));
  return Object.fromEntries(
    agents.flatMap(({ id }, index) => {
      const ids = anthropicOf(own[index]?.order) ?? anthropicOf(forAll?.order);
      return ids ? [[id, ids.filter((one) => stored.has(one))]] : [];
    }),
  );
}

/** agent id → profile id → where the secret is that this profile only points to; null when it could not be read. */
export async function readReferences(
  world: World,
  where: StoresWhere,
  signal?: AbortSignal,
): Promise<Record<string, Record<string, string>> | null> {
  const stores = await readDatabases(world, where, signal);
  if (stores === null) return null;
  const [forAll, ...own] = stores;
  return Object.fromEntries(
    where.config.agents.map(({ id }, index) => {
      const all = Object.entries({ ...forAll?.references, ...own[index]?.references });
      return [id, Object.fromEntries(all.map(([profile, ref]) => [profile, referenceText(ref)]))];
    }),
  );
}

interface StoresWhere {
  readonly config: ConfigFacts;
  readonly state: StateFacts;
  readonly release: OpenClawRelease;
}

/** What one database says of profiles, without their secrets. */
interface DatabaseAnswer {
  readonly order: unknown;
  readonly ids: readonly string[];
  readonly references: Readonly<Record<string, unknown>>;
}

/** Of the database that all agents share, then of each agent's own; null when they could not be read. */
async function readDatabases(
  world: World,
  { config: { agents }, state, release }: StoresWhere,
  signal?: AbortSignal,
): Promise<readonly DatabaseAnswer[] | null> {
  const shared = join(state.realStateDir, 'state', 'openclaw.sqlite');
  const questions = [
    { path: shared, ...SHARED },
    ...agents.map(({ agentDir }) => ({ path: join(agentDir, 'openclaw-agent.sqlite'), ...OF_AGENT })),
  ];
  const ran = await world.processes.run([release.install.node.path ?? 'node', '--no-warnings', '-e', SCRIPT], {
    stdin: JSON.stringify(questions),
    timeoutMs: TIMEOUT_MS,
    ...(signal ? { signal } : {}),
    env: { NODE_OPTIONS: undefined },
  });
  return ran.exitCode === 0 ? (JSON.parse(ran.stdout) as DatabaseAnswer[]) : null;
}

function anthropicOf(order: unknown): string[] | undefined {
  if (!isObject(order)) return undefined;
  const key = Object.keys(order).find((provider) => provider.trim().toLowerCase() === 'anthropic');
  return key === undefined ? undefined : texts(at(order, key));
}
