import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SignInView } from '../../components/services.ts';
import { bestClaude, findClaude, readSignIn, type SignInState, startSignIn } from '../../src/claude/index.ts';
import { nativeHost, type PtyHost, scriptHost } from '../../src/claude/pty.ts';
import type { SignIn } from '../../src/claude/session.ts';
import { engineFor } from '../../src/commands/engine.ts';
import { startLogin } from '../../src/commands/login-run.ts';
import type { Facts } from '../../src/facts/types.ts';
import { known } from '../../src/system/fact.ts';
import { Secret } from '../../src/system/secret.ts';
import { codeFor, folderOf, installClaude, type OAuthStandIn, startOAuthStandIn } from '../support/claude-stand-in.ts';
import { nothingRuns, until } from '../support/processes.ts';
import { type TempWorld, tempWorld } from '../support/temp-world.ts';
import { treeOf } from '../support/tree.ts';

const CURRENT = '2.1.329';

let claude: string;
let standIn: OAuthStandIn;
let place: TempWorld;

beforeAll(async () => {
  claude = await installClaude(CURRENT);
});
beforeEach(async () => {
  standIn = await startOAuthStandIn();
  place = tempWorld({ env: { ...standIn.env, TMPDIR: undefined } });
  mkdirSync(place.path('tmp'));
  place = { ...place, world: { ...place.world, env: { ...place.world.env, TMPDIR: place.path('tmp') } } };
});
afterEach(async () => {
  // Whatever a test did, nothing of it may be left: no process and no file.
  await nothingRuns(place.home);
  expect(readdirSync(place.path('tmp'))).toEqual([]);
  place.remove();
  await standIn.close();
});

function start(program = claude, options: { host?: PtyHost; signal?: AbortSignal } = {}) {
  const signIn = startSignIn({ world: place.world, claude: program, openBrowser: false, ...options });
  const seen: SignInState[] = [];
  signIn.subscribe((state) => seen.push(state));
  return { signIn, seen };
}

async function reach<At extends SignInState['at']>(signIn: SignIn, at: At): Promise<Extract<SignInState, { at: At }>> {
  await until(() => signIn.state.at === at || (signIn.state.at === 'exited' && at !== 'exited'));
  if (signIn.state.at !== at) throw new Error(`expected ${at}, got ${inspect(signIn.state)}`);
  return signIn.state as Extract<SignInState, { at: At }>;
}

