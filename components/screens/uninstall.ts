import { uninstall as run, stay } from '../flow.ts';
import { accept, BACK, bind, LEAVE } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { command, cut, dim, type Line, line, paragraph, strong } from '../kit/text.ts';
import { fieldLine, NOTHING } from '../kit/text-field.ts';
import { isNarrow, mark, marked, SPINNER, widthIn } from '../kit/view.ts';
import type { State, Uninstalling } from '../state.ts';
import { uninstall as words } from '../words/runs.ts';
import { keys, shared } from '../words/shared.ts';
import { type Entry, GO, listOfChanges } from './changes.ts';
import type { Screen } from './screen.ts';
import { goingEntries } from './take-back.ts';

const list = listOfChanges({
  entries,
  go({ uninstalling }) {
    const steps = uninstalling?.view?.steps ?? [];
    return steps.length === 0 ? null : { id: GO, label: words.title, aside: words.asksAgain };
  },
  headline: words.changes,
  apply: (state) => stay({ ...state, overlay: { kind: 'confirm', draft: NOTHING } }),
});

/** What goes and what stays, and which model OpenClaw would use then. */
export const uninstall: Screen = {
  ...list,
  keys(state, at) {
    const { view, purge } = state.uninstalling ?? { view: null, purge: false };
    if (view === null) return [BACK, LEAVE];
    if (view.steps.length === 0) return [accept(keys.back), BACK, LEAVE];
    const backups = bind('p', purge ? words.keyKeep : words.keyPurge, { type: 'purge' });
    return [...list.keys(state, at, keys.next), BACK, backups, LEAVE];
  },
  enter: (state, at) =>
    state.uninstalling?.view?.steps.length === 0 ? stay({ ...state, stage: 'home' }) : list.enter(state, at),
  draw(state, view, at) {
    const { uninstalling } = state;
    const width = widthIn(view);
    const says = isNarrow(view) ? '' : words.says;
    const title = [line(strong(words.title), dim(says))];
    if (uninstalling === null) return { title, body: [] };
    if (uninstalling.problem !== null) return { title, body: problemLines(uninstalling.problem, view) };
    const shown = uninstalling.view;
    if (shown === null) return { title, body: [line(SPINNER, ' ', shared.comparing)] };
    if (shown.steps.length === 0) {
      const body = paragraph(words.nothing, width);
      return { title: [line(mark('ok'), ' ', strong(words.nothingTitle))], body };
    }
    return { title, ...list.draw(modelAfter(uninstalling, width), state, view, at) };
  },
};

/** What goes, then what stays and what is left to the person: rows as well, so that each can be brought into sight. */
function entries(state: State): readonly Entry[] {
  const { view, purge } = state.uninstalling ?? { view: null, purge: false };
  if (view === null || view.steps.length === 0) return [];
  const stays = purge ? [words.staysNothing] : view.stays;
  const told = (id: string, headline: string, under: readonly string[]): readonly Entry[] =>
    under.length === 0 ? [] : [{ id, label: headline, headline, under, changes: [], says: [], inside: [] }];
  const byHand = view.byHand.flatMap(({ says, next }) => [says, `${shared.next}${next}`]);
  return [...goingEntries(view, state), ...told('stays', words.stays, stays), ...told('by hand', words.byHand, byHand)];
}

function modelAfter({ view: shown }: Uninstalling, width: number): readonly Line[] {
  if (shown === null) return [];
  if (shown.warning !== null) return marked('look', shown.warning, width);
  if (shown.modelAfter === undefined) return [];
  return shown.modelAfter === null
    ? marked('look', words.noModel, width)
    : [line(mark('ok'), ' ', cut(words.model(shown.modelAfter), width - 2))];
}

/** The word that must be typed before anything is taken away. */
export const confirm: Screen = {
  keys: () => [accept(words.keyRemove), BACK],
  enter(state) {
    const wanted = state.uninstalling?.view?.confirm ?? words.word;
    const draft = state.overlay?.kind === 'confirm' ? state.overlay.draft.text.trim() : '';
    return draft === wanted ? run(state) : stay({ ...state, remark: words.typeOrEsc(wanted) });
  },
  draw({ uninstalling, overlay }, view) {
    const word = uninstalling?.view?.confirm ?? words.word;
    const what = isNarrow(view) ? words.toGoOn : words.toRemove;
    const gone = uninstalling?.purge === true ? words.noWayBack : null;
    const body: Line[] = [
      fieldLine(overlay?.kind === 'confirm' ? overlay.draft : NOTHING),
      ...(gone === null ? [] : marked('look', gone, widthIn(view))),
      ...(uninstalling?.view?.warning == null ? [] : modelAfter(uninstalling, widthIn(view))),
    ];
    return { title: [line(strong(words.type), command(word), strong(what))], body };
  },
};
