import { describe, expect, it } from 'vitest';
import { choicesOf } from '../../components/screens/index.ts';
import { known } from '../../src/system/fact.ts';
import { planWithFixes, planWithoutFixes, REFRESHER, withRefresher } from '../support/canned-beside.ts';
import { cannedFacts, proxyMachine } from '../support/canned-facts.ts';
import { cannedHome } from '../support/canned-home.ts';
import { code, Play, playTo, toLogIn } from '../support/wizard-play.ts';

const stored = {
  ...{ agent: 'main', id: 'anthropic:default', provider: 'anthropic', type: 'token', masked: null, mode: 'token' },
  ...{ expires: null, rejected: null, wins: true, lastGood: true, cooldownUntil: null, errorCount: 0 },
};

/** The canned machine answers with a bridge although a token is stored, and something of ours is in force. */
const home = () =>
  new Play({ home: cannedHome, facts: cannedFacts({ profiles: known([stored], 'the store') }) }).settle();

function choose(play: Play, id: string): Play {
  const at = choicesOf(play.state).findIndex((choice) => choice.id === id);
  expect(at, id).toBeGreaterThanOrEqual(0);
  return play.do({ type: 'move', by: -99 }, { type: 'move', by: at }, { type: 'accept' });
}

const effect = <D extends string>(play: Play, wanted: D) => play.effects.findLast((one) => one.do === wanted);

describe('what is wrong, in the wizard', () => {
  it('is reached from the overview and leads through a review to checks that know what was fixed', () => {
    const play = home().do({ type: 'show wrong' });
    expect(play.state.stage).toBe('doctor');
    const [first] = choicesOf(play.state);
    expect(first).toMatchObject({ id: 'model.default-is-bridge', tag: 'fix' });
    choose(play, 'go');
    expect(play.state.stage).toBe('review');
    expect(effect(play, 'make plan')).toMatchObject({ purpose: { fix: ['model.default-is-bridge'] } });
    play.do({ type: 'accept' });
    expect(play.state.stage).toBe('verify');
  });

  it('leaves what the person leaves, and has nothing to review without anything to fix', () => {
    const play = choose(home().do({ type: 'show wrong' }), 'model.default-is-bridge');
    expect(choicesOf(play.state).map(({ id, tag }) => [id, tag])).toEqual([['model.default-is-bridge', 'left']]);
    choose(play, 'model.default-is-bridge');
    expect(choicesOf(play.state).map(({ id }) => id)).toContain('go');
  });

  it('leaves what was tried within the last day and is here again, unless the person says otherwise', () => {
    const tried = { ...cannedHome, tried: ['model.default-is-bridge'] };
    const facts = cannedFacts({ profiles: known([stored], 'the store') });
    const play = new Play({ home: tried, facts }).settle().do({ type: 'show wrong' });
    const [only, ...more] = choicesOf(play.state);
    expect([only?.tag, more]).toEqual(['left', []]);
    expect(only?.more).toContain('It was tried within the last day and did not help.');
    choose(play, 'model.default-is-bridge');
    expect(choicesOf(play.state).map(({ id }) => id)).toContain('go');
    expect(choose(play, 'model.default-is-bridge').state.edits).toEqual({});
  });

  it('goes back to the overview, where it came from', () => {
    const play = home().do({ type: 'show wrong' }, { type: 'back' });
    expect(play.state).toMatchObject({ stage: 'home', flow: 'set up' });
  });

  it('does not call what a first set-up is for wrong', () => {
    const play = new Play({}).settle().do({ type: 'show wrong' });
    expect(play.state.stage).toBe('look');
  });
});

