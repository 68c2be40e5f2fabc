import type { World } from '../system/world.ts';

export interface Account {
  readonly name: string;
  /** null when nobody of that name is in /etc/passwd. */
  readonly uid: number | null;
  readonly home: string | null;
}

export function ownAccount(world: World): Account {
  return { name: world.username, uid: world.uid, home: world.home };
}

/** The user of this name or uid; us where that is who runs us, with the home that we were given. */
export async function accountOf(world: World, who: string | number): Promise<Account> {
  const found = (await passwd(world)).find(
    ([name, , uid]) => name === who || (uid !== undefined && uid === String(who)),
  );
  const uid = found ? Number(found[2]) : /^\d+$/.test(String(who)) ? Number(who) : null;
  if (uid === world.uid || (uid === null && who === world.username)) return ownAccount(world);
  return { name: found?.[0] ?? (typeof who === 'number' ? `uid ${who}` : who), uid, home: found?.[5] ?? null };
}

/**
 * Whether this process works in another home than the user's own, as `HOME=… clawauth-setup` does: whoever says so has
 * chosen, and what runs in other homes is not meant.
 */
export async function homeWasChosen(world: World): Promise<boolean> {
  const home = (await passwd(world)).find(([, , uid]) => uid === String(world.uid))?.[5];
  return home !== undefined && home !== world.home;
}

/** The fields of each line of /etc/passwd. */
async function passwd(world: World): Promise<string[][]> {
  const users = (await world.files.readText('/etc/passwd').catch(() => null)) ?? '';
  return users.split('\n').map((line) => line.split(':'));
}
