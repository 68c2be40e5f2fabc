import { join } from 'node:path';
import { readDotEnv } from '../openclaw/dot-env.ts';
import type { GatewayContext } from '../openclaw/gateway.ts';
import type { UnitVariable } from '../openclaw/gateway-units.ts';
import { shapeOf } from '../openclaw/profiles.ts';
import { at, type Json, object, text } from '../openclaw/shape.ts';
import { type Fact, known } from '../system/fact.ts';
import type { World } from '../system/world.ts';
import type { ShadowVariable } from './types.ts';

type Reader = ShadowVariable['readers'][number];

/**
 * What each variable does to its readers. OpenClaw: turns of 2026.2.17, 2026.4.29, 2026.6.1, 2026.7.1 and 2026.9.6 with the
 * variable set (none of them sends its requests to ANTHROPIC_BASE_URL). Claude Code: 2.1.329.
 */
const EFFECTS: Readonly<Record<string, Readonly<Partial<Record<Reader, string>>>>> = {
  ANTHROPIC_API_KEY: {
    OpenClaw: 'OpenClaw falls back to it when no stored credential works.',
    'Claude Code': 'Claude Code bills this key instead of the plan.',
  },
  ANTHROPIC_OAUTH_TOKEN: { OpenClaw: 'OpenClaw uses it when no stored credential works.' },
  ANTHROPIC_AUTH_TOKEN: { 'Claude Code': 'Claude Code sends it instead of its own login.' },
  ANTHROPIC_BASE_URL: {
    'Claude Code': 'Claude Code sends its requests to this address instead of Anthropic; OpenClaw does not read it.',
  },
  CLAUDE_CODE_OAUTH_TOKEN: {
    'Claude Code': 'Claude Code uses it instead of its own login; OpenClaw does not read it.',
  },
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
    const effects = Object.hasOwn(EFFECTS, name) ? (EFFECTS[name] ?? {}) : {};
    const readers = who.filter((reader) => effects[reader] !== undefined);
    const set = text(value);
    if (readers.length === 0 || set === null) return;
    const effect = readers.map((reader) => effects[reader]).join(' ');
    found.push({ name, where, ...(line === undefined ? {} : { line }), shape: shapeOf(set), readers, effect });
  };
  const addForBoth = add(['OpenClaw', 'Claude Code']);
  const addForOpenClaw = add(['OpenClaw']);
  for (const name of Object.keys(EFFECTS)) addForBoth(name, world.env[name], 'environment');

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
  const source = await world.files.readText(file).catch(() => null);
  if (source === null) return;
  let settings: Json;
  try {
    settings = object(JSON.parse(source));
  } catch {
    return;
  }
  for (const [name, value] of Object.entries(object(settings.env))) add(name, value, file);
}
