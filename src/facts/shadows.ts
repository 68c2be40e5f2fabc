import { join } from 'node:path';
import { readDotEnv } from '../openclaw/dot-env.ts';
import type { GatewayContext } from '../openclaw/gateway.ts';
import type { UnitVariable } from '../openclaw/gateway-units.ts';
import { shapeOf } from '../openclaw/secret-shape.ts';
import { type Fact, known } from '../system/fact.ts';
import { at, object, readJson, text } from '../system/json.ts';
import type { World } from '../system/world.ts';
import type { ShadowVariable } from './types.ts';

type Reader = ShadowVariable['readers'][number];

/** Who reads each variable: turns of five releases from 2026.2.17 to 2026.9.6 with it set, and Claude Code 2.1.329. */
const READERS: Readonly<Record<string, readonly Reader[]>> = {
  ANTHROPIC_API_KEY: ['OpenClaw', 'Claude Code'],
  ANTHROPIC_OAUTH_TOKEN: ['OpenClaw'],
  ANTHROPIC_AUTH_TOKEN: ['Claude Code'],
  ANTHROPIC_BASE_URL: ['Claude Code'],
  CLAUDE_CODE_OAUTH_TOKEN: ['Claude Code'],
};

/**
 * Variables that a program really reads where they stand: our environment (both), OpenClaw's `.env`, its config's `env` and
 * the gateway's unit (OpenClaw), Claude Code's settings (Claude Code).
 */
export async function findShadows(
  world: World,
  context: GatewayContext & {
    readonly configPath: string | null;
    /** What the gateway is started with. */
    readonly variables: readonly UnitVariable[];
  },
): Promise<Fact<ShadowVariable[]>> {
  const found: ShadowVariable[] = [];
  const add = (who: readonly Reader[]) => (name: string, value: unknown, where: string, line?: number) => {
    const all = Object.hasOwn(READERS, name) ? (READERS[name] ?? []) : [];
    const readers = who.filter((reader) => all.includes(reader));
    const set = text(value);
    if (readers.length === 0 || set === null) return;
    found.push({ name, where, line, shape: shapeOf(set), readers });
  };
  const addForBoth = add(['OpenClaw', 'Claude Code']);
  const addForOpenClaw = add(['OpenClaw']);
  for (const name of Object.keys(READERS)) addForBoth(name, world.env[name], 'environment');

  if (context.state) {
    const file = join(context.state.stateDir, '.env');
    const source = await world.files.readText(file).catch(() => null);
    for (const { name, value, line } of readDotEnv(source ?? '')) addForOpenClaw(name, value, file, line);
  }
  const block = at(context.config, 'env');
  for (const [name, value] of [...Object.entries(object(at(block, 'vars'))), ...Object.entries(object(block))]) {
    addForOpenClaw(name, value, context.configPath ?? 'the config');
  }
  for (const { name, value, file, line } of context.variables) {
    addForOpenClaw(name, value, file, file.startsWith('/proc/') ? undefined : line);
  }
  await claudeSettings(world, add(['Claude Code']));
  return known(found, 'the environment, .env, the config, the gateway unit and Claude Code settings');
}

async function claudeSettings(world: World, add: (name: string, value: unknown, where: string) => void): Promise<void> {
  const file = join(world.env.CLAUDE_CONFIG_DIR || join(world.home, '.claude'), 'settings.json');
  const settings = await readJson(world, file);
  for (const [name, value] of Object.entries(object(at(settings, 'env')))) add(name, value, file);
}
