import { isAbsolute, join } from 'node:path';
import type { World } from './world.ts';

type Around = Pick<World, 'env' | 'home'>;

/** The XDG specification wants a relative value ignored. */
const told = (value: string | undefined): string | undefined => (value && isAbsolute(value) ? value : undefined);

/** `$XDG_CONFIG_HOME`, else `~/.config`. */
export function configHome({ env, home }: Around): string {
  return told(env.XDG_CONFIG_HOME) ?? join(home, '.config');
}

/** `$XDG_DATA_HOME`, else `~/.local/share`; on macOS `~/Library/Application Support`. */
export function dataHome({ env, home, platform }: Around & Pick<World, 'platform'>): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return told(env.XDG_DATA_HOME) ?? join(home, '.local', 'share');
}

/** `$XDG_STATE_HOME`, else `~/.local/state`; on macOS `~/Library/Application Support`. */
export function stateHome({ env, home, platform }: Around & Pick<World, 'platform'>): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return told(env.XDG_STATE_HOME) ?? join(home, '.local', 'state');
}

/** PATH's folders, absolute, each once. */
export function pathFolders({ env }: Pick<World, 'env'>): readonly string[] {
  const folders = (env.PATH ?? '').split(':').filter(isAbsolute);
  return [...new Set(folders.map((folder) => (folder === '/' ? folder : folder.replace(/\/+$/, ''))))];
}

/** The first program of that name in `folders`; null where none has it. */
export async function findProgram(world: World, name: string, folders = pathFolders(world)): Promise<string | null> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (await world.files.executable(path).catch(() => false)) return path;
  }
  return null;
}

/** Whether a program's path is gone once a shell of fnm or a run of npx ends. */
export const isTemporary = (path: string): boolean => /\/fnm_multishells\/|\/_npx\//.test(path);
