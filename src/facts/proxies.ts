import { join } from 'node:path';
import { readDotEnv } from '../openclaw/dot-env.ts';
import type { UnitVariable } from '../openclaw/gateway-units.ts';
import type { ConfigFacts, StateFacts } from '../openclaw/records.ts';
import { findDisguises } from '../services/leftovers.ts';
import { type Fact, known } from '../system/fact.ts';
import { at, type Json, text } from '../system/json.ts';
import { listenerOf } from '../system/listener.ts';
import type { World } from '../system/world.ts';
import type { ProxiesFacts, ProxyFacts } from './types.ts';

const PROBE_MS = 400;
const LOOPBACK = /^(127(\.\d+){3}|localhost|\[::1\]|0\.0\.0\.0)$/i;

interface Given {
  readonly config: ConfigFacts;
  /** The parsed configuration. */
  readonly value: Json;
  readonly state: StateFacts;
  /** What the gateway is started with. */
  readonly variables: readonly UnitVariable[];
}

/** The programs of this machine that providers lead to: whether something listens there; nothing is sent. */
export async function findProxies(world: World, given: Given): Promise<Fact<ProxiesFacts>> {
  const found = await Promise.all(
    given.config.providers.flatMap(({ id, baseUrl }) => {
      const place = loopback(baseUrl);
      return baseUrl === null || place === null ? [] : [look(world, { provider: id, baseUrl, ...place })];
    }),
  );
  const [disguises, told] = await Promise.all([findDisguises(world), openaiBaseUrl(world, given)]);
  return known({ found, disguises, openaiBaseUrl: told }, 'models.providers, and their ports');
}

async function look(
  world: World,
  { host, ...rest }: Pick<ProxyFacts, 'provider' | 'baseUrl' | 'port'> & { readonly host: string },
): Promise<ProxyFacts> {
  const answers = (await world.network?.listening(host, rest.port, PROBE_MS)) ?? null;
  const process = answers === true ? await listenerOf(world, rest.port).catch(() => null) : null;
  const argv =
    process === null ? '' : ((await world.files.readText(`/proc/${process.pid}/cmdline`).catch(() => null)) ?? '');
  const program = /normalizer/i.test(argv) ? 'normalizer' : /claude-max-api/i.test(argv) ? 'claude-max-api' : null;
  return { ...rest, answers, program };
}

/** The port of an address of this machine. */
function loopback(url: string | null): { readonly host: string; readonly port: number } | null {
  if (url === null || !URL.canParse(url)) return null;
  const { hostname, port, protocol } = new URL(url);
  if (!LOOPBACK.test(hostname)) return null;
  const host = /^(localhost|0\.0\.0\.0)$/i.test(hostname) ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
  return { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

/** Where OpenClaw is given an `OPENAI_BASE_URL`: its environment and `.env`, the config's `env`, the gateway's unit. */
async function openaiBaseUrl(
  world: World,
  { value, state, variables, config }: Given,
): Promise<ProxiesFacts['openaiBaseUrl']> {
  const NAME = 'OPENAI_BASE_URL';
  const file = join(state.stateDir, '.env');
  const lines = readDotEnv((await world.files.readText(file).catch(() => null)) ?? '');
  const inConfig = text(at(value, 'env', 'vars', NAME)) ?? text(at(value, 'env', NAME));
  return [
    ...(text(world.env[NAME]) === null ? [] : [{ where: 'environment' }]),
    ...lines.flatMap(({ name, value: url, line }) => (name === NAME && url !== '' ? [{ where: file, line }] : [])),
    ...(inConfig === null ? [] : [{ where: config.path }]),
    ...variables.flatMap(({ name, file: where, line }) => (name === NAME ? [{ where, line }] : [])),
  ];
}
