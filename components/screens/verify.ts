import { ENDS_CHECKS } from '../../src/facts/timeouts.ts';
import { checkOutcomeOf } from '../../src/methods/check-outcome.ts';
import { type Step, stay, undo } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, copies } from '../kit/keys.ts';
import { nextRows } from '../kit/problem.ts';
import { BLANK, type Line, line, paragraph, strong } from '../kit/text.ts';
import { reportLine, SPINNER, type View, widthIn } from '../kit/view.ts';
import { answersOf, type ReportLine, type State } from '../state.ts';
import { checkedLines, findingLines, stepLeft, undoNext } from '../transcript.ts';
import { verify as words } from '../words/runs.ts';
import { keys, shared } from '../words/shared.ts';
import { byChoice, type Screen, withList } from './screen.ts';

/** Does it work? Asked of the real programs; the one check that costs a request is asked of the person first. */
export const verify: Screen = {
  choices,
  keys: (state, { choices }) => (choices.length === 0 ? [] : [accept(keys.choose), ...copies(stepLeft(state)?.next)]),
  enter: byChoice({
    undo,
    yes: (state) => check(state, true),
    no: (state) => check(state, false),
    again: (state) => check(state, state.verification.live ?? false),
    keep: (state) =>
      stay({
        ...state,
        stage: 'done',
        exitCode: state.receipt === null ? 1 : 3,
        report: [...state.report, ...checkedLines(state, stepLeft(state))],
      }),
  }),
  last: (state) => (state.receipt === null ? [] : [{ tone: 'look', text: `${words.last} ${undoNext(state)}` }]),
  draw(state, view, at) {
    const { live, slow, worst, findings } = state.verification;
    const width = widthIn(view);
    const title = [line(strong(words.title))];
    if (live === null) {
      const says = words.ask;
      return { title, ...withList([...paragraph(says, width), BLANK], at, view, { whole: true }) };
    }
    const body = findingRows(findingLines(findings), view);
    if (worst === null) {
      body.push(line(SPINNER, ' ', body.length === 0 ? words.asking : words.stillAsking));
      if (slow !== undefined) body.push(...paragraph(`${slow} ${ENDS_CHECKS}`, width, { indent: 2, paint: 'dim' }));
      return { title, body, focus: [body.length - 1, body.length - 1] };
    }
    const { is } = checkOutcomeOf(findings);
    const not = is === 'fails' ? words.fails : words.unsure;
    return { title: [line(strong(not))], ...withList([...body, BLANK], at, view, { whole: true }) };
  },
};

function choices({ verification: { live, worst }, receipt }: State): readonly Choice[] {
  if (live === null) {
    return [
      { id: 'yes', label: words.yes, aside: words.costs },
      { id: 'no', label: words.no },
    ];
  }
  if (worst === null) return [];
  return [
    { id: 'again', label: words.again },
    ...(receipt === null ? [] : [{ id: 'undo', label: words.undo, aside: shared.putEveryFileBack }]),
    { id: 'keep', label: shared.keepIt },
  ];
}

function check(state: State, live: boolean): Step {
  const answers = answersOf(state);
  if (answers === null) return stay(state);
  return stay(
    { ...state, verification: { live, findings: [], worst: null } },
    {
      do: 'verify',
      facts: state.facts,
      answers,
      live,
      models: state.flow !== 'renew',
      fixed: state.plan?.fixes ?? state.plan?.beside?.fixes ?? [],
    },
  );
}

/** A line of the transcript that holds a command. */
const NEXT = /^ {2}next: (.*)$/;

export function findingRows(lines: readonly ReportLine[], view: View): Line[] {
  return lines.flatMap((told) => {
    const next = NEXT.exec(told.text);
    if (next !== null) return nextRows(next[1] ?? '', view, 4);
    const [first = '', ...rest] = paragraph(told.text, widthIn(view) - 2).map((one) => one[0]?.text ?? '');
    return [reportLine({ ...told, text: first }, view), ...rest.map((text) => line('  ', text))];
  });
}
