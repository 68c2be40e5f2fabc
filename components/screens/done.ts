import { typed } from '../../src/doctor/words.ts';
import { type CheckOutcome, checkOutcomeOf } from '../../src/methods/check-outcome.ts';
import { claudeName } from '../../src/openclaw/catalogue.ts';
import { isoDate, someOf } from '../../src/text.ts';
import { tilde } from '../facts.ts';
import { asksFor, goHome, leave, undo } from '../flow.ts';
import { accept, copies } from '../kit/keys.ts';
import { BLANK, seconds } from '../kit/text.ts';
import { answersOf, type ReportLine, type State } from '../state.ts';
import { findingLines, stepLeft, undoNext } from '../transcript.ts';
import { changedFiles } from './review.ts';
import { byChoice, type Screen, withList } from './screen.ts';
import { reportRows } from './shell.ts';
import { findingRows } from './verify.ts';

/** The end: what OpenClaw uses now, what is left to do, how to go back. */
export const done: Screen = {
  choices: ({ receipt }) => [
    { id: 'leave', label: 'Leave' },
    ...(receipt === null ? [] : [{ id: 'undo', label: 'Undo it', aside: 'put every file back' }]),
    { id: 'home', label: 'Overview', aside: 'what is set up, and what can be done with it' },
  ],
  keys: (state) => [accept('choose'), ...copies(stepLeft(state)?.next)],
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
  if (next !== null) tell(`Try it: ${next}`);
  if (receipt !== null && is === 'works' && verification.live === false) tell('Claude itself was not asked.');
  const files = receipt === null || plan === null ? [] : changedFiles(plan).map((file) => tilde(file, state.facts));
  if (files.length > 0) tell(`Changed: ${someOf(files, 2)}`);
  if (files.length > 0 && home.is !== null) tell(`Copies from before: ${tilde(home.is.copiesIn, state.facts)}`);
  if (receipt !== null) tell(undoNext(state));
  const ends = answersOf(state)?.tokenExpires ?? null;
  if (ends !== null) tell(`The ${asksFor(state).noun} ends on ${isoDate(ends)}.`);
  return lines;
}

/** How it ended, in one sentence. */
function endingSays(state: State, is: CheckOutcome['is']): string {
  const already = state.receipt === null;
  if (is === 'fails')
    return already ? 'Nothing had to change, but it does not work.' : 'Applied, but it does not work yet.';
  if (is === 'unsure') return `${already ? 'Nothing had to change' : 'Applied'}, but not everything could be checked.`;
  if (state.flow === 'fix')
    return is === 'works' ? 'What was wrong is fixed.' : 'One step is left before all is fixed.';
  const [who, does] = whatItDoes(state);
  if (is === 'waits') return `One step is left before ${who} ${does}.`;
  if (already) return `Nothing had to change: ${who} ${does} already.`;
  return `${who.charAt(0).toUpperCase()}${who.slice(1)} now ${does}.`;
}

/** Who uses Claude for what. That it answers is said only where it did. */
function whatItDoes(state: State): readonly [who: string, does: string] {
  const answers = answersOf(state);
  if (answers === null || state.flow === 'renew') return ['OpenClaw', `uses the new ${asksFor(state).noun}`];
  const name = claudeName(answers.primary);
  if (answers.role === 'fallback') return ['OpenClaw', `falls back to ${name}`];
  const who = answers.role === 'agent' ? `the agent “${answers.newAgent}”` : 'OpenClaw';
  return [who, `${state.verification.live === false ? 'uses' : 'answers with'} ${name}`];
}

/** A question to Claude through OpenClaw, as a person types it; null where it would ask another model, or stand-ins. */
function tryNext(state: State): string | null {
  const { sandbox, facts } = state;
  const answers = answersOf(state);
  if (sandbox !== null || answers === null || answers.role === 'fallback' || !facts.config.known) return null;
  const agent = answers.role === 'agent' ? answers.newAgent : facts.config.value.defaultAgent;
  // Without a gateway OpenClaw has to be told to answer by itself (runs of 2026.1.24 to 2026.6.1).
  const local = facts.gateway.known && facts.gateway.value.running ? [] : ['--local'];
  return typed(facts, 'agent', ...local, '--agent', agent, '-m', 'Hello');
}
