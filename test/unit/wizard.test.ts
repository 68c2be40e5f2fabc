import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../components/events.ts';
import { stepOf } from '../../components/flow.ts';
import { reduce } from '../../components/reducer.ts';
import { bindings, choicesOf, cursorOf } from '../../components/screens/index.ts';
import { answersOf, type State, typingOf } from '../../components/state.ts';
import { Secret } from '../../src/system/secret.ts';
import { brokenConfig, emptyMachine, proxyMachine } from '../support/canned-facts.ts';
import { cannedHome, cannedUninstall, driftedHome, handMadeHome } from '../support/canned-home.ts';
import { byHandFindings, handMadeProxy, proxyHome, proxyPlan, withoutManager } from '../support/canned-proxy.ts';
import { cannedLeftover, cannedPlan, emptyPlan, FAKE_TOKEN } from '../support/canned-services.ts';
import { CODE, Play, playTo, type WorldOptions } from '../support/wizard-play.ts';

const worlds: readonly WorldOptions[] = [
  {},
  { facts: emptyMachine() },
  { facts: brokenConfig() },
  { leftover: cannedLeftover },
  { outcome: 'put back' },
  { outcome: 'partly applied' },
  { signIn: 'refused' },
  { signIn: 'failed' },
  { planProblem: { code: 'config-unparseable', what: 'It does not parse.' } },
  { plan: emptyPlan },
  { findings: [{ check: 'live', verdict: 'error', says: 'Claude refused the token.' }] },
  { home: cannedHome },
  { home: driftedHome, otherWay: true },
  { otherWay: true, plan: proxyPlan, findings: byHandFindings },
  { home: proxyHome, facts: proxyMachine(), otherWay: true },
  { home: handMadeHome, facts: brokenConfig() },
  { home: cannedHome, leftover: cannedLeftover, outcome: 'partly applied' },
  { home: cannedHome, uninstall: { ...cannedUninstall, steps: [] } },
];

/** Walks by the keys that work, text in the fields, and answers of the world in between. */
const walk = fc.record({
  world: fc.constantFrom(...worlds),
  moves: fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant(-1) }, { weight: 3, arbitrary: fc.nat(200) }), {
    maxLength: 80,
  }),
});

const typed = (state: State): Event[] => {
  const typing = typingOf(state);
  if (typing === 'code') return [{ type: 'secret typed', text: new Secret(CODE) }, { type: 'accept' }];
  if (typing === 'secret') return [{ type: 'secret typed', text: new Secret(FAKE_TOKEN) }];
  if (state.overlay?.kind === 'confirm') return [{ type: 'draft', draft: { text: 'uninstall', at: 0 } }];
  return typing === 'draft' ? [{ type: 'draft', draft: { text: 'claude-2', at: 0 } }] : [];
};

function walked({ world, moves }: { world: WorldOptions; moves: number[] }, each: (play: Play) => void = () => {}) {
  const play = new Play(world);
  for (const move of moves) {
    if (play.state.stage === 'left') break;
    const events = [...bindings(play.state).map((binding): Event => binding.intent), ...typed(play.state)];
    const event = events[move % Math.max(1, events.length)];
    if (move < 0 || event === undefined) play.hear();
    else play.send(event);
    each(play);
  }
  return play;
}

