import { leave } from '../flow.ts';
import { accept } from '../kit/keys.ts';
import { reportLine } from '../kit/view.ts';
import type { ReportLine, State } from '../state.ts';
import { findingLines } from '../transcript.ts';
import { run, uninstall as words } from '../words/runs.ts';
import { keys } from '../words/shared.ts';
import type { Screen } from './screen.ts';
import { findingRows } from './verify.ts';

/** After an uninstall: what OpenClaw does now, what stayed, what is left to do by hand. */
export const uninstalled: Screen = {
  keys: () => [accept(keys.leave)],
  enter: (state) => leave(state, state.exitCode),
  last: uninstalledLines,
  draw(state, view) {
    const [first, ...rest] = uninstalledLines(state);
    return { title: first === undefined ? [] : [reportLine(first, view)], body: findingRows(rest, view) };
  },
};

export function uninstalledLines({ uninstalling }: State): readonly ReportLine[] {
  const { view, findings, purged } = uninstalling ?? { view: null, findings: [], purged: false };
  const stays = view === null || purged ? [] : view.stays;
  return [
    { tone: findings.some(({ verdict }) => verdict === 'error') ? 'look' : 'ok', text: words.gone },
    ...findingLines(findings),
    ...stays.map((text): ReportLine => ({ tone: 'off', text: words.stayed(text) })),
    ...(view?.byHand ?? []).flatMap(({ says, next }): ReportLine[] => [
      { tone: 'look', text: says },
      { tone: 'plain', text: run.next(next) },
    ]),
  ];
}
