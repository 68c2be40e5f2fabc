import { storing } from '../../src/methods/asking.ts';
import { plural } from '../../src/text.ts';
import { shortened, tilde } from '../facts.ts';
import { planned, type Step, stay } from '../flow.ts';
import { changeSays, isFileChange } from '../kit/diff.ts';
import { groupSteps, type StepGroup } from '../kit/groups.ts';
import { BACK, bind, CLOSE, copies, LEAVE, LOOK_AGAIN, SCROLL } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { BLANK, command, dim, type Line, line, lineWidth, paragraph, strong } from '../kit/text.ts';
import { mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { startRun } from '../run.ts';
import type { PlannedRun } from '../services.ts';
import type { State } from '../state.ts';
import { undoCommand } from '../transcript.ts';
import { review as words } from '../words/set-up.ts';
import { shared } from '../words/shared.ts';
import { type Entry, GO, listOfChanges, namesUnder } from './changes.ts';
import { type Cursor, type Inside, type Screen, withList } from './screen.ts';

const list = listOfChanges({
  entries,
  go({ plan }) {
    if (plan === null) return null;
    return { id: GO, label: plan.plan.actions.length === 0 ? words.check : words.apply };
  },
  headline: words.title,
  apply(state) {
    const { plan, secret } = state;
    if (plan === null) return stay(state);
    if (plan.plan.actions.length === 0) return stay({ ...state, stage: 'verify', run: null });
    const run = startRun('apply', headlinesOf(plan));
    return stay({ ...state, stage: 'apply', run }, { do: 'cancel sign-in' }, { do: 'apply', plan, secret });
  },
});

/** What will change, before anything does: every step, the diff of what matters most, and the row that applies it. */
export const review: Screen = {
  ...list,
  keys(state, at) {
    const { plan, planProblem } = state;
    const empty = plan?.plan.actions.length === 0;
    return [
      ...(plan === null ? [] : list.keys(state, at, empty ? words.keyCheck : words.keyApply)),
      BACK,
      ...(plan?.beside === undefined
        ? []
        : [bind('f', isLeft(plan) ? words.keyFix : words.keySkip, { type: 'fixes' })]),
      ...(plan === null || empty ? [] : [bind('e', words.keyExplain, { type: 'open', overlay: 'explain' })]),
      ...(plan === null ? [] : [bind('s', words.keyCommand, { type: 'open', overlay: 'command' })]),
      ...(planProblem === null ? [] : [LOOK_AGAIN]),
      LEAVE,
    ];
  },
  draw,
};

type PlannedStep = PlannedRun['preview']['steps'][number];

const headlinesOf = ({ preview }: PlannedRun) => preview.steps.map(({ forward }) => forward.headline);

const groupsOf = (plan: PlannedRun): readonly StepGroup[] =>
  groupSteps(
    plan.preview.steps.map(({ forward }) => forward),
    fixesIn(plan),
  );

/** The row of what is fixed beside a first set-up. */
const FIXES = 'fixes';

const isLeft = ({ beside }: PlannedRun) => beside !== undefined && beside.fixes.length === 0;

/** The steps that fix what else is in the way, as one group. */
function fixesIn({ beside, preview }: PlannedRun): StepGroup | null {
  if (beside === undefined || beside.steps.length === 0) return null;
  const from = preview.steps.findIndex(({ action }) => action.id === beside.steps[0]);
  return { id: FIXES, from, count: beside.steps.length, headline: fixesSay(beside), names: [] };
}

const fixesSay = ({ findings }: NonNullable<PlannedRun['beside']>) => words.fixes(findings.length);

/** Leaves what else is in the way as it is, or fixes it after all. */
export function fixOrLeave(state: State): Step {
  if (state.stage !== 'review' || state.plan?.beside === undefined) return stay(state);
  return planned({ ...state, edits: { ...state.edits, fixes: isLeft(state.plan) } });
}

/** What will change: a group is one row, with the names of what is in it. */
function entries(state: State): readonly Entry[] {
  const { plan } = state;
  if (plan === null) return [];
  const { steps } = plan.preview;
  const groups = groupsOf(plan);
  const numbered = (index: number, headline: string) =>
    `${String(index + 1).padStart(String(groups.length).length)}  ${headline}`;
  const found = (plan.beside?.findings ?? []).map(({ says }) => shortened(says, state.facts));
  const rows = groups.map((group, index): Entry => {
    const { id, from, count, headline } = group;
    const of = steps.slice(from, from + count);
    const label = numbered(index, headline);
    const [first] = of;
    if (count === 1 && id !== FIXES && first !== undefined) {
      return { ...entryOf(first, from, state), label, ...namesUnder(group) };
    }
    const inside = of.map((step, n) => entryOf(step, from + n, state));
    const row = { id, label, headline, changes: [], says: [], inside };
    if (id === FIXES || first === undefined) {
      return { ...row, aside: plural(count, 'step'), tag: words.fix, under: found };
    }
    const names = state.opened.includes(id) ? {} : namesUnder(group);
    const files = of.flatMap(({ changes }) => changes.filter(isFileChange)).length;
    const aside = files > 0 ? plural(files, 'file') : stepSays(first, state).brief;
    return { ...row, aside, says: because(first, count), ...names };
  });
  if (plan.beside === undefined || !isLeft(plan)) return rows;
  const headline = fixesSay(plan.beside);
  const label = `${' '.repeat(String(groups.length).length)}  ${headline}`;
  return [{ id: FIXES, label, headline, tag: words.left, under: found, changes: [], says: found, inside: [] }, ...rows];
}

/** A step by itself. Below the row of a group it is called by its name, behind the numbers. */
function entryOf(step: PlannedStep, index: number, state: State): Entry {
  const { headline, names = [headline] } = step.forward;
  return {
    id: String(index),
    label: `     ${names.join(', ')}`,
    headline,
    ...stepSays(step, state),
    ...(step.takesBack === undefined ? {} : { tag: words.oldMethod }),
    changes: step.changes,
    says: because(step),
    inside: [],
  };
}

/** Of the first of `count` steps that do the same: why, and how all of them are undone. */
const because = (step: PlannedStep, count = 1): readonly string[] => [...whySays(step), undoSays(step, count)];

const whySays = ({ forward: { because: why } }: PlannedStep) => (why === undefined ? [] : [why]);

function undoSays({ backward }: PlannedStep, count: number): string {
  const undo = count === 1 ? backward.headline : (backward.many ?? backward.headline).replace('#', String(count));
  return words.undo(undo, backward.because);
}

function draw(state: State, view: View, at: Cursor): Inside {
  const width = widthIn(view);
  if (state.planProblem !== null) {
    const title = [line(strong(words.blocked))];
    const body = problemLines(state.planProblem, view);
    // Most problems of a plan say so themselves.
    const says = state.planProblem.why?.includes(shared.unwritten)
      ? []
      : paragraph(shared.unwritten, width, { indent: 2 });
    return { title, body: [...body, ...says] };
  }
  if (state.plan === null) {
    const waits = state.gathered ? words.working : words.waiting;
    return { title: [line(strong(words.title))], body: [line(SPINNER, ` ${waits}`)] };
  }
  const { steps } = state.plan.preview;
  const files = changedFiles(state.plan);
  const doubts = state.plan.warnings.flatMap(({ says: what, next }) =>
    problemLines({ code: '', what, next }, view, 'look'),
  );
  if (steps.length === 0) {
    const title = [line(mark('ok'), ' ', strong(words.nothing))];
    const says = [...paragraph(words.already, width), BLANK];
    return { title, ...withList(doubts.length === 0 ? says : [...says, ...doubts, BLANK], at, view) };
  }
  const says = words.steps(groupsOf(state.plan).length, files.length);
  const kept = line(dim(words.copies), command(undoCommand(state)));
  const brief = line(dim(words.copiesBrief));
  const title = [line(strong(says)), lineWidth(kept) > width ? brief : kept];
  return { title, ...list.draw(doubts.length === 0 ? [] : [...doubts, BLANK], state, view, at) };
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
    const others = more.length > 0 ? words.andMore(more.length) : '';
    return { aside: `${tilde(first.file, state.facts)} ${changeSays(first)}${others}`, brief: changeSays(first) };
  }
  const outside = step.changes.flatMap((change) => ('outside' in change ? [change.outside] : []));
  const calls = outside.some((text) => text.startsWith('runs '));
  // Cron jobs that a program changes without a file of ours live in the gateway.
  const through = step.action.touches.length === 0 ? words.throughGateway : words.throughOpenClaw;
  const brief = calls ? through : undefined;
  return { aside: outside.find((text) => !text.startsWith('runs ')) ?? brief, brief };
}

