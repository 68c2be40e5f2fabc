import { minute } from '../../src/text.ts';
import { stay, takeBack } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, BACK, LEAVE } from '../kit/keys.ts';
import { dim, line, sides, strong } from '../kit/text.ts';
import { widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import { backups as words } from '../words/runs.ts';
import { type Screen, withList } from './screen.ts';

/** Every run that is kept, newest first. */
export const backups: Screen = {
  choices,
  keys: (_state, { chosen }) => [...(chosen?.disabled === undefined ? [accept(words.keyLook)] : []), BACK, LEAVE],
  enter: (state, { chosen }) =>
    chosen === undefined ? stay({ ...state, stage: 'home' }) : takeBack(state, chosen.id, 'backups'),
  draw(_state, view, at) {
    const many = words.kept(at.choices.length);
    const title = [sides(line(strong(words.title)), line(dim(many)), widthIn(view))];
    return { title, ...withList([], at, view, { share: 0.65 }) };
  },
};

function choices(state: State): readonly Choice[] {
  return (state.home.is?.backups ?? []).map((run): Choice => {
    const since = run.changedSince.length;
    const more = [
      ...(run.changed.length === 0 ? [] : [words.did(run.changed)]),
      words.files(run.files.map(tail)),
      ...(since === 0 ? [] : [words.changedSince(run.changedSince.map(tail))]),
      words.id(run.id),
    ];
    const base = { id: run.id, label: `${minute(run.startedAt)}  ${run.title}`, more };
    if (run.unreadable !== undefined) return { ...base, disabled: { because: run.unreadable } };
    if (run.undoneBy !== undefined) return { ...base, aside: words.undone, disabled: { because: words.whyUndone } };
    if (run.outcome === 'put back') return { ...base, aside: words.putBack, disabled: { because: words.whyPutBack } };
    return { ...base, aside: words.size(size(run.bytes), since) };
  });
}

const tail = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** `312 B`, `48 kB`, `1.2 MB` */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
