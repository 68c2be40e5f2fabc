import { storing } from '../../src/methods/asking.ts';
import { plural } from '../../src/text.ts';
import { shortened, tilde } from '../facts.ts';
import { planned, type Step, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { changeSays, diffLines, isFileChange, shownDiff } from '../kit/diff.ts';
import { groupSteps, type StepGroup } from '../kit/groups.ts';
import { accept, BACK, bind, CLOSE, LEAVE, LOOK_AGAIN, SCROLL, WHAT_CHANGES } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { BLANK, command, dim, type Line, line, paragraph, strong } from '../kit/text.ts';
import { isNarrow, mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { startRun } from '../run.ts';
import type { PlannedRun } from '../services.ts';
import type { State } from '../state.ts';
import { undoCommand } from '../transcript.ts';
import { type Cursor, type Inside, type Screen, withList } from './screen.ts';

/** What will change, before anything does: every step, and the diff of the one under the cursor. */
export const review: Screen = {
  choices: rows,
  keys(state, at) {
    const { plan, planProblem } = state;
    const empty = plan?.plan.actions.length === 0;
    const space = groupAt(state, at) === null ? WHAT_CHANGES : bind('space', 'open/close', { type: 'toggle' });
    return [
      ...(plan === null ? [] : [accept(empty ? 'check it' : 'apply')]),
      BACK,
      ...(plan?.beside === undefined ? [] : [bind('f', isLeft(plan) ? 'fix too' : 'skip fixes', { type: 'fixes' })]),
      ...(plan === null || empty ? [] : [space, bind('e', 'explain', { type: 'open', overlay: 'explain' })]),
      ...(plan === null ? [] : [bind('s', 'as a command', { type: 'open', overlay: 'command' })]),
      ...(planProblem === null ? [] : [LOOK_AGAIN]),
      LEAVE,
    ];
  },
  enter(state): Step {
    const { plan, secret } = state;
    if (plan === null) return stay(state);
    if (plan.plan.actions.length === 0) return stay({ ...state, stage: 'verify', run: null });
    const run = startRun('apply', headlinesOf(plan));
    return stay({ ...state, stage: 'apply', run }, { do: 'cancel sign-in' }, { do: 'apply', plan, secret });
  },
  toggle(state, at) {
    const group = groupAt(state, at);
    if (group === null) return state;
    const { opened } = state;
    return {
      ...state,
      opened: opened.includes(group.id) ? opened.filter((id) => id !== group.id) : [...opened, group.id],
    };
  },
  changes(state, at) {
    const step = stepAt(state, at);
    return step && { headline: step.forward.headline, changes: step.changes };
  },
  draw,
};

type PlannedStep = PlannedRun['preview']['steps'][number];

const headlinesOf = ({ preview }: PlannedRun) => preview.steps.map(({ forward }) => forward.headline);

const groupsOf = ({ plan }: State): readonly StepGroup[] =>
  plan === null
    ? []
    : groupSteps(
        plan.plan.actions.map((action) => action.kind),
        headlinesOf(plan),
        fixesIn(plan),
      );

const UNWRITTEN = 'Nothing was written.';

/** The row of what is fixed beside a first set-up. */
const FIXES = 'fixes';

const isLeft = ({ beside }: PlannedRun) => beside !== undefined && beside.fixes.length === 0;

/** The steps that fix what else is in the way, as one group. */
function fixesIn({ beside, preview }: PlannedRun): StepGroup | null {
  if (beside === undefined || beside.steps.length === 0) return null;
  const from = preview.steps.findIndex(({ action }) => action.id === beside.steps[0]);
  return { id: FIXES, from, count: beside.steps.length, headline: fixesSay(beside) };
}

const fixesSay = ({ findings }: NonNullable<PlannedRun['beside']>) =>
  `Fix ${plural(findings.length, 'thing')} that ${findings.length === 1 ? 'is' : 'are'} in the way`;

/** Leaves what else is in the way as it is, or fixes it after all. */
export function fixOrLeave(state: State): Step {
  if (state.stage !== 'review' || state.plan?.beside === undefined) return stay(state);
  const edits = { ...state.edits, fixes: isLeft(state.plan) };
  return planned({ ...state, edits, cursors: { ...state.cursors, review: FIXES } });
}

/** A group is one row, or when opened its row and one for each step. */
function rows(state: State): readonly Choice[] {
  const { plan } = state;
  const steps = plan?.preview.steps ?? [];
  const wide = String(steps.length).length;
  const beside = plan?.beside;
  const found = (beside?.findings ?? []).map(({ says }) => shortened(says, state.facts));
  const left: Choice[] =
    plan === null || beside === undefined || !isLeft(plan)
      ? []
      : [{ id: FIXES, label: `${' '.repeat(wide)}  ${fixesSay(beside)}`, tag: 'left', more: found }];
  const single = (index: number, inside: boolean): Choice => ({
    id: String(index),
    label: `${inside ? '  ' : ''}${String(index + 1).padStart(wide)}  ${steps[index]?.forward.headline ?? ''}`,
    ...(steps[index]?.takesBack === undefined ? {} : { tag: 'old way' }),
  });
  const grouped = groupsOf(state).flatMap(({ id, from, count, headline }): Choice[] => {
    if (count === 1 && id !== FIXES) return [single(from, false)];
    const label = `${String(from + 1).padStart(wide)}  ${headline}`;
    const row: Choice = { id, label, aside: plural(count, 'step'), ...(id === FIXES && { tag: 'fix', more: found }) };
    const open = state.opened.includes(id);
    return open ? [row, ...Array.from({ length: count }, (_, n) => single(from + n, true))] : [row];
  });
  return [...left, ...grouped];
}

const groupAt = (state: State, { chosen }: Cursor): StepGroup | null =>
  groupsOf(state).find(({ id, count }) => id === chosen?.id && (count > 1 || id === FIXES)) ?? null;

const stepAt = ({ plan }: State, { chosen }: Cursor): PlannedStep | null =>
  plan?.preview.steps[Number(chosen?.id)] ?? null;

function draw(state: State, view: View, at: Cursor): Inside {
  const width = widthIn(view);
  if (state.planProblem !== null) {
    const title = [line(strong('This cannot be done yet'))];
    const body = problemLines(state.planProblem, view);
    // Most problems of a plan say so themselves.
    const says = state.planProblem.why?.includes(UNWRITTEN) ? [] : paragraph(UNWRITTEN, width, { indent: 2 });
    return { title, body: [...body, ...says] };
  }
  if (state.plan === null) {
    const waits = state.gathered ? 'Working out the changes' : 'Waiting for the last answers of OpenClaw';
    return { title: [line(strong('What will change'))], body: [line(SPINNER, ` ${waits}`)] };
  }
  const { steps } = state.plan.preview;
  const files = changedFiles(state.plan);
  const doubts = state.plan.warnings.flatMap(({ says: what, next }) =>
    problemLines({ code: '', what, next }, view, 'look'),
  );
  if (steps.length === 0) {
    const title = [line(mark('ok'), ' ', strong('Nothing to change'))];
    const says = paragraph('It is set up this way already. Enter checks that it works.', width);
    return { title, body: doubts.length === 0 ? says : [...says, BLANK, ...doubts] };
  }
  const what = files.length === 0 ? 'will be done' : `will change ${plural(files.length, 'file')}`;
  const title = [
    line(strong(`${plural(steps.length, 'step')} ${what}.`)),
    isNarrow(view)
      ? line(dim('Copies are kept first: undo any time.'))
      : line(dim('A copy of each file is kept first. Undo any time: '), command(undoCommand(state))),
  ];
  const choices = at.choices.map((choice) => {
    const step = steps[Number(choice.id)];
    return step === undefined ? choice : { ...choice, ...stepSays(step, state) };
  });
  const above = doubts.length === 0 ? [] : [...doubts, BLANK];
  const { body, focus } = withList(above, { ...at, choices }, view, { share: 0.65 });
  return { title, body, focus, below: (room) => diffBelow(stepAt(state, at), state, view, room) };
}

/** Files that will change. A database that a program writes has no diff, and changes as well. */
export function changedFiles({ plan, preview }: PlannedRun): readonly string[] {
  const shown = preview.steps.flatMap(({ changes }) => changes.filter(isFileChange).map(({ file }) => file));
  const databases = plan.actions.flatMap(({ touches }) => touches.filter(({ as }) => as === 'sqlite'));
  return [...new Set([...shown, ...databases.map(({ path }) => path)])];
}

/** What a step changes, and the same in so few words that they are never cut. */
function stepSays(step: PlannedStep, state: State): { readonly aside?: string; readonly brief?: string } {
  const [first, ...more] = step.changes.filter(isFileChange);
  if (first !== undefined) {
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    return { aside: `${tilde(first.file, state.facts)} ${changeSays(first)}${others}`, brief: changeSays(first) };
  }
  const outside = step.changes.flatMap((change) => ('outside' in change ? [change.outside] : []));
  const calls = outside.some((text) => text.startsWith('runs '));
  // Cron jobs that a program changes without a file of ours live in the gateway.
  const through = step.action.touches.length === 0 ? 'through the gateway' : 'through OpenClaw';
  const brief = calls ? through : undefined;
  return { aside: outside.find((text) => !text.startsWith('runs ')) ?? brief, brief };
}

/** As much of the diff as the window has rows for; the whole stands behind the space key. */
function diffBelow(step: PlannedStep | null, state: State, view: View, room: number): readonly Line[] {
  const change = step?.changes.find(isFileChange);
  if (change === undefined || room < 5) return [];
  const all = diffLines(change.patch, view);
  const shown = all.length > room - 2 ? all.slice(0, room - 3) : all;
  return shownDiff(tilde(change.file, state.facts), shown, all.length - shown.length, view);
}

/** Each step in a sentence, and what taking it back does. */
export const explain: Screen = {
  keys: () => [CLOSE, ...SCROLL],
  draw(state, view) {
    const width = widthIn(view);
    const body = (state.plan?.preview.steps ?? []).flatMap(({ forward, backward }, index): Line[] => {
      const undo = backward.because === undefined ? backward.headline : `${backward.headline}. ${backward.because}`;
      return [
        ...(index === 0 ? [] : [BLANK]),
        line(strong(`${index + 1}  ${forward.headline}`)),
        ...(forward.because === undefined ? [] : paragraph(forward.because, width, { indent: 3 })),
        ...paragraph(`Undo: ${undo}`, width, { indent: 3, paint: 'dim' }),
      ];
    });
    return { title: [line(strong('What each step does, and why'))], body, alone: true };
  },
};

/** The same without a terminal: to keep, or to run on the next machine. */
export const asCommand: Screen = {
  keys: () => [CLOSE, bind('c', 'copy', { type: 'copy', what: 'command' }), ...SCROLL],
  draw(state, view) {
    const width = widthIn(view);
    const parts = (state.plan?.command ?? '').split(/ (?=--)/);
    const body: Line[] = parts.flatMap((part, index) =>
      paragraph(`${part}${index < parts.length - 1 ? ' \\' : ''}`, width, {
        indent: index === 0 ? 0 : 2,
        paint: 'accent',
      }),
    );
    const handed = storing.find(({ secret }) => parts.some((part) => part.startsWith(`--${secret.name}-stdin`)));
    if (handed !== undefined) {
      const says = `The ${handed.secret.noun} is read from standard input, never from the command line.`;
      body.push(BLANK, ...paragraph(says, width, { paint: 'dim' }));
    }
    return { title: [line(strong('The same as a command'))], body, alone: true };
  },
};
