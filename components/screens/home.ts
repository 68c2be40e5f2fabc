import { EXPIRING_DAYS } from '../../src/doctor/judge.ts';
import type { HomeFacts } from '../../src/history/types.ts';
import type { CheckFinding, Verdict } from '../../src/methods/types.ts';
import type { ProblemData } from '../../src/system/problem.ts';
import { someOf } from '../../src/text.ts';
import { blocker, slowFacts } from '../facts.ts';
import { begin, leave, onward, type Step, showUninstall, showWrong, stay, takeBack } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, DETAILS, LEAVE, LOOK_AGAIN, WRONG } from '../kit/keys.ts';
import { nextRows } from '../kit/problem.ts';
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
import { mark, marked, SPINNER, type View, widthIn } from '../kit/view.ts';
import type { ReportLine, State } from '../state.ts';
import { VERDICT_TONE } from '../transcript.ts';
import { home as words } from '../words/runs.ts';
import { keys, shared } from '../words/shared.ts';
import { wrongOf, wrongSays } from '../wrong.ts';
import { byChoice, canChoose, type Screen, withList } from './screen.ts';

/** Rows of the findings at most, and of everything else beside the list: neither grows while answers come in. */
const MOST_FINDINGS = 10;
const REST = 9;

/** The overview: the method in force, whether it works, and what can be done about it. */
export const home: Screen = {
  choices,
  keys: (state, at) => [
    ...(canChoose(at) ? [accept(keys.choose)] : []),
    ...(wrongSays(state) === null ? [] : [WRONG]),
    ...[DETAILS, LOOK_AGAIN, LEAVE],
  ],
  enter: byChoice({
    wrong: showWrong,
    drift: (state) => stay({ ...state, stage: 'drift' }),
    renew: (state) => begin(state, 'renew', 'sign in'),
    models: (state) => begin(state, 'models', 'role'),
    switch: (state) => begin(state, 'switch', 'choose'),
    finish,
    'take over': (state) => {
      // What the method means is read before anything of ours stands there.
      const begun = begin(state, 'switch', 'choose').state;
      const method = state.home.is?.inForce?.method;
      return stay(method === undefined ? begun : { ...begun, edits: { method } });
    },
    undo: (state) => {
      const run = state.home.is === null ? undefined : newestRun(state.home.is);
      return run === undefined ? stay(state) : takeBack(state, run.id, 'home');
    },
    backups: (state) => stay({ ...state, stage: 'backups' }),
    uninstall: showUninstall,
    leave: (state) => leave(state, 0),
  }),
  said: (state) => (state.home.is === null ? null : inForceLine(state.home.is)),
  draw(state, view, at) {
    const { is } = state.home;
    if (is === null) return { title: [], body: [line(SPINNER, ' ', shared.lookingAround)] };
    const found = findingArea(state, view, at.choices.length);
    return { title: [headline(is, view)], ...withList([...found, BLANK], at, view) };
  },
};

/**
 * What can be done: what is unfinished and what is wrong stand first, under the cursor. Every row is there from the first
 * frame, since the receipts decide it; what only the facts can add comes into its row, so that nothing moves.
 */
function choices(state: State): readonly Choice[] {
  const home = state.home.is;
  if (home === null) return [];
  const planned = notNow(state);
  const newest = newestRun(home);
  const rows: Choice[] = [];
  if (home.unfinished !== null && home.inForce?.answers != null) {
    const aside = words.seeLeft;
    rows.push({ id: 'finish', label: words.finish, aside, ...planned });
  }
  rows.push({ id: 'wrong', label: words.wrong, aside: wrongAside(state) });
  if (home.inForce?.receiptId != null) rows.push({ id: 'drift', label: words.yours, ...driftSays(state) });
  const secret = home.method?.secret;
  if (secret !== undefined) {
    const aside = secret.bySignIn ? words.signInAgain : words.replacesOld;
    rows.push({ id: 'renew', label: words.renew(secret.noun), aside, ...planned });
  }
  if (home.inForce?.receiptId === null && home.method !== null && secret === undefined) {
    const aside = words.setUpAnew;
    rows.push({ id: 'take over', label: words.takeOver, aside, ...planned });
  } else rows.push({ id: 'models', label: words.models, aside: modelsSay(state), ...planned });
  rows.push({ id: 'switch', label: words.switch, aside: othersSay(state), ...planned });
  if (newest !== undefined) {
    const aside = `${newest.title}, ${newest.startedAt.slice(0, 10)}`;
    rows.push({ id: 'undo', label: words.undo, aside });
  }
  if (home.backups.length > 0)
    rows.push({ id: 'backups', label: words.backups, aside: words.kept(home.backups.length) });
  if (home.backups.some((run) => run.inForce)) {
    rows.push({ id: 'uninstall', label: words.uninstall, aside: words.removeAll });
  }
  return [...rows, { id: 'leave', label: shared.leave }];
}

