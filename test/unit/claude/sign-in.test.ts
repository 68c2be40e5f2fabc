import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nativeHost, type PtyHost, scriptHost } from '../../../src/claude/pty.ts';
import { type SignIn, startSignIn } from '../../../src/claude/session.ts';
import type { SignInOptions, SignInState } from '../../../src/claude/sign-in.ts';
import { nothingRuns, processesWith, until } from '../../support/processes.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

// The real program is run in test/real; here are programs that misbehave in ways it cannot be made to.

const TOKEN = `sk-ant-oat01-${'FAKE'.repeat(23)}FAK`;
const URL_ROW = 'https://claude.com/cai/oauth/authorize?code=true&code_challenge=abc&state=def';
const PROMPT = `printf '%s\\n\\nPaste code here if prompted >' '${URL_ROW}'`;

let place: TempWorld;
beforeEach(() => {
  place = tempWorld();
  mkdirSync(place.path('tmp'));
  place = { ...place, world: { ...place.world, env: { ...place.world.env, TMPDIR: place.path('tmp') } } };
});
afterEach(async () => {
  await nothingRuns(place.home);
  expect(readdirSync(place.path('tmp'))).toEqual([]);
  place.remove();
});

function begin(script: string, options: Partial<SignInOptions> = {}): { signIn: SignIn; seen: SignInState[] } {
  const claude = place.write('claude', `#!/bin/sh\n${script}\n`, 0o755);
  const signIn = startSignIn({ world: place.world, claude, openBrowser: false, ...options });
  const seen: SignInState[] = [];
  signIn.subscribe((state) => seen.push(state));
  return { signIn, seen };
}

const HURRY = { slow: 50, unrecognised: 100, grace: 600 };

describe('how it can end', () => {
  test('exit 0 without a token is no success', async () => {
    const { signIn } = begin('echo Goodbye');
    expect(await signIn.done).toEqual({ at: 'exited', code: 0, signal: null, message: 'Goodbye', decision: null });
  });

  test('without a word', async () => {
    const { signIn } = begin('exit 3');
    expect(await signIn.done).toMatchObject({ at: 'exited', code: 3, message: expect.stringContaining('exit code 3') });
  });

  test('a program that is not there', async () => {
    const signIn = startSignIn({ world: place.world, claude: place.path('nowhere/claude'), openBrowser: false });
    expect(['exited', 'unavailable']).toContain((await signIn.done).at);
  });

  test('killed from outside', async () => {
    const { signIn } = begin(`${PROMPT}; kill -KILL $$`);
    expect(await signIn.done).toMatchObject({ at: 'exited', code: null, signal: 'SIGKILL' });
  });

  test('a refusal that is a decision of the provider', async () => {
    const words = 'Your organization has disabled Claude subscription access for Claude Code';
    const { signIn } = begin(`echo ' ✘ OAuth error: ${words}'; exit 1`);
    expect(await signIn.done).toMatchObject({
      at: 'exited',
      code: 1,
      message: words,
      decision: { code: 'plan-login-disabled' },
    });
  });

  test('a token over three rows, with nothing below it', async () => {
    const rows = [TOKEN.slice(0, 40), TOKEN.slice(40, 80), TOKEN.slice(80)].map((row) => ` ${row}`).join('\\n');
    const { signIn } = begin(`printf 'Your OAuth token (valid for 30 days):\\n\\n${rows}\\n'`);
    const end = await signIn.done;
    expect(end).toMatchObject({ at: 'token', lifetimeMs: 30 * 86_400_000, warnings: [] });
    expect(end.at === 'token' && end.secret.reveal((value) => value)).toBe(TOKEN);
  });

  test('a token of another length is kept, with a warning', async () => {
    const { signIn } = begin(`printf '${TOKEN.slice(0, 100)}\\n\\nStore it.\\n'`);
    expect(await signIn.done).toMatchObject({ at: 'token', warnings: [{ code: 'token-unusual-length' }] });
  });

  test('something else where the token should be', async () => {
    const { signIn } = begin(`printf 'sk-ant-api03-${'Zq7FAKE'.repeat(12)}\\n\\nStore it.\\n'`);
    const end = await signIn.done;
    expect(end).toMatchObject({ at: 'exited', message: expect.stringContaining('API key') });
    expect(JSON.stringify(end)).not.toContain('Zq7FAKEZq7');
  });

  test('a program that stays after the token is ended', async () => {
    const { signIn } = begin(`trap '' TERM; printf '${TOKEN}\\n\\nStore it.\\n'; while :; do sleep 1; done`, {
      pace: HURRY,
    });
    expect(await signIn.done).toMatchObject({ at: 'token' });
  });
});

