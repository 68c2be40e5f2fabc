import { join } from 'node:path';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { shellQuote } from '../text.ts';
import { type ServiceId, type ServicePlace, type ServiceSpec, unitName } from './spec.ts';
import { fillTemplate } from './template.ts';

export function unitFile(id: ServiceId, place: ServicePlace): string {
  return join(unitFolder(place), unitName(id));
}

export function unitFolder(place: Pick<ServicePlace, 'manager' | 'configHome'>): string {
  return place.manager === 'systemd-system' ? '/etc/systemd/system' : join(place.configHome, 'systemd', 'user');
}

/** The link that `systemctl enable` makes: ours to name before it is made, and to take away. */
export function enableLink(id: ServiceId, place: ServicePlace): string {
  return join(unitFolder(place), `${target(place)}.wants`, unitName(id));
}

/** Every link in the manager's own folder by which a unit is started or goes by another name. */
export async function enableLinksOf(
  world: World,
  unit: string,
  place: Pick<ServicePlace, 'manager' | 'configHome'>,
): Promise<readonly string[]> {
  if (place.manager === 'launchd') return [];
  const folder = unitFolder(place);
  const found: string[] = [];
  for (const name of (await world.files.list(folder)) ?? []) {
    const path = join(folder, name);
    if (/\.(?:wants|requires|upholds)$/.test(name)) {
      if ((await world.files.lstat(join(path, unit)))?.kind === 'symlink') found.push(join(path, unit));
    } else if (name !== unit && (await world.files.lstat(path))?.kind === 'symlink') {
      const target = await world.files.readlink(path);
      if (target === unit || target === join(folder, unit)) found.push(path);
    }
  }
  return found;
}

/** The unit's text. Throws `Problem('unit-unwritable')` for a path that no unit file can hold. */
export function renderUnit(spec: ServiceSpec, place: ServicePlace): string {
  const system = place.manager === 'systemd-system';
  const home = system ? place.home : '%h';
  // In a person's own unit paths under the home stay right when the home moves.
  const under = system ? null : place.home;
  const order = [
    ...spec.wants.map((unit) => `Wants=${unit}`),
    ...(spec.wants.length > 0 ? [`After=${spec.wants.join(' ')}`] : []),
    ...(system ? ['After=network-online.target', 'Wants=network-online.target'] : []),
    ...(spec.before.length > 0 ? [`Before=${spec.before.join(' ')}`] : []),
  ];
  const env = { PATH: spec.path.join(':'), ...spec.env };
  const values = {
    order,
    user: system ? [`User=${place.user}`] : [],
    command: spec.argv.map((word, at) => (at === 0 ? quoteProgram(word, under) : quoteArgument(word, under))).join(' '),
    environment: Object.entries(env).map(([name, value]) => `Environment=${quoteWord(`${name}=${value}`, under)}`),
    // Unknown to older systemd, which would warn about them at every start.
    backoff: place.systemd !== null && place.systemd >= 254 ? ['RestartSteps=6', 'RestartMaxDelaySec=2min'] : [],
    // All of the home: Claude Code replaces ~/.claude.json by a new file, as a terminal beside the service does. A unit that
    // may write that one file alone holds the old one.
    writable: [
      system ? quoteWord(home, null) : home,
      ...(spec.writes ?? []).map((path) => quoteWord(path, under)),
    ].join(' '),
    sandbox: system ? SYSTEM_SANDBOX : [],
    memory: `${spec.memoryMb}M`,
    target: target(place),
  };
  const runtime = system ? '/run' : '%t';
  return spec.id === 'claude-max-api'
    ? fillTemplate('claude-max-api.service', { ...values, runtime })
    : fillTemplate(`${spec.id}.service`, values);
}

/**
 * The machine's systemd may also take these away; a person's own cannot. Not ProtectKernelTunables and
 * ProtectKernelLogs: they keep the unit from starting in containers with a /proc of their own (status 226), and forbid
 * nothing that a user without capabilities could do.
 */
const SYSTEM_SANDBOX = [
  'CapabilityBoundingSet=',
  'PrivateDevices=yes',
  'ProtectKernelModules=yes',
  'ProtectClock=yes',
  'ProtectProc=invisible',
  'ProtectHostname=yes',
  'RestrictNamespaces=yes',
];

function target(place: Pick<ServicePlace, 'manager'>): string {
  return place.manager === 'systemd-system' ? 'multi-user.target' : 'default.target';
}

/** The directory that systemd makes for a service at start and takes away at its end, as a unit names it. */
export function runtimeDirectory(id: ServiceId, place: Pick<ServicePlace, 'manager'>): string {
  return `${place.manager === 'systemd-system' ? '/run' : '%t'}/clawauth-${id}`;
}

/** The program of `ExecStart=`. systemd takes no quotes and backslashes in it, and leaves `$` alone. */
function quoteProgram(path: string, home: string | null): string {
  if (/["'\\]/.test(path)) {
    throw new Problem('unit-unwritable', `systemd starts no program with a quote or a backslash in its path: ${path}`, {
      next: `sudo ln -s ${shellQuote(path)} /usr/local/bin/`,
    });
  }
  return quoteWord(path, home);
}

/** A further word of `ExecStart=`, where `$` begins a variable. */
function quoteArgument(text: string, home: string | null): string {
  return quoteWord(text, home).replaceAll('$', '$$$$');
}

/** A word that stands for itself, but for `%t` at the start, which {@link runtimeDirectory} puts there. */
function quoteWord(text: string, home: string | null): string {
  if (/[\0\n\r]/.test(text)) {
    throw new Problem('unit-unwritable', 'A path with a line break cannot be written into a unit file.', {
      why: JSON.stringify(text),
    });
  }
  const literal = (part: string) => part.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%');
  const runtime = text.startsWith('%t/') ? '%t' : '';
  const escaped = runtime + literal(text.slice(runtime.length));
  const word = home === null ? escaped : underHome(escaped, literal(home));
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word}"`;
}

/** `/home/ada/.x:/home/ada/y` → `%h/.x:%h/y`. */
function underHome(text: string, home: string): string {
  if (home === '/' || home === '') return text;
  return text.replace(/(^|[=:])([^:=]*)/g, (all, before: string, path: string) =>
    path === home || path.startsWith(`${home}/`) ? `${before}%h${path.slice(home.length)}` : all,
  );
}

/** A drop-in that sets variables for a unit which is not ours: `openclaw-gateway.service.d/clawauth-setup.conf`. */
export function dropInFile(unit: string, place: Pick<ServicePlace, 'manager' | 'configHome'>): string {
  return join(unitFolder(place), `${unit}.d`, 'clawauth-setup.conf');
}

export function renderDropIn(env: Readonly<Record<string, string>>, why: string): string {
  const lines = Object.entries(env).map(([name, value]) => `Environment=${quoteWord(`${name}=${value}`, null)}`);
  return `# Made by clawauth-setup. To remove it: clawauth-setup undo\n# ${why}\n[Service]\n${lines.join('\n')}\n`;
}

/** The same, for taking away a variable that the unit, a file of variables or the session gives it (systemd 235 and later). */
export function renderUnset(name: string, why: string): string {
  return `# Made by clawauth-setup. To remove it: clawauth-setup undo\n# ${why}\n[Service]\nUnsetEnvironment=${name}\n`;
}

/** `systemctl` for this manager; a person's own has to be told apart from the machine's. */
export function systemctl(place: Pick<ServicePlace, 'manager'>, ...words: string[]): [string, ...string[]] {
  return place.manager === 'systemd-user' ? ['systemctl', '--user', ...words] : ['systemctl', ...words];
}
