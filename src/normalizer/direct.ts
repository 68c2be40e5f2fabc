import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeLogin, type StoredLogin } from '../claude/login.ts';
import { object, parsed, string } from '../system/json.ts';
import { redact } from '../system/secret.ts';
import { onAbort } from './cancellation.ts';
import {
  CLOSING,
  claudeEnv,
  claudeFlags,
  claudeNewEnough,
  claudeVersion,
  OLDEST_CLAUDE,
  waitsQuietly,
} from './claude-cli.ts';
import { ClaudeEvents } from './claude-events.ts';
import { type ClaudeChild, ClaudeProcess } from './claude-process.ts';
import { Lines } from './lines.ts';
import type { NormalizerOptions } from './options.ts';
import { Reaper } from './reaper.ts';
import { Refusal } from './refusal.ts';
import type { Run, RunEnd, Upstream, UpstreamState } from './upstream.ts';
import { WarmChildren } from './warm.ts';

export interface DirectOptions
  extends Pick<NormalizerOptions, 'claude' | 'workDirectory' | 'models' | 'passEnv' | 'warm'> {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Bytes that this machine, or the container that we are in, has free. */
  freeMemory(): number;
}

/** Bytes of stderr kept for the reason of a crash. */
const STDERR_MAX = 8_192;
/** ms that an answer about the sign-in is good for. */
const STATE_GOOD_FOR = 20_000;
/** ms that `--version` and `auth status` are waited for. */
const ASK_MS = 30_000;
/** ms that children without a prompt get to end at the end of their input when we end. */
const DISMISS_MS = 1_000;
/** ms that children which may be renewing their login keep us when we end. A unit of ours is given 40 s in all. */
const CLOSE_MS = 10_000;

/** Starts the person's own, unmodified `claude -p` for each request. */
export function directUpstream(options: DirectOptions): Upstream {
  const env = claudeEnv(options.env, options.passEnv);
  /** Those with a prompt. */
  const running = new Set<ClaudeProcess>();
  /** All that are there. */
  const children = new Set<ClaudeProcess>();
  const reaper = new Reaper();
  const signIn = `${options.claude} auth login`;
  let checked = '';
  let version = '';
  let asked: { readonly at: number; readonly answer: Promise<UpstreamState> } | null = null;

  const killAll = () => {
    for (const one of children) one.kill();
  };
  process.once('exit', killAll);

  const loginFile = join(env.CLAUDE_CONFIG_DIR || join(env.HOME ?? '/', '.claude'), '.credentials.json');
  const tokenGiven = env.CLAUDE_CODE_OAUTH_TOKEN !== undefined;

  /** What starting Claude Code now would do to its login. A token in the environment is never renewed (2.1.329). */
  async function login(): Promise<StoredLogin> {
    if (tokenGiven) return 'none';
    const text = await readFile(loginFile, 'utf8').catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? null : '',
    );
    return judgeLogin(text, Date.now());
  }

  /**
   * What a child without a prompt depends on. Null where none may be started: its start would renew the login (one that
   * lasts is looked at again only with the prompt, 2.1.100 and 2.1.329), nobody is signed in, or nobody could tell (macOS).
   */
  async function warmKey(stored: StoredLogin): Promise<string | null> {
    if ((!tokenGiven && stored !== 'lasting') || !waitsQuietly(version)) return null;
    const [program, signIn] = await Promise.all([identityOf(options.claude), tokenGiven ? '' : identityOf(loginFile)]);
    return program === checked ? `${program} ${signIn}` : null;
  }

  /** Throws a `Refusal` unless the installed release is one we know how to start. One `--version` per installed file. */
  async function checkVersion(): Promise<void> {
    const identity = await identityOf(options.claude);
    if (identity === null) {
      throw new Refusal(
        502,
        'claude_missing',
        `There is no Claude Code at ${options.claude}. Install it, or set the service up again.`,
      );
    }
    if (identity === checked) return;
    const found = claudeVersion(await ask('--version'));
    if (found === null) {
      throw new Refusal(
        502,
        'claude_unknown',
        `${options.claude} --version did not name a version. Run it to see why.`,
      );
    }
    if (!claudeNewEnough(found)) {
      throw new Refusal(
        502,
        'claude_too_old',
        `Claude Code ${found} is too old: ${OLDEST_CLAUDE} is the first release that can tell whether it is signed in. Run: ${options.claude} update`,
      );
    }
    checked = identity;
    version = found;
  }

  function start(model: string): ClaudeProcess {
    reaper.start();
    // A group of its own, so that whatever it starts ends with it.
    const child: ClaudeChild = spawn(options.claude, claudeFlags(model), {
      cwd: options.workDirectory,
      env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const claude = new ClaudeProcess(child, login, reaper);
    children.add(claude);
    const gone = () => {
      claude.ended();
      children.delete(claude);
    };
    child.on('exit', gone);
    child.on('error', () => {
      if (child.pid === undefined) gone();
    });
    return claude;
  }

  const warm = new WarmChildren({
    most: options.warm,
    start,
    key: async () => warmKey(await login()),
    freeMemory: options.freeMemory,
  });

  async function run(run: Run): Promise<RunEnd> {
    await checkVersion();
    const stored = await login();
    const key = await warmKey(stored);
    run.signal.throwIfAborted();
    const ahead = warm.take(run.model, key);
    if (ahead !== null) {
      const events = new ClaudeEvents(signIn);
      try {
        return await answerWith(ahead, true, run, events);
      } catch (error) {
        // One that died before it had its prompt is replaced, and the client never knows.
        if (events.heard || run.signal.aborted || !(error instanceof Refusal)) throw error;
      }
    }
    const claude = start(run.model);
    if (stored === 'due' || stored === 'unreadable') claude.mayRenew();
    return answerWith(claude, false, run, new ClaudeEvents(signIn));
  }

  /** `ahead`: it was started before the request came. */
  async function answerWith(claude: ClaudeProcess, ahead: boolean, run: Run, events: ClaudeEvents): Promise<RunEnd> {
    run.onStart(ahead);
    running.add(claude);
    const forget = onAbort(run.signal, () => claude.stop());
    try {
      const end = await talk(claude, run, events);
      void warm.keep(run.model);
      return end;
    } catch (error) {
      // What was known of the sign-in is over, too.
      if (error instanceof Refusal && error.code === 'not_signed_in') asked = null;
      throw error;
    } finally {
      forget();
      running.delete(claude);
    }
  }

  async function askState(): Promise<UpstreamState> {
    try {
      await checkVersion();
    } catch (error) {
      return { ok: false, says: error instanceof Error ? error.message : String(error) };
    }
    const stored = await login();
    // To ask would be to renew it.
    if (stored === 'due' || stored === 'unreadable') return { ok: true, says: 'signed in, renewed at its next use' };
    const stdout = await ask('auth', 'status', '--json');
    const status = object(parsed(stdout.slice(Math.max(0, stdout.indexOf('{')))));
    if (status.loggedIn === true) return { ok: true, says: `signed in (${string(status.authMethod) ?? 'unknown'})` };
    if (status.loggedIn === false) return { ok: false, says: `Claude Code is not signed in. Run: ${signIn}` };
    return { ok: false, says: `${options.claude} auth status gave no answer. Run it to see why.` };
  }

  /** Its standard output, once it has ended or {@link ASK_MS} have passed. It is never ended: it might be renewing. */
  function ask(...args: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      const child = spawn(options.claude, args, {
        cwd: options.workDirectory,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (stdout.length < STDERR_MAX) stdout += text;
      });
      const done = () => {
        clearTimeout(timer);
        resolve(stdout);
      };
      const timer = setTimeout(() => {
        child.unref();
        done();
      }, ASK_MS);
      child.on('error', done);
      child.on('close', done);
    });
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
    async close() {
      const began = performance.now();
      const until = async (ms: number, waits: () => boolean) => {
        while (waits() && performance.now() < began + ms) await new Promise((resolve) => setTimeout(resolve, 20));
      };
      for (const one of running) one.kill();
      warm.close();
      await until(DISMISS_MS, () => children.size > 0);
      killAll();
      await until(CLOSE_MS, () => [...children].some((one) => one.renewing));
      process.removeListener('exit', killAll);
      reaper.close();
    },
  };
}

