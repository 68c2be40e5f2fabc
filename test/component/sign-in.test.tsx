import { afterEach, expect, it } from 'vitest';
import { App } from '../../components/app.tsx';
import { Secret } from '../../src/system/secret.ts';
import type { SignInView } from '../../src/wizard/services.ts';
import type { State } from '../../src/wizard/state.ts';
import { FAKE_TOKEN } from '../support/canned-services.ts';
import { still } from '../support/still.ts';
import { type Mounted, mount } from '../support/terminal.ts';
import { playTo, URL_SHOWN } from '../support/wizard-play.ts';

let screen: Mounted | null = null;
afterEach(() => screen?.unmount());

function show(state: State, columns = 80): Mounted {
  screen = mount(<App wizard={still(state)} unicode colour={false} reader={false} now={() => 0} />, { columns });
  return screen;
}

const after = (view: SignInView) => playTo('sign in').send({ type: 'sign-in', view }).state;
const LENGTH = 'It has 112 characters, usually there are 108: something may have been copied along with it.';

it('says that it takes longer than usual to start, and while a code is checked', async () => {
  const starting = after({ state: 'starting', slow: true });
  await show(starting).waitForText(/Starting claude setup-token\n.*longer than usual/);
  screen?.unmount();
  const checking = after({ state: 'checking code', url: URL_SHOWN, slow: true });
  await show(checking).waitForText(/checking the code\n.*longer than usual/);
});

it.each([80, 40])('shows the remark on a token that Claude Code made, in %i columns', async (columns) => {
  const state = after({ state: 'got token', token: new Secret(FAKE_TOKEN), expires: null, remarks: [LENGTH] });
  const shown = show(state, columns);
  await shown.waitForText('You have a token');
  expect(shown.screen().replace(/\s+/g, ' ')).toContain(`! ${LENGTH}`);
});

it('shows the remark on a pasted token before and after it is taken', async () => {
  const play = playTo('sign in').do({ type: 'sign-in mode', mode: 'paste' });
  play.send({ type: 'token typed', text: new Secret(FAKE_TOKEN) });
  play.pending.length = 0;
  const reading = { ok: true as const, token: new Secret(FAKE_TOKEN), remarks: [LENGTH] };
  play.send({ type: 'token read', reading, ask: play.state.signIn.asked });
  await show(play.state).waitForText('112 characters');
  screen?.unmount();
  play.send({ type: 'accept' });
  expect(play.state.token?.remarks).toEqual([LENGTH]);
  await show(play.state).waitForText('112 characters');
});
