import { mkdirSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWizard, type Wizard } from '../../../components/driver.ts';
import type { SignInView } from '../../../components/services.ts';
import type { State } from '../../../components/state.ts';
import { signInSession } from '../../../src/commands/wizard-sign-in.ts';
import { Secret } from '../../../src/system/secret.ts';
import { cannedServices } from '../../support/canned-services.ts';
import { nothingRuns, until } from '../../support/processes.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

// The real program is run in test/real; these are programs with one habit each.

const TOKEN = `sk-ant-oat01-${'FAKE'.repeat(23)}FAK`;
const URL_ROW = 'https://claude.com/cai/oauth/authorize?code=true&code_challenge=abc&state=def';
const PROMPT = `printf '%s\\n\\nPaste code here if prompted >' '${URL_ROW}'`;
/** What a busy machine needs is more than this: the states below come anyway, only earlier. */
const HURRY = { slow: 50, unrecognised: 100, grace: 600 };

let place: TempWorld;
beforeEach(() => {
  place = tempWorld();
  mkdirSync(place.path('tmp'));
  place = { ...place, world: { ...place.world, env: { ...place.world.env, TMPDIR: place.path('tmp') } } };
});
afterEach(() => place.remove());

function claude(script: string) {
  const path = place.write('claude', `#!/bin/sh\n${script}\n`, 0o755);
  return { path, realPath: path, version: null, wins: true };
}

/** The wizard on its sign-in screen, with this program as Claude Code. */
async function atSignIn(script: string): Promise<Wizard> {
  const install = claude(script);
  const wizard = createWizard({
    version: '1.0.0',
    services: async () => ({
      ...cannedServices(),
      startSignIn: (_facts, _method, onState) => signInSession(place.world, install, onState, HURRY),
    }),
  });
  wizard.start();
  await seen(wizard, (state) => state.gathered && state.offer !== null && state.leftover === null);
  wizard.dispatch({ type: 'accept' });
  wizard.dispatch({ type: 'accept' });
  return wizard;
}

const seen = (wizard: Wizard, wanted: (state: State) => boolean) => until(() => wanted(wizard.state()));
const session = (state: State) => state.signIn.session;

async function nothingLeft() {
  expect(readdirSync(place.path('tmp'))).toEqual([]);
  // What was killed needs a moment to be gone.
  await nothingRuns(place.home);
}

describe('what the sign-in tells the wizard', () => {
  it('says that it takes long to start, and goes on', async () => {
    const views: SignInView[] = [];
    const signIn = signInSession(place.world, claude('read -r _'), (view) => views.push(view), {
      ...HURRY,
      unrecognised: 3_600_000,
    });
    await until(() => views.length === 2);
    expect(views).toEqual([{ state: 'starting' }, { state: 'starting', slow: true }]);
    await signIn.cancel();
    await nothingLeft();
  });

  it('says that the check of a code takes long', async () => {
    const wizard = await atSignIn(`${PROMPT}; read -r _; printf '\\033[2J\\033[H Creating token…\\n'; sleep 600`);
    await seen(wizard, (state) => session(state).state === 'waiting for code');
    wizard.dispatch({ type: 'secret typed', text: new Secret('fakeCode#def') });
    wizard.dispatch({ type: 'accept' });
    await seen(wizard, (state) => {
      const view = session(state);
      return view.state === 'checking code' && view.slow === true && view.url === URL_ROW;
    });
    wizard.dispatch({ type: 'interrupt' });
    await wizard.left;
    await nothingLeft();
  });

  it('offers to paste at a screen that it does not know, and comes back when a known one follows', async () => {
    const go = place.path('go');
    const wizard = await atSignIn(
      `echo 'Something new'; while [ ! -e '${go}' ]; do sleep 0.1; done; printf '\\033[2J\\033[H'; ${PROMPT}; read -r _`,
    );
    await seen(wizard, ({ signIn }) => signIn.mode === 'paste' && signIn.session.state === 'failed');
    place.write('go', '');
    await seen(wizard, ({ signIn }) => signIn.mode === 'claude' && signIn.session.state === 'waiting for code');
    wizard.dispatch({ type: 'leave' });
    await wizard.left;
    await nothingLeft();
  });

  it('leaves a person alone who pastes meanwhile', async () => {
    const go = place.path('go');
    const wizard = await atSignIn(
      `echo 'Something new'; while [ ! -e '${go}' ]; do sleep 0.1; done; printf '\\033[2J\\033[H'; ${PROMPT}; read -r _`,
    );
    await seen(wizard, (state) => session(state).state === 'failed');
    wizard.dispatch({ type: 'secret typed', text: new Secret(TOKEN) });
    await seen(wizard, ({ signIn }) => signIn.reading !== null);
    place.write('go', '');
    await seen(wizard, (state) => session(state).state === 'waiting for code');
    expect(wizard.state().signIn).toMatchObject({ mode: 'paste', reading: { ok: true } });
    wizard.dispatch({ type: 'interrupt' });
    await wizard.left;
    await nothingLeft();
  });

  it('shows that a token has an unusual length before it goes on', async () => {
    const wizard = await atSignIn(`printf 'Your OAuth token (valid for 1 year):\\n\\n${TOKEN}FAKE\\n\\nStore it.\\n'`);
    await seen(wizard, (state) => state.secret !== null);
    expect(wizard.state().stage).toBe('sign in');
    expect(wizard.state().secret?.remarks).toEqual([expect.stringContaining(`${TOKEN.length + 4} characters`)]);
    wizard.dispatch({ type: 'interrupt' });
    wizard.dispatch({ type: 'interrupt' });
    await wizard.left;
    await nothingLeft();
  });
});

describe('leaving', () => {
  // Neither minds a signal: only the kill of the whole group ends them.
  const STUBBORN = `trap '' TERM HUP INT; (trap '' TERM HUP INT; while :; do sleep 1; done) & ${PROMPT}; while :; do sleep 1; done`;

  it.each([
    ['Ctrl-C', [{ type: 'interrupt' }], 130],
    ['q', [{ type: 'leave' }], 0],
    ['Esc, then q', [{ type: 'back' }, { type: 'leave' }], 0],
    ['a new attempt, then at once q', [{ type: 'retry sign-in' }, { type: 'leave' }], 0],
  ] as const)('by %s leaves no program and no folder', async (_name, events, exitCode) => {
    const wizard = await atSignIn(STUBBORN);
    await seen(wizard, (state) => session(state).state === 'waiting for code');
    for (const event of events) wizard.dispatch(event);
    expect(await wizard.left).toBe(exitCode);
    await nothingLeft();
  });

  it('while it starts', async () => {
    const wizard = await atSignIn(STUBBORN);
    wizard.dispatch({ type: 'leave' });
    await wizard.left;
    await nothingLeft();
  });
});
