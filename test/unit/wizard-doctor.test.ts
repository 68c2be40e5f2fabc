import { describe, expect, it } from 'vitest';
import { choicesOf } from '../../components/screens/index.ts';
import { known } from '../../src/system/fact.ts';
import { cannedFacts } from '../support/canned-facts.ts';
import { cannedHome } from '../support/canned-home.ts';
import { Play } from '../support/wizard-play.ts';

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

  it('goes back to the overview, where it came from', () => {
    const play = home().do({ type: 'show wrong' }, { type: 'back' });
    expect(play.state).toMatchObject({ stage: 'home', flow: 'set up' });
  });

  it('does not call what a first set-up is for wrong', () => {
    const play = new Play({}).settle().do({ type: 'show wrong' });
    expect(play.state.stage).toBe('look');
  });
});
