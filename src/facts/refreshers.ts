import { join } from 'node:path';
import { lineHash } from '../actions/line-hash.ts';
import { isWanted, userUnits } from '../openclaw/gateway-units.ts';
import { type Fact, known, unknown } from '../system/fact.ts';
import { masked } from '../system/masked.ts';
import type { World } from '../system/world.ts';
import type { Refresher } from './types.ts';

/** What the guide with `oauth.json` calls its watcher and its trigger. */
const GUIDE = /\b(sync-oauth-token|trigger-claude-refresh)\b/;
const CLAUDE = /claude|anthropic|openclaw|clawdbot|moltbot/i;
const REFRESH = /sync|refresh|renew|re-?auth/i;
const CREDENTIAL = /token|oauth|credential|auth/i;
/** The files whose copying makes two owners of one login. */
const LOGIN_FILES = /\.credentials\.json|auth-profiles\.json/;
/** The gateway, proxies and ourselves carry such words and refresh nothing. */
const NOT_ONE = /clawauth-setup|(openclaw|clawdbot)[- ]gateway|gateway (run|start)|claude-max-api-proxy/i;

/**
 * Whether a command line or unit keeps a copy of a Claude login fresh, as older guides had people set up: it touches the
 * login's file, or one of its programs is named after that. A job that merely asks Claude to sync something is none.
 */
export function looksLikeRefresher(line: string): boolean {
  if (GUIDE.test(line) && !NOT_ONE.test(line)) return true;
  return CLAUDE.test(line) && line.split(/&&|\|\||;/).some(refreshes);
}

