import { describe, expect, it } from 'vitest';
import { groupSteps } from '../../components/kit/groups.ts';
import { homeFindings } from '../../components/screens/home.ts';
import { choicesOf, cursorOf, screenOf } from '../../components/screens/index.ts';
import { uninstalledLines } from '../../components/screens/uninstalled.ts';
import { answersOf, type State } from '../../components/state.ts';
import type { Backup } from '../../src/history/types.ts';
import { Secret } from '../../src/system/secret.ts';
import { brokenConfig } from '../support/canned-facts.ts';
import { cannedHome, driftedHome, handMadeHome, unfinishedHome } from '../support/canned-home.ts';
import { cannedLeftover } from '../support/canned-services.ts';
import { CODE, Play, playTo, type WorldOptions } from '../support/wizard-play.ts';

const home = (world: WorldOptions = {}) => new Play({ home: cannedHome, ...world }).settle();
const ids = (state: State) => choicesOf(state).map((choice) => choice.id);

/** Goes to an action of the overview and presses Enter. */
function choose(play: Play, id: string): Play {
  const at = ids(play.state).indexOf(id);
  expect(at, id).toBeGreaterThanOrEqual(0);
  return play.do({ type: 'move', by: -99 }, { type: 'move', by: at }, { type: 'accept' });
}

const done = (play: Play) => play.effects.map((effect) => effect.do);
const lastText = (play: Play) => play.state.report.at(-1)?.text;

describe('coming back', () => {
  it('opens on the overview when something of ours is in force, before the facts are in', () => {
    const play = new Play({ home: cannedHome });
    while (play.state.stage !== 'home') expect(play.hear()).toBe(true);
    expect(play.state.gathered).toBe(false);
    expect(play.state.home.known).toBe(false);
    expect(play.settle().state.stage).toBe('home');
  });

  it('recognises what was set up by hand, with the facts', () => {
    expect(home({ home: handMadeHome }).state.stage).toBe('home');
  });

  it('stays on the first screen when nothing is in force, and goes on as ever', () => {
    const play = playTo('choose');
    expect(play.state.stage).toBe('choose');
    expect(play.state.flow).toBe('set up');
  });

  it('cannot leave the first screen before it is known whether something is in force', () => {
    const play = new Play({ home: handMadeHome });
    while (play.hear()) {
      if (play.state.stage !== 'look') break;
      const before = play.state.stage;
      play.send({ type: 'accept' });
      expect(play.state.stage === before || play.state.home.known).toBe(true);
    }
    expect(play.state.stage).toBe('home');
  });

  it('a leftover of a crash comes first', () => {
    const play = home({ leftover: cannedLeftover });
    expect(play.state.stage).toBe('recover');
    play.do({ type: 'move', by: 2 }, { type: 'accept' });
    expect(play.effects.find((effect) => effect.do === 'recover')).toMatchObject({ how: 'leave' });
    expect(play.state.stage).toBe('home');
    play.do({ type: 'leave' });
    expect(lastText(play)).toMatch(/stays as it is/);
  });

  it('runs the checks once the facts are in, and shows them worst first', () => {
    const findings = [
      { check: 'a', verdict: 'ok', says: 'fine' },
      { check: 'b', verdict: 'warning', says: 'look' },
      { check: 'c', verdict: 'error', says: 'broken' },
    ] as const;
    const play = home({ findings, home: driftedHome });
    expect(done(play).filter((effect) => effect === 'check home')).toHaveLength(1);
    expect(homeFindings(play.state).map(({ verdict }) => verdict)).toEqual([
      // The doctor's line comes first.
      'error',
      'error',
      'warning',
      'warning',
      'warning',
      'warning',
      'ok',
    ]);
  });

  it.each([cannedHome, driftedHome, unfinishedHome])('has every action in its place from the first frame on', (is) => {
    const play = new Play({ home: is, otherWay: true });
    const seen: string[][] = [];
    const under = new Set<number>();
    do {
      if (play.state.stage !== 'home') continue;
      seen.push(ids(play.state));
      under.add(cursorOf(play.state));
    } while (play.hear());
    expect(seen.length).toBeGreaterThan(20);
    for (const now of seen) expect(now).toEqual(seen[0]);
    expect([...under]).toEqual([0]);
    // Where the cursor stands is what the overview leads on with.
    expect(seen[0]?.[0]).toBe(is.unfinished === null ? 'wrong' : 'finish');
  });

  it('takes no more rows for an action that cannot be had yet, or not at all', () => {
    const rows = ({ state }: Play) =>
      screenOf(
        state,
        { columns: 80, rows: 24, unicode: true, colour: false, reader: false },
        { length: 0, tail: '', at: 0 },
      )?.body.map((row) => row.map(({ text }) => text).join(''));
    const place = (play: Play) => rows(play)?.findIndex((row) => row.includes('Uninstall'));
    const first = new Play({ home: cannedHome });
    while (first.state.stage !== 'home') first.hear();
    expect(place(home())).toBe(place(first));
    expect(place(home({ facts: brokenConfig() }))).toBe(place(first));
  });

  it('offers the other ways that can be had here', () => {
    const others = (play: Play) => choicesOf(play.state).find(({ id }) => id === 'switch')?.aside;
    expect(others(home())).toBe('API key');
    const play = home({ otherWay: true });
    expect(others(play)).toBe('Claude CLI, Proxy, API key');
    choose(play, 'switch');
    expect(play.state).toMatchObject({ stage: 'choose', flow: 'switch' });
    expect(play.do({ type: 'back' }).state).toMatchObject({ stage: 'home', flow: 'set up' });
  });

  it('leads to the list of ways also where none can be had, which tells why', () => {
    const play = home({ otherWay: true });
    const offer = play.state.offer;
    if (offer === null) throw new Error('no offer');
    const methods = offer.methods.map((method) => ({
      ...method,
      availability: { ok: false, because: 'Claude Code is not signed in' },
    }));
    play.send({ type: 'offer', offer: { ...offer, methods } });
    expect(choicesOf(play.state).find(({ id }) => id === 'switch')).toMatchObject({
      aside: 'none is available now; see why',
    });
    choose(play, 'switch');
    expect(choicesOf(play.state).map(({ disabled }) => disabled?.because)).toEqual(
      methods.map(() => 'Claude Code is not signed in'),
    );
  });

  it('lets undo, backups and uninstall be reached when the config is broken, and nothing that needs a plan', () => {
    const { state } = home({ facts: brokenConfig() });
    const open = choicesOf(state).filter(({ off }) => off !== true);
    expect(open.map((choice) => choice.id)).toEqual(['wrong', 'undo', 'backups', 'uninstall', 'leave']);
    expect(homeFindings(state)[0]?.check).toBe('blocker');
  });
});