function driftSays(state: State): Pick<Choice, 'aside' | 'off'> {
  const { is, known } = state.home;
  if (!known) return { aside: words.lookingAround, off: true };
  if ((is?.drift.length ?? 0) > 0) return { aside: words.keepOrBack, ...notNow(state) };
  return { aside: stopOf(state) === null ? words.nothing : words.notKnown, off: true };
}

function wrongAside(state: State): string {
  const known = state.home.known && (state.offer ?? state.offerProblem) !== null;
  if (!known) return words.lookingAround;
  return wrongSays(state) === null ? words.nothing : words.howToFix;
}

/** What stands in the way of every flow that needs a plan. */
const stopOf = (state: State) => blocker(state) ?? state.offerProblem;

/** Whether those cannot be run now: why not stands first among what was found. */
function notNow(state: State): Pick<Choice, 'off'> {
  return stopOf(state) !== null || state.offer === null || !state.home.known ? { off: true } : {};
}

/** The list of the ways tells why one cannot be had. */
function othersSay(state: State): string {
  const others = otherMethods(state).map(({ title }) => title);
  if (state.offer === null) return words.lookingAround;
  return others.length === 0 ? words.noOther : others.join(', ');
}

/** Other methods that can be had here. */
export const otherMethods = (state: State) =>
  (state.offer?.methods ?? []).filter(
    ({ id, availability }) => availability.ok && id !== state.home.is?.inForce?.method,
  );

/** The newest run that can be taken back. */
const newestRun = (home: HomeFacts) =>
  home.backups.find((run) => run.inForce && run.undoneBy === undefined && run.unreadable === undefined);

function modelsSay({ facts: { config } }: State): string {
  if (!config.known || config.value.primary === null) return words.usedFor;
  const { primary, fallbacks } = config.value;
  return words.modelsNow(primary, fallbacks.length);
}

/** On with the answers of a run that was stopped: from the sign-in where it did not come to store the token. */
function finish(state: State): Step {
  const { inForce = null, unfinished = null } = state.home.is ?? {};
  if (inForce?.answers == null || unfinished === null) return stay(state);
  const { tokenExpires: _, ...edits } = inForce.answers;
  if (unfinished.needsSecret) return stay({ ...begin(state, 'switch', 'choose').state, edits });
  return onward({ ...begin(state, 'models', 'models').state, edits });
}

/** The method in force, in one line: `Setup token · since 2026-11-20 · all agents`. */
function inForceLine({ inForce, method, unfinished }: HomeFacts): ReportLine {
  if (inForce === null) return { tone: 'off', text: words.notInUse };
  const parts = [
    inForce.since === null ? words.byHand : words.since(inForce.since),
    ...(method === null ? [] : [inForce.agents.length === 0 ? words.allAgents : someOf(inForce.agents)]),
  ];
  return { tone: unfinished === null ? 'ok' : 'look', text: method?.title ?? inForce.title, aside: parts.join(' · ') };
}

function headline(is: HomeFacts, view: View): Line {
  const width = widthIn(view);
  const { tone, text, aside = '' } = inForceLine(is);
  const right = line(...tokenEnds(is));
  const name = line(mark(tone), ' ', strong(text));
  const full = [...name, dim(`  ${aside}`)];
  const fits = lineWidth(full) + lineWidth(right) + 2 <= width;
  return sides(fits ? full : name, right, width);
}

/** How long the token still lasts; nothing where none is known. */
function tokenEnds({ inForce }: HomeFacts): Line {
  if (inForce === null || inForce.daysLeft === null) return [];
  const { daysLeft, tokenEnds: at } = inForce;
  if (daysLeft < 0) return [painted(words.tokenEnded(at), 'bad')];
  return [painted(words.daysLeft(daysLeft), daysLeft < EXPIRING_DAYS ? 'look' : 'dim')];
}