/** Each step in a sentence, and what taking it back does. */
export const explain: Screen = {
  keys: () => [CLOSE, ...SCROLL],
  draw(state, view) {
    const width = widthIn(view);
    const { plan } = state;
    const body = (plan === null ? [] : groupsOf(plan)).flatMap(({ from, count, headline, names }, index): Line[] => {
      const step = plan?.preview.steps[from];
      if (step === undefined) return [];
      return [
        ...(index === 0 ? [] : [BLANK]),
        line(strong(`${index + 1}  ${headline}`)),
        ...(names.length === 0 ? [] : paragraph(names.join(', '), width, { indent: 3 })),
        ...whySays(step).flatMap((why) => paragraph(why, width, { indent: 3 })),
        ...paragraph(undoSays(step, count), width, { indent: 3, paint: 'dim' }),
      ];
    });
    return { title: [line(strong(words.explain))], body, alone: true };
  },
};

/** The same without a terminal: to keep, or to run on the next machine. */
export const asCommand: Screen = {
  keys: ({ plan }) => [CLOSE, ...copies(plan?.command), ...SCROLL],
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
      const says = words.fromStdin(handed.secret.noun);
      body.push(BLANK, ...paragraph(says, width, { paint: 'dim' }));
    }
    return { title: [line(strong(words.asCommand))], body, alone: true };
  },
};
