import { join } from 'node:path';
import { at, isObject, type Json, object, texts } from '../system/json.ts';
import { fingerprintKey } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import { anthropicKey } from './bridge.ts';
import { credentialsInJson } from './generation.ts';
import { sqliteNodeOf } from './node-runtime.ts';
import { authFile, authStateFile, inherit, judgeProfiles, readStore, storeOf } from './profiles.ts';
import type { AgentFacts, ConfigFacts, OpenClawRelease, ProfileFacts, StateFacts } from './records.ts';
import { OUTLINE_SCRIPT } from './secret-shape.ts';

/** agent id → ids of Anthropic profiles, first choice first; an agent without an order of its own is absent. */
export type StoredOrders = Record<string, string[]>;

const TIMEOUT_MS = 60_000;

/** Exit code of a Node without SQLite: no OpenClaw that keeps its credentials in databases runs on one. */
const NO_SQLITE = 3;

/**
 * Looks and changes nothing: a database without a filled `-wal` is opened as one that nobody writes, and one whose `-shm`
 * would have to be made first is not opened at all. No secret is printed: outlines of them are.
 */
const SCRIPT = `
let DatabaseSync;
try { ({ DatabaseSync } = require('node:sqlite')); } catch { process.exit(${NO_SQLITE}); }
${OUTLINE_SCRIPT}
const { existsSync, readFileSync, statSync } = require('node:fs');
const { pathToFileURL } = require('node:url');
const { key, questions } = JSON.parse(readFileSync(0, 'utf8'));
const outline = outlineWith(key);
const each = (value, make) => Object.fromEntries(Object.entries(value ?? {}).map(([name, one]) => [name, make(one, name)]));
const word = (value) => typeof value === 'string' && /^[\\w.:+ -]{1,40}$/.test(value) && !value.includes('sk-');
const AS_IT_IS = ['type', 'provider', 'mode', 'expires', 'disabledReason'];
const field = (value, name) => {
  if (name === 'tokenRef' || name === 'keyRef') return value;
  if (typeof value === 'string' && /^\\$\\{[A-Z][A-Z0-9_]*\\}$/.test(value)) return value;
  if (name === 'setup') return { replacement: Boolean(value?.replacement) };
  if (typeof value === 'string') return AS_IT_IS.includes(name) && word(value) ? value : outline(value);
  return typeof value === 'object' && value !== null ? {} : value;
};
const usage = (value, name) => name === 'failureCounts' ? each(value, Number) : typeof value === 'number' ? value : field(value, name);
const json = (db, sql) => {
  let row;
  try { row = db.prepare(sql).get(); } catch (error) { if (!/no such table/.test(error.message)) process.exit(1); }
  return row === undefined ? {} : JSON.parse(Object.values(row)[0]) ?? {};
};
const jobsIn = (db, key) => {
  try {
    const rows = db.prepare('select * from cron_jobs').all();
    const own = rows.filter((row) => row.store_key === undefined || row.store_key === key);
    return own.length === 0 && rows.length > 0 ? null : own.map(job);
  } catch (error) { return /no such table/.test(error.message) ? [] : null; }
};
const job = (row) => {
  const { id, name, displayName, agentId, enabled, declarationKey, payload, state } = JSON.parse(row.job_json);
  const { consecutiveErrors, lastRunStatus, lastStatus, lastError, autoDisabled, scheduleErrorCount } = { ...state, ...JSON.parse(row.state_json ?? '{}') };
  return {
    id, name, displayName, agentId, declarationKey, enabled: row.enabled === undefined ? enabled : row.enabled !== 0,
    payload: { kind: payload?.kind, model: payload?.model },
    state: { consecutiveErrors, lastRunStatus, lastStatus, lastError, autoDisabled, scheduleErrorCount },
  };
};
const answer = [];
for (const { path, state, store, cron } of questions) {
  if (!existsSync(path)) { answer.push(null); continue; }
  const logged = (statSync(path + '-wal', { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (logged && !existsSync(path + '-shm')) process.exit(1);
  const db = new DatabaseSync(logged ? path : pathToFileURL(path) + '?immutable=1', { readOnly: true });
  const { order, lastGood, usageStats } = json(db, state);
  const profiles = each(json(db, store).profiles, (entry) => each(entry, field));
  answer.push({ ...(cron === undefined ? {} : { jobs: jobsIn(db, cron) }), profiles, state: { order, lastGood, usageStats: each(usageStats, (entry) => each(entry, usage)) } });
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

/** What one database says of profiles, with outlines in the place of their secrets; null where it is absent. */
type DatabaseAnswer = { readonly profiles: Json; readonly state: Json; readonly jobs?: readonly Json[] | null } | null;

/** What the credential databases say: the one that all agents share, and one by one those of `agents`. */
export interface StoreDatabases {
  readonly agents: readonly StoreOwner[];
  readonly shared: DatabaseAnswer;
  readonly own: readonly DatabaseAnswer[];
  /** As `cron list --json` has them, as much as matters here; null where the rows could not be told. */
  readonly jobs: readonly Json[] | null;
  /** Absolute paths of the same. */
  readonly paths: { readonly shared: string; readonly own: readonly string[] };
}

/**
 * The databases that hold cron jobs from 2026.6.1 and credentials from 2026.6.5 (run on 6.1, 6.5, 7.1, 8.2 and 9.6), read by
 * themselves because asking OpenClaw costs seconds for each agent. A gateway that runs writes each change of a job there at
 * once. `unreadable` when they are there and could not be read, `absent` without a Node
 * that can.
 */
export async function readDatabases(
  world: World,
  {
    config,
    state,
    release,
    cron,
  }: {
    readonly config: ConfigFacts;
    readonly state: StateFacts;
    readonly release: OpenClawRelease;
    /** The file of jobs that the rows are kept under, as OpenClaw calls it. */
    readonly cron: string;
  },
  signal?: AbortSignal,
): Promise<StoreDatabases | 'unreadable' | 'absent'> {
  const shared = join(state.realStateDir, 'state', 'openclaw.sqlite');
  const agents = credentialsInJson(release.generation) ? [] : config.agents;
  const own = agents.map(({ agentDir }) => join(agentDir, 'openclaw-agent.sqlite'));
  const questions = [{ path: shared, ...SHARED, cron }, ...own.map((path) => ({ path, ...OF_AGENT }))];
  const ran = await world.processes.run([...sqliteNodeOf(release), '--no-warnings', '-e', SCRIPT], {
    stdin: JSON.stringify({ key: fingerprintKey(), questions }),
    timeoutMs: TIMEOUT_MS,
    signal,
    env: { NODE_OPTIONS: undefined },
  });
  if (ran.exitCode !== 0) return ran.exitCode === NO_SQLITE ? 'absent' : 'unreadable';
  const [forAll = null, ...ofAgents] = JSON.parse(ran.stdout) as DatabaseAnswer[];
  const jobs = forAll === null ? [] : (forAll.jobs ?? null);
  return { agents, shared: forAll, own: ofAgents, jobs, paths: { shared, own } };
}

/**
 * Every agent's profiles with OpenClaw's verdict on each. An agent works with its own over those of `main` (2026.6.5 to
 * 2026.7), or over the ones that all share (2026.8.1 and later).
 */
export function profilesIn(
  { agents, shared, own, paths }: StoreDatabases,
  { config, release, now }: { config: ConfigFacts; release: OpenClawRelease; now: number },
): ProfileFacts[] {
  const storeIn = (answer: DatabaseAnswer | undefined, path = '') =>
    storeOf({ profiles: answer?.profiles }, object(answer?.state), { profiles: path, state: path });
  const main = agents.findIndex(({ id }) => id === 'main');
  const forAll = release.generation === 'G3' ? storeIn(shared, paths.shared) : storeIn(own[main], paths.own[main]);
  return agents.flatMap(({ id }, index) => {
    const store = inherit(forAll, storeIn(own[index], paths.own[index]));
    return judgeProfiles(store, { agent: id, config, version: release.version, now });
  });
}

/** What `models auth order set` left in the databases. */
export function ordersIn({ agents, shared, own }: StoreDatabases): StoredOrders {
  // Agents read the default one's profiles too. `order set` refuses an order that names one which is nowhere.
  const stored = new Set([shared, ...own].flatMap((found) => Object.keys(found?.profiles ?? {})));
  return Object.fromEntries(
    agents.flatMap(({ id }, index) => {
      const ids = anthropicOf(own[index]?.state.order) ?? anthropicOf(shared?.state.order);
      return ids ? [[id, ids.filter((one) => stored.has(one))]] : [];
    }),
  );
}

function anthropicOf(order: unknown): string[] | undefined {
  if (!isObject(order)) return undefined;
  const key = anthropicKey(order);
  return key === undefined ? undefined : texts(at(order, key));
}
