import type { Leftover } from '../../src/engine/index.ts';
import { storingAs } from '../../src/methods/asking.ts';
import { recover as end } from '../flow.ts';
import { accept, LEAVE } from '../kit/keys.ts';
import { BLANK, cut, dim, type Line, line, paragraph, sides, strong } from '../kit/text.ts';
import { mark, type View, widthIn } from '../kit/view.ts';
import { recover as words } from '../words/runs.ts';
import { keys, shared } from '../words/shared.ts';
import { byChoice, type Screen, withList } from './screen.ts';

/** A journal that a crash left: said before anything else. */
export const recover: Screen = {
  choices: ({ leftover }) => {
    const left = leftover === 'unknown' ? null : leftover;
    // The secret was in memory only and is gone with the run.
    const nouns = left?.secrets.flatMap((name) => storingAs(name)?.secret.noun ?? []) ?? [];
    const rest = left?.turned ? words.goOnBack : words.theRest(nouns);
    return [
      { id: 'undo', label: words.undo, aside: words.asBefore },
      { id: 'resume', label: words.resume, aside: rest },
      { id: 'leave', label: shared.keepIt, aside: words.stays },
    ];
  },
  keys: () => [accept(keys.choose), LEAVE],
  enter: byChoice({
    undo: (state) => end(state, 'undo'),
    resume: (state) => end(state, 'resume'),
    leave: (state) => end(state, 'leave'),
  }),
  draw({ leftover }, view, at) {
    if (leftover === null || leftover === 'unknown') return { title: [], body: [] };
    const says = words.says(leftover.title, leftover.startedAt);
    const above = [...paragraph(says, widthIn(view)), BLANK, ...leftoverSteps(leftover, view), BLANK];
    return {
      title: [line(mark('look'), ' ', strong(words.title))],
      ...withList(above, at, view, { whole: true }),
    };
  },
};

const LEFT = {
  done: { tone: 'ok', says: '' },
  'cut off': { tone: 'look', says: words.interrupted },
  failed: { tone: 'bad', says: words.failed },
  'put back': { tone: 'ok', says: words.putBack },
  'not started': { tone: 'wait', says: words.notStarted },
} as const;

/** What was done and what was not: step by step where there is room, else as a count. */
function leftoverSteps(leftover: Leftover, view: View): readonly Line[] {
  const { steps, done, total, turned, interrupted } = leftover;
  const width = widthIn(view);
  if (steps.length > 0 && steps.length <= view.rows - 14) {
    return steps.map(({ words: { headline }, state }) => {
      const { tone, says } = LEFT[state];
      return sides(line(mark(tone), ' ', cut(headline, width - 14)), line(dim(says)), width);
    });
  }
  return [
    line(mark(done > 0 ? 'ok' : 'wait'), ' ', words.count(done, total, turned)),
    ...(interrupted === null ? [] : paragraph(words.interruptedIn(interrupted.headline), width, { indent: 2 })),
  ];
}
