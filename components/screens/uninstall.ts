import { uninstall as run, stay } from '../flow.ts';
import { accept, BACK, bind, LEAVE, SCROLL, WHAT_CHANGES } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { command, cut, dim, type Line, line, paragraph, strong } from '../kit/text.ts';
import { fieldLine, NOTHING } from '../kit/text-field.ts';
import { isNarrow, mark, marked, SPINNER, widthIn } from '../kit/view.ts';
import type { Uninstalling } from '../state.ts';
import type { Screen } from './screen.ts';
import { changeRows, goingRows } from './take-back.ts';

/** What goes and what stays, and which model OpenClaw would use then. */
export const uninstall: Screen = {
  keys({ uninstalling }) {
    const { view, purge } = uninstalling ?? { view: null, purge: false };
    if (view === null) return [BACK, LEAVE];
    if (view.steps.length === 0) return [accept('back'), BACK, LEAVE];
    const backups = bind('p', purge ? 'keep the backups' : 'the backups as well', { type: 'purge' });
    return [accept('next'), BACK, ...(view.changes.length === 0 ? [] : [WHAT_CHANGES]), backups, LEAVE, ...SCROLL];
  },
  enter(state) {
    const view = state.uninstalling?.view ?? null;
    if (view === null) return stay(state);
    if (view.steps.length === 0) return stay({ ...state, stage: 'home' });
    return stay({ ...state, overlay: { kind: 'confirm', draft: NOTHING } });
  },
  changes({ uninstalling }) {
    const changes = uninstalling?.view?.changes ?? [];
    return changes.length === 0 ? null : { headline: 'What the uninstall changes', changes };
  },
  draw(state, view) {
    const { uninstalling } = state;
    const width = widthIn(view);
    const says = isNarrow(view) ? '' : '  OpenClaw as if this had never run; your own changes stay';
    const title = [line(strong('Uninstall'), dim(says))];
    if (uninstalling === null) return { title, body: [] };
    if (uninstalling.problem !== null) return { title, body: problemLines(uninstalling.problem, view) };
    const shown = uninstalling.view;
    if (shown === null) return { title, body: [line(SPINNER, ' Comparing with what is here now')] };
    if (shown.steps.length === 0) {
      const body = paragraph('Nothing of ours is in force. There is nothing to take away.', width);
      return { title: [line(mark('ok'), ' ', strong('Nothing to uninstall'))], body };
    }
    const stays = uninstalling.purge ? ['Nothing: the backups go as well, and with them every undo.'] : shown.stays;
    const body: Line[] = [
      ...modelAfter(uninstalling, width),
      line(strong('Goes')),
      ...goingRows(shown.steps, view),
      ...changeRows(shown.changes, state, view),
      line(strong('Stays')),
      ...stays.flatMap((text) => paragraph(text, width, { indent: 2 })),
      ...(shown.byHand.length === 0 ? [] : [line(strong('Only you can do'))]),
      ...shown.byHand.flatMap(({ says, next }): Line[] => [
        ...paragraph(says, width, { indent: 2 }),
        line(dim('    next: '), command(next)),
      ]),
    ];
    return { title, body, scroll: state.scroll };
  },
};

function modelAfter({ view: shown }: Uninstalling, width: number): readonly Line[] {
  if (shown === null) return [];
  if (shown.warning !== null) return marked('look', shown.warning, width);
  if (shown.modelAfter === undefined) return [];
  return shown.modelAfter === null
    ? marked('look', 'OpenClaw will have no default model.', width)
    : [line(mark('ok'), ' ', cut(`OpenClaw will use ${shown.modelAfter}`, width - 2))];
}

/** The word that must be typed before anything is taken away. */
export const confirm: Screen = {
  keys: () => [accept('take it all away'), BACK],
  enter(state) {
    const wanted = state.uninstalling?.view?.confirm ?? 'uninstall';
    const draft = state.overlay?.kind === 'confirm' ? state.overlay.draft.text.trim() : '';
    return draft === wanted ? run(state) : stay({ ...state, remark: `Type ${wanted}, or Esc` });
  },
  draw({ uninstalling, overlay }, view) {
    const word = uninstalling?.view?.confirm ?? 'uninstall';
    const what = isNarrow(view) ? ' to go on' : ' to take everything of ours away';
    const gone = uninstalling?.purge === true ? 'The backups go as well: this cannot be undone.' : null;
    const body: Line[] = [
      fieldLine(overlay?.kind === 'confirm' ? overlay.draft : NOTHING),
      ...(gone === null ? [] : marked('look', gone, widthIn(view))),
      ...(uninstalling?.view?.warning == null ? [] : modelAfter(uninstalling, widthIn(view))),
    ];
    return { title: [line(strong('Type '), command(word), strong(what))], body };
  },
};
