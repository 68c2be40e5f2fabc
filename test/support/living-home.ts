import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import json5 from 'json5';
import { type TempWorld, tempWorld, withNothingRunning } from './temp-world.ts';

/** The release whose files the home has: credentials and cron in JSON that we edit ourselves, failures in a file beside. */
export const LIVING_RELEASE = '2026.4.29';

const CONFIG = `// my OpenClaw, edited by hand
{
  agents: {
    defaults: {
      model: { primary: 'claude-bridge/claude-opus-4', fallbacks: ['claude-bridge/claude-sonnet-4'] }, // my bridge
      models: { 'claude-bridge/claude-opus-4': { alias: 'Opus' } },
    },
    list: [{ id: 'main', default: true }, { id: 'lite', model: 'claude-bridge/claude-sonnet-4' /* cheap */ }],
  },
  models: {
    providers: {
      'claude-bridge': {
        baseUrl: 'http://127.0.0.1:3457/v1',
        api: 'openai-completions',
        apiKey: 'not-needed',
        models: [{ id: 'claude-opus-4', name: 'x' }, { id: 'claude-sonnet-4', name: 'y' }],
      },
    },
  },
  // keep this
  mine: { color: 'green' },
}
`;

const JOBS = {
  version: 1,
  jobs: [
    {
      id: 'brief',
      name: 'brief',
      agentId: 'main',
      enabled: true,
      payload: { kind: 'agentTurn', message: 'hi', model: 'claude-bridge/claude-opus-4' },
      state: { consecutiveErrors: 3 },
    },
    {
      id: 'plain',
      name: 'plain',
      agentId: 'lite',
      enabled: true,
      payload: { kind: 'agentTurn', message: 'yo' },
      state: {},
    },
  ],
};

export interface LivingHome extends TempWorld {
  readonly stateDir: string;
  /** Absolute. */
  readonly files: { readonly config: string; readonly main: string; readonly lite: string; readonly jobs: string };
  /** The parsed file; undefined when it is absent. */
  read(file: string): Record<string, unknown> | undefined;
}

/** A home with an OpenClaw that is only ever read from: nothing in it can be started. */
export function livingHome(): LivingHome {
  const temp = tempWorld({ inMemory: true });
  const state = temp.path('.openclaw');
  const write = (path: string, content: string) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600 });
  };
  const root = temp.path('lib', 'openclaw');
  write(
    join(root, 'package.json'),
    JSON.stringify({ name: 'openclaw', version: LIVING_RELEASE, engines: { node: '>=20' } }),
  );
  write(join(root, 'openclaw.mjs'), '#!/usr/bin/env node\nprocess.exit(1);\n');
  chmodSync(join(root, 'openclaw.mjs'), 0o755);
  const models = ['claude-opus-5', 'claude-sonnet-5', 'claude-haiku-4-5'].map((id) => ({ id }));
  write(
    join(root, 'dist', 'extensions', 'anthropic', 'openclaw.plugin.json'),
    JSON.stringify({ modelCatalog: { providers: { anthropic: { models } } } }),
  );
  mkdirSync(temp.path('bin'));
  symlinkSync(process.execPath, temp.path('bin', 'node'));
  symlinkSync(join(root, 'openclaw.mjs'), temp.path('bin', 'openclaw'));
  const files = {
    config: join(state, 'openclaw.json'),
    main: join(state, 'agents', 'main', 'agent', 'auth-profiles.json'),
    lite: join(state, 'agents', 'lite', 'agent', 'auth-profiles.json'),
    jobs: join(state, 'cron', 'jobs.json'),
  };
  write(files.config, CONFIG);
  const other = { type: 'api_key', provider: 'openai', key: 'sk-openai-FAKE-0123456789' };
  write(files.main, `${JSON.stringify({ version: 1, profiles: { 'openai:default': other } }, null, 2)}\n`);
  mkdirSync(dirname(files.lite), { recursive: true });
  write(files.jobs, `${JSON.stringify(JOBS, null, 2)}\n`);
  const env = { HOME: temp.home, PATH: temp.path('bin') };
  return {
    ...temp,
    world: {
      ...temp.world,
      files: withNothingRunning(temp.world.files),
      env,
      network: { listening: async () => false },
    },
    stateDir: state,
    files,
    read: (file) => (existsSync(file) ? json5.parse(readFileSync(file, 'utf8')) : undefined),
  };
}
