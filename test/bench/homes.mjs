// Homes for the benchmark.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const TOKEN = `sk-ant-oat01-FAKE${'B'.repeat(91)}`;
const BRIDGE = 'claude-max-proxy/claude-opus-4';

/** Answers `models status --json` with what was set, at once: what is measured is ours. */
const STUB = `#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import json5 from ${JSON.stringify(import.meta.resolve('json5'))};
const state = homedir() + '/.openclaw/';
const { agents } = json5.parse(readFileSync(state + 'openclaw.json', 'utf8'));
const { primary, fallbacks = [] } = agents.defaults.model;
const models = Object.entries(agents.defaults.models);
const { profiles } = JSON.parse(readFileSync(state + 'agents/main/agent/auth-profiles.json', 'utf8'));
console.log(JSON.stringify({
  resolvedDefault: primary,
  fallbacks,
  aliases: Object.fromEntries(models.flatMap(([ref, { alias }]) => (alias ? [[alias, ref]] : []))),
  allowed: models.map(([ref]) => ref),
  auth: {
    storePath: '',
    missingProvidersInUse: [],
    unusableProfiles: [],
    providers: [],
    oauth: {
      profiles: Object.entries(profiles).map(([profileId, { provider, type, expires }]) => ({
        ...{ profileId, provider, type, status: 'static' },
        ...(expires ? { expiresAt: expires } : {}),
      })),
    },
  },
}));
`;

/** A home of the first storage generation: JSON credentials per agent, cron jobs in a file, no gateway. */
export function makeOldHome(home, { agents, jobs }) {
  const state = join(home, '.openclaw');
  const bin = join(home, 'bin');
  const root = join(home, 'lib', 'node_modules', 'openclaw');
  for (const path of [state, join(state, 'cron'), bin, root]) mkdirSync(path, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({ name: 'openclaw', version: '2026.2.17', bin: './openclaw.mjs', type: 'module' }),
  );
  const ids = ['main', ...Array.from({ length: agents - 1 }, (_, index) => `agent${index}`)];
  // The release's own list of models, where it keeps it.
  const library = join(root, 'node_modules', '@mariozechner', 'pi-ai', 'dist');
  mkdirSync(library, { recursive: true });
  const rows = ['opus-4-6', 'sonnet-4-6', 'haiku-4-5'].map((id) => `{ id: "claude-${id}", provider: "anthropic" }`);
  writeFileSync(join(library, 'models.generated.js'), `export const MODELS = [${rows.join(',\n')}];\n`);
  writeFileSync(join(root, 'openclaw.mjs'), STUB, { mode: 0o755 });
  symlinkSync('../lib/node_modules/openclaw/openclaw.mjs', join(bin, 'openclaw'));
  symlinkSync(process.execPath, join(bin, 'node'));
  const list = ids.map(
    (id, index) => `      { id: '${id}', ${index === 0 ? 'default: true, ' : ''}workspace: '~/ws' }, // ${id}`,
  );
  writeFileSync(
    join(state, 'openclaw.json'),
    `{
  // made for a measurement
  gateway: { mode: 'local', port: 1, bind: 'loopback' },
  agents: {
    defaults: { model: { primary: '${BRIDGE}', fallbacks: [] }, models: { '${BRIDGE}': { alias: 'Opus' } } },
    list: [
${list.join('\n')}
    ],
  },
  models: { providers: { 'claude-max-proxy': { baseUrl: 'http://127.0.0.1:3457/v1', api: 'openai-completions', apiKey: 'x', models: [{ id: 'claude-opus-4', name: 'Opus' }] } } },
}
`,
    { mode: 0o600 },
  );
  for (const id of ids) {
    const folder = join(state, 'agents', id, 'agent');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const store = {
      version: 1,
      profiles: { 'openai:default': { type: 'api_key', provider: 'openai', key: 'not-a-real-key' } },
    };
    writeFileSync(join(folder, 'auth-profiles.json'), JSON.stringify(store, null, 2), { mode: 0o600 });
  }
  const cron = Array.from({ length: jobs }, (_, index) => ({
    id: `job-${index}`,
    agentId: ids[index % ids.length],
    name: `job ${index}`,
    enabled: true,
    createdAtMs: 1,
    updatedAtMs: 1,
    schedule: { kind: 'every', everyMs: 3_600_000 },
    sessionTarget: 'isolated',
    wakeMode: 'now',
    payload: { kind: 'agentTurn', message: 'Ping', model: BRIDGE },
    state: {},
  }));
  writeFileSync(join(state, 'cron', 'jobs.json'), JSON.stringify({ version: 1, jobs: cron }, null, 2), { mode: 0o600 });
  return { home, env: { HOME: home, PATH: `${bin}:/usr/bin:/bin` } };
}

/** A sandbox without cron jobs and with `agents` agents, whose `openclaw` writes down each call. */
export async function sandboxWithCounter(at, { cli, agents }) {
  const env = { PATH: '/usr/bin:/bin', HOME: at, LANG: 'C.UTF-8' };
  await promisify(execFile)(process.execPath, [cli, 'status', '--sandbox-at', at], { env });
  const home = join(at, 'home');
  const log = join(at, 'calls');
  const program = join(at, 'lib', 'node_modules', 'openclaw', 'openclaw.mjs');
  const text = readFileSync(program, 'utf8');
  const counting = `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(log)}, process.argv.slice(2).join(' ') + '\\n');\n`;
  writeFileSync(program, text.replace(/^(#!.*\n)/, `$1${counting}`));
  const { writeDatabase } = await import('../../assets/sandbox/lib/sqlite.mjs');
  writeDatabase(join(home, '.openclaw', 'state', 'openclaw.sqlite'), {
    config_machine_state: { columns: ['state_key TEXT', 'value_json TEXT', 'updated_at_ms INTEGER'], rows: [] },
    cron_jobs: { columns: ['job_id TEXT', 'job_json TEXT', 'updated_at INTEGER'], rows: [] },
  });
  const config = join(home, '.openclaw', 'openclaw.json');
  const more = Array.from({ length: agents - 2 }, (_, index) => `      extra${index}: { workspace: '~/workspace' },\n`);
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^( {6}lite: \{)/m, `${more.join('')}$1`));
  return {
    at,
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : []),
  };
}
