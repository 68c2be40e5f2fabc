import { minute, plural, someOf } from '../../src/text.ts';
import { stay, takeBack } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, BACK, LEAVE } from '../kit/keys.ts';
import { dim, line, sides, strong } from '../kit/text.ts';
import { widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import { type Screen, withList } from './screen.ts';

/** Every run that is kept, newest first. */
export const backups: Screen = {
  choices,
  keys: (_state, { chosen }) => [...(chosen?.disabled === undefined ? [accept('look at it')] : []), BACK, LEAVE],
  enter: (state, { chosen }) =>
    chosen === undefined ? stay({ ...state, stage: 'home' }) : takeBack(state, chosen.id, 'backups'),
  draw(_state, view, at) {
    const many = `${plural(at.choices.length, 'run')} kept, newest first`;
    const title = [sides(line(strong('Backups')), line(dim(many)), widthIn(view))];
    return { title, ...withList([], at, view, { share: 0.65 }) };
  },
};

function choices(state: State): readonly Choice[] {
  return (state.home.is?.backups ?? []).map((run): Choice => {
    const since = run.changedSince.length;
    const files = plural(run.files.length, 'file');
    const more = [
      ...(run.changed.length === 0 ? [] : [`Did: ${someOf(run.changed)}`]),
      `${files}${run.files.length === 0 ? '' : `: ${someOf(run.files.map(tail), 4)}`}`,
      ...(since === 0 ? [] : [`Changed since by others: ${someOf(run.changedSince.map(tail), 4)}. That is kept.`]),
      `Id ${run.id}`,
    ];
    const base = { id: run.id, label: `${minute(run.startedAt)}  ${run.title}`, more };
    if (run.unreadable !== undefined) return { ...base, disabled: { because: run.unreadable } };
    if (run.undoneBy !== undefined) return { ...base, aside: 'undone', disabled: { because: 'it is undone already' } };
    if (run.outcome === 'put back')
      return { ...base, aside: 'put back', disabled: { because: 'it was put back at once' } };
    return { ...base, aside: `${size(run.bytes)} · ${since === 0 ? 'unchanged since' : `${since} changed since`}` };
  });
}

const tail = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** `312 B`, `48 kB`, `1.2 MB` */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
