import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, object, readJson } from '../system/json.ts';
import type { World } from '../system/world.ts';
import { isTakenOut } from './environment.ts';
import { PID_FILE } from './starter.ts';
import { claudeConfigDir } from './token.ts';

/** A private folder for one sign-in; nothing in it outlives the sign-in. */
export interface Scratch {
  readonly folder: string;
  /** An empty working directory: no project files, no hooks. */
  readonly cwd: string;
  /** For CLAUDE_CONFIG_DIR: Claude Code writes state and backups there at start, which keeps the person's own as it is. */
  readonly config: string;
  remove(): Promise<void>;
}

const PREFIX = 'clawauth-setup-';
/** As mkdtemp names them. */
const NAME = new RegExp(`^${PREFIX}[A-Za-z0-9]{6}$`);
/** No sign-in lasts so long, ms. */
const STALE = 24 * 3_600_000;

/**
 * Made under TMPDIR, in a sandbox inside it; mode 0700. Holds the few settings of the person's that a sign-in needs.
 * Deletes the folders that killed runs left there.
 */
export async function makeScratch(world: World): Promise<Scratch> {
  const parent = world.sandbox ?? (world.env.TMPDIR || '/tmp');
  await removeStale(world, parent).catch(() => {});
  const folder = await mkdtemp(join(parent, PREFIX));
  const scratch = { folder, cwd: join(folder, 'cwd'), config: join(folder, 'config') };
  await mkdir(scratch.cwd);
  await mkdir(scratch.config, { mode: 0o700 });
  const settings = await neededSettings(world);
  if (settings !== null) await writeFile(join(scratch.config, 'settings.json'), settings, { mode: 0o600 });
  return { ...scratch, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Only what is surely ours: our own, private, with what a scratch folder holds, older than a day, its program gone. */
async function removeStale(world: World, parent: string): Promise<void> {
  for (const name of (await world.files.list(parent)) ?? []) {
    if (!NAME.test(name)) continue;
    const folder = join(parent, name);
    const stat = await world.files.lstat(folder).catch(() => null);
    if (stat?.kind !== 'directory' || stat.uid !== world.uid || stat.mode !== 0o700) continue;
    if (world.clock.now() - stat.mtimeMs < STALE) continue;
    const inside = await world.files.list(folder);
    if (!inside?.includes('cwd') || !inside.includes('config') || (await runs(folder))) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** Whether the program that was started from this folder may still be there. */
async function runs(folder: string): Promise<boolean> {
  const pid = Number(await readFile(join(folder, PID_FILE), 'utf8').catch(() => ''));
  if (!(pid > 1)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Network settings (proxy, certificates), the browser to use, and which login is allowed. No key helper, no hooks. */
async function neededSettings(world: World): Promise<string | null> {
  // Settings that cannot be read are Claude Code's to complain about, at its next start.
  const all = object(await readJson(world, join(claudeConfigDir(world), 'settings.json')));
  const kept: Record<string, unknown> = {};
  for (const name of ['browser', 'forceLoginMethod', 'forceLoginOrgUUID']) if (name in all) kept[name] = all[name];
  if (isObject(all.env)) kept.env = Object.fromEntries(Object.entries(all.env).filter(([name]) => !isTakenOut(name)));
  return Object.keys(kept).length === 0 ? null : JSON.stringify(kept);
}
