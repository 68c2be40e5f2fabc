import { join } from 'node:path/posix';
import { type Container, fateOf, onHost, runs } from '../openclaw/container.ts';
import { type Fact, known, unknown } from '../system/fact.ts';
import type { World } from '../system/world.ts';
import { placeOf } from './place.ts';
import type { ClaudeInside, ClaudeInstall } from './records.ts';
import { readStoredLogin } from './stored-login.ts';

/** The script starts each `claude` that it finds, which takes a second or two on a busy machine. */
const ASK_MS = 15_000;

/** Prints one line per answer. Plain sh, which every image with OpenClaw has: OpenClaw runs commands with it. */
const SCRIPT = `
folder=\${CLAUDE_CONFIG_DIR:-$HOME/.claude}
state=\${CLAUDE_CONFIG_DIR:-$HOME}/.claude.json
printf 'uid %s\\nfolder %s\\nstate %s\\n' "$(id -u)" "$folder" "$state"
for path in "$folder" "$state"; do
  there=$path
  while [ ! -e "$there" ]; do there=$(dirname "$there"); done
  [ -w "$there" ] || printf 'unwritable %s\\n' "$there"
done
IFS=:
for each in $PATH; do
  path=$each/claude
  [ -f "$path" ] && [ -x "$path" ] || continue
  printf 'claude %s\\nreal %s\\nversion %s\\n' "$path" "$(readlink -f "$path")" "$("$path" --version </dev/null 2>/dev/null)"
done
`;

/**
 * The Claude Code of a container, with the login that lies there; whether it is signed in is not asked. Its PATH, home and
 * variables are those that commands in the container get, as the gateway does. null where OpenClaw runs in none.
 */
export async function findInside(
  world: World,
  container: Container | undefined,
  signal?: AbortSignal,
): Promise<Fact<ClaudeInside | null>> {
  if (container === undefined) return known(null, 'OpenClaw runs on this machine');
  const { runtime, name } = container;
  if (!runs(container)) return unknown('absent', `the container ${name} does not run`);
  const ran = await world.processes.run([runtime, 'exec', name, 'sh', '-c', SCRIPT], { timeoutMs: ASK_MS, signal });
  const told = read(ran.stdout);
  const [folder, stateFile] = [told('folder')[0], told('state')[0]];
  if (folder === undefined || stateFile === undefined)
    return unknown(ran.outcome === 'timed out' ? 'timed out' : 'crashed', `the container ${name} gave no answer`);
  const mounted = mountedAt(container, folder, stateFile);
  const inside = { runtime, name, folder, stateFile, ...(mounted === null ? {} : { mounted }) };
  const reals = told('real');
  const installs = told('claude').flatMap((path, index): ClaudeInstall[] => {
    const realPath = reals[index] || path;
    if (reals.slice(0, index).includes(realPath)) return [];
    const version = /^(\d+\.\d+\.\d+\S*)/.exec(told('version')[index] ?? '')?.[1] ?? null;
    return [{ path, realPath, version, wins: index === 0, inside }];
  });
  const source = `${runtime} exec ${name}`;
  return known(
    {
      claude:
        installs.length > 0
          ? known(installs, source, 'on the PATH of the container')
          : unknown('absent', `no claude on the PATH of the container ${name}`),
      claudeSignIn: unknown('waiting', 'not asked'),
      claudeLogin: await readStoredLogin(world, placeOf(world, { inside })),
      uid: Number(told('uid')[0]),
      login: loginOf(container, [join(folder, '.credentials.json'), stateFile], told('unwritable')),
    },
    source,
  );
}

/** The values of the lines with a name, in order. */
function read(stdout: string): (name: string) => readonly string[] {
  const lines = stdout.split('\n');
  return (name) => lines.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
}

/** Both on this machine; null where one of them is not. */
function mountedAt(container: Container, folder: string, stateFile: string) {
  const [onHere, stateHere] = [onHost(container, folder), onHost(container, stateFile)];
  return onHere === null || stateHere === null ? null : { folder: onHere, stateFile: stateHere };
}

/** The worst of its two files. Its account stands in the second, beside its settings. */
function loginOf(
  container: Pick<Container, 'mounts'>,
  files: readonly string[],
  unwritable: readonly string[],
): ClaudeInside['login'] {
  const fates = files.map((path) => ({ fate: fateOf(container, path), path }));
  const [first] = files;
  const bad = fates.find(({ fate }) => fate === 'read-only') ?? fates.find(({ fate }) => fate === 'lost');
  if (bad !== undefined) return bad;
  const [path] = unwritable;
  return path === undefined ? { fate: 'kept', path: first ?? '' } : { fate: 'not writable', path };
}