describe('a renewal', () => {
  it('is sign in, review, apply; and goes back the same way', () => {
    const play = choose(home(), 'renew');
    expect(play.state.stage).toBe('sign in');
    play.do({ type: 'secret typed', text: new Secret(CODE) }, { type: 'accept' }, { type: 'accept' });
    expect(play.state.stage).toBe('review');
    expect(play.effects.findLast((effect) => effect.do === 'make plan')).toMatchObject({ purpose: 'renew' });
    expect(play.do({ type: 'back' }).state.stage).toBe('sign in');
    expect(play.do({ type: 'back' }).state.stage).toBe('home');
    choose(play, 'renew').do({ type: 'accept' }, { type: 'accept' });
    expect(play.state.stage).toBe('verify');
  });

  it('ends the sign-in program when the person goes back', () => {
    const play = choose(home(), 'renew').do({ type: 'back' });
    expect(play.state.stage).toBe('home');
    expect(done(play).at(-1)).toBe('cancel sign-in');
    expect(choose(play, 'renew').state.signIn.session.state).toBe('waiting for code');
  });
});

describe('drift', () => {
  it('is kept by default: nothing is planned', () => {
    const play = choose(home({ home: driftedHome }), 'drift').do({ type: 'accept' });
    expect(play.state.stage).toBe('home');
    expect(done(play)).not.toContain('make plan');
    // And not asked again.
    expect(done(play).at(-1)).toBe('keep drift');
    expect(play.state.home.is?.drift).toEqual([]);
  });

  it('goes back to what the receipt says, and only what was chosen', () => {
    const play = choose(home({ home: driftedHome }), 'drift');
    play.do({ type: 'move', by: -99 }, { type: 'toggle' }, { type: 'move', by: 99 }, { type: 'accept' });
    expect(play.state.stage).toBe('review');
    expect(play.state.edits).toEqual({ role: 'everything', primary: 'anthropic/claude-opus-5' });
    expect(answersOf(play.state)?.primary).toBe('anthropic/claude-opus-5');
    expect(play.do({ type: 'back' }).state.stage).toBe('drift');
    expect(play.do({ type: 'back' }).state.stage).toBe('home');
  });

  it('a stored token is never put back by itself', () => {
    const play = choose(home({ home: driftedHome }), 'drift');
    play.do({ type: 'move', by: -99 }, { type: 'move', by: 2 }, { type: 'toggle' });
    expect(play.state.home.putBack).toEqual([]);
  });
});

