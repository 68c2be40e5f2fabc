// The state directory of the sandbox's OpenClaw, kept the way 2026.9.6 keeps it: openclaw.json (read as JSON5, written
// as strict JSON with rotating .bak copies), credentials and cron jobs in state/openclaw.sqlite.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { readDatabase, writeDatabase } from './sqlite.mjs';

/** The sandbox's own home, whatever HOME says: a command pasted into another shell must not touch a real one. */
function ownHome() {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
  const home = process.env.HOME ?? '/';
  if (!existsSync(join(root, 'lib', 'node_modules', 'openclaw'))) return home;
  const own = join(root, 'home');
  return existsSync(home) && existsSync(own) && realpathSync(home) === realpathSync(own) ? home : own;
}

export const stateDir = join(ownHome(), '.openclaw');
export const configPath = join(stateDir, 'openclaw.json');
export const databasePath = join(stateDir, 'state', 'openclaw.sqlite');

/** The config, or null with a message when it cannot be used. */
export function readConfig() {
  let text;
  try {
    text = readFileSync(configPath, 'utf8');
  } catch {
    return { config: {}, issues: [] };
  }
  try {
    // JSON5 is a part of ECMAScript; an empty context has nothing to call.
    const value = runInNewContext(`(${text.replace(/^\uFEFF/, '')}\n)`, Object.create(null), { timeout: 1000 });
    const config = JSON.parse(JSON.stringify(value));
    return { config, issues: validate(config) };
  } catch (error) {
    return { config: null, issues: [{ path: '', message: `JSON5 parse failed: ${error.message}` }] };
  }
}

/** The rules of 2026.9.6 that matter here: known keys at the root, and an owner for more than one agent. */
function validate(config) {
  const roots =
    'agents auth bindings browser channels commands cron env gateway hooks logging messages meta models plugins secrets session skills talk tools ui wizard $schema';
  const issues = Object.keys(config)
    .filter((key) => !roots.split(' ').includes(key))
    .map((key) => ({ path: '', message: `Unrecognized key: "${key}"` }));
  const list = config.agents?.list ?? [];
  const ids = agentIds(config);
  if (ids.length > 1 && config.agents?.ownership !== 'explicit' && list.filter((agent) => agent.default).length !== 1) {
    issues.push({
      path: 'agents.ownership',
      message: 'multi-agent rosters require agents.ownership="explicit" or one legacy default=true marker',
    });
  }
  return issues;
}

/** What runs a model: an agent's own entry counts first where it says so. */
export function runtimeOf(config, ref, agent) {
  const own = config.agents?.entries?.[agent]?.models?.[ref]?.agentRuntime?.id;
  return own ?? config.agents?.defaults?.models?.[ref]?.agentRuntime?.id;
}

export function agentIds(config) {
  const listed = (config.agents?.list ?? []).map((agent) => agent.id);
  const ids = [...listed, ...Object.keys(config.agents?.entries ?? {})];
  return ids.length === 0 ? ['main'] : ids;
}

/** Writes strict JSON, as OpenClaw's own writer does: comments and layout are lost, five old copies are kept. */
export function writeConfig(config) {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  for (let index = 3; index >= 0; index--) {
    const from = index === 0 ? `${configPath}.bak` : `${configPath}.bak.${index}`;
    if (existsSync(from)) renameSync(from, `${configPath}.bak.${index + 1}`);
  }
  if (existsSync(configPath)) {
    copyFileSync(configPath, `${configPath}.bak`);
    chmodSync(`${configPath}.bak`, 0o600);
  }
  config.meta = { ...config.meta, lastTouchedVersion: '2026.9.6' };
  const temp = `${configPath}.${process.pid}.tmp`;
  writeFileSync(temp, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  renameSync(temp, configPath);
}

const ownDatabase = (agent) => join(stateDir, 'agents', agent, 'agent', 'openclaw-agent.sqlite');

/** What an agent stores in a database of its own: nothing, unless a file is named as the place of its key. */
export function readOwn(agent) {
  const [row] = readDatabase(ownDatabase(agent))?.auth_profile_store ?? [];
  return row === undefined ? {} : JSON.parse(row[0]).profiles;
}

export function writeOwn(agent, profiles) {
  const path = ownDatabase(agent);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeDatabase(path, {
    auth_profile_store: { columns: ['store_json TEXT'], rows: [[JSON.stringify({ version: 1, profiles })]] },
  });
}

/** The profiles that an agent can use. */
export const profilesOf = (agent) => ({ ...readStore().profiles, ...readOwn(agent) });

/** { profiles, jobs }: the credential document and the cron jobs. */
export function readStore() {
  const tables = readDatabase(databasePath);
  const row = tables?.config_machine_state?.find(([key]) => key === 'authProfiles.store');
  return {
    profiles: row === undefined ? {} : JSON.parse(row[1]).profiles,
    jobs: (tables?.cron_jobs ?? []).map(([, job]) => JSON.parse(job)),
  };
}

export function writeStore({ profiles, jobs }, directory = stateDir) {
  const path = join(directory, 'state', 'openclaw.sqlite');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const now = Date.now();
  writeDatabase(path, {
    config_machine_state: {
      columns: ['state_key TEXT', 'value_json TEXT', 'updated_at_ms INTEGER'],
      rows: [
        ['auth.sharedStore', JSON.stringify({ location: 'state-db' }), now],
        ['authProfiles.store', JSON.stringify({ version: 1, profiles }), now],
      ],
    },
    cron_jobs: {
      columns: ['job_id TEXT', 'job_json TEXT', 'updated_at INTEGER'],
      rows: jobs.map((job) => [job.id, JSON.stringify(job), now]),
    },
  });
}
