import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import type { ServicesFacts } from './records.ts';

/** The ports that guides use, and that ours use when they are free. */
export const NORMALIZER_PORT = 3457;
export const CLAUDE_MAX_API_PORT = 3459;

export interface PresentPorts {
  readonly normalizer?: number | undefined;
  readonly claudeMaxApi?: number | undefined;
}

/**
 * The one place where ports are chosen. What is `present` stays. `ours` are ports that our own running services hold, or
 * ones that will go: they count as free. Throws `Problem('no-free-port')` after a hundred tries.
 */
export async function choosePorts(
  world: World,
  ours: readonly number[] = [],
  present: PresentPorts = {},
): Promise<ServicesFacts['ports']> {
  const chosen = new Set<number>(Object.values(present).filter((port) => port !== undefined));
  const notes: string[] = [];
  const choose = async (wanted: number): Promise<number> => {
    const stranger = !chosen.has(wanted);
    for (let port = wanted; port < wanted + 200; port += 2) {
      if (chosen.has(port)) continue;
      if (!ours.includes(port) && (await taken(world, port))) continue;
      chosen.add(port);
      if (port !== wanted && stranger) notes.push(`Port ${wanted} is taken by another program; ${port} is used.`);
      return port;
    }
    throw new Problem('no-free-port', `No port from ${wanted} to ${wanted + 200} is free.`, { next: 'ss -ltnp' });
  };
  const normalizer = present.normalizer ?? (await choose(NORMALIZER_PORT));
  const claudeMaxApi = present.claudeMaxApi ?? (await choose(CLAUDE_MAX_API_PORT));
  return { normalizer, claudeMaxApi, notes };
}

async function taken(world: World, port: number): Promise<boolean> {
  return (await world.network?.listening('127.0.0.1', port, 500)) ?? false;
}
