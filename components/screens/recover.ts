import type { Leftover } from '../../src/engine/index.ts';
import { storingAs } from '../../src/methods/asking.ts';
import { minute, plural } from '../../src/text.ts';
import { recover as end } from '../flow.ts';
import { accept, LEAVE } from '../kit/keys.ts';
import { BLANK, cut, dim, type Line, line, paragraph, sides, strong } from '../kit/text.ts';
import { mark, type View, widthIn } from '../kit/view.ts';
import { byChoice, type Screen, withList } from './screen.ts';

/** A journal that a crash left: said before anything else. */
export const recover: Screen = {
  choices: ({ leftover }) => {
    const left = leftover === 'unknown' ? null : leftover;
    // The secret was in memory only and is gone with the run.
    const nouns = left?.secrets.flatMap((name) => storingAs(name)?.secret.noun ?? []) ?? [];
    const again = nouns.map((noun) => `; may need the ${noun} again`).join('');
    const rest = left?.turned ? 'go on with putting back' : `do the rest${again}`;
    return [
      { id: 'undo', label: 'Put everything back', aside: 'as it was before that run' },
      { id: 'resume', label: 'Finish it', aside: rest },
      { id: 'leave', label: 'Keep it like this', aside: 'what is done stays; finish or undo it later' },
    ];
  },
  keys: () => [accept('choose'), LEAVE],
  enter: byChoice({
    undo: (state) => end(state, 'undo'),
    resume: (state) => end(state, 'resume'),
    leave: (state) => end(state, 'leave'),
  }),
  draw({ leftover }, view, at) {
    if (leftover === null || leftover === 'unknown') return { title: [], body: [] };
    const says = `${leftover.title}, begun ${minute(leftover.startedAt)}. A copy of every file it touched is kept.`;
    const above = [...paragraph(says, widthIn(view)), BLANK, ...leftoverSteps(leftover, view), BLANK];
    return {
      title: [line(mark('look'), ' ', strong('A run was cut off before it was done'))],
      ...withList(above, at, view, { whole: true }),
    };
  },
};

const LEFT = {
  done: { tone: 'ok', says: '' },
  'cut off': { tone: 'look', says: 'cut off' },
  failed: { tone: 'bad', says: 'failed' },
  'put back': { tone: 'ok', says: 'put back' },
  'not started': { tone: 'wait', says: 'not begun' },
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
    line(mark(done > 0 ? 'ok' : 'wait'), ' ', `${done} of ${plural(total, 'step')} ${turned ? 'put back' : 'done'}`),
    ...(interrupted === null ? [] : paragraph(`cut off in: ${interrupted.headline}`, width, { indent: 2 })),
  ];
}