describe.each(['node-pty', 'script'] as const)(`Claude Code ${CURRENT} in a terminal of %s`, (kind) => {
  let host: PtyHost;
  beforeEach(async ({ skip }) => {
    const found = await (kind === 'node-pty' ? nativeHost(place.world) : scriptHost(place.world));
    if ('unavailable' in found) return skip(found.unavailable);
    host = found;
  });

  test('gives exactly the token, and writes nothing into the home', async () => {
    const { signIn, seen } = start(claude, { host });
    const waiting = await reach(signIn, 'waiting for code');
    expect(waiting).toMatchObject({ refused: null, sentToBrowser: false });
    expect(new URL(waiting.url).searchParams.get('code_challenge')).toHaveLength(43);

    const code = codeFor(waiting.url);
    // As people paste it: with blanks and a line break in it.
    await signIn.submitCode(` ${code.slice(0, 20)}\n ${code.slice(20)}\r\n`);
    const end = await signIn.done;

    expect(end).toMatchObject({ at: 'token', lifetimeMs: 365 * 86_400_000, warnings: [] });
    expect(end.at === 'token' && end.secret.reveal((value) => value === standIn.token)).toBe(true);
    expect(seen.map((state) => state.at)).toEqual(['waiting for code', 'checking', 'token']);
    expect(standIn.exchanges).toHaveLength(1);
    expect(standIn.exchanges[0]).toMatchObject({ code: code.split('#')[0], state: code.split('#')[1] });
    expect(readdirSync(place.home)).toEqual(['tmp']);
    expect(inspect(seen, { depth: 9 }) + JSON.stringify(seen)).not.toContain(standIn.token);
    expect(inspect(seen, { depth: 9 })).not.toContain(code.split('#')[0]);
  });

  test('tells why a code is not taken, then why an exchange failed, then starts over with a new address', async () => {
    standIn.refuse(1);
    const { signIn } = start(claude, { host });
    const first = await reach(signIn, 'waiting for code');

    for (const half of ['just-one-half', 'another-half']) {
      await signIn.submitCode(half);
      const refused = await reach(signIn, 'waiting for code');
      expect(refused.refused).toContain("doesn't look like the full code");
      expect(refused.url).toBe(first.url);
    }

    await signIn.submitCode(codeFor(first.url));
    const error = await reach(signIn, 'error');
    expect(error.canRetry).toBe(true);
    expect(error.message).not.toBe('');

    signIn.retry();
    const second = await reach(signIn, 'waiting for code');
    expect(second.refused).toBeNull();
    expect(second.url).not.toBe(first.url);
    await signIn.submitCode(codeFor(second.url));
    const end = await signIn.done;
    expect(end.at === 'token' && end.secret.reveal((value) => value === standIn.token)).toBe(true);
  });

  test.each(['at once', 'at the prompt', 'while it checks', 'at an error'])('cancelled %s', async (when) => {
    standIn.refuse(1);
    const { signIn } = start(claude, { host });
    if (when !== 'at once') {
      const { url } = await reach(signIn, 'waiting for code');
      if (when !== 'at the prompt') {
        const typed = signIn.submitCode(codeFor(url));
        if (when === 'at an error') {
          await typed;
          await reach(signIn, 'error');
        }
      }
    }
    await signIn.cancel();
    expect(signIn.state).toEqual({ at: 'cancelled' });
    await signIn.cancel();
    expect(await signIn.done).toEqual({ at: 'cancelled' });
  });
});

test('an AbortSignal ends it', async () => {
  const abort = new AbortController();
  const { signIn } = start(claude, { signal: abort.signal });
  await reach(signIn, 'waiting for code');
  abort.abort();
  expect(await signIn.done).toEqual({ at: 'cancelled' });
});

test('offline: the words of Claude Code, and a way on', async () => {
  const { signIn } = start();
  const { url } = await reach(signIn, 'waiting for code');
  await standIn.close();
  await signIn.submitCode(codeFor(url));
  expect(await reach(signIn, 'error')).toMatchObject({ canRetry: true, decision: null });
  await signIn.cancel();
});

test.each(['token', 'login'] as const)('a %s in the browser of this machine needs no code', async (makes) => {
  const note = place.path('opened');
  const browser = place.write(
    'browser',
    `#!/bin/sh\necho "$$ $1" > ${note}.part && mv ${note}.part ${note}\nexec sleep 3600\n`,
    0o755,
  );
  const world = { ...place.world, env: { ...place.world.env, BROWSER: browser } };
  const signIn = startSignIn({ world, claude, makes });
  const [pid, opened = ''] = (await until(() => (existsSync(note) ? readFileSync(note, 'utf8').trim() : ''))).split(
    ' ',
  );
  try {
    const parameters = new URL(opened).searchParams;
    const back = new URL(parameters.get('redirect_uri') ?? '');
    expect(back.hostname).toBe('localhost');
    back.searchParams.set('code', 'fakeCode_fromTheBrowser');
    back.searchParams.set('state', parameters.get('state') ?? '');
    back.hostname = '127.0.0.1';
    await fetch(back, { redirect: 'manual' });
    const end = await signIn.done;
    if (makes === 'login') expect(end).toEqual({ at: 'signed in' });
    else expect(end.at === 'token' && end.secret.reveal((value) => value === standIn.token)).toBe(true);
    // That browser stays open.
    if (process.platform === 'linux') expect(existsSync(`/proc/${pid}`)).toBe(true);
  } finally {
    await signIn.cancel();
    process.kill(Number(pid), 'SIGKILL');
    await nothingRuns(place.home);
  }
});

