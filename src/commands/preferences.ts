import { join } from 'node:path';
import type { Answers } from '../methods/types.ts';
import type { World } from '../system/world.ts';
import type { GivenAnswers } from './answers.ts';

/** The answers that say what a person likes, not what is set up: those come from the facts. Never a secret. */
const KEPT = ['method', 'role', 'cron', 'liveCheck', 'restartGateway'] as const satisfies readonly (keyof Answers)[];

/** Answers of the last run that are worth pre-filling. Unreadable preferences count as none. */
export async function readPreferences(world: World): Promise<GivenAnswers> {
  try {
    const stored: Record<string, unknown> = (await open(world)).store;
    const { answerFlags } = await import('./answer-flags.ts');
    const known = KEPT.filter(
      (key) => typeof stored[key] === (answerFlags[key].value === undefined ? 'boolean' : 'string'),
    );
    return Object.fromEntries(known.map((key) => [key, stored[key]]));
  } catch {
    return {};
  }
}

/** Keeps them. A home that cannot be written costs a convenience, not the run. */
export async function rememberAnswers(world: World, answers: Answers): Promise<void> {
  try {
    (await open(world)).set(Object.fromEntries(KEPT.map((key) => [key, answers[key]])));
  } catch {}
}

/** `$XDG_CONFIG_HOME/clawauth-setup/preferences.json`; on macOS `~/Library/Preferences/clawauth-setup`. */
async function open(world: World) {
  // Brings a JSON schema validator: only for those who use it.
  const { default: Conf } = await import('conf');
  const configHome = world.env.XDG_CONFIG_HOME?.startsWith('/')
    ? world.env.XDG_CONFIG_HOME
    : join(world.home, '.config');
  const base = world.platform === 'darwin' ? join(world.home, 'Library', 'Preferences') : configHome;
  return new Conf<Record<string, unknown>>({
    cwd: join(base, 'clawauth-setup'),
    configName: 'preferences',
    configFileMode: 0o600,
    clearInvalidConfig: true,
  });
}
