import { basename, isAbsolute, join } from 'node:path';
import { configHome } from '../system/folders.ts';
import { sha256 } from '../system/hash.ts';
import type { World } from '../system/world.ts';
import { CLAUDE_MAX_API_PORT, NORMALIZER_PORT } from './ports.ts';
import type { Leftover } from './records.ts';
import { enableLinksOf } from './steps.ts';

/** What guides call them, in a file's name or in the command that a service starts. */
const GUIDE = /claude-max-api|content-normalizer/i;
const OURS = /^(clawauth-|io\.github\.clawauth-setup\.)/;
const SCRIPT = 'content-normalizer-proxy.js';
/** A unit or script of a guide has a few dozen lines. */
const READABLE = 256 * 1024;

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
  const started = new Set(services.flatMap(({ script }) => script ?? []));
  return [...services, ...(await scripts(world, started))];
}

async function units(world: World, manager: 'systemd-user' | 'systemd-system', folder: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  const names = (await world.files.list(folder).catch(() => null)) ?? [];
  for (const name of names.filter((one) => one.endsWith('.service') && !OURS.test(one))) {
    const file = join(folder, name);
    const text = await small(world, file);
    if (text === null) continue;
    const command = text.match(/^Exec\w+\s*=.*$/gm)?.join('\n') ?? '';
    if (!GUIDE.test(name) && !GUIDE.test(command)) continue;
    const links = [...(await enableLinksOf(world, name, { manager, configHome: configHome(world) }))];
    found.push(await leftover(world, { name, manager, file, links, text, command }));
  }
  return found;
}

async function agents(world: World): Promise<Leftover[]> {
  const folder = join(world.home, 'Library', 'LaunchAgents');
  const found: Leftover[] = [];
  for (const file of (await world.files.list(folder).catch(() => null)) ?? []) {
    if (!file.endsWith('.plist') || OURS.test(file)) continue;
    const text = await small(world, join(folder, file));
    if (text === null) continue;
    const strings = [...text.matchAll(/<string>([^<]*)<\/string>/g)].map((match) => match[1]);
    if (!GUIDE.test(file) && !strings.some((word) => GUIDE.test(word ?? ''))) continue;
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
  };
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
