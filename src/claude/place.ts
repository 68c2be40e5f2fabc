import { join } from 'node:path/posix';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { signInEnvironment, TAKEN_OUT_NAMES } from './environment.ts';
import type { ClaudeInstall } from './records.ts';
import { claudeConfigDir, claudeStateFile } from './token.ts';

/** Where a Claude Code keeps its own files, under the names that it has for them. */
export interface ClaudePlace {
  readonly folder: string;
  readonly stateFile: string;
  /** null where it is absent; throws where that is not known. What only the container gives has its secrets masked. */
  readText(path: string): Promise<string | null>;
}

const READ_MS = 10_000;

/** Of this machine, or of the container that it is in. */
export function placeOf(world: World, { inside }: Pick<ClaudeInstall, 'inside'> = {}): ClaudePlace {
  if (inside === undefined) {
    return {
      folder: claudeConfigDir(world),
      stateFile: claudeStateFile(world),
      readText: (path) => world.files.readText(path),
    };
  }
  const { runtime, name, folder, stateFile, mounted } = inside;
  const onHost = (path: string) => {
    if (mounted === undefined) return null;
    return path === stateFile ? mounted.stateFile : join(mounted.folder, path.slice(folder.length));
  };
  return {
    folder,
    stateFile,
    async readText(path) {
      const host = onHost(path);
      // A mounted folder may be out of reach: of another user, or of the machine that Docker Desktop runs.
      const text = host === null ? null : await world.files.readText(host).catch(() => null);
      if (text !== null) return text;
      const ran = await world.processes.run([runtime, 'exec', name, 'cat', path], { timeoutMs: READ_MS });
      if (ran.exitCode === 0) return ran.stdout;
      if (/no such file/i.test(ran.stderr)) return null;
      throw new Problem('container-silent', `${path} cannot be read in the container ${name}.`);
    },
  };
}

export interface ClaudeCall {
  readonly argv: [string, ...string[]];
  /** What differs from the world's environment; undefined takes a variable out. */
  readonly changes: Readonly<Record<string, string | undefined>>;
  /** The whole environment of the child. */
  readonly whole: Readonly<Record<string, string>>;
}

/**
 * A call of it on our account, without what would bend a sign-in, see {@link signInEnvironment}. In a container that stands
 * on the command line: `added` must hold no secret. `terminal`: it is run in one.
 */
export function claudeCall(
  world: World,
  { path, inside }: Pick<ClaudeInstall, 'path' | 'inside'>,
  args: readonly string[],
  {
    added = {},
    terminal = false,
  }: { readonly added?: Readonly<Record<string, string>>; readonly terminal?: boolean } = {},
): ClaudeCall {
  if (inside === undefined) return { argv: [path, ...args], ...signInEnvironment(world, added) };
  const whole = Object.fromEntries(
    Object.entries(world.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return {
    argv: [...claudeInside({ path, inside }, added, terminal), ...args],
    changes: {},
    whole,
  };
}

/** The words of such a call in a container, before the arguments. */
export function claudeInside(
  { path, inside }: Required<Pick<ClaudeInstall, 'path' | 'inside'>>,
  added: Readonly<Record<string, string>>,
  terminal = false,
): [string, ...string[]] {
  const { runtime, name } = inside;
  const variables = [
    ...TAKEN_OUT_NAMES.flatMap((each) => ['-u', each]),
    ...Object.entries(added).map(([key, value]) => `${key}=${value}`),
  ];
  return [runtime, 'exec', ...(terminal ? ['-it'] : []), name, 'env', ...variables, path];
}

/** The same as a person types it. */
export function claudeTyped(
  { path, inside }: Pick<ClaudeInstall, 'path' | 'inside'>,
  ...args: readonly string[]
): string {
  return [...(inside === undefined ? [] : [inside.runtime, 'exec', '-it', inside.name]), path, ...args].join(' ');
}