describe('the flow', () => {
  it('goes from the first screen to done with Enter, a code and Enter', () => {
    const play = playTo('done');
    expect(play.state.stage).toBe('done');
    expect(play.state.receipt?.outcome).toBe('applied');
    play.enter();
    expect(play.exitCode).toBe(0);
    expect(play.state.report.map((line) => line.text)).toEqual([
      'OpenClaw 2026.9.6 · gateway running · Claude Code signed in · 2 agents',
      'Setup token',
      `Token ${new Secret(FAKE_TOKEN)} · 108 characters · until 2027-11-20`,
      'Claude for everything',
      'anthropic/claude-opus-5',
      'Copied 3 files first',
      'Store the token in OpenClaw',
      'Use Claude by default',
      'Point 4 cron jobs to Claude',
      'Restart the gateway',
      '',
      'Does it work?',
      'OpenClaw uses anthropic:default for main and lite',
      'Default anthropic/claude-opus-5 · 1 fallback · 3 aliases',
      'OpenClaw is not pausing this sign-in.',
      'A real answer from Claude in 2.1 s',
      '',
      'OpenClaw now answers with Claude Opus 5.',
      'Try it: openclaw agent --agent main -m Hello',
      'Changed: ~/.openclaw/openclaw.json, ~/.openclaw/agents/main/agent/openclaw-agent.sqlite',
      'Copies from before: ~/.local/state/clawauth-setup',
      'To undo: clawauth-setup undo',
      'The token ends on 2027-11-20.',
    ]);
  });

  it('reaches an end from wherever a walk leads', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        const play = walked(steps).settle();
        // Ctrl-C, then what it asks.
        for (let n = 0; n < 4 && play.state.stage !== 'left'; n += 1) play.do({ type: 'interrupt' });
        expect(play.state.stage).toBe('left');
        expect(play.exitCode).not.toBeNull();
        expect(play.effects.filter((effect) => effect.do === 'leave')).toHaveLength(1);
      }),
      { numRuns: 400 },
    );
  });

  it('reaches done from wherever a walk leads, when the world is good', () => {
    fc.assert(
      fc.property(walk, ({ moves }) => {
        const play = walked({ world: {}, moves }).settle();
        fc.pre(play.state.stage !== 'left');
        for (let n = 0; n < 60 && play.state.stage !== 'done'; n += 1) {
          const text = typed(play.state)[0];
          const { stage } = play.state;
          if (play.state.overlay !== null) play.do({ type: 'back' });
          else if (text !== undefined) play.do(text, ...(stage === 'sign in' ? [{ type: 'accept' } as const] : []));
          else if (stage === 'models') play.do({ type: 'move', by: 99 }, { type: 'accept' });
          else if (stage === 'choose') play.do({ type: 'move', by: -99 }, { type: 'accept' });
          else if (stage === 'undone') play.do({ type: 'move', by: 99 }, { type: 'accept' });
          else if (stage === 'role') play.do({ type: 'move', by: -99 }, { type: 'accept' });
          else play.do({ type: 'accept' });
        }
        expect(play.state.stage).toBe('done');
      }),
      { numRuns: 200 },
    );
  });

  it('never turns a secret into text', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        walked(steps, (play) => {
          const text = JSON.stringify(play.state);
          expect(text).not.toContain(FAKE_TOKEN.slice(0, 40));
          expect(text).not.toContain(CODE.slice(0, 16));
        });
      }),
      { numRuns: 150 },
    );
  });

  it('changes nothing in place', () => {
    const freeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
      Object.freeze(value);
      for (const inner of Object.values(value)) freeze(inner);
    };
    fc.assert(
      fc.property(walk, (steps) => {
        walked(steps, (play) => freeze(play.state));
      }),
      { numRuns: 100 },
    );
  });

  it('lists no key that does nothing', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        walked(steps, (play) => {
          for (const binding of bindings(play.state)) {
            if (binding.label === undefined || binding.intent.type === 'copy' || binding.intent.type === 'toggle')
              continue;
            const step = reduce(play.state, binding.intent);
            const acts = step.state !== play.state || step.effects.length > 0;
            expect(acts, `${play.state.stage}: ${binding.keys[0]} ${binding.label}`).toBe(true);
          }
        });
      }),
      { numRuns: 150 },
    );
  });
});

describe('back', () => {
  const stages = ['choose', 'token', 'role', 'models', 'review'] as const;
  it.each(stages)('then forward is the same: %s', (stage) => {
    const play = playTo(stage).settle();
    const before = play.state;
    play.do({ type: 'back' });
    expect(play.state.stage).not.toBe(before.stage);
    if (play.state.stage === 'models') play.do({ type: 'move', by: 99 });
    play.enter();
    const { cursors: _a, ...after } = play.state;
    const { cursors: _b, ...expected } = before;
    expect(after).toEqual(expected);
  });

  it('keeps every answer, all the way to the first screen and forward again', () => {
    fc.assert(
      fc.property(walk, ({ moves }) => {
        const play = playTo('models');
        for (const move of moves) {
          const events = bindings(play.state).map((binding): Event => binding.intent);
          const event = events[Math.abs(move) % events.length];
          if (event !== undefined && event.type !== 'interrupt' && event.type !== 'leave') play.do(event);
          if (play.state.stage !== 'models') break;
        }
        fc.pre(['choose', 'sign in', 'role', 'models', 'review'].includes(play.state.stage));
        const answers = answersOf(play.state);
        for (let n = 0; n < 12; n += 1) play.do({ type: 'back' });
        expect(play.state.stage).toBe('look');
        expect(answersOf(play.state)).toEqual(answers);
        play.enter(4);
        expect(play.state.stage).toBe('models');
        expect(answersOf(play.state)).toEqual(answers);
      }),
      { numRuns: 100 },
    );
  });

  it('does not lead back from applying', () => {
    const play = playTo('review').settle();
    play.send({ type: 'accept' });
    expect(play.state.stage).toBe('apply');
    play.send({ type: 'back' });
    expect(play.state.stage).toBe('apply');
    play.settle().do({ type: 'back' });
    expect(play.state.stage).toBe('verify');
  });
});

