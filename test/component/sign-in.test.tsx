import { afterEach, expect, it } from 'vitest';
import { App } from '../../components/app.tsx';
import { takeTyped } from '../../components/screens/sign-in.ts';
import type { SignInView } from '../../components/services.ts';
import { answersOf, type State } from '../../components/state.ts';
import type { ProfileFacts } from '../../src/openclaw/records.ts';
import { known } from '../../src/system/fact.ts';
import { fingerprint, Secret } from '../../src/system/secret.ts';
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

it.each(['paste', 'elsewhere'] as const)('gives a new token that comes by %s a year from today', (mode) => {
  const play = playTo('sign in').do({ type: 'sign-in mode', mode });
  play.send({ type: 'secret typed', text: new Secret(FAKE_TOKEN) });
  play.hear();
  play.send({ type: 'accept' });
  const year = Date.parse(play.state.facts.takenAt) + 365 * 86_400_000;
  expect(play.state.secret?.expires).toBe(year);
  expect(answersOf(play.state)?.tokenExpires).toBe(year);
});

it('gives a pasted token that is stored already the end that the store tells', () => {
  const play = playTo('sign in').do({ type: 'sign-in mode', mode: 'paste' });
  const ends = Date.parse('2027-03-04');
  const profile = { fingerprint: new Secret(FAKE_TOKEN).reveal(fingerprint), expires: ends };
  const profiles = known([profile as ProfileFacts], 'test');
  play.send({ type: 'secret typed', text: new Secret(FAKE_TOKEN) });
  play.hear();
  const state = { ...play.state, facts: { ...play.state.facts, profiles } };
  expect(takeTyped(state).state.secret?.expires).toBe(ends);
});

it('shows the remark on a pasted token before and after it is taken', async () => {
  const play = playTo('sign in').do({ type: 'sign-in mode', mode: 'paste' });
  play.send({ type: 'secret typed', text: new Secret(FAKE_TOKEN) });
  play.pending.length = 0;
  const reading = { ok: true as const, secret: new Secret(FAKE_TOKEN), remarks: [LENGTH] };
  play.send({ type: 'secret read', reading, ask: play.state.signIn.asked });
  await show(play.state).waitForText('112 characters');
  screen?.unmount();
  play.send({ type: 'accept' });
  expect(play.state.secret?.remarks).toEqual([LENGTH]);
  await show(play.state).waitForText('112 characters');
});

const FAKE_KEY = `sk-ant-api03-FAKE${'k9Qw'.repeat(22)}abc`;
const toKey = () => playTo('choose').do({ type: 'move', by: 3 }, { type: 'accept' });

it('asks for an API key on a screen of its own, from which Esc leads back to the choice', async () => {
  const play = toKey();
  expect(play.state.signIn.mode).toBe('paste');
  const shown = show(play.state);
  await shown.waitForText('Paste an API key');
  expect(shown.screen()).toContain('https://platform.claude.com/settings/keys');
  expect(shown.screen()).not.toMatch(/setup-token|another machine|Claude Code$/);
  expect(play.do({ type: 'back' }).state.stage).toBe('choose');
});

it('hands the key to the plan by its name, without an end', () => {
  const play = toKey();
  play.do({ type: 'secret typed', text: new Secret(FAKE_KEY) }, { type: 'accept' });
  expect(play.effects.find((effect) => effect.do === 'read secret')).toMatchObject({ name: 'key' });
  expect(play.state.secret).toMatchObject({ name: 'key', expires: null, from: 'paste' });
  expect(answersOf(play.state)).toMatchObject({ method: 'api-key', tokenExpires: null });
});

it('ends a sign-in of Claude Code, and forgets its token, once an API key is chosen instead', () => {
  const play = playTo('token');
  expect(play.state.secret?.name).toBe('token');
  play.do({ type: 'back' }, { type: 'move', by: 3 });
  const before = play.effects.length;
  play.do({ type: 'accept' });
  expect(play.state).toMatchObject({ stage: 'sign in', secret: null, signIn: { of: 'key', mode: 'paste' } });
  expect(play.effects.slice(before).map((effect) => effect.do)).toEqual(['cancel sign-in', 'start sign-in']);
  // The session that ends may still have an answer.
  const late: SignInView = { state: 'got token', token: new Secret(FAKE_TOKEN), expires: null };
  expect(play.send({ type: 'sign-in', view: late }).state.secret).toBeNull();
});