const HEAD = Buffer.from('{"type":"user","message":{"role":"user","content":[{"type":"text","text":"');
const TAIL = Buffer.from(`"},{"type":"text","text":${JSON.stringify(CLOSING)}}]}}\n`);

/** Writes the prompt, reads the answer, and settles once the child is gone. */
function talk(claude: ClaudeProcess, run: Run, events: ClaudeEvents): Promise<RunEnd> {
  const { child } = claude;
  return new Promise((resolve, reject) => {
    const lines = new Lines();
    let stderr = '';
    let broken: { readonly error: unknown } | null = null;
    /** Whatever a child says ends its own run at most. */
    const guarded = (work: () => void) => {
      if (broken !== null) return;
      try {
        work();
      } catch (error) {
        broken = { error };
        claude.stop();
      }
    };
    const pass = (line: string) => {
      const text = events.line(line);
      if (events.begun) claude.begun();
      if (text === null && events.end !== null && !(events.end instanceof Refusal)) run.onEnd(events.end);
      const wait = text === null ? undefined : run.onText(text);
      if (wait === undefined) return;
      child.stdout.pause();
      wait.then(() => child.stdout.resume());
    };
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_MAX);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      guarded(() => {
        for (const line of lines.push(chunk)) pass(line);
      });
    });
    for (const part of [HEAD, run.request.prompt]) child.stdin.write(part);
    child.stdin.end(TAIL);

    let failed: NodeJS.ErrnoException | null = null;
    child.on('error', (error) => {
      failed = error;
      if (child.pid === undefined) finish(null, null);
    });
    child.on('close', finish);

    function finish(code: number | null, signal: NodeJS.Signals | null): void {
      guarded(() => {
        const last = lines.end();
        if (last !== null) pass(last);
      });
      if (run.signal.aborted) reject(run.signal.reason);
      else if (broken !== null) reject(broken.error);
      else if (events.end instanceof Refusal) reject(events.end);
      else if (events.end !== null) resolve(events.end);
      else reject(crashed(failed, code, signal, stderr));
    }
  });
}

/** Another one once the file is replaced or written; null where there is none. */
async function identityOf(path: string): Promise<string | null> {
  const file = await stat(path).catch(() => null);
  return file && `${file.ino}:${file.size}:${file.mtimeMs}`;
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
