import { inspectKey } from '../../claude/api-key.ts';
import type { SecretReading } from '../../claude/pasted.ts';
import { expandHome } from '../../openclaw/paths.ts';
import { secretFileFault } from '../../openclaw/secret-file.ts';
import { Problem } from '../../system/problem.ts';
import { Secret } from '../../system/secret.ts';
import type { World } from '../../system/world.ts';
import { shellQuote } from '../../text.ts';
import { file as words } from './words.ts';

/** Nobody keeps a key in a longer one; OpenClaw reads 1 MiB. */
const MAX_BYTES = 64 * 1024;

type KeyRead = Extract<SecretReading, { readonly ok: true }>;

/** The path behind `file:`, as a person types it in the place of a key; null where they typed something else. */
export function fileNamed(text: string): string | null {
  return /^file:(.+)$/.exec(text.trim())?.[1]?.trim() ?? null;
}

/** Whether OpenClaw can read an API key from this file. What is read of it is `file:` and its absolute path, and no more. */
export async function inspectKeyFile(named: string, world: World): Promise<SecretReading> {
  const path = expandHome(named, world.home, world.cwd);
  try {
    const { warnings } = await keyIn(path, world);
    return { ok: true, secret: new Secret(`file:${path}`), warnings };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error };
    throw error;
  }
}

/**
 * The key in a file that OpenClaw is to read as the user `reader` (uid). Throws `Problem('key-file')`, which says why it
 * would not, or what else is in there.
 */
export async function keyIn(path: string, world: World, reader: number | null = null): Promise<KeyRead> {
  const fault = await secretFileFault(world.files, path, reader);
  if (fault !== null) throw unusable(words.cannotRead(path, fault.says), fault.next);
  const bytes = await world.files.readGiven(path, MAX_BYTES);
  const look = `ls -l ${shellQuote(path)}`;
  if (bytes === null || bytes.length > MAX_BYTES) throw unusable(words.noKeyFile(path), look);
  // OpenClaw takes one line end away, and sends the rest as it is.
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  const read = inspectKey(text);
  if (!read.ok) throw unusable(words.noKey(path, whatIsThere(read.problem)), look);
  if (read.secret.reveal((key) => key !== text)) {
    throw unusable(words.moreThanKey(path), look, words.sendsAll);
  }
  return read;
}

const whatIsThere = ({ code, what }: Problem) => (code === 'key-empty' ? words.empty : what);

function unusable(what: string, next: string, why?: string): Problem {
  const said = why === undefined ? words.unwritten : words.unwrittenAfter(why);
  return new Problem('key-file', what, { why: said, next, exitCode: 2 });
}