describe('a login', () => {
  const login = (script: string, options: Partial<SignInOptions> = {}) => begin(script, { makes: 'login', ...options });
  const READ = `${PROMPT}; read -r code; echo 'Signing in'`;

  async function handCode(signIn: SignIn): Promise<void> {
    await until(() => signIn.state.at === 'waiting for code');
    await signIn.submitCode('half#other');
  }

  test('is told by the exit code, with or without a code', async () => {
    const { signIn } = login(`${READ}; [ "$code" = half#other ]`);
    await handCode(signIn);
    expect(await signIn.done).toEqual({ at: 'signed in' });
    const browser = login(`${PROMPT}; sleep 0.3; exit 0`);
    expect(await browser.signIn.done).toEqual({ at: 'signed in' });
  });

  test('runs in the person’s own folder, and a setup token does not', async () => {
    const script = `echo "config ($CLAUDE_CONFIG_DIR) $*"; exit 3`;
    const world = { ...place.world, env: { ...place.world.env, CLAUDE_CONFIG_DIR: '/own' } };
    expect(await login(script, { world }).signIn.done).toMatchObject({ message: 'config (/own) auth login' });
    const message = expect.stringMatching(/^config \(\S+\/tmp\/\S+\) setup-token$/);
    expect(await begin(script, { world }).signIn.done).toMatchObject({ message });
  });

  test('that ends without a word came to nothing', async () => {
    const message = 'Claude Code ended with exit code 3 and did not sign in.';
    expect(await login('exit 3').signIn.done).toMatchObject({ at: 'exited', code: 3, message });
  });

  test('that was refused begins anew, at once and as often as it is wanted', async () => {
    const { signIn, seen } = login(`${READ}; echo "Couldn't log in: $code is not right."; exit 1`);
    let tries = 0;
    signIn.subscribe((state) => {
      if (state.at === 'error' && ++tries < 3) signIn.retry();
    });
    for (const n of [1, 2, 3]) {
      await handCode(signIn);
      await until(() => tries === n);
    }
    expect(signIn.state).toMatchObject({
      at: 'error',
      canRetry: true,
      message: expect.stringContaining('is not right.'),
    });
    expect(JSON.stringify(seen)).not.toContain('half#other');
    await signIn.cancel();
    expect(signIn.state).toEqual({ at: 'cancelled' });
  });

  test('with a code is not ended before it has ended by itself', async () => {
    const go = place.path('go');
    const { signIn } = login(`trap 'exit 7' TERM; ${READ}; while [ ! -e ${go} ]; do sleep 0.1; done; exit 0`);
    await handCode(signIn);
    await until(() => signIn.state.at === 'checking');
    const cancelled = signIn.cancel();
    place.write('go', '');
    await cancelled;
    expect(signIn.state).toEqual({ at: 'signed in' });
  });

  test('with a code from the browser is not ended before either', async () => {
    const go = place.path('go');
    const { signIn } = login(`${PROMPT}; echo; echo 'Signing in'; while [ ! -e ${go} ]; do sleep 0.1; done; exit 0`);
    await until(() => signIn.state.at === 'checking');
    const cancelled = signIn.cancel();
    place.write('go', '');
    await cancelled;
    expect(signIn.state).toEqual({ at: 'signed in' });
  });

  test('that hangs with a code is ended all the same, after a while', async () => {
    const { signIn } = login(`${READ}; exec sleep 3600`, { pace: { ...HURRY, keep: 300 } });
    await handCode(signIn);
    await signIn.cancel();
    expect(signIn.state).toEqual({ at: 'cancelled' });
  });

  test('whose code was not taken is ended at once', async () => {
    const { signIn } = login(`${PROMPT}; read -r code; printf "\nNot the full code.\n"; ${PROMPT}; exec sleep 3600`);
    await handCode(signIn);
    await until(() => signIn.state.at === 'waiting for code');
    await signIn.cancel();
    expect(signIn.state).toEqual({ at: 'cancelled' });
  });
});

describe('what takes long', () => {
  test('nothing at all: slow, and still waiting', async () => {
    const { signIn, seen } = begin('exec sleep 3600', { pace: HURRY });
    await until(() => seen.length > 0);
    expect(seen).toEqual([{ at: 'starting', slow: true }]);
    await signIn.cancel();
    expect(signIn.state).toEqual({ at: 'cancelled' });
  });

  test('a screen that is not known, and then one that is', async () => {
    const go = place.path('go');
    const { signIn, seen } = begin(
      `echo 'Choose a theme for ${TOKEN.slice(0, 50)}'; while [ ! -e ${go} ]; do sleep 0.1; done; ${PROMPT}; exec sleep 3600`,
      { pace: HURRY },
    );
    const unknown = await until(() => seen.find((state) => state.at === 'unrecognised'));
    expect(unknown).toMatchObject({ screen: expect.stringContaining('Choose a theme') });
    expect(JSON.stringify(unknown)).not.toContain(TOKEN.slice(0, 50));
    place.write('go', '');
    await until(() => signIn.state.at === 'waiting for code');
    await signIn.cancel();
  });
});

