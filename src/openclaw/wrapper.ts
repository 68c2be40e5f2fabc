import { dirname, isAbsolute, join } from 'node:path';
import type { World } from '../system/world.ts';

/** What the text of an executable tells about the program behind it. */
export interface Wrapper {
  /** The script that a shell wrapper hands to Node, absolute. */
  readonly script?: string;
  /** The Node it names: absolute, or null when it takes the one on PATH. */
  readonly node: string | null;
  /** The program by which it leads into a container: `docker`, `podman` … */
  readonly container?: string;
}

const READABLE = 256 * 1024;

/** Reads a shebang, and from a shell wrapper (npm, pnpm, installers, hand-made) the paths in its `exec` line. */
export async function readWrapper(world: World, path: string, command: string): Promise<Wrapper | null> {
  const stat = await world.files.stat(path).catch(() => null);
  if (stat === null || stat.kind !== 'file' || stat.size > READABLE) return null;
  const source = await world.files.readText(path).catch(() => null);
  if (source === null || source.includes('\0')) return null;
  const shebang = /^#!\s*(\S+)(?:\s+(.*))?/.exec(source);
  const interpreter = shebang?.[1] ?? '';
  if (/(^|[/\\])node(js)?$/.test(interpreter)) return { node: interpreter };
  if (/(^|[/\\])env$/.test(interpreter) && /(^|\s)node(js)?(\s|$)/.test(shebang?.[2] ?? '')) return { node: null };
  const isShell = /(^|[/\\])(env\s+)?(ba|z|da|k)?sh$/.test(interpreter) || /\b(ba|z|da)?sh\b/.test(shebang?.[2] ?? '');
  if (!isShell) return null;
  return readShell(world, source, path, command);
}

/** `exec docker exec -it …`, `docker compose run …`: not a word in a comment or a message. */
function containerOf(source: string): string | null {
  const rows = source
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .filter((row) => !/^\s*(#|echo\b|printf\b)/.test(row));
  const starts =
    /(?:^|[;&|(]|\b(?:exec|sudo|env|then|do|else)\s)\s*(?:\S*\/)?(docker|docker-compose|podman|podman-compose|nerdctl|kubectl|distrobox|toolbox)\s+(?:\S+\s+)*?(?:exec|run|enter)\b/;
  return rows.map((row) => starts.exec(row)?.[1]).find((name) => name !== undefined) ?? null;
}

async function readShell(world: World, source: string, path: string, command: string): Promise<Wrapper | null> {
  const folder = dirname(path);
  const expand = (word: string) =>
    word
      .replace(/\$\{?basedir\}?|\$\(dirname [^)]*\)|\$\{?(SCRIPT_DIR|DIR)\}?/gi, `${folder}/`)
      .replace(/\$\{?HOME\}?|^~(?=\/)/g, world.home)
      .replace(/\/{2,}/g, '/');
  const words = [...source.matchAll(/"([^"\n]+)"|'([^'\n]+)'|([^\s"'=;|&]+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
  const container = containerOf(source);
  if (container !== null) return { node: null, container };
  let node: string | null = null;
  for (const word of words) {
    const expanded = expand(word);
    if (node === null && /[/\\]node(\.exe)?$/.test(expanded) && isAbsolute(expanded)) {
      if (await world.files.executable(expanded).catch(() => false)) node = expanded;
    }
  }
  for (const word of words) {
    const expanded = expand(word);
    if (!isAbsolute(expanded) || expanded === path || expanded.includes('$')) continue;
    const looksRight = /\.(m?js|cjs)$/.test(expanded) || expanded.endsWith(`/${command}`);
    if (!looksRight) continue;
    const candidate = join(expanded);
    if ((await world.files.stat(candidate).catch(() => null))?.kind === 'file') return { script: candidate, node };
  }
  return { node };
}
