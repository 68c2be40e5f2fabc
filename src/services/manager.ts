import { join } from 'node:path';
import type { World } from '../system/world.ts';
import type { Note, ServicesFacts } from './records.ts';
import type { ServiceManager } from './spec.ts';

/** What can run our services on this machine, for this person. */
type FoundManager = ServicesFacts['manager'];

const TIMEOUT = 10_000;

/**
 * Finds the manager. `gateway` is the one that runs OpenClaw's gateway, where there is one: services that the gateway
 * needs belong beside it.
 */
export async function findManager(
  world: World,
  gateway: ServiceManager | 'none' | 'unknown',
  signal?: AbortSignal,
): Promise<FoundManager> {
  if (world.platform === 'darwin') return findLaunchd(world);
  if (world.platform !== 'linux') {
    return { ok: false, because: 'There is no service manager that we know on this system.', help: FOREGROUND };
  }
  if ((await world.files.stat('/run/systemd/system').catch(() => null)) === null) {
    return {
      ok: false,
      because: 'This system was not started by systemd (a container, or another init).',
      help: FOREGROUND,
    };
  }
  const run = (argv: [string, ...string[]], env: Readonly<Record<string, string>> = {}) =>
    world.processes.run(argv, { timeoutMs: TIMEOUT, env, signal });
  const version = await run(['systemctl', '--version']);
  const systemd = Number(/^systemd (\d+)/.exec(version.stdout)?.[1] ?? Number.NaN);
  const known = { systemd: Number.isNaN(systemd) ? null : systemd };
  if (gateway === 'systemd-system') {
    return {
      ...known,
      ok: true,
      manager: 'systemd-system',
      because: "OpenClaw's gateway is a service of the machine",
      env: {},
      notes: world.uid === 0 ? [] : [{ says: 'Services of the machine need root.', next: 'sudo clawauth-setup' }],
    };
  }
  const runtime = await runtimeEnv(world);
  if (runtime === null) {
    return {
      ok: false,
      because: `${world.username} has no session of its own here: /run/user/${world.uid} is missing, as it is after su or sudo.`,
      help: `Log in as ${world.username} itself (ssh ${world.username}@localhost), or start its services without a login: sudo loginctl enable-linger ${world.username}`,
    };
  }
  const asked = await run(['systemctl', '--user', 'show', '--property=Version'], runtime.env);
  if (asked.exitCode !== 0) {
    const line = asked.stderr.trim().split('\n')[0] ?? '';
    return {
      ok: false,
      because: `${world.username}'s own systemd does not answer${line === '' ? '' : `: ${line}`}.`,
      help: `Start it: sudo systemctl start user@${world.uid}.service`,
    };
  }
  const notes = [...runtime.notes, ...(await lingerNotes(world, run))];
  return {
    ...known,
    ok: true,
    manager: 'systemd-user',
    because: `${world.username}'s own systemd answers`,
    env: runtime.env,
    notes,
  };
}

const FOREGROUND =
  'Run the normalizer in the foreground or under your own supervisor; the last screen shows the command.';

function findLaunchd(world: World): FoundManager {
  return {
    ok: true,
    manager: 'launchd',
    because: 'launchd runs services on macOS',
    systemd: null,
    env: {},
    notes: [
      {
        says:
          world.env.SSH_CONNECTION === undefined
            ? 'Launch agents run while you are logged in.'
            : 'You came in by ssh: launch agents start only once you log in at the screen of this Mac.',
      },
    ],
  };
}

/** `systemctl --user` finds its manager through XDG_RUNTIME_DIR, which su and sudo take away; the folder may be there. */
export async function runtimeEnv(
  world: World,
): Promise<{ readonly env: Record<string, string>; readonly notes: Note[] } | null> {
  const told = world.env.XDG_RUNTIME_DIR;
  if (told !== undefined && (await world.files.stat(told).catch(() => null))?.uid === world.uid)
    return { env: {}, notes: [] };
  const folder = `/run/user/${world.uid}`;
  const there = await world.files.stat(folder).catch(() => null);
  if (there?.uid !== world.uid) return null;
  return {
    env: { XDG_RUNTIME_DIR: folder, DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'bus')}` },
    notes: [
      {
        says: `XDG_RUNTIME_DIR is not set, as it is after su or sudo; ${folder} is used.`,
        next: `export XDG_RUNTIME_DIR=${folder}`,
      },
    ],
  };
}

/** Without linger a person's services end with the last session and do not start at boot. */
async function lingerNotes(
  world: World,
  run: (argv: [string, ...string[]]) => Promise<{ readonly exitCode: number | null; readonly stdout: string }>,
): Promise<Note[]> {
  const asked = await run(['loginctl', 'show-user', world.username, '--property=Linger']);
  if (asked.exitCode !== 0 || /^Linger=yes$/m.test(asked.stdout)) return [];
  return [
    {
      says: `${world.username}'s services stop at logout and do not start at boot, because linger is off.`,
      next: `loginctl enable-linger ${world.username}`,
    },
  ];
}
