import { join, relative } from 'node:path';
import { editorAt } from '../system/file-problems.ts';
import { shellQuote } from '../text.ts';
import type { Container } from './container-record.ts';

export type { Container } from './container-record.ts';

/** What `--target` says instead of the name of a container. */
export const HOST = 'host';

/** Where a path of the container lies on this machine; null where it lies in the container alone. */
export function onHost({ mounts }: Pick<Container, 'mounts'>, path: string): string | null {
  return moved(path, mounts, 'inside', 'host');
}

/** What the container calls a path of this machine; the same where it does not see it. */
export function inContainer({ mounts }: Pick<Container, 'mounts'>, path: string): string {
  return seenInContainer({ mounts }, path) ?? path;
}

/** What the container calls a path of this machine; null where it does not see it. */
export function seenInContainer({ mounts }: Pick<Container, 'mounts'>, path: string): string | null {
  return moved(path, mounts, 'host', 'inside');
}

type Side = 'host' | 'inside';

function moved(path: string, mounts: Container['mounts'], from: Side, to: Side) {
  const at = mountOf(mounts, path, from);
  return at === undefined ? null : join(at[to], relative(at[from], path));
}

/** The deepest mount wins. */
function mountOf(mounts: Container['mounts'], path: string, side: Side) {
  return mounts
    .filter((mount) => path === mount[side] || path.startsWith(`${mount[side].replace(/\/$/, '')}/`))
    .sort((a, b) => b[side].length - a[side].length)[0];
}

/**
 * What becomes of a file of the container: `kept` on this machine, `lost` with the container, or `read-only`, which nothing
 * in there can write.
 */
export function fateOf({ mounts }: Pick<Container, 'mounts'>, path: string): 'kept' | 'lost' | 'read-only' {
  const at = mountOf(mounts, path, 'inside');
  if (at === undefined || at.unnamed) return 'lost';
  return at.readOnly ? 'read-only' : 'kept';
}

export const runs = ({ status }: Pick<Container, 'status'>): boolean => status === 'running';

/** The folder and files that its project is made of, in the order that counts. */
function composeWords({ runtime, compose }: Container): string[] {
  if (compose === undefined) return [];
  const { project, folder, files } = compose;
  return [runtime, 'compose', '-p', project, '--project-directory', folder, ...files.flatMap((file) => ['-f', file])];
}

/**
 * A call of OpenClaw in there, as the container's own user, with standard input. Where the container does not run, in one
 * that goes away again: `compose run --no-deps` keeps a stopped gateway stopped, which `run openclaw-cli` does not (Compose
 * 2.26). `env` must hold no secret: it stands on the command line.
 */
export function containerArgv(
  container: Container,
  args: readonly string[],
  env: Readonly<Record<string, string | null | undefined>> = {},
): [string, ...string[]] {
  const { runtime, name, entry, compose, image, user, workdir, home, stateDir } = container;
  const variables = (of: Readonly<Record<string, string | null | undefined>>) =>
    Object.entries(of).flatMap(([key, value]) => (value == null ? [] : ['-e', `${key}=${value}`]));
  const [program = '', ...rest] = entry;
  if (runs(container)) return [runtime, 'exec', '-i', ...variables(env), name, ...entry, ...args];
  if (compose !== undefined) {
    const [first = runtime, ...words] = composeWords(container);
    const run = ['run', '-T', '--rm', '--no-deps', ...variables(env), '--entrypoint', program, compose.service];
    return [first, ...words, ...run, ...rest, ...args];
  }
  const places = { HOME: home, OPENCLAW_STATE_DIR: stateDir, ...env };
  const as = user === '' ? [] : ['-u', user];
  const run = ['run', '--rm', '-i', '--volumes-from', name, ...as, '-w', workdir, ...variables(places)];
  return [runtime, ...run, '--entrypoint', program, image, ...rest, ...args];
}

/**
 * Restarts it. `restart` keeps the environment that it was made with; a variable that changed in the files of its project
 * counts in a new one (Compose 2.26: `up -d` makes one by itself only where its settings differ).
 */
export function containerRestart(container: Container, environment: boolean): [string, ...string[]] {
  const { runtime, name, compose } = container;
  if (!environment || compose === undefined) return [runtime, 'restart', name];
  const [first = runtime, ...words] = composeWords(container);
  return [first, ...words, 'up', '-d', '--no-deps', '--force-recreate', compose.service];
}

/** Prints `true` where it runs; fails with "no such …" where it is gone. */
export function containerRuns({ runtime, name }: Container): [string, ...string[]] {
  return [runtime, 'inspect', '-f', '{{.State.Running}}', name];
}

/** The Node of its image as a program of ours, on folders of this machine under their own names, as our own user. */
export function imageNode({ runtime, image }: Container, uid: number, folders: readonly string[]): string[] {
  const mounts = folders.flatMap((folder) => ['-v', `${folder}:${folder}`]);
  return [
    runtime,
    'run',
    '--rm',
    '-i',
    '--network',
    'none',
    '-u',
    String(uid),
    ...mounts,
    '--entrypoint',
    'node',
    image,
  ];
}

/**
 * What a person types in place of a command of OpenClaw's that reaches nothing in a container: those about its service, and
 * its update, which would be gone with the container. null for every other one.
 */
export function containerTyped({ runtime, name, image }: Container, args: readonly string[]): string | null {
  const [command, verb = ''] = args;
  if (command === 'update') return `${runtime} pull ${image}`;
  if (command !== 'gateway') return null;
  if (verb === 'stop' || verb === 'restart') return `${runtime} ${verb} ${name}`;
  return verb === 'start' || verb === 'run' ? `${runtime} start ${name}` : null;
}

/** What lets the user `uid` of the container write `path`; its settings where that is not on this machine. */
export function writableTyped(container: Container, path: string, uid: number | undefined): string {
  const host = onHost(container, path);
  return host === null ? settingsTyped(container) : `sudo chown -R ${uid}:${uid} ${shellQuote(host)}`;
}

/** What shows a person the container's settings: the file of its project, as far as the runtime tells of one. */
export function settingsTyped({ compose, runtime, name }: Container): string {
  const [file] = compose?.files ?? [];
  return file === undefined ? `${runtime} inspect ${name}` : editorAt(file, 1);
}
