// `openclaw models auth …` of the sandbox.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, flag, has, print, readInput, words } from './cli.mjs';
import {
  agentIds,
  databasePath,
  profilesOf,
  readOwn,
  readStore,
  stateDir,
  writeConfig,
  writeOwn,
  writeStore,
} from './state.mjs';

export async function auth(config, command) {
  const agent = flag('--agent');
  if (agent !== undefined && !agentIds(config).includes(agent)) return fail(`Unknown agent id "${agent}".`);
  if (command === 'list') return list(agent ?? 'main');
  if (command === 'order') return print(`${JSON.stringify({ order: config.auth?.order ?? {} })}\n`);
  if (agent === undefined && agentIds(config).length > 1) {
    return fail('Multiple agents are configured, but the model command has no explicit owner. Pass --agent <id>.');
  }
  const stray = join(stateDir, 'agents', agent ?? 'main', 'agent', 'auth-profiles.json');
  if (existsSync(stray)) {
    return fail(`${stray} requires legacy credential migration. code=AUTH_PROFILE_MIGRATION_REQUIRED`);
  }
  if (command === 'paste-token') return pasteToken(config);
  if (command === 'paste-api-key') return pasteApiKey(config);
  if (command === 'logout') return logout(config, agent ?? 'main');
  return fail(`models auth ${command} requires an interactive TTY.`);
}

async function pasteToken(config) {
  const provider = flag('--provider') ?? 'anthropic';
  const id = flag('--profile-id') ?? `${provider}:manual`;
  const token = (await readInput()).replace(/\s+/g, '');
  if (!token.startsWith('sk-ant-oat01-')) return fail('Expected token starting with sk-ant-oat01-');
  if (token.length < 80) return fail('Token looks too short; paste the full setup-token');
  await sleep(400);
  const store = readStore();
  store.profiles[id] = { type: 'token', provider, token };
  const [, number, unit] = /^(\d+)([mhd])$/.exec(flag('--expires-in') ?? '') ?? [];
  const lasts = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  if (number !== undefined) store.profiles[id].expires = Date.now() + Number(number) * lasts[unit];
  stored(config, store, id);
  print('Anthropic setup-token auth is supported in OpenClaw.\n');
}

/** As 2026.9.6, which takes whatever is not empty. */
async function pasteApiKey(config) {
  const provider = flag('--provider') ?? 'anthropic';
  const id = flag('--profile-id') ?? `${provider}:manual`;
  const key = (await readInput()).trim();
  if (key === '') return fail('Required');
  await sleep(400);
  const store = readStore();
  store.profiles[id] = { type: 'api_key', provider, key };
  stored(config, store, id);
}

function stored(config, store, id) {
  const { provider, type } = store.profiles[id];
  writeStore(store);
  config.auth ??= {};
  config.auth.profiles ??= {};
  config.auth.profiles[id] = { provider, mode: type };
  writeConfig(config);
  print(
    `Updated config: ~/.openclaw/openclaw.json\n  Backup: ~/.openclaw/openclaw.json.bak\nAuth profile: ${id} (${provider}/${type})\n`,
  );
}

function logout(config, agent) {
  const id = words()[3];
  const profile = profilesOf(agent)[id];
  if (profile === undefined) return fail(`Auth profile "${id}" not found for agent "${agent}".`);
  const { [id]: own, ...others } = readOwn(agent);
  if (own !== undefined) writeOwn(agent, others);
  else {
    const store = readStore();
    delete store.profiles[id];
    writeStore(store);
  }
  delete config.auth?.profiles?.[id];
  writeConfig(config);
  print(
    `Updated config: ~/.openclaw/openclaw.json\n  Backup: ~/.openclaw/openclaw.json.bak\nAgent: ${agent}\nRemoved auth profile: ${id} (${profile.provider}/${profile.type})\n`,
  );
}

function list(agent) {
  const profiles = profilesOf(agent);
  const rows = Object.entries(profiles).map(([id, profile]) => ({
    id,
    provider: profile.provider,
    type: profile.type,
    label: id,
    ...(profile.expires === undefined ? {} : { expiresAt: new Date(profile.expires).toISOString() }),
  }));
  const tilde = (path) => path.replace(process.env.HOME, '~');
  const answer = {
    agentId: agent,
    agentDir: tilde(join(stateDir, 'agents', agent, 'agent')),
    authStatePath: tilde(databasePath),
    provider: flag('--provider') ?? null,
    profiles: rows.filter((row) => flag('--provider') === undefined || row.provider === flag('--provider')),
  };
  print(has('--json') ? `${JSON.stringify(answer, null, 2)}\n` : `${rows.map((row) => row.id).join('\n')}\n`);
}