describe('what a first set-up fixes beside itself', () => {
  it('goes on with the set-up after a look at the list, and leaves what was left there', () => {
    const first = new Play({ facts: withRefresher() }).settle();
    const seen = first.do({ type: 'show wrong' }, { type: 'back' });
    expect(seen.state).toMatchObject({ stage: 'look', flow: 'set up', edits: {} });
    expect(seen.enter().state.stage).toBe('choose');
    const left = choose(new Play({ facts: withRefresher() }).settle().do({ type: 'show wrong' }), 'sync.refresher');
    expect(left.do({ type: 'back' }).state.edits).toEqual({ fixes: false });
    left
      .enter(2)
      .do(...code)
      .enter(3);
    expect(left.state.stage).toBe('review');
    expect(effect(left, 'make plan')).toMatchObject({ purpose: 'set up', answers: { fixes: false } });
  });

  it('stands in the review as a group of its own, and is left out and taken in with one key', () => {
    const play = playTo('review', { facts: withRefresher(), plan: planWithFixes });
    expect(choicesOf(play.state)[0]).toMatchObject({
      id: 'fixes',
      tag: 'fix',
      aside: '1 step',
      under: [REFRESHER.says],
    });
    play.do({ type: 'move', by: -99 }, { type: 'toggle' });
    expect(choicesOf(play.state)[1]?.label).toContain('Switch off the token refresher');
    play.world = { ...play.world, plan: planWithoutFixes };
    play.do({ type: 'fixes' });
    expect(effect(play, 'make plan')).toMatchObject({ answers: { fixes: false } });
    expect(choicesOf(play.state)[0]).toMatchObject({ id: 'fixes', tag: 'left', under: [REFRESHER.says] });
    expect(choicesOf(play.state)[1]?.label).toMatch(/^1 {2}Store the token/);
    play.world = { ...play.world, plan: planWithFixes };
    play.do({ type: 'fixes' });
    expect(effect(play, 'make plan')).toMatchObject({ answers: { fixes: true } });
    play.do({ type: 'move', by: 99 }).enter(2);
    expect(effect(play, 'verify')).toMatchObject({ fixed: ['sync.refresher'] });
  });

  it('is no key of a review without', () => {
    const play = playTo('review');
    const asked = play.effects.length;
    expect(play.do({ type: 'fixes' }).effects.length).toBe(asked);
  });
});

describe('a Claude Code that is signed out', () => {
  it('is signed in, and the list is judged again', () => {
    const play = toLogIn();
    expect(play.state).toMatchObject({
      stage: 'log in',
      flow: 'fix',
      signIn: { session: { state: 'waiting for code' } },
    });
    play.world = { ...play.world, facts: proxyMachine() };
    play.do(...code);
    expect(play.state).toMatchObject({ stage: 'doctor', flow: 'fix', signIn: { session: { state: 'idle' } } });
    expect(choicesOf(play.state)).toEqual([]);
    expect(play.state.report.map(({ text }) => text)).toContain('Claude Code is signed in');
  });

  it('is not fixed by a plan: what is left to the person asks for no sign-in', () => {
    const play = toLogIn().do({ type: 'back' });
    choose(play, 'proxy.claude-signed-out');
    expect(choicesOf(play.state).map(({ id }) => id)).toEqual(['proxy.claude-signed-out']);
  });

  it('stops at the prompt, and comes back to the list with everything as it was', () => {
    const play = toLogIn().send({ type: 'back' });
    expect(play.state).toMatchObject({ stage: 'log in', signIn: { session: { state: 'ending' } } });
    play.settle();
    expect(play.state).toMatchObject({ stage: 'doctor', signIn: { session: { state: 'idle' } } });
  });

  it.each(['interrupt', 'leave', 'back'] as const)('is not cut off by %s while a code is checked', (type) => {
    const play = toLogIn();
    play.pending = [];
    play.send(code[0]).send(code[1]).send({ type });
    expect(play.state).toMatchObject({ stage: 'log in', signIn: { session: { state: 'ending' } } });
    expect(effect(play, 'stop login')).toBeDefined();
    // It came to a login all the same.
    play.settle();
    expect(play.state.stage).toBe('doctor');
    expect(play.exitCode).toBeNull();
  });

  it('is left for good by a second Ctrl-C', () => {
    const play = toLogIn();
    play.send(code[0]).send(code[1]).send({ type: 'interrupt' }).send({ type: 'interrupt' });
    expect(play.exitCode).toBe(130);
  });

  it('tries again: in the same session after a refusal, in a new one after a failure', () => {
    const refused = toLogIn({ signIn: 'refused' }).do(...code, { type: 'retry sign-in' });
    expect(refused.effects.at(-1)).toEqual({ do: 'retry sign-in' });
    const failed = toLogIn({ signIn: 'failed' });
    const before = failed.effects.length;
    failed.send({ type: 'retry sign-in' });
    expect(failed.effects.slice(before)).toMatchObject([{ do: 'start login' }]);
  });
});