describe.each(['node-pty', 'script'] as const)('nothing is left behind, with %s', (kind) => {
  let host: PtyHost;
  beforeEach(async ({ skip }) => {
    const found = await (kind === 'node-pty' ? nativeHost(place.world) : scriptHost(place.world));
    if ('unavailable' in found) return skip(found.unavailable);
    host = found;
  });

  test('is as wide as it says', async () => {
    const asked = begin(`sleep 0.2; set -- $(stty size); echo "rows $1 columns $2"; exit 1`, { host });
    expect(await asked.signIn.done).toMatchObject({ message: 'rows 50 columns 520' });
  });

  test('a program that ignores every polite signal', async () => {
    const { signIn } = begin(`trap '' TERM INT HUP; ${PROMPT}; while :; do sleep 1; done`, { host, pace: HURRY });
    await until(() => signIn.state.at === 'waiting for code');
    await signIn.cancel();
    expect(signIn.state).toEqual({ at: 'cancelled' });
  });

  test('a child of the program that ignores them', async () => {
    const stubborn = `sh -c 'trap "" TERM INT HUP; while :; do sleep 1; done' &`;
    const { signIn } = begin(`${stubborn} ${PROMPT}; wait`, { host, pace: HURRY });
    await until(() => signIn.state.at === 'waiting for code');
    await signIn.cancel();
    await nothingRuns(place.home);
  });

  test('when the wizard itself is killed', async () => {
    const claude = place.write('claude', `#!/bin/sh\n${PROMPT}\nexec sleep 3600\n`, 0o755);
    const wizard = await bundle(kind);
    const child = spawn(process.execPath, [wizard, claude], {
      env: { PATH: process.env.PATH, HOME: place.home, TMPDIR: place.path('tmp') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
    const [, other] = /^waiting for code (\d+)$/m.exec(await said) ?? [];
    expect((await processesWith(place.home)).length).toBeGreaterThan(2);
    child.kill('SIGKILL');
    const left = await until(async () => {
      const running = await processesWith(place.home);
      return running.length === 1 && running;
    });
    expect(left).toEqual([`${other} sleep 3600`]);
    process.kill(Number(other), 'SIGKILL');
    await nothingRuns(place.home);
    // Nobody was there to delete it.
    for (const left of readdirSync(place.path('tmp'))) rmSync(place.path('tmp', left), { recursive: true });
  });
});

test('where there is no way to make a terminal, it says what to do', async () => {
  const host: PtyHost = { name: 'script', open: () => Promise.reject(new Error('openpty: no more terminals')) };
  const { signIn } = begin('exit 0', { host });
  const end = await signIn.done;
  expect(end).toMatchObject({ at: 'unavailable', problem: { code: 'sign-in-unavailable' } });
  expect(end.at === 'unavailable' && end.problem.more).toMatchObject({
    why: 'openpty: no more terminals',
    next: 'claude setup-token',
  });
});

test('an AbortSignal that has fired already', async () => {
  const { signIn } = begin(`${PROMPT}; exec sleep 3600`, { signal: AbortSignal.abort() });
  expect(await signIn.done).toEqual({ at: 'cancelled' });
});

test('what is out of turn does nothing', async () => {
  const { signIn, seen } = begin(`${PROMPT}; exec sleep 3600`);
  await signIn.submitCode('too#early');
  signIn.retry();
  await until(() => signIn.state.at === 'waiting for code');
  signIn.retry();
  await signIn.submitCode(' \n');
  expect(seen).toHaveLength(1);
  await signIn.cancel();
});

/** A program that starts a sign-in and says each state. */
async function bundle(kind: 'node-pty' | 'script'): Promise<string> {
  const source = (name: string) => fileURLToPath(new URL(`../../../src/${name}`, import.meta.url));
  const pty = createRequire(import.meta.url).resolve('@lydell/node-pty');
  const outfile = place.path('wizard.mjs');
  await build({
    stdin: {
      contents: `
        import { ${kind === 'script' ? 'scriptHost' : 'nativeHost'} as host } from '${source('claude/pty.ts')}';
        import { startSignIn } from '${source('claude/session.ts')}';
        import { realWorld } from '${source('system/real-world.ts')}';
        import { spawn } from 'node:child_process';
        const world = realWorld();
        const signIn = startSignIn({ world, claude: process.argv[2], openBrowser: false, host: await host(world) });
        signIn.subscribe((state) => {
          // A child that outlives us and has inherited whatever leaks.
          const other = spawn('sleep', ['3600'], { stdio: 'ignore', detached: true });
          console.log(state.at, other.pid);
        });
      `,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    alias: { '@lydell/node-pty': pty },
    external: [pty],
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
}
