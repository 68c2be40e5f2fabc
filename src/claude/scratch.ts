import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../system/world.ts';
import { isTakenOut } from './environment.ts';
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

/** Made under TMPDIR, in a sandbox inside it; mode 0700. Holds the few settings of the person's that a sign-in needs. */
export async function makeScratch(world: World): Promise<Scratch> {
  const folder = await mkdtemp(join(world.sandbox ?? world.env.TMPDIR ?? '/tmp', 'clawauth-setup-'));
  const scratch = { folder, cwd: join(folder, 'cwd'), config: join(folder, 'config') };
  await mkdir(scratch.cwd);
  await mkdir(scratch.config, { mode: 0o700 });
  const settings = await neededSettings(world);
  if (settings !== null) await writeFile(join(scratch.config, 'settings.json'), settings, { mode: 0o600 });
  return { ...scratch, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Network settings (proxy, certificates), the browser to use, and which login is allowed. No key helper, no hooks. */
async function neededSettings(world: World): Promise<string | null> {
  try {
    const text = await world.files.readText(join(claudeConfigDir(world), 'settings.json'));
    if (text === null) return null;
    const all = JSON.parse(text) as Record<string, unknown>;
    const kept: Record<string, unknown> = {};
    for (const name of ['browser', 'forceLoginMethod', 'forceLoginOrgUUID']) if (name in all) kept[name] = all[name];
    const env = all.env;
    if (typeof env === 'object' && env !== null) {
      kept.env = Object.fromEntries(Object.entries(env).filter(([name]) => !isTakenOut(name)));
    }
    return Object.keys(kept).length === 0 ? null : JSON.stringify(kept);
  } catch {
    // Settings that cannot be read are Claude Code's to complain about, at its next start.
    return null;
  }
}
