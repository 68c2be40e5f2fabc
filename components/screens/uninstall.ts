import { uninstalledLines } from '../../src/wizard/report.ts';
import type { State } from '../../src/wizard/state.ts';
import { problemLines } from '../kit/problem.ts';
import { command, cut, dim, type Line, line, paragraph, strong } from '../kit/text.ts';
import { isNarrow, mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { findingRows } from './end.ts';
import { changeRows, goingRows, warnLines } from './home.ts';
import { shell } from './shell.ts';

/** What goes and what stays, and which model OpenClaw would use then. */
export function uninstall(state: State, view: View) {
  const { uninstalling } = state;
  const width = widthIn(view);
  const says = isNarrow(view) ? '' : '  OpenClaw as if this had never run; your own changes stay';
  const title = [line(strong('Uninstall'), dim(says))];
  if (uninstalling === null) return shell(state, view, { title, body: [] });
  if (uninstalling.problem !== null)
    return shell(state, view, { title, body: problemLines(uninstalling.problem, view) });
  const shown = uninstalling.view;
  if (shown === null) return shell(state, view, { title, body: [line(SPINNER, ' Comparing with what is here now')] });
  if (shown.steps.length === 0) {
    const body = paragraph('Nothing of ours is in force. There is nothing to take away.', width);
    return shell(state, view, { title: [line(mark('ok'), ' ', strong('Nothing to uninstall'))], body });
  }
  const stays = uninstalling.purge ? ['Nothing: the backups go as well, and with them every undo.'] : shown.stays;
  const body: Line[] = [
    ...modelAfter(state, width),
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
  return shell(state, view, { title, body, scroll: uninstalling.scroll });
}

function modelAfter(state: State, width: number): readonly Line[] {
  const shown = state.uninstalling?.view ?? null;
  if (shown === null) return [];
  if (shown.warning !== null) return warnLines(shown.warning, width);
  if (shown.modelAfter === undefined) return [];
  return shown.modelAfter === null
    ? warnLines('OpenClaw will have no default model.', width)
    : [line(mark('ok'), ' ', cut(`OpenClaw will use ${shown.modelAfter}`, width - 2))];
}

/** The word that must be typed. */
export function confirm(state: State, view: View, draft: string) {
  const word = state.uninstalling?.view?.confirm ?? 'uninstall';
  const title = [
    line(strong('Type '), command(word), strong(isNarrow(view) ? ' to go on' : ' to take everything of ours away')),
  ];
  const body: Line[] = [
    line({ text: '▸ ', paint: 'accent', say: 'field: ' }, strong(draft), { text: '_', paint: 'accent', say: '' }),
    ...(state.uninstalling?.purge === true
      ? warnLines('The backups go as well: this cannot be undone.', widthIn(view))
      : []),
    ...(state.uninstalling?.view?.warning == null ? [] : modelAfter(state, widthIn(view))),
  ];
  return shell(state, view, { title, body });
}

/** Afterwards: what OpenClaw does now, what stayed, what is left to do by hand. */
export function uninstalled(state: State, view: View) {
  const [first, ...rest] = uninstalledLines(state);
  const title = [line(mark('ok'), ' ', strong(first?.text ?? ''))];
  return shell(state, view, { title, body: findingRows(rest, view) });
}
