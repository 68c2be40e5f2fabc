import { resolve } from 'node:path';
import { storingAs } from '../methods/asking.ts';
import { type HandedSecret, readSecret } from '../methods/handed.ts';
import type { MethodSecret } from '../methods/question.ts';
import { Cancelled, Problem } from '../system/problem.ts';
import { digestIn, Secret } from '../system/secret.ts';
import { missing } from './answers.ts';
import type { CommandContext, Streams } from './context.ts';
import { askHidden } from './prompt.ts';
import { answers, handed as words } from './words/asking.ts';

/** Nobody pastes more; a wrong file is not read to its end. */
const MAX_CHARACTERS = 64 * 1024;

/**
 * The secret from the one flag that hands one over; null when none was given. Throws for what is not such a one.
 */
export async function readHanded(context: CommandContext): Promise<HandedSecret | null> {
  const { args, streams, signal } = context;
  const secret = args.handed === null ? undefined : storingAs(args.handed.name)?.secret;
  if (args.handed === null || secret === undefined) return null;
  const { from, value } = args.handed;
  if (from === 'file') return checked(secret, await fromFile(context, resolve(context.cwd, value), secret), context);
  if (from === 'sha256') return { name: secret.name, value: digest(secret, value) };
  if (from === 'env') return checked(secret, `\${${value}}`, context);
  if (from === 'ref-file') {
    const path = value.startsWith('~') ? value : resolve(context.cwd, value);
    return checked(secret, `file:${path}`, context);
  }
  return checked(
    secret,
    streams.stdinTty ? await askSecret(context, secret) : await fromStdin(streams, signal),
    context,
  );
}

/** A hash in the place of a secret, as `sha256sum` prints it. */
function digest({ name, noun }: MethodSecret, value: string): Secret {
  const hash = `sha256:${value.trim().toLowerCase()}`;
  if (digestIn(hash) !== null) return new Secret(hash);
  throw new Problem('not-a-hash', words.notHash(name), {
    why: words.whichHash(noun),
    next: words.makesHash(name),
    exitCode: 2,
  });
}

/** Asks for a secret on a terminal, without showing it. */
export function askSecret({ streams, signal }: CommandContext, { noun }: MethodSecret): Promise<string> {
  return askHidden(streams, signal, words.paste(noun));
}

/** A pasted text as the secret that is wanted, remarks printed. Throws the `Problem` that names what was pasted. */
export async function checked(
  { name }: MethodSecret,
  text: string,
  { world, streams }: CommandContext,
): Promise<HandedSecret> {
  const read = await readSecret(name, text, world);
  if (!read.ok) throw withExitCode(read.problem);
  for (const warning of read.warnings) streams.err(`! ${warning.says}\n`);
  return { name, value: read.secret };
}

/** The secret is missing where nobody can be asked: names the flags that give it. */
export function missingSecret({ name, noun }: MethodSecret): Problem {
  return missing(words.either(name), words.missing(noun));
}

/** A wrong secret is a wrong input of the command line: nothing was started. */
function withExitCode(problem: Problem): Problem {
  return new Problem(problem.code, problem.what, { ...problem.more, exitCode: 2 });
}

async function fromFile(
  { world, streams, signal }: CommandContext,
  path: string,
  { noun }: MethodSecret,
): Promise<string> {
  const stat = await world.files.stat(path);
  if (stat === null) throw wrongFile(answers.noFile(path));
  let bytes: Uint8Array | null;
  try {
    bytes = await world.files.readGiven(path, MAX_CHARACTERS, signal);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw wrongFile(error.what, error);
  }
  if (bytes === null || bytes.length > MAX_CHARACTERS) throw wrongFile(words.notSecret(path, noun));
  if (stat.kind === 'file' && (stat.mode & 0o077) !== 0) {
    streams.err(`! ${words.readable(path, stat.mode.toString(8))}\n`);
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
