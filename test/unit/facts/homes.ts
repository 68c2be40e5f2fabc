import { type MemoryEntry, type MemoryWorldOptions, memoryWorld } from '../../support/memory-world.ts';

export const TOKEN = `sk-ant-oat01-${'FAKE'.repeat(22)}0001`;
export const HOME = '/home/ana';
export const STATE = `${HOME}/.openclaw`;
export const NOW = Date.UTC(2026, 10, 21);

const ENGINES: Readonly<Record<string, string>> = { '2026.9.6': '>=22.14 <25', default: '>=22.12' };

/** The files of a global npm installation with a Node of its own. */
export function installed(version: string, engines = ENGINES[version] ?? ENGINES.default): Record<string, MemoryEntry> {
  const name = version.startsWith('2026.1.') ? 'clawdbot' : 'openclaw';
  const root = `/usr/lib/node_modules/${name}`;
  const models = [{ id: 'claude-sonnet-5' }, { id: 'claude-opus-5' }];
  return {
    [`/usr/bin/${name}`]: { link: `${root}/entry.mjs` },
    [`${root}/entry.mjs`]: { content: '#!/usr/bin/env node\n', mode: 0o755 },
    [`${root}/package.json`]: JSON.stringify({ name, version, engines: { node: engines } }),
    [`${root}/dist/extensions/anthropic/openclaw.plugin.json`]: JSON.stringify({
      modelCatalog: { providers: { anthropic: { models } } },
    }),
    '/usr/bin/node': { content: '', mode: 0o755 },
  };
}

export const CONFIG = `// mine
{
  meta: { lastTouchedVersion: "x" },
  gateway: { port: 18999, auth: { token: "gateway-secret-0123456789" } },
  agents: {
    defaults: { model: { primary: "anthropic/claude-opus-5" } },
    list: [{ id: "main", default: true }, { id: "lite" }],
  },
  auth: { profiles: { "anthropic:default": { provider: "anthropic", mode: "token" } } },
}`;

export function authProfiles(more: object = {}): string {
  const profile = { type: 'token', provider: 'anthropic', token: TOKEN, ...more };
  return JSON.stringify({ version: 1, profiles: { 'anthropic:default': profile } });
}

/** What `models status --json` prints, as far as it is read. */
export function status(more: { storePath?: string; status?: string; expiresAt?: number; none?: boolean } = {}): string {
  const profile = {
    profileId: 'anthropic:default',
    provider: 'anthropic',
    type: 'token',
    status: more.status ?? 'static',
    ...(more.expiresAt === undefined ? {} : { expiresAt: more.expiresAt }),
  };
  const labels = more.none ? [] : ['anthropic:default=token:sk-ant-o...AKE0001'];
  return JSON.stringify({
    resolvedDefault: 'anthropic/claude-opus-5',
    fallbacks: [],
    aliases: {},
    allowed: [],
    auth: {
      storePath: more.storePath ?? `${STATE}/state/openclaw.sqlite`,
      missingProvidersInUse: [],
      providers: [{ provider: 'anthropic', profiles: { labels } }],
      unusableProfiles: [],
      oauth: { profiles: more.none ? [] : [profile], providers: [] },
    },
  });
}

/** Nobody listens; the rest is in memory. */
export function machine(options: MemoryWorldOptions & { running?: boolean } = {}) {
  const listening = async () => options.running ?? false;
  return memoryWorld({
    ...options,
    overrides: { network: { listening }, nodeVersion: '22.14.0', ...options.overrides },
  });
}
