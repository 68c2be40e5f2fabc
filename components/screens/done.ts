import { typed } from '../../src/doctor/words.ts';
import { type CheckOutcome, checkOutcomeOf } from '../../src/methods/check-outcome.ts';
import { claudeName } from '../../src/openclaw/catalogue.ts';
import { tilde } from '../facts.ts';
import { asksFor, goHome, leave, undo } from '../flow.ts';
import { accept, copies } from '../kit/keys.ts';
import { BLANK, seconds } from '../kit/text.ts';
import { answersOf, type ReportLine, type State } from '../state.ts';
import { findingLines, stepLeft, undoNext } from '../transcript.ts';
import { done as words } from '../words/runs.ts';
import { keys, shared } from '../words/shared.ts';
import { changedFiles } from './review.ts';
import { byChoice, type Screen, withList } from './screen.ts';
import { reportRows } from './shell.ts';
import { findingRows } from './verify.ts';

/** The end: what OpenClaw uses now, what is left to do, how to go back. */
export const done: Screen = {
  choices: ({ receipt }) => [
    { id: 'leave', label: shared.leave },
    ...(receipt === null ? [] : [{ id: 'undo', label: words.undo, aside: shared.putEveryFileBack }]),
    { id: 'home', label: words.overview, aside: words.whatIsSetUp },
  ],
  keys: (state) => [accept(keys.choose), ...copies(stepLeft(state)?.next)],
  enter: byChoice({
    leave: (state) => leave(state, state.exitCode),
    undo,
    home: (state) => goHome(state, [{ tone: 'plain', text: '' }, ...doneLines(state)]),
  }),
  last: doneLines,
  draw(state, view, at) {
    const [first, ...rest] = doneLines(state);
    const title = first === undefined ? [] : reportRows(first, view);
    const above = rest.flatMap((told) => reportRows(told, view));
    // Whole it stands in the transcript; a short window shows what is left to do, and copies the command.
    const left = stepLeft(state);
    const isShort = left !== null && title.length + above.length + at.choices.length + 4 > view.rows;
    const shown = isShort ? findingRows(findingLines([{ ...left, verdict: 'info', next: undefined }]), view) : above;
    return { title, ...withList([...shown, BLANK], at, view, { whole: true }) };
  },
};

/** What is true now, what is left to do, how to see it, how to go back: each said once. */
export function doneLines(state: State): readonly ReportLine[] {
  const { receipt, run, plan, verification, home } = state;
  const { is } = checkOutcomeOf(verification.findings);
  const left = stepLeft(state);
  const time = receipt === null || run === null ? {} : { time: seconds(run.ms) };
  const lines: ReportLine[] = [{ tone: is === 'works' ? 'ok' : 'look', text: endingSays(state, is), ...time }];
  const tell = (text: string) => lines.push({ tone: 'plain', text });
  if (left !== null) lines.push(...findingLines([{ ...left, verdict: 'info' }]));
  const next = is === 'works' ? tryNext(state) : null;
  if (next !== null) tell(words.tryIt(next));
  if (receipt !== null && is === 'works' && verification.live === false) tell(words.notAsked);
  const files = receipt === null || plan === null ? [] : changedFiles(plan).map((file) => tilde(file, state.facts));
  if (files.length > 0) tell(words.changed(files));
  if (files.length > 0 && home.is !== null) tell(words.copies(tilde(home.is.copiesIn, state.facts)));
  if (receipt !== null) tell(undoNext(state));
  const ends = answersOf(state)?.tokenExpires ?? null;
  if (ends !== null) tell(words.ends(asksFor(state).noun, ends));
  return lines;
}

/** How it ended, in one sentence. */
function endingSays(state: State, is: CheckOutcome['is']): string {
  const already = state.receipt === null;
  if (is === 'fails') return already ? words.alreadyFails : words.fails;
  if (is === 'unsure') return words.unsure(already);
  if (state.flow === 'fix') return is === 'works' ? words.fixed : words.fixWaits;
  const [who, does] = whatItDoes(state);
  if (is === 'waits') return words.waits(who, does);
  if (already) return words.already(who, does);
  return words.now(who, does);
}

/** Who uses Claude for what. That it answers is said only where it did. */
function whatItDoes(state: State): readonly [who: string, does: string] {
  const answers = answersOf(state);
  if (answers === null || state.flow === 'renew') return [words.openclaw, words.usesNew(asksFor(state).noun)];
  const name = claudeName(answers.primary);
  if (answers.role === 'fallback') return [words.openclaw, words.fallsBack(name)];
  const who = answers.role === 'agent' ? words.agent(answers.newAgent) : words.openclaw;
  return [who, state.verification.live === false ? words.uses(name) : words.answers(name)];
}

/** A question to Claude through OpenClaw, as a person types it; null where it would ask another model, or stand-ins. */
function tryNext(state: State): string | null {
  const { sandbox, facts } = state;
  const answers = answersOf(state);
  if (sandbox !== null || answers === null || answers.role === 'fallback' || !facts.config.known) return null;
  const agent = answers.role === 'agent' ? answers.newAgent : facts.config.value.defaultAgent;
  // Without a gateway OpenClaw has to be told to answer by itself (runs of 2026.1.24 to 2026.6.1).
  const local = facts.gateway.known && facts.gateway.value.running ? [] : ['--local'];
  return typed(facts, 'agent', ...local, '--agent', agent, '-m', words.hello);
}