describe('undo', () => {
  it.each([60, 120])('names the newer runs that go with it (%d columns)', (columns) => {
    const { state } = choose(home(), 'undo');
    const { taking } = state;
    const { is } = state.home;
    if (!taking?.view || !is) throw new Error('nothing is shown');
    const [run] = is.backups;
    const screen = (...ids: string[]) => {
      const newer = ids.map((id) => ({ ...(run as Backup), id, inForce: true, title: `Run ${id}` }));
      const shown = { ...state, home: { ...state.home, is: { ...is, backups: [...newer, ...is.backups] } } };
      const view = { columns, rows: 40, unicode: true, colour: false, reader: false };
      return screenOf(shown, view, { length: 0, tail: '', at: 0 })
        ?.body.map((row) => row.map((span) => span.text).join(''))
        .join(' ')
        .replace(/\s+/g, ' ');
    };
    expect(screen()).not.toContain('undone with it');
    expect(screen('99999999-x')).toContain('One newer run is undone with it: Run 99999999-x.');
    expect(screen('99999999-x', '99999998-x')).toContain(
      '2 newer runs are undone with it, newest first: Run 99999999-x; Run 99999998-x.',
    );
  });

  it('shows what would change before it does, and goes back to where it was opened from', () => {
    const play = choose(home(), 'undo');
    expect(play.state.stage).toBe('take back');
    expect(done(play)).not.toContain('undo');
    expect(play.do({ type: 'back' }).state.stage).toBe('home');
    choose(play, 'backups').do({ type: 'accept' });
    expect(play.state.stage).toBe('take back');
    expect(play.do({ type: 'back' }).state.stage).toBe('backups');
    play.do({ type: 'accept' }, { type: 'accept' });
    expect(play.state.stage).toBe('undone');
    expect(play.effects.findLast((effect) => effect.do === 'undo')).toMatchObject({
      receiptId: '20261119-181200-91fe',
    });
  });

  it('says so when something of the person was kept', () => {
    const play = choose(home({ undone: { state: 'ours removed', notes: ['your model was kept'] } }), 'undo').enter();
    play.do({ type: 'leave' });
    expect(lastText(play)).toBe('Undone. What others changed since is kept.');
    const clean = choose(home(), 'undo').enter().do({ type: 'leave' });
    expect(lastText(clean)).toBe('Everything is as it was before.');
  });

  it('a run that was taken back already cannot be chosen', () => {
    const play = choose(home(), 'backups').do({ type: 'move', by: 1 }, { type: 'accept' });
    expect(play.state.stage).toBe('backups');
  });
});

describe('a run that is not finished', () => {
  const unfinished = unfinishedHome.unfinished as NonNullable<typeof unfinishedHome.unfinished>;

  it('is the first thing that is told, and is finished with its own answers', () => {
    const play = home({ home: unfinishedHome });
    expect(homeFindings(play.state)[0]).toMatchObject({ check: 'unfinished', verdict: 'error' });
    const primary = 'anthropic/claude-opus-5';
    expect(unfinishedHome.inForce?.answers?.primary).toBe(primary);
    choose(play, 'finish');
    expect(play.state.stage).toBe('review');
    expect(answersOf(play.state)).toMatchObject({ method: 'setup-token', primary, tokenExpires: null });
    expect(done(play)).not.toContain('apply');
    play.do({ type: 'accept' });
    expect(done(play)).toContain('apply');
  });

  it('asks for the token again where it was not stored', () => {
    const play = choose(
      home({ home: { ...unfinishedHome, unfinished: { ...unfinished, needsSecret: true } } }),
      'finish',
    );
    expect(play.state.stage).toBe('choose');
    expect(answersOf(play.state)?.primary).toBe('anthropic/claude-opus-5');
    play.do({ type: 'accept' });
    expect(play.state.stage).toBe('sign in');
  });

  it('cannot be finished without its answers, only undone', () => {
    const inForce = unfinishedHome.inForce && { ...unfinishedHome.inForce, answers: null };
    const play = home({ home: { ...unfinishedHome, inForce } });
    expect(ids(play.state)).not.toContain('finish');
    expect(ids(play.state)).toContain('undo');
  });
});

