import { resolve } from 'node:path';
import { inspectToken, looksLikeSessionToken, sessionTokenProblem } from '../claude/index.ts';
import { Cancelled, Problem } from '../system/problem.ts';
import type { Secret } from '../system/secret.ts';
import type { CommandContext, Streams } from './context.ts';
import { askHidden } from './prompt.ts';

/** Nobody pastes more; a wrong file is not read to its end. */
const MAX_CHARACTERS = 64 * 1024;

/** The token from `--token-stdin` or `--token-file`; null when neither was given. Throws for what is not a setup token. */
export async function readToken(context: CommandContext): Promise<Secret | null> {
  const { args, streams, signal } = context;
  const file = args.values['token-file'];
  if (file !== undefined) return checked(await fromFile(context, resolve(context.cwd, file)), context);
  if (!args.switches.has('token-stdin')) return null;
  const text = streams.stdinTty
    ? await askHidden(streams, signal, 'Paste the token (it is not shown), then Enter: ')
    : await fromStdin(streams, signal);
  return checked(text, context);
}

/** A pasted text as a token, remarks printed. Throws the `Problem` that names what was pasted. */
export async function checked(text: string, { world, streams }: CommandContext): Promise<Secret> {
  const inspection = inspectToken(text);
  if (!inspection.ok) throw withExitCode(inspection.problem);
  if (await looksLikeSessionToken(world, inspection.secret)) throw withExitCode(sessionTokenProblem());
  for (const warning of inspection.warnings) streams.err(`! ${warning.says}\n`);
  return inspection.secret;
}

/** A wrong token is a wrong input of the command line: nothing was started. */
function withExitCode(problem: Problem): Problem {
  return new Problem(problem.code, problem.what, { ...problem.more, exitCode: 2 });
}

async function fromFile({ world, streams, signal }: CommandContext, path: string): Promise<string> {
  const stat = await world.files.stat(path);
  if (stat === null) throw wrongFile(`There is no file ${path}.`);
  let bytes: Uint8Array | null;
  try {
    bytes = await world.files.readGiven(path, MAX_CHARACTERS, signal);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw wrongFile(error.what, error);
  }
  if (bytes === null || bytes.length > MAX_CHARACTERS) throw wrongFile(`${path} is not a file that holds a token.`);
  if (stat.kind === 'file' && (stat.mode & 0o077) !== 0) {
    streams.err(
      `! Other users of this machine can read ${path} (mode ${stat.mode.toString(8)}). Run: chmod 600 ${path}\n`,
    );
  }
  return Buffer.from(bytes).toString('utf8');
}

function wrongFile(what: string, cause?: Problem): Problem {
  return new Problem('token-file', what, {
    next: cause?.more.next ?? 'clawauth-setup apply --help',
    exitCode: 2,
    cause,
  });
}

async function fromStdin(streams: Streams, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stop = () => streams.stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of streams.stdin) {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      if (size > MAX_CHARACTERS) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (signal.aborted) throw new Cancelled();
  return Buffer.concat(chunks).toString('utf8');
}