describe('Ctrl-C', () => {
  it('leaves at once where nothing would be lost', () => {
    const play = playTo('choose').do({ type: 'interrupt' });
    expect([play.state.stage, play.exitCode]).toEqual(['left', 130]);
    expect(play.state.report.at(-1)?.text).toBe('Nothing was changed.');
  });

  it('asks before a token that is not stored is lost, and a second one leaves', () => {
    const play = playTo('role').do({ type: 'interrupt' });
    expect(play.state.overlay?.kind).toBe('leave');
    expect(playTo('role').do({ type: 'interrupt' }).enter().state.stage).toBe('role');
    play.do({ type: 'interrupt' });
    expect(play.exitCode).toBe(130);
  });

  it('while applying stops after the running step and then asks', () => {
    const play = playTo('review', { outcome: 'partly applied' }).settle();
    play.send({ type: 'accept' });
    for (let n = 0; n < 3; n += 1) play.hear();
    play.send({ type: 'interrupt' });
    expect(play.effects.at(-1)).toEqual({ do: 'stop run' });
    expect(play.state.run?.stopping).toBe(true);
    const count = play.effects.length;
    play.send({ type: 'interrupt' });
    expect(play.effects).toHaveLength(count);
    play.settle();
    expect(play.state.stage).toBe('failed');
    play.enter();
    expect(play.effects.at(-1)).toMatchObject({ do: 'undo' });
    expect(play.state.stage).toBe('undone');
    play.enter();
    expect(play.exitCode).toBe(1);
  });
});

describe('what comes late', () => {
  it('is used: defaults that the person did not touch follow the facts, the others stay', () => {
    const play = playTo('models');
    play.do({ type: 'move', by: -99 }, { type: 'accept' }, { type: 'move', by: 1 }, { type: 'accept' });
    const chosen = answersOf(play.state)?.primary;
    expect(chosen).not.toBe('anthropic/claude-opus-5');
    const offer = play.state.offer;
    if (offer === null) throw new Error('no offer');
    const defaults = { ...offer.defaults, primary: 'anthropic/x', cronModel: 'anthropic/y' };
    play.do({ type: 'offer', offer: { ...offer, defaults } });
    expect(answersOf(play.state)).toMatchObject({ primary: chosen, cronModel: 'anthropic/y' });
  });

  it('a plan for other answers is not taken', () => {
    const play = playTo('review').settle();
    const answers = answersOf(play.state);
    if (answers === null) throw new Error('no answers');
    play.do({ type: 'back' }, { type: 'move', by: 99 }, { type: 'accept' });
    const kept = play.state.plan;
    const stale = { ...answers, primary: 'anthropic/old' };
    play.do({ type: 'planned', plan: { ...cannedPlan, command: 'stale' }, answers: stale });
    expect(play.state.plan).toBe(kept);
  });

  it('the reading of an older text is not taken for the one in the field', () => {
    const play = playTo('sign in').do({ type: 'sign-in mode', mode: 'paste' });
    play.send({ type: 'secret typed', text: new Secret('first') });
    play.send({ type: 'secret typed', text: new Secret('second') });
    play.hear();
    expect(play.state.signIn.reading).toBeNull();
    play.hear();
    expect(play.state.signIn.reading).toMatchObject({ ok: true });
  });
});