const RANK: readonly Verdict[] = ['error', 'crashed', 'timed out', 'warning', 'skipped', 'info', 'ok'];

/** What is true here, worst first: drift, what stands in the way, the checks. Equal ones keep their order. */
export function homeFindings(state: State): readonly CheckFinding[] {
  const home = state.home.is;
  const stop = stopOf(state);
  const found: CheckFinding[] = [...unfinishedFinding(home), ...wrongFinding(state, stop), ...state.home.findings];
  if (stop !== null) found.push({ check: 'blocker', verdict: 'error', says: stop.what, next: stop.next });
  for (const drift of home?.drift ?? []) found.push({ check: 'drift', verdict: 'warning', says: drift.says });
  return found.sort((a, b) => RANK.indexOf(a.verdict) - RANK.indexOf(b.verdict));
}

/** Above all others of its weight, since it leads on; not beside what stands in the way of everything. */
function wrongFinding(state: State, stop: ProblemData | null): CheckFinding[] {
  const [worst] = wrongOf(state);
  if (worst === undefined || stop !== null) return [];
  return [{ check: 'doctor', verdict: worst.verdict, says: wrongSays(state) ?? '' }];
}

function unfinishedFinding(home: HomeFacts | null): CheckFinding[] {
  if (home?.unfinished == null) return [];
  const { startedAt, notDone, steps } = home.unfinished;
  const says = words.unfinished(startedAt, notDone, steps);
  return [{ check: 'unfinished', verdict: 'error', says }];
}

/** What was found so far, in a fixed number of rows: what comes in late must not move the actions below it. */
function findingArea(state: State, view: View, actions: number): readonly Line[] {
  const taken = REST + actions + (state.sandbox === null ? 0 : 1);
  const rows = Math.max(1, Math.min(MOST_FINDINGS, view.rows - taken));
  const working = spinsFor(state);
  const findings = homeFindings(state);
  const withNext = findings.find(({ next }) => next !== undefined);
  const lines = findings.flatMap((finding) => findingRow(finding, view, finding === withNext && rows > 2));
  if (working !== null)
    lines.splice(Math.min(lines.length, rows - 1), 0, ...spinRows(working, rows - lines.length, view));
  if (lines.length > rows) {
    const rest = line(dim(`  ${shared.rest(lines.length - rows + 1)}`), command('d'));
    const kept = lines.slice(0, Math.max(1, rows - 1));
    return rows > 1 ? [...kept, rest] : kept;
  }
  return view.reader ? lines : [...lines, ...Array.from({ length: rows - lines.length }, () => BLANK)];
}

function findingRow({ verdict, says, next }: CheckFinding, view: View, withNext: boolean): Line[] {
  const first = line(mark(VERDICT_TONE[verdict]), ' ', cut(says, widthIn(view) - 2));
  if (!withNext || next === undefined) return [first];
  return [first, line(dim(`    ${shared.next}`), command(cut(next, widthIn(view) - 10)))];
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
  if (!state.gathered) return waitsFor(state) ?? shared.lookingAround;
  if (blocker(state) !== null) return null;
  return state.home.worst === null ? (waitsFor(state) ?? words.asking) : null;
}

/** Whom the overview waits for, once that takes long: in looking around, then in its checks. null else. */
function waitsFor({ gathered, facts, home }: State): string | null {
  if (!gathered) return slowFacts(facts)[0] ?? null;
  return home.worst === null ? home.slow : null;
}

/** Everything that was found, whole, for the details; above the facts it was found in. */
export function homeDetails(state: State, view: View): readonly Line[] {
  const { is } = state.home;
  if (state.stage !== 'home' || is === null) return [];
  const width = widthIn(view);
  const lines = homeFindings(state).flatMap(({ verdict, says, next }): Line[] => [
    ...marked(VERDICT_TONE[verdict], says, width),
    ...(next === undefined ? [] : nextRows(next, view, 4)),
  ]);
  const slow = waitsFor(state);
  if (slow !== null) lines.push(...paragraph(slow, width, { indent: 2, paint: 'dim' }));
  if (is.reminder !== null) lines.push(line(dim(words.reminder(is.reminder.since))));
  return lines.length === 0 ? [] : [...lines, BLANK];
}
