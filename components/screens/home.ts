import type { Change } from '../../src/engine/types.ts';
import { plural } from '../../src/text.ts';
import { choicesOf, cursorOf } from '../../src/wizard/choices.ts';
import { groupSteps } from '../../src/wizard/groups.ts';
import { homeFindings, homeWaitsFor, inForceLine, minute, tokenEnds } from '../../src/wizard/home.ts';
import { tilde } from '../../src/wizard/look.ts';
import { verdictTone } from '../../src/wizard/report.ts';
import type { FindingView, HomeView, TakeBackView } from '../../src/wizard/services.ts';
import type { State } from '../../src/wizard/state.ts';
import { changeSays, diffLines } from '../kit/diff.ts';
import { picker } from '../kit/picker.ts';
import { nextRows, problemLines } from '../kit/problem.ts';
import {
  BLANK,
  command,
  cut,
  dim,
  type Line,
  line,
  lineWidth,
  painted,
  paragraph,
  sides,
  strong,
} from '../kit/text.ts';
import { isNarrow, mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { shownDiff } from './review.ts';
import { shell } from './shell.ts';

/** Rows of the Report at most, and of everything else on this screen: neither grows while answers come in. */
const MOST_FINDINGS = 10;
const REST = 18;

/** The overview: the way in force, whether it works, and what can be done about it. */
export function home(state: State, view: View) {
  const { is } = state.home;
  if (is === null) return shell(state, view, { title: [], body: [line(SPINNER, ' Looking around')] });
  const picked = picker(choicesOf(state), cursorOf(state), view);
  const found = findingArea(state, view);
  const focus: [number, number] = [found.length + 1 + picked.focus[0], found.length + 1 + picked.focus[1]];
  return shell(state, view, { title: [headline(is, view)], body: [...found, BLANK, ...picked.lines], focus });
}

function headline(is: HomeView, view: View): Line {
  const width = widthIn(view);
  const { tone, text, aside = '' } = inForceLine(is);
  const ends = tokenEnds(is);
  const right: Line =
    ends === null ? [] : line(painted(ends.text, ends.tone === 'ok' ? 'dim' : ends.tone === 'bad' ? 'bad' : 'look'));
  const name = line(mark(tone), ' ', strong(text));
  const full = [...name, dim(`  ${aside}`)];
  const fits = lineWidth(full) + lineWidth(right) + 2 <= width;
  return sides(fits ? full : name, right, width);
}

/**
 * The Report so far, worst first, in a fixed number of rows: what comes in late must not move the actions below it.
 */
function findingArea(state: State, view: View): readonly Line[] {
  const taken = REST + (state.sandbox === null ? 0 : 1);
  const rows = Math.max(1, Math.min(MOST_FINDINGS, view.rows - taken));
  const found = homeFindings(state);
  const working = spinsFor(state);
  const lines = found.flatMap((finding, index) => findingRow(finding, view, index === 0 && rows > 2));
  if (working !== null)
    lines.splice(Math.min(lines.length, rows - 1), 0, ...spinRows(working, rows - lines.length, view));
  if (lines.length > rows) {
    const rest = line(dim(`  ${lines.length - rows + 1} more: press `), command('d'));
    const kept = lines.slice(0, Math.max(1, rows - 1));
    return rows > 1 ? [...kept, rest] : kept;
  }
  return view.reader ? lines : [...lines, ...Array.from({ length: rows - lines.length }, () => BLANK)];
}

/** Over several rows where they are free, on one else. */
function spinRows(working: string, free: number, view: View): readonly Line[] {
  const width = widthIn(view) - 2;
  const whole = paragraph(working, width);
  const [first = [], ...rest] = whole.length > Math.max(1, free) ? [line(cut(working, width))] : whole;
  return [line(SPINNER, ' ', ...first), ...rest.map((row) => line('  ', ...row))];
}

function spinsFor(state: State): string | null {
  if (state.offerProblem !== null) return null;
  if (!state.gathered) return homeWaitsFor(state) ?? 'Looking around';
  if (homeFindings(state).some((finding) => finding.check === 'blocker')) return null;
  return state.home.worst === null ? (homeWaitsFor(state) ?? 'Asking OpenClaw whether it works') : null;
}

function findingRow(finding: FindingView, view: View, withNext: boolean): Line[] {
  const first = line(mark(verdictTone(finding.verdict)), ' ', cut(finding.says, widthIn(view) - 2));
  if (!withNext || finding.next === undefined) return [first];
  return [first, line(dim('    next: '), command(cut(finding.next, widthIn(view) - 10)))];
}

/** Everything that the Report says, whole; above the facts it was found in. */
export function homeDetails(state: State, view: View): readonly Line[] {
  const { is } = state.home;
  if (state.stage !== 'home' || is === null) return [];
  const width = widthIn(view);
  const lines = homeFindings(state).flatMap((finding): Line[] => {
    const [first = [], ...rest] = paragraph(finding.says, width - 2);
    return [
      line(mark(verdictTone(finding.verdict)), ' ', ...first),
      ...rest.map((one) => line('  ', ...one)),
      ...(finding.next === undefined ? [] : nextRows(finding.next, view, 4)),
    ];
  });
  const slow = homeWaitsFor(state);
  if (slow !== null) lines.push(...paragraph(slow, width, { indent: 2, paint: 'dim' }));
  const reminder = is.reminder === null ? [] : [line(dim(`Weekly reminder since ${is.reminder.since.slice(0, 10)}`))];
  return [...lines, ...reminder, ...(lines.length + reminder.length > 0 ? [BLANK] : [])];
}

/** What was changed behind the receipt's back: kept unless the person wants it back. */
export function drift(state: State, view: View) {
  const picked = picker(choicesOf(state), cursorOf(state), view, 0.75);
  const since = state.home.is?.inForce?.since?.slice(0, 10);
  const title = [line(strong('Changed by you'), dim(since === undefined ? '' : ` since ${since}. Keep it?`))];
  return shell(state, view, { title, body: picked.lines, focus: picked.focus });
}

export function backups(state: State, view: View) {
  const runs = state.home.is?.backups ?? [];
  const picked = picker(choicesOf(state), cursorOf(state), view, 0.65);
  const title = [
    sides(line(strong('Backups')), line(dim(`${plural(runs.length, 'run')} kept, newest first`)), widthIn(view)),
  ];
  return shell(state, view, { title, body: picked.lines, focus: picked.focus });
}

/** What taking one run back would change, before it does. */
export function takeBack(state: State, view: View) {
  const { taking } = state;
  const run = state.home.is?.backups.find((one) => one.id === taking?.id);
  const width = widthIn(view);
  const verb = run?.purpose === 'undo' ? 'Bring back' : 'Undo';
  const title = [
    line(strong(cut(`${verb}: ${run?.title ?? ''}`, width))),
    line(dim(run === undefined ? '' : `made ${minute(run.startedAt)} UTC`), dim(isNarrow(view) ? '' : firstCopied)),
  ];
  if (taking === null) return shell(state, view, { title: [], body: [] });
  if (taking.problem !== null) return shell(state, view, { title, body: problemLines(taking.problem, view) });
  if (taking.view === null) {
    return shell(state, view, { title, body: [line(SPINNER, ' Comparing with what is here now')] });
  }
  const { steps, changes } = taking.view;
  const since = run?.changedSince.length ?? 0;
  const says = `${plural(since, 'file')} changed since: only what is ours comes out, your changes stay.`;
  const body: Line[] = [
    ...newerRows(state, taking.id, view),
    ...goingRows(steps, view),
    ...(since === 0 ? [] : warnLines(says, width)),
    ...changeRows(changes, state, view),
  ];
  if (body.length === 0) body.push(line(dim('Nothing here would change.')));
  const room = view.rows - 1 - body.length - 9;
  return shell(state, view, {
    title,
    body: [...body, ...firstDiff(changes, state, view, room)],
    scroll: taking.scroll,
  });
}

const firstCopied = '. A copy of what is here now is kept first.';

export function warnLines(text: string, width: number): readonly Line[] {
  const [first = [], ...rest] = paragraph(text, width - 2);
  return [line(mark('look'), ' ', ...first), ...rest.map((one) => line('  ', ...one))];
}

/** What is taken back, many like steps as one line. */
export function goingRows(steps: TakeBackView['steps'], view: View): readonly Line[] {
  const headlines = steps.map(({ words }) => words.headline);
  const kinds = headlines.map(() => '');
  return groupSteps(kinds, headlines).map(({ headline, count }) => {
    const many = count === 1 ? '' : `  ${count} times`;
    return line('  ', cut(headline, widthIn(view) - 2 - many.length), dim(many));
  });
}

/** Runs that were made on top, and are taken back with it. */
function newerRows(state: State, id: string, view: View): readonly Line[] {
  const newer = (state.home.is?.backups ?? []).filter((run) => run.inForce && run.id > id);
  const many =
    newer.length === 1 ? 'One newer run goes with it' : `${newer.length} newer runs go with it, newest first`;
  return newer.length === 0 ? [] : warnLines(`${many}: ${newer.map(({ title }) => title).join('; ')}.`, widthIn(view));
}

/** Each file with how much of it goes. */
export function changeRows(changes: readonly Change[], state: State, view: View): readonly Line[] {
  const width = widthIn(view);
  return changes.map((change) => {
    if (!('file' in change)) return line('  ', dim(cut(change.outside, width - 2)));
    const right = line(dim(changeSays(change)));
    return sides(line('  ', cut(tilde(change.file, state.facts), width - 4 - lineWidth(right))), right, width);
  });
}

/** As much of the first diff as the window has rows for. */
function firstDiff(changes: readonly Change[], state: State, view: View, room: number): readonly Line[] {
  const change = changes.find((one): one is Extract<Change, { file: string }> => 'file' in one);
  if (change === undefined || room < 5 || view.reader) return [];
  const all = diffLines(change.patch, view);
  const shown = all.slice(0, room - 3);
  return shownDiff(tilde(change.file, state.facts), shown, all.length - shown.length, view);
}