describe('a way without a token', () => {
  const world = { otherWay: true, plan: proxyPlan };
  const proxy = () => playTo('choose', world).do({ type: 'move', by: 2 }).enter();
  const on = (play: Play, id: string) => {
    const at = choicesOf(play.state).findIndex((choice) => choice.id === id);
    return play.do({ type: 'move', by: -99 }, { type: 'move', by: at });
  };

  it('has no sign-in, and counts its steps without it', () => {
    const play = proxy();
    expect(play.state.stage).toBe('role');
    expect(stepOf(play.state)).toEqual([2, 4]);
    expect(play.effects.some((effect) => effect.do === 'start sign-in')).toBe(false);
    play.enter(4);
    expect(play.state.stage).toBe('done');
    expect(play.state.report.map(({ text }) => text).join('\n')).not.toContain('oken ends');
    expect(stepOf(playTo('review').state)).toEqual([4, 5]);
  });

  it('forgets models of the other way, and keeps what Claude is used for', () => {
    const play = playTo('role').do({ type: 'move', by: 1 }).enter();
    play.do({ type: 'move', by: -99 }, { type: 'accept' }, { type: 'move', by: 1 }, { type: 'accept' });
    expect(answersOf(play.state)).toMatchObject({ role: 'fallback', primary: 'anthropic/claude-sonnet-5' });
    const back = new Play(world).settle().enter().enter();
    back.do({ type: 'secret typed', text: new Secret(CODE) }, { type: 'accept' }).enter();
    back.do({ type: 'move', by: 1 }).enter();
    back.do({ type: 'move', by: -99 }, { type: 'accept' }, { type: 'move', by: 1 }, { type: 'accept' });
    back.do({ type: 'back' }, { type: 'back' }, { type: 'back' }, { type: 'move', by: 2 }, { type: 'accept' });
    // A token that was made on the other way ends; nothing of this way does.
    expect(answersOf(back.state)).toMatchObject({
      method: 'proxy',
      role: 'fallback',
      primary: 'claude-max-proxy/opus',
      tokenExpires: null,
    });
  });

  it('offers its own models only, its upstream, and a service', () => {
    const play = on(proxy().enter(), 'primary').enter();
    expect(choicesOf(play.state).map(({ id }) => id)).toEqual([
      'claude-max-proxy/opus',
      'claude-max-proxy/sonnet',
      'claude-max-proxy/haiku',
    ]);
    play.do({ type: 'back' });
    on(play, 'upstream').enter().do({ type: 'move', by: 1 }, { type: 'accept' });
    on(play, 'service').enter();
    expect(answersOf(play.state)).toMatchObject({ upstream: 'claude-max-api', service: 'none' });
    const rows = choicesOf(play.state).map(({ id }) => id);
    expect(rows).not.toContain('tokenExpires');
    expect(rows).not.toContain('gatewayNoRespawn');
    expect(choicesOf(playTo('models').state).map(({ id }) => id)).not.toContain('upstream');
  });

  it('cannot be told to install a service where nothing could run one, and says why', () => {
    const play = on(
      playTo('choose', { ...world, facts: withoutManager() })
        .do({ type: 'move', by: 2 })
        .enter(2),
      'service',
    );
    const before = answersOf(play.state);
    play.enter();
    expect(answersOf(play.state)).toEqual(before);
    expect(choicesOf(play.state).find(({ id }) => id === 'service')?.disabled?.because).toContain('systemd');
  });

  it('takes a proxy over that was set up by hand, by way of what it means', () => {
    const play = new Play({ ...world, home: handMadeProxy }).settle();
    expect(choicesOf(play.state).map(({ id }) => id)).not.toContain('models');
    on(play, 'take over').enter();
    expect(play.state.stage).toBe('choose');
    expect(choicesOf(play.state)[cursorOf(play.state)]).toMatchObject({ id: 'proxy', tag: 'in use' });
    play.enter(2);
    expect(answersOf(play.state)?.method).toBe('proxy');
    expect(play.state.stage).toBe('models');
    expect(choicesOf(play.state).map(({ id }) => id)).not.toContain('keepOld');
    play.do({ type: 'back' }, { type: 'back' }, { type: 'back' });
    expect(play.state.stage).toBe('home');
  });

  it('asks on a switch what becomes of the way in force, and nowhere else', () => {
    const play = new Play({ home: cannedHome, otherWay: true }).settle();
    on(on(play, 'switch').enter(), 'proxy').enter(2);
    on(play, 'keepOld').enter();
    expect(answersOf(play.state)).toMatchObject({ method: 'proxy', keepOld: true });
    expect(choicesOf(proxy().enter().state).map(({ id }) => id)).not.toContain('keepOld');
  });
});