function refreshes(command: string): boolean {
  if (NOT_ONE.test(command)) return false;
  if (LOGIN_FILES.test(command) || /\bmodels auth\b.*\brefresh\b/.test(command)) return true;
  const names = command.split(/[\s"'=;|&()]+/).map((word) => word.slice(word.lastIndexOf('/') + 1));
  return names.some((name) => REFRESH.test(name) && (CREDENTIAL.test(name) || CLAUDE.test(name)));
}

/** Credential files of OpenClaw that older guides had a tool write: 2026.6.5 and later read neither. */
const WRITTEN = /\bauth-profiles\.json\b|\boauth\.json\b/g;

/** A script that reads Claude Code's login and hands it on, whatever it is called. */
const COPIES = (body: string) =>
  body.includes('.credentials.json') && /auth-profiles\.json|oauth\.json|ANTHROPIC_OAUTH_TOKEN|accessToken/.test(body);
/** A script of a guide has a few dozen lines. */
const READABLE = 256 * 1024;

interface Script {
  readonly file: string;
  readonly body: string;
}

/** The scripts that a command starts, as far as they can be read. */
async function scriptsIn(world: World, command: string): Promise<readonly Script[]> {
  const home = command.replace(/(^|[\s"'=])(?:~|%h|\$HOME|\$\{HOME\})(?=\/)/g, `$1${world.home}`);
  const files = home.split(/[\s"'=;|&()]+/).filter((word) => /^\/.*\.(sh|py|js|mjs|ts)$/.test(word));
  const found: Script[] = [];
  for (const file of new Set(files)) {
    const stat = await world.files.stat(file).catch(() => null);
    if (stat?.kind !== 'file' || stat.size > READABLE) continue;
    const body = await world.files.readText(file).catch(() => null);
    if (body !== null) found.push({ file, body });
  }
  return found;
}

/** What a command names of the files that tools used to write. */
const namesIn = (text: string) => {
  const names = [...new Set(text.match(WRITTEN) ?? [])];
  return names.length > 0 ? { names } : {};
};

/** Units of this user and of the machine, and launch agents, read from disk. */
export async function unitRefreshers(world: World): Promise<Refresher[]> {
  if (world.platform === 'darwin') {
    const agents = await unitsIn(world, join(world.home, 'Library/LaunchAgents'), 'launchd', /\.plist$/);
    return Promise.all(agents.filter(({ refreshes }) => refreshes).map((one) => refresherOf(world, 'launchd', [one])));
  }
  if (world.platform !== 'linux') return [];
  const [own, machine] = await Promise.all([
    unitsIn(world, userUnits(world), 'systemd', /\.(service|timer|path)$/),
    // Of the machine only what cannot be anything else: it is not this user's to change.
    unitsIn(world, '/etc/systemd/system', 'systemd', /\.(service|timer|path)$/).catch(() => []),
  ]);
  return Promise.all([
    ...groups(own).map((group) => refresherOf(world, 'systemd-user', group)),
    ...groups(machine).map((group) => refresherOf(world, 'systemd-system', group)),
  ]);
}

interface Unit {
  readonly name: string;
  readonly file: string;
  /** What it starts or watches. */
  readonly says: string;
  readonly refreshes: boolean;
  readonly scripts: readonly Script[];
  /** It is started at boot or login, by a timer, or when a file changes. */
  readonly starts: boolean;
}

async function unitsIn(
  world: World,
  folder: string,
  kind: 'systemd' | 'launchd',
  names: RegExp,
): Promise<readonly Unit[]> {
  const found: Unit[] = [];
  for (const name of (await world.files.list(folder)) ?? []) {
    if (!names.test(name)) continue;
    const file = join(folder, name);
    const text = (await world.files.readText(file).catch(() => null)) ?? '';
    const says = kind === 'launchd' ? stringsOf(text) : settingsOf(text);
    const label = /<key>Label<\/key>\s*<string>([^<]*)<\/string>/.exec(text)?.[1];
    const scripts = await scriptsIn(world, says);
    const refreshes = looksLikeRefresher(`${name} ${says}`) || scripts.some(({ body }) => COPIES(body));
    const starts = kind === 'launchd' || !name.endsWith('.service') || (await isWanted(world, folder, name));
    const title = kind === 'launchd' ? (label ?? name.replace(/\.plist$/, '')) : name;
    found.push({ name: title, file, says, refreshes, scripts, starts });
  }
  return found;
}

const stringsOf = (text: string) =>
  [...text.matchAll(/<string>([\s\S]*?)<\/string>/g)].map((match) => match[1]).join(' ');
const settingsOf = (text: string) =>
  [...text.matchAll(/^(?:ExecStart|Unit|PathChanged|PathModified|PathExists)\s*=\s*(.+)$/gm)]
    .map((match) => match[1])
    .join(' ');

/** A timer or a path unit and the service that it starts are one thing; the one that starts the other comes first. */
function groups(units: readonly Unit[]): readonly (readonly Unit[])[] {
  const stem = (name: string) => name.replace(/\.(service|timer|path)$/, '');
  const starts = ({ name, says }: Unit) => /\b[\w@:.-]+\.service\b/.exec(says)?.[0] ?? `${stem(name)}.service`;
  const found = new Map<string, Unit[]>();
  for (const unit of units) {
    const key = unit.name.endsWith('.service') ? unit.name : starts(unit);
    found.set(key, [...(found.get(key) ?? []), unit]);
  }
  const isService = ({ name }: Unit) => (name.endsWith('.service') ? 1 : 0);
  return [...found.values()]
    .filter((group) => group.some(({ refreshes }) => refreshes))
    .map((group) => [...group].sort((a, b) => isService(a) - isService(b)));
}

async function refresherOf(
  world: World,
  manager: NonNullable<Refresher['manager']>,
  group: readonly Unit[],
): Promise<Refresher> {
  const text = group.map(({ says }) => says).join(' ');
  const all = group.flatMap(({ scripts }) => scripts);
  const own = all.filter((one) => one.file.startsWith(`${world.home}/`) && (isNamed(one) || COPIES(one.body)));
  return {
    kind: manager === 'launchd' ? 'launchd' : 'systemd',
    where: group[0]?.file ?? '',
    text: masked(text),
    manager,
    units: group.map(({ name, file }) => ({ name, file })),
    ...(group.some(({ starts }) => starts) ? {} : { idle: true }),
    ...(own.length > 0 ? { scripts: own.map(({ file }) => file) } : {}),
    ...namesIn([text, ...all.map(({ body }) => body)].join(' ')),
  };
}

const isNamed = ({ file }: Script) => looksLikeRefresher(`claude ${file}`);

/** The person's crontab, through `crontab -l`. No crontab and no such program are both "none". */
export async function crontabRefreshers(world: World, signal: AbortSignal): Promise<Refresher[]> {
  if (world.platform === 'win32') return [];
  const ran = await world.processes.run(['crontab', '-l'], { timeoutMs: 5_000, signal });
  return ran.exitCode === 0 ? jobsIn(world, ran.stdout, { kind: 'crontab', where: 'crontab' }) : [];
}

/** Jobs of the machine, where they can be read. */
async function machineJobs(world: World): Promise<Refresher[]> {
  if (world.platform !== 'linux') return [];
  const names = ((await world.files.list('/etc/cron.d').catch(() => null)) ?? []).map((name) => `/etc/cron.d/${name}`);
  const found: Refresher[] = [];
  for (const where of ['/etc/crontab', ...names]) {
    const text = await world.files.readText(where).catch(() => null);
    found.push(...(await jobsIn(world, text ?? '', { kind: 'cron.d', where })));
  }
  return found;
}

async function jobsIn(world: World, text: string, place: Pick<Refresher, 'kind' | 'where'>): Promise<Refresher[]> {
  const found: Refresher[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const scripts = await scriptsIn(world, line);
    if (!looksLikeRefresher(line) && !scripts.some(({ body }) => COPIES(body))) continue;
    const names = namesIn([line, ...scripts.map(({ body }) => body)].join(' '));
    found.push({ ...place, line: index + 1, text: masked(line), hash: lineHash(line), ...names });
  }
  return found;
}

/** What the oldest guide leaves behind: its copy of a login, and the flag that says that the copy has ended. */
async function leftFiles(world: World, stateDir: string | undefined): Promise<Refresher[]> {
  const state = stateDir ?? join(world.home, '.openclaw');
  const flags = [state, join(state, 'credentials'), join(state, 'workspace'), join(world.home, '.claude'), world.home];
  const files = [join(state, 'credentials', 'oauth.json'), ...flags.map((folder) => join(folder, 'REAUTH_NEEDED'))];
  const found: Refresher[] = [];
  for (const where of new Set(files)) {
    if ((await world.files.lstat(where).catch(() => null))?.kind !== 'file') continue;
    found.push({ kind: 'file', where, text: '' });
  }
  return found;
}

export async function findRefreshers(
  world: World,
  signal: AbortSignal,
  ask: boolean,
  stateDir?: string,
): Promise<Fact<Refresher[]>> {
  const units = await unitRefreshers(world).catch((error: unknown) =>
    error instanceof Error ? error.message : 'unreadable',
  );
  if (typeof units === 'string') return unknown('unreadable', units);
  const lines = ask ? await crontabRefreshers(world, signal) : [];
  const more = [...(await machineJobs(world)), ...units, ...(await leftFiles(world, stateDir))];
  return known([...lines, ...more], ask ? 'crontab -l, units' : 'units');
}
