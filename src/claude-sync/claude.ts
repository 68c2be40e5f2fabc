import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { CLAUDE_ALONE, claudeEnv, claudeVersion } from '../normalizer/claude-cli.ts';
import { RUNTIME_VARIABLES } from '../openclaw/runtime-variables.ts';
import { atLeast } from '../openclaw/version.ts';
import { at, parsed } from '../system/json.ts';

/**
 * What Claude Code answers to the question whether it is signed in. `no answer` says nothing about its login; nor does `away`:
 * it does not start, as in a container that is stopped.
 */
export type ClaudeAnswer = 'signed in' | 'signed out' | 'no answer' | 'away';

/**
 * First release that was seen to renew its login in `auth status` three times in a row, which costs nothing. 2.1.100 does not
 * renew it there, and 2.1.200 did once and then no more.
 */
export const FIRST_RENEWING = '2.1.329';

/** ms that an answer is waited for. The child goes on: ended in the middle of a renewal it would lose the login. */
const WAIT_MS = 120_000;

interface Asked {
  /** The words before an argument of Claude Code, see `options.ts`. */
  readonly claude: readonly string[];
  /** A file of ours that takes the answer: a pipe would end with us, and the child with it. */
  readonly answerFile: string;
}

/**
 * Asks Claude Code whether it is signed in, so that it renews a login that is about to end. `login`: it has one that could
 * be renewed. Releases before {@link FIRST_RENEWING} renew it only for a turn, the smallest of which they are then given.
 */
export async function askClaude(asked: Asked, login: boolean): Promise<ClaudeAnswer> {
  const { exitCode: started, answer: told } = await run(asked, ['--version']);
  const version = claudeVersion(told);
  if (started !== 0 || version === null) return started === null || started === 0 ? 'no answer' : 'away';
  if (login && !atLeast(version, FIRST_RENEWING)) {
    const ran = await run(asked, ['-p', '--model', 'haiku', ...CLAUDE_ALONE, 'Answer with OK.']);
    if (ran.exitCode === 0) return 'signed in';
  }
  const { exitCode, answer } = await run(asked, ['auth', 'status', '--json']);
  const loggedIn = at(parsed(answer.slice(Math.max(0, answer.indexOf('{')))), 'loggedIn');
  if (exitCode === 0 && loggedIn === true) return 'signed in';
  return exitCode === 1 && loggedIn === false ? 'signed out' : 'no answer';
}

/**
 * A session of its own, and no signal from here: whatever becomes of us, it comes to its end. So does one in a container, even
 * where `docker exec` is ended (20.10).
 */
async function run(
  { claude, answerFile }: Asked,
  args: readonly string[],
): Promise<{ readonly exitCode: number | null; readonly answer: string }> {
  const { CLAUDE_CODE_OAUTH_TOKEN: _, ...env } = claudeEnv(process.env, RUNTIME_VARIABLES);
  const file = await open(answerFile, 'w', 0o600);
  try {
    const [program = '', ...words] = claude;
    const child = spawn(program, [...words, ...args], {
      cwd: '/',
      detached: true,
      env,
      stdio: ['ignore', file.fd, 'ignore'],
    });
    child.unref();
    const exitCode = await ended(child);
    return { exitCode, answer: await readFile(answerFile, 'utf8') };
  } finally {
    await file.close();
    await rm(answerFile, { force: true });
  }
}

/** null where it could not be started, was ended by somebody, or takes too long. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), WAIT_MS);
    const end = (exitCode: number | null) => {
      clearTimeout(timer);
      resolve(exitCode);
    };
    child.once('error', () => end(null));
    child.once('exit', end);
  });
}
