import { basename, isAbsolute, join } from 'node:path';
import { configHome } from '../system/folders.ts';
import { sha256 } from '../system/hash.ts';
import type { World } from '../system/world.ts';
import { CLAUDE_MAX_API_PORT, NORMALIZER_PORT } from './ports.ts';
import type { Leftover } from './records.ts';
import { enableLinksOf } from './systemd.ts';

/** What guides call them, in a file's name or in the command that a service starts. */
const GUIDE = /claude-max-api|content-normalizer/i;
const OURS = /^(clawauth-|io\.github\.clawauth-setup\.)/;
const SCRIPT = 'content-normalizer-proxy.js';
/** A unit or script of a guide has a few dozen lines. */
const READABLE = 256 * 1024;

type Found = Leftover & { readonly pulls?: readonly string[] };

/** Proxies that make requests look like another program's (github.com/zacdcook/openclaw-billing-proxy, threads of 2026). */
const DISGUISE = /billing-?proxy/i;

/** Units and launch agents of proxies that disguise the client. */
export async function findDisguises(world: World): Promise<Leftover[]> {
  if (world.platform === 'darwin') return agents(world, DISGUISE);
  if (world.platform !== 'linux') return [];
  const own = await units(world, 'systemd-user', join(configHome(world), 'systemd', 'user'), DISGUISE);
  return withEnabled([...own, ...(await units(world, 'systemd-system', '/etc/systemd/system', DISGUISE))]);
}

/** Hand-made proxy services and scripts of this user, and units of the machine. Read from the disk; nothing is run. */
export async function findLeftovers(world: World): Promise<Leftover[]> {
  const services =
    world.platform === 'darwin'
      ? await agents(world)
      : world.platform === 'linux'
        ? [
            ...(await units(world, 'systemd-user', join(configHome(world), 'systemd', 'user'))),
            ...(await units(world, 'systemd-system', '/etc/systemd/system')),
          ]
        : [];
  const enabled = withEnabled(services);
  const started = new Set(services.flatMap(({ script }) => script ?? []));
  return [...enabled, ...(await scripts(world, started))];
}

async function units(
  world: World,
  manager: 'systemd-user' | 'systemd-system',
  folder: string,
  guide = GUIDE,
): Promise<Found[]> {
  const found: Found[] = [];
  const names = (await world.files.list(folder).catch(() => null)) ?? [];
  for (const name of names.filter((one) => one.endsWith('.service') && !OURS.test(one))) {
    const file = join(folder, name);
    const text = await small(world, file);
    if (text === null) continue;
    const command = text.match(/^Exec\w+\s*=.*$/gm)?.join('\n') ?? '';
    if (!guide.test(name) && !guide.test(command)) continue;
    const links = [...(await enableLinksOf(world, name, { manager, configHome: configHome(world) }))];
    const one = await leftover(world, { name, manager, file, links, text, command });
    found.push({ ...one, pulls: pulledBy(text) });
  }
  return found;
}

async function agents(world: World, guide = GUIDE): Promise<Found[]> {
  const folder = join(world.home, 'Library', 'LaunchAgents');
  const found: Found[] = [];
  for (const file of (await world.files.list(folder).catch(() => null)) ?? []) {
    if (!file.endsWith('.plist') || OURS.test(file)) continue;
    const text = await small(world, join(folder, file));
    if (text === null) continue;
    const strings = [...text.matchAll(/<string>([^<]*)<\/string>/g)].map((match) => match[1]);
    if (!guide.test(file) && !strings.some((word) => guide.test(word ?? ''))) continue;
    const label = /<key>Label<\/key>\s*<string>([^<]*)<\/string>/.exec(text)?.[1] ?? file.replace(/\.plist$/, '');
    const command = strings.join(' ');
    found.push(
      await leftover(world, { name: label, manager: 'launchd', file: join(folder, file), links: [], text, command }),
    );
  }
  return found;
}

async function leftover(
  world: World,
  it: Pick<Leftover, 'name' | 'file' | 'links'> & {
    readonly manager: 'systemd-user' | 'systemd-system' | 'launchd';
    readonly text: string;
    readonly command: string;
  },
): Promise<Leftover> {
  const words = it.command.replaceAll('%h', world.home).split(/[\s"'=]+/);
  const named = words.find((word) => isAbsolute(word) && basename(word) === SCRIPT);
  const script = named?.startsWith(`${world.home}/`) ? named : null;
  const source = named === undefined ? null : await small(world, named);
  return {
    name: it.name,
    manager: it.manager,
    file: it.file,
    sha256: sha256(it.text),
    links: it.links,
    script: script !== null && source !== null ? script : null,
    ports: portsIn(`${it.text}\n${source ?? ''}`),
    removable: await world.files.writable(it.file).catch(() => false),
    active: null,
    ...upstreamIn(it.command),
  };
}

/** `claude-max-api 3459`, `…/standalone.js 3459`. */
function upstreamIn(command: string): Pick<Leftover, 'upstream'> {
  const port = /(?:claude-max-api|\/standalone\.js)["']?\s+(\d{1,5})\b/.exec(command)?.[1];
  return port === undefined ? {} : { upstream: Number(port) };
}

/** Names of units that a unit starts with itself. */
function pulledBy(text: string): string[] {
  return [...text.matchAll(/^(?:Requires|Wants|BindsTo|Upholds)\s*=\s*(.*)$/gm)].flatMap(([, names = '']) =>
    names.trim().split(/\s+/),
  );
}

/** Whether systemd starts each with the machine: by a link, or for one that it starts. */
function withEnabled(found: readonly Found[]): Leftover[] {
  const on = new Set(found.filter(({ links }) => links.length > 0));
  for (const { pulls = [] } of on) for (const one of found) if (pulls.includes(one.name)) on.add(one);
  return found.map((one) => {
    const { pulls: _, ...rest } = one;
    return one.manager === 'launchd' ? rest : { ...rest, enabled: on.has(one) };
  });
}

/** A script that nothing starts any more, where guides put it. */
async function scripts(world: World, started: ReadonlySet<string>): Promise<Leftover[]> {
  const folders = ['', '.openclaw', '.openclaw/scripts', '.openclaw/workspace', 'openclaw', 'scripts', 'bin'];
  const found: Leftover[] = [];
  for (const folder of folders) {
    const file = join(world.home, folder, SCRIPT);
    if (started.has(file) || (await world.files.lstat(file).catch(() => null))?.kind !== 'file') continue;
    const removable = await world.files.writable(file).catch(() => false);
    const bytes = await world.files.read(file).catch(() => null);
    const rest = { links: [], script: file, ports: [], removable, active: null };
    found.push({ name: SCRIPT, manager: 'none', file, sha256: bytes && sha256(bytes), ...rest });
  }
  return found;
}

function portsIn(text: string): number[] {
  return [NORMALIZER_PORT, CLAUDE_MAX_API_PORT].filter((port) => new RegExp(`\\b${port}\\b`).test(text));
}

async function small(world: World, path: string): Promise<string | null> {
  const stat = await world.files.stat(path).catch(() => null);
  if (stat?.kind !== 'file' || stat.size > READABLE) return null;
  return world.files.readText(path).catch(() => null);
}
