import { join } from 'node:path';
import { at, isObject, texts } from '../system/json.ts';
import type { World } from '../system/world.ts';
import { authFile, authStateFile, readStore, referenceText } from './profiles.ts';
import type { AgentFacts, ConfigFacts, OpenClawRelease, StateFacts } from './records.ts';

/** agent id → ids of Anthropic profiles, first choice first; an agent without an order of its own is absent. */
export type StoredOrders = Record<string, string[]>;

const TIMEOUT_MS = 60_000;

/** Exit code of a Node without SQLite: no OpenClaw that keeps its credentials in databases runs on one. */
const NO_SQLITE = 3;

/**
 * Looks and changes nothing: a database without a filled `-wal` is opened as one that nobody writes, and one whose `-shm`
 * would have to be made first is not opened at all.
 */
const SCRIPT = `
let DatabaseSync;
try { ({ DatabaseSync } = require('node:sqlite')); } catch { process.exit(${NO_SQLITE}); }
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

/** What `models auth order set` left in the JSON files of releases up to 2026.6.1. */
export async function readFileOrders(world: World, agents: readonly StoreOwner[]): Promise<StoredOrders> {
  const found: StoredOrders = {};
  for (const { id, agentDir } of agents) {
    const [profiles, runtime] = [authFile(agentDir), authStateFile(agentDir)].map((file) => world.files.readText(file));
    const { order } = readStore(agentDir, (await profiles) ?? null, (await runtime) ?? null);
    const ids = anthropicOf(order);
    if (ids) found[id] = ids;
  }
  return found;
}

type StoreOwner = Pick<AgentFacts, 'id' | 'agentDir'>;

/** What one database says of profiles, without their secrets. */
interface DatabaseAnswer {
  readonly order: unknown;
  readonly ids: readonly string[];
  /** Profile id → what it points to instead of holding a secret. */
  readonly references: Readonly<Record<string, unknown>>;
}

/** What the credential databases say: the one that all agents share, and one by one those of `agents`. */
export interface StoreDatabases {
  readonly agents: readonly StoreOwner[];
  readonly shared: DatabaseAnswer | undefined;
  readonly own: readonly DatabaseAnswer[];
}

/**
 * The databases that hold credentials from 2026.6.5 (run on 6.5, 7.1, 8.2 and 9.6), read by themselves because asking
 * OpenClaw costs seconds for each agent. `unreadable` when they are there and could not be read, `absent` without a Node
 * that can.
 */
export async function readDatabases(
  world: World,
  { config: { agents }, state, release }: { config: ConfigFacts; state: StateFacts; release: OpenClawRelease },
  signal?: AbortSignal,
): Promise<StoreDatabases | 'unreadable' | 'absent'> {
  const shared = join(state.realStateDir, 'state', 'openclaw.sqlite');
  const questions = [
    { path: shared, ...SHARED },
    ...agents.map(({ agentDir }) => ({ path: join(agentDir, 'openclaw-agent.sqlite'), ...OF_AGENT })),
  ];
  const ran = await world.processes.run([release.install.node.path ?? 'node', '--no-warnings', '-e', SCRIPT], {
    stdin: JSON.stringify(questions),
    timeoutMs: TIMEOUT_MS,
    signal,
    env: { NODE_OPTIONS: undefined },
  });
  if (ran.exitCode !== 0) return ran.exitCode === NO_SQLITE ? 'absent' : 'unreadable';
  const [forAll, ...own] = JSON.parse(ran.stdout) as DatabaseAnswer[];
  return { agents, shared: forAll, own };
}

/** What `models auth order set` left in the databases. */
export function ordersIn({ agents, shared, own }: StoreDatabases): StoredOrders {
  // Agents read the default one's profiles too. `order set` refuses an order that names one which is nowhere.
  const stored = new Set([shared, ...own].flatMap((found) => found?.ids ?? []));
  return Object.fromEntries(
    agents.flatMap(({ id }, index) => {
      const ids = anthropicOf(own[index]?.order) ?? anthropicOf(shared?.order);
      return ids ? [[id, ids.filter((one) => stored.has(one))]] : [];
    }),
  );
}

/** Where the secret is that a profile of an agent only points to; undefined for one that holds it. */
export function referenceIn(
  { agents, shared, own }: StoreDatabases,
  agent: string,
  profile: string,
): string | undefined {
  const index = agents.findIndex(({ id }) => id === agent);
  const ref = own[index]?.references[profile] ?? shared?.references[profile];
  return ref === undefined ? undefined : referenceText(ref);
}

function anthropicOf(order: unknown): string[] | undefined {
  if (!isObject(order)) return undefined;
  const key = Object.keys(order).find((provider) => provider.trim().toLowerCase() === 'anthropic');
  return key === undefined ? undefined : texts(at(order, key));
}
