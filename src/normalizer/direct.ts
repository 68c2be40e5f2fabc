import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { Readable, Writable as Sink } from 'node:stream';
import { redact } from '../system/secret.ts';
import { CLOSING, claudeEnv, claudeFlags, claudeNewEnough, claudeVersion, OLDEST_CLAUDE } from './claude-cli.ts';
import { ClaudeEvents } from './claude-events.ts';
import { Lines } from './lines.ts';
import { Refusal } from './refusal.ts';
import type { Run, RunEnd, Upstream, UpstreamState } from './upstream.ts';
import { writeAll } from './write-all.ts';

export interface DirectOptions {
  /** Absolute path of `claude`. */
  readonly claude: string;
  /** An existing, empty directory that no one else can write to: what the child sees as its project. */
  readonly workDirectory: string;
  readonly models: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** More variables to hand to Claude Code, by the person's choice. */
  readonly passEnv: readonly string[];
}

/** ms between SIGTERM and SIGKILL for a child that has to end. */
const TERM_GRACE = 2_000;
/** Bytes of stderr kept for the reason of a crash. */
const STDERR_MAX = 8_192;
/** ms that an answer about the sign-in is good for. */
const STATE_GOOD_FOR = 20_000;

type Child = ChildProcessByStdio<Sink, Readable, Readable>;

/** Starts the person's own, unmodified `claude -p` for each request. */
export function directUpstream(options: DirectOptions): Upstream {
  const env = claudeEnv(options.env, options.passEnv);
  const children = new Set<number>();
  const signIn = `${options.claude} auth login`;
  let checked = '';
  let asked: { readonly at: number; readonly answer: Promise<UpstreamState> } | null = null;

  const killAll = () => {
    for (const pid of children) killGroup(pid, 'SIGKILL');
  };
  process.once('exit', killAll);

  /** Throws a `Refusal` unless the installed release is one we know how to start. One `--version` per installed file. */
  async function checkVersion(): Promise<void> {
    const file = await stat(options.claude).catch(() => null);
    if (file === null) {
      throw new Refusal(
        502,
        'claude_missing',
        `There is no Claude Code at ${options.claude}. Install it, or set the service up again.`,
      );
    }
    const identity = `${file.ino}:${file.size}:${file.mtimeMs}`;
    if (identity === checked) return;
    const { stdout } = await ask(options.claude, ['--version'], env, options.workDirectory, 30_000);
    const version = claudeVersion(stdout);
    if (version === null) {
      throw new Refusal(
        502,
        'claude_unknown',
        `${options.claude} --version did not name a version. Run it to see why.`,
      );
    }
    if (!claudeNewEnough(version)) {
      throw new Refusal(
        502,
        'claude_too_old',
        `Claude Code ${version.join('.')} is too old: ${OLDEST_CLAUDE} is the first release that can tell whether it is signed in. Run: ${options.claude} update`,
      );
    }
    checked = identity;
  }

  async function run(run: Run): Promise<RunEnd> {
    await checkVersion();
    run.ending.check();
    // A group of its own, so that whatever it starts ends with it.
    const child: Child = spawn(options.claude, claudeFlags(run.model), {
      cwd: options.workDirectory,
      env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { pid } = child;
    if (pid !== undefined) children.add(pid);
    let killer: NodeJS.Timeout | undefined;
    const stop = () => {
      if (pid === undefined || killer !== undefined) return;
      // What it still says is read and dropped: a child is only done when its output is.
      child.stdout.resume();
      killGroup(pid, 'SIGTERM');
      killer = setTimeout(() => killGroup(pid, 'SIGKILL'), TERM_GRACE);
    };
    const forget = run.ending.onEnd(stop);
    try {
      return await talk(child, run, new ClaudeEvents(signIn));
    } catch (error) {
      // What was known of the sign-in is over, too.
      if (error instanceof Refusal && error.code === 'not_signed_in') asked = null;
      throw error;
    } finally {
      forget();
      clearTimeout(killer);
      // The child itself is gone; a helper that it left behind in its group goes too.
      if (pid !== undefined) {
        killGroup(pid, 'SIGKILL');
        children.delete(pid);
      }
    }
  }

  async function askState(): Promise<UpstreamState> {
    try {
      await checkVersion();
    } catch (error) {
      return { ok: false, says: error instanceof Error ? error.message : String(error) };
    }
    const { stdout } = await ask(options.claude, ['auth', 'status', '--json'], env, options.workDirectory, 30_000);
    try {
      const status = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { loggedIn?: boolean; authMethod?: string };
      if (status.loggedIn === true) return { ok: true, says: `signed in (${status.authMethod ?? 'unknown'})` };
      return { ok: false, says: `Claude Code is not signed in. Run: ${signIn}` };
    } catch {
      return { ok: false, says: `${options.claude} auth status gave no answer. Run it to see why.` };
    }
  }

  return {
    name: 'direct',
    models: options.models,
    accept() {},
    run,
    state() {
      if (asked === null || Date.now() - asked.at > STATE_GOOD_FOR) asked = { at: Date.now(), answer: askState() };
      return asked.answer;
    },
    close() {
      killAll();
      process.removeListener('exit', killAll);
    },
  };
}

const HEAD = Buffer.from('{"type":"user","message":{"role":"user","content":[{"type":"text","text":"');
const TAIL = Buffer.from(`"},{"type":"text","text":${JSON.stringify(CLOSING)}}]}}\n`);

/** Writes the prompt, reads the answer, and settles once the child is gone. */
function talk(child: Child, run: Run, events: ClaudeEvents): Promise<RunEnd> {
  return new Promise((resolve, reject) => {
    const lines = new Lines();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_MAX);
    });
    const pass = (line: string) => {
      const text = events.line(line);
      if (text === null && events.end !== null && !(events.end instanceof Refusal)) run.onEnd(events.end);
      const wait = text === null ? undefined : run.onText(text);
      if (wait === undefined) return;
      child.stdout.pause();
      wait.then(() => child.stdout.resume());
    };
    child.stdout.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) pass(line);
    });
    // A child that ends early closes its standard input: its exit tells more than our broken pipe.
    child.stdin.on('error', () => {});
    writeAll(child.stdin, [HEAD, ...run.request.prompt, TAIL]);

    let failed: NodeJS.ErrnoException | null = null;
    child.on('error', (error) => {
      failed = error;
      if (child.pid === undefined) finish(null, null);
    });
    child.on('close', finish);

    function finish(code: number | null, signal: NodeJS.Signals | null): void {
      const last = lines.end();
      if (last !== null) pass(last);
      if (run.ending.ended) reject(run.ending.reason);
      else if (events.end instanceof Refusal) reject(events.end);
      else if (events.end !== null) resolve(events.end);
      else reject(crashed(failed, code, signal, stderr));
    }
  });
}

function crashed(error: Error | null, code: number | null, signal: string | null, stderr: string): Refusal {
  if (error !== null)
    return new Refusal(502, 'claude_not_started', `Claude Code could not be started: ${error.message}.`);
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const line = redact(stderr)
    .split('\n')
    .map((text) => text.trim())
    .find((text) => text !== '');
  const more = line === undefined ? '' : ` It said: ${line.slice(0, 200)}`;
  return new Refusal(502, 'claude_crashed', `Claude Code ended without an answer (${how}).${more}`);
}

function ask(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
  timeout: number,
): Promise<{ readonly stdout: string }> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, cwd, timeout, killSignal: 'SIGKILL' }, (_error, stdout) =>
      resolve({ stdout }),
    );
    child.stdin?.end();
  });
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}