test('an old token in the environment changes nothing', async () => {
  const world = { ...place.world, env: { ...place.world.env, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-FAKEOLD' } };
  const signIn = startSignIn({ world, claude, openBrowser: false });
  const { url } = await reach(signIn, 'waiting for code');
  await signIn.submitCode(codeFor(url));
  const end = await signIn.done;
  expect(end.at === 'token' && end.secret.reveal((value) => value === standIn.token)).toBe(true);
});

describe('older releases', () => {
  test.each(['2.1.100', '2.0.77'])('%s: the address, a refused code, a second try, the token', async (version) => {
    const { signIn } = start(await installClaude(version));
    const first = await reach(signIn, 'waiting for code');
    await signIn.submitCode('no-hash-in-it');
    expect(await reach(signIn, 'error')).toMatchObject({ canRetry: true, message: expect.stringContaining('code') });
    signIn.retry();
    // After a code that it would not even send, these releases go back to the same address.
    const second = await reach(signIn, 'waiting for code');
    expect(second).toEqual({ ...first, refused: null });
    await signIn.submitCode(codeFor(second.url));
    const end = await signIn.done;
    expect(end.at === 'token' && end.secret.reveal((value) => value === standIn.token)).toBe(true);
  });

  test('2.0.77 loses a very short code: said, and the next one is taken whole', async () => {
    const pace = { slow: 1_500, unrecognised: 3_000 };
    const program = await installClaude('2.0.77');
    const signIn = startSignIn({ world: place.world, claude: program, openBrowser: false, pace });
    const { url } = await reach(signIn, 'waiting for code');
    await signIn.submitCode('no-hash');
    expect(await reach(signIn, 'waiting for code')).toMatchObject({ url, refused: expect.stringContaining('react') });
    const code = codeFor(url);
    await signIn.submitCode(code);
    expect(await signIn.done).toMatchObject({ at: 'token' });
    expect(standIn.exchanges).toMatchObject([{ code: code.split('#')[0] }]);
  });

  test('1.0.128 crashes and hangs: it is ended, and the reason told', async () => {
    const { signIn } = start(await installClaude('1.0.128'));
    expect(await signIn.done).toMatchObject({ at: 'exited', message: expect.stringContaining('useAppState') });
  });
});

describe('Claude Code itself', () => {
  const tree = () => treeOf(place.home, { skip: ['.local', 'tmp'] });
  const context = () => ({ world: place.world, version: 'test', force: new AbortController().signal });
  const engine = () => engineFor(context());

  /** A home that Claude Code was used in, whose login has ended. */
  function used() {
    place.write('.claude.json', JSON.stringify({ hasCompletedOnboarding: true, numStartups: 7, projects: {} }));
    const ended = { claudeAiOauth: { accessToken: '', refreshToken: '', expiresAt: 0 } };
    place.write('.claude/.credentials.json', JSON.stringify(ended));
    return tree();
  }

  function begin() {
    const install = { path: claude, realPath: claude, version: CURRENT, wins: true };
    const facts = { claude: known([install], 'test') } as unknown as Facts;
    const views: SignInView[] = [];
    const world = { ...place.world, env: { ...place.world.env, BROWSER: 'true' } };
    const session = startLogin({ ...context(), world }, facts, (view) => views.push(view));
    const shows = (state: SignInView['state']) => until(() => views.at(-1)?.state === state && views.at(-1));
    return { install, session, views, shows };
  }
  const url = (view: unknown) => (view as { url: string }).url;

  test('is signed in by a run that is backed up, and signed out again by its undo', async () => {
    const laid = used();
    const { install, session, views, shows } = begin();
    const code = codeFor(url(await shows('waiting for code')));
    session.submitCode(new Secret(code));
    await shows('signed in');
    expect(views.map(({ state }) => state)).toEqual(['starting', 'waiting for code', 'checking code', 'signed in']);
    expect(await readSignIn(place.world, install)).toMatchObject({
      known: true,
      value: { loggedIn: true, authMethod: 'claude.ai', email: 'ana@example.com' },
    });
    const { hasCompletedOnboarding, numStartups } = JSON.parse(readFileSync(place.path('.claude.json'), 'utf8'));
    expect([hasCompletedOnboarding, numStartups]).toEqual([true, 7]);
    // It passes through us, and is written down nowhere.
    const kept = readdirSync(place.path('.local'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
    for (const secret of [standIn.token, code.split('#')[0] ?? '']) expect(kept).not.toContain(secret);

    const undone = await (await engine()).undo();
    expect(undone).toMatchObject({ outcome: 'applied', steps: [{ outcome: { state: 'restored' } }] });
    expect(tree()).toEqual(laid);
    expect(await readSignIn(place.world, install)).toMatchObject({ value: { loggedIn: false } });
  });

  test('tells what is wrong with a code, and begins anew with a new page in the same run', async () => {
    used();
    standIn.refuse(1);
    const { session, views, shows } = begin();
    const first = url(await shows('waiting for code'));
    session.submitCode(new Secret('just-one-half'));
    await until(() => views.at(-1)?.state === 'waiting for code' && 'says' in (views.at(-1) ?? {}));
    expect(views.at(-1)).toMatchObject({
      url: first,
      says: expect.stringContaining("doesn't look like the full code"),
    });
    session.submitCode(new Secret(codeFor(first)));
    expect(await shows('refused')).toMatchObject({ says: expect.stringContaining("wasn't accepted") });
    session.retry();
    const second = url(await shows('waiting for code'));
    expect(second).not.toBe(first);
    session.submitCode(new Secret(codeFor(second)));
    await shows('signed in');
    expect(await (await engine()).list()).toHaveLength(1);
  });

  test('stopped at the prompt: everything is as it was', async () => {
    const laid = used();
    const { session, views, shows } = begin();
    await shows('waiting for code');
    await session.cancel();
    expect(views.at(-1)).toEqual({ state: 'stopped' });
    expect(tree()).toEqual(laid);
  });

  test('stopped while a code is exchanged: not ended before it has kept its tokens', async () => {
    used();
    const { install, session, views, shows } = begin();
    const page = url(await shows('waiting for code'));
    const release = standIn.hold();
    session.submitCode(new Secret(codeFor(page)));
    await until(() => standIn.exchanges.length === 1);
    const stopped = session.cancel();
    release();
    await stopped;
    expect(views.at(-1)).toMatchObject({ state: 'signed in', receipt: { outcome: 'applied' } });
    expect(await readSignIn(place.world, install)).toMatchObject({ value: { loggedIn: true } });
  });
});

describe('finding it', () => {
  test('by PATH, with its version, and signed out', async () => {
    const world = { ...place.world, env: { ...place.world.env, PATH: `${folderOf(claude)}:/usr/bin:/bin` } };
    const found = await findClaude(world);
    const best = bestClaude(found.known ? found.value : []);
    expect(best).toMatchObject({ path: claude, version: CURRENT, wins: true });
    if (best === null) return;
    expect(await readSignIn(world, best)).toMatchObject({ known: true, value: { loggedIn: false } });
    expect(readdirSync(place.home)).toEqual(['tmp']);
  });

  test('signed in: the plan, in spite of variables that hide it', async () => {
    place.write('.claude.json', '{}');
    mkdirSync(place.path('.claude'));
    writeFileSync(
      place.path('.claude/.credentials.json'),
      JSON.stringify({
        claudeAiOauth: {
          accessToken: `sk-ant-oat01-FAKE${'a'.repeat(91)}`,
          refreshToken: `sk-ant-ort01-FAKE${'a'.repeat(91)}`,
          expiresAt: 4_000_000_000_000,
          scopes: ['user:inference', 'user:profile'],
          subscriptionType: 'max',
        },
      }),
    );
    const shadowed = { ...place.world.env, ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE' };
    const answer = await readSignIn(
      { ...place.world, env: shadowed },
      { path: claude, realPath: claude, version: CURRENT, wins: true },
    );
    expect(answer).toMatchObject({ known: true, value: { loggedIn: true, authMethod: 'claude.ai', plan: 'max' } });
  });
});