describe('uninstall', () => {
  it('happens only after its name was typed', () => {
    const play = choose(home(), 'uninstall').do({ type: 'accept' }, { type: 'accept' });
    expect(play.state.overlay?.kind).toBe('confirm');
    play.do({ type: 'draft', draft: { text: 'unistall', at: 0 } }, { type: 'accept' });
    expect(done(play)).not.toContain('uninstall');
    play.do({ type: 'draft', draft: { text: 'uninstall', at: 0 } }, { type: 'accept' });
    expect(play.state.stage).toBe('uninstalled');
    play.do({ type: 'accept' });
    expect(play.exitCode).toBe(0);
    expect(play.state.report.map((line) => line.text)).toContain('It uses openai/claude-opus-4 now.');
  });

  const start = (world: WorldOptions = {}) => choose(home(world), 'uninstall');
  const end = (play: Play) =>
    play.do({ type: 'accept' }, { type: 'draft', draft: { text: 'uninstall', at: 0 } }, { type: 'accept' });
  const asked = (play: Play) => play.effects.flatMap((effect) => (effect.do === 'uninstall' ? [effect.purge] : []));
  const stays = (play: Play) => uninstalledLines(play.state).filter(({ text }) => text.startsWith('Stays: '));

  it('takes the backups only when told', () => {
    expect(asked(end(start()))).toEqual([false]);
    expect(stays(end(start())).length).toBeGreaterThan(0);
    expect(asked(end(start().do({ type: 'purge' })))).toEqual([true]);
    expect(stays(end(start().do({ type: 'purge' })))).toEqual([]);
  });

  it('takes the backups also when it has to be tried again', () => {
    const play = end(start({ uninstalled: 'partly applied' }).do({ type: 'purge' }));
    expect(play.state.stage).toBe('failed');
    expect(asked(play.do({ type: 'accept' }))).toEqual([true, true]);
  });

  it('says that the backups stay where they were to go and did not', () => {
    const play = end(start({ uninstalled: 'stopped' }).do({ type: 'purge' }));
    expect(play.state.stage).toBe('uninstalled');
    expect(stays(play).length).toBeGreaterThan(0);
  });
});

describe('leaving', () => {
  it('after a recovery does not say that nothing was changed', () => {
    const play = new Play({ leftover: cannedLeftover }).settle().do({ type: 'accept' });
    expect(play.state.stage).toBe('look');
    play.do({ type: 'leave' });
    expect(play.state.report.map((line) => line.text).join('\n')).not.toContain('Nothing was changed.');
    expect(lastText(play)).toMatch(/interrupted run is finished/);
  });

  it('the overview without having done anything says that nothing was changed', () => {
    expect(lastText(home().do({ type: 'leave' }))).toBe('Nothing was changed.');
  });
});

describe('like steps', () => {
  it('are one group from two on, with their names, where they say what many of them do', () => {
    const job = (n: number) => ({
      headline: `Point the cron job ${n} to Claude`,
      names: [String(n)],
      many: 'Point # cron jobs to Claude',
    });
    const [store, restart] = [{ headline: 'Store the token' }, { headline: 'Restart the gateway' }];
    const told = (steps: Parameters<typeof groupSteps>[0]) =>
      groupSteps(steps).map(({ count, headline, names }) => [count, headline, names]);
    expect(told([store, job(1), job(2), restart])).toEqual([
      [1, 'Store the token', []],
      [2, 'Point 2 cron jobs to Claude', ['1', '2']],
      [1, 'Restart the gateway', []],
    ]);
    expect(told([store, job(1), restart, job(2)])[1]).toEqual([1, 'Point the cron job 1 to Claude', []]);
    // One step may do several as well: what its headline does not say stands under it.
    const all = { headline: 'Point 2 cron jobs to Claude', names: ['1 a', '2 b'] };
    expect(told([all])).toEqual([[1, 'Point 2 cron jobs to Claude', ['1 a', '2 b']]]);
  });
});
