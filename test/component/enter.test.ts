import { describe, expect, it } from 'vitest';
import type { Effect } from '../../components/events.ts';
import { compose } from '../../components/kit/compose.ts';
import type { View } from '../../components/kit/view.ts';
import { bindings, intentOf, screenOf } from '../../components/screens/index.ts';
import type { State } from '../../components/state.ts';
import { SCREENS } from '../support/screens.ts';
import { Play } from '../support/wizard-play.ts';

/** What changes something, and the rows from which Enter may begin it. */
const FROM: Partial<Record<Effect['do'], RegExp>> = {
  apply: /^Apply$/,
  undo: /^(Undo|Bring it back|Try the undo again)/,
  uninstall: /^(uninstall_|Try it again)/,
};

const SIZES = [
  [80, 24],
  [40, 12],
  [120, 40],
] as const;

/** The row with the cursor, as it stands on the screen. */
function rowAt(state: State, [columns, rows]: (typeof SIZES)[number]): string | undefined {
  const view: View = { columns, rows, unicode: true, colour: false, reader: false };
  const layout = screenOf(state, view, { length: 0, tail: '', at: 0 });
  const lines = layout === null ? [] : compose(layout, view).lines;
  const shown = lines.map((line) => line.map(({ text }) => text).join(''));
  return shown.flatMap((row) => /▸ (\S.*?)(?: {2}|$)/.exec(row)?.[1] ?? []).at(0);
}

/** Where the person is, and all that decides what a key does there. */
const placeOf = ({ stage, overlay, cursors, opened, flow, taking, uninstalling, run, plan, planProblem }: State) =>
  JSON.stringify([
    ...[stage, overlay, cursors, opened, flow, run?.purpose, run?.ended],
    ...[taking?.id, uninstalling?.purge, plan?.preview.steps.length, planProblem?.code],
  ]);

/** Every place within three keys of a screen. */
function placesAround(from: State): readonly State[] {
  const found = new Map([[placeOf(from), from]]);
  let edge = [from];
  for (let depth = 0; depth < 3; depth += 1) {
    const next: State[] = [];
    for (const state of edge) {
      for (const key of new Set(bindings(state).flatMap(({ keys }) => keys))) {
        const intent = intentOf(state, key);
        if (intent === null) continue;
        const play = new Play();
        play.state = state;
        play.pending = [];
        const reached = play.send(intent).settle().state;
        const place = placeOf(reached);
        if (reached.stage === 'left' || found.has(place)) continue;
        found.set(place, reached);
        next.push(reached);
      }
    }
    edge = next;
  }
  return [...found.values()];
}

describe('whatever key is pressed', () => {
  it.each(Object.keys(SCREENS))('nothing is changed but by Enter on the row that says so: %s', (name) => {
    const from = SCREENS[name]?.();
    if (from === undefined) throw new Error(name);
    for (const state of placesAround(from)) {
      for (const key of new Set(bindings(state).flatMap(({ keys }) => keys))) {
        const intent = intentOf(state, key);
        const play = new Play();
        play.state = state;
        const before = play.effects.length;
        if (intent !== null) play.send(intent);
        for (const effect of play.effects.slice(before)) {
          const row = FROM[effect.do];
          if (row === undefined) continue;
          expect(key, placeOf(state)).toBe('return');
          for (const size of SIZES) expect(rowAt(state, size), `${placeOf(state)} at ${size}`).toMatch(row);
        }
      }
    }
  });
});
