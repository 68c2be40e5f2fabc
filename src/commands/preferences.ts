import { rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Answers, Drift, GivenAnswers, SharedAnswers } from '../methods/types.ts';
import type { World } from '../system/world.ts';

/** The answers that say what a person likes, not what is set up: those come from the facts. Never a secret. */
const KEPT = [
  'method',
  'role',
  'cron',
  'liveCheck',
  'restartGateway',
] as const satisfies readonly (keyof SharedAnswers)[];

const FILE = 'preferences.json';

/** Answers of the last run that are worth pre-filling. Unreadable preferences count as none. */
export async function readPreferences(world: World): Promise<GivenAnswers> {
  try {
    const stored: Readonly<Record<string, unknown>> = (await openPresent(world))?.store ?? {};
    const { questions } = await import('../methods/questions.ts');
    const known = KEPT.filter(
      (key) => typeof stored[key] === (questions[key]?.value === undefined ? 'boolean' : 'string'),
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

const KEPT_CHANGES = 'keptChanges';

const changeKey = (receiptId: string, { what, was, now }: Drift) => `${receiptId} ${what} ${was ?? ''} → ${now ?? ''}`;

/** Remembers that the person keeps these changes to what a run had set up; a newer run starts afresh. */
export async function keepChanges(world: World, receiptId: string, changes: readonly Drift[]): Promise<void> {
  try {
    const preferences = await open(world);
    const old = await keptChanges(world, receiptId);
    preferences.set(KEPT_CHANGES, [...new Set([...old, ...changes.map((one) => changeKey(receiptId, one))])]);
  } catch {}
}

/** `changes` without those that the person said to keep. */
export async function notKept(world: World, receiptId: string, changes: readonly Drift[]): Promise<readonly Drift[]> {
  const kept = new Set(await keptChanges(world, receiptId));
  return changes.filter((one) => !kept.has(changeKey(receiptId, one)));
}

async function keptChanges(world: World, receiptId: string): Promise<readonly string[]> {
  try {
    const stored = (await openPresent(world))?.get(KEPT_CHANGES);
    const texts = Array.isArray(stored) ? stored.filter((one): one is string => typeof one === 'string') : [];
    return texts.filter((text) => text.startsWith(`${receiptId} `));
  } catch {
    return [];
  }
}

/** Removes them, and their folder when nothing else is in it. */
export async function forgetPreferences(world: World): Promise<void> {
  await rm(join(folderOf(world), FILE), { force: true });
  await rmdir(folderOf(world)).catch(() => {});
}

/** `$XDG_CONFIG_HOME/clawauth-setup`; on macOS `~/Library/Preferences/clawauth-setup`. */
function folderOf(world: World): string {
  const configHome = world.env.XDG_CONFIG_HOME?.startsWith('/')
    ? world.env.XDG_CONFIG_HOME
    : join(world.home, '.config');
  const base = world.platform === 'darwin' ? join(world.home, 'Library', 'Preferences') : configHome;
  return join(base, 'clawauth-setup');
}

/** Null where nothing was remembered yet: opening a file that is not there makes its folder. */
async function openPresent(world: World) {
  return (await world.files.lstat(join(folderOf(world), FILE))) === null ? null : open(world);
}

async function open(world: World) {
  // Brings a JSON schema validator: only for those who use it.
  const { default: Conf } = await import('conf');
  return new Conf<Record<string, unknown>>({
    cwd: folderOf(world),
    configName: basename(FILE, '.json'),
    configFileMode: 0o600,
    clearInvalidConfig: true,
  });
}
