import { join } from 'node:path';
import { readDotEnv } from '../openclaw/dot-env.ts';
import type { GatewayContext } from '../openclaw/gateway.ts';
import type { UnitVariable } from '../openclaw/gateway-units.ts';
import { shapeOf } from '../openclaw/profiles.ts';
import { at, type Json, object, text } from '../openclaw/shape.ts';
import { type Fact, known } from '../system/fact.ts';
import type { World } from '../system/world.ts';
import type { ShadowVariable } from './types.ts';

/** What each variable does, for OpenClaw (run on 2026.2.17 and 2026.9.6) and for Claude Code (2.1.329). */
const EFFECTS: Readonly<Record<string, string>> = {
  ANTHROPIC_API_KEY:
    'Claude Code bills this key instead of the plan; OpenClaw falls back to it when no stored credential works.',
  ANTHROPIC_OAUTH_TOKEN: 'OpenClaw uses it when no stored credential works.',
  ANTHROPIC_AUTH_TOKEN: 'Claude Code sends it instead of its own login.',
  ANTHROPIC_BASE_URL: 'Requests go to this address instead of Anthropic.',
  CLAUDE_CODE_OAUTH_TOKEN: 'Claude Code uses it instead of its own login; OpenClaw does not read it.',
};

/** Our environment, OpenClaw's `.env`, its config's `env`, the gateway's unit, and Claude Code's settings. */
export async function findShadows(
  world: World,
  context: GatewayContext & {
    readonly configPath: string | null;
    /** What the gateway is started with. */
    readonly variables: readonly UnitVariable[];
  },
): Promise<Fact<ShadowVariable[]>> {
  const found: ShadowVariable[] = [];
  const add = (name: string, value: unknown, where: string, line?: number) => {
    const effect = Object.hasOwn(EFFECTS, name) ? EFFECTS[name] : undefined;
    const set = text(value);
    if (effect === undefined || set === null) return;
    found.push({ name, where, ...(line === undefined ? {} : { line }), shape: shapeOf(set), effect });
  };
  for (const name of Object.keys(EFFECTS)) add(name, world.env[name], 'environment');

  if (context.state) {
    const file = join(context.state.stateDir, '.env');
    const source = await world.files.readText(file).catch(() => null);
    for (const { name, value, line } of readDotEnv(source ?? '')) add(name, value, file, line);
  }
  const block = at(context.config, 'env');
  for (const [name, value] of [...Object.entries(object(at(block, 'vars'))), ...Object.entries(object(block))]) {
    add(name, value, context.configPath ?? 'the config');
  }
  for (const { name, value, file, line } of context.variables) {
    add(name, value, file, file.startsWith('/proc/') ? undefined : line);
  }
  await claudeSettings(world, add);
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
