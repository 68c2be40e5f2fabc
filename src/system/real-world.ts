import { arch, homedir, hostname, userInfo } from 'node:os';
import { launcher } from './launcher.ts';
import { realClock } from './real-clock.ts';
import { realFiles } from './real-files.ts';
import { realNetwork } from './real-network.ts';
import { realProcesses } from './real-processes.ts';
import type { World } from './world.ts';

/**
 * The world outside: real files, children, time and environment. `overrides` replaces any part; children always start
 * from the resulting `env` and `cwd`, with `HOME` set to the resulting `home`, so that a sandbox or a test hands over
 * one value and nothing slips past it.
 */
export function realWorld(overrides: Partial<World> = {}): World {
  const home = overrides.home ?? overrides.env?.HOME ?? process.env.HOME ?? homedir();
  const env = { ...(overrides.env ?? process.env), HOME: home };
  const cwd = overrides.cwd ?? process.cwd();
  return {
    files: realFiles,
    clock: realClock,
    network: realNetwork,
    platform: process.platform,
    arch: arch(),
    uid: process.geteuid?.() ?? -1,
    username: userName(env),
    hostname: hostname(),
    nodeVersion: process.versions.node,
    execPath: process.execPath,
    launcher: launcher(process.env),
    ...overrides,
    home,
    env,
    cwd,
    processes: overrides.processes ?? realProcesses({ env, cwd }),
  };
}

/** `userInfo` throws for a uid without a passwd entry, as containers often run with. */
function userName(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER ?? env.LOGNAME ?? String(process.geteuid?.() ?? '');
  }
}
