import { besideTable, blocker as blockedBy } from '../../src/doctor/index.ts';
import { cellText, type Row, tableOf } from '../../src/facts/table.ts';
import type { Facts } from '../../src/facts/types.ts';
import { plural } from '../../src/text.ts';
import { blocker, enoughFacts, noOpenClaw, shortened, slowFacts } from '../facts.ts';
import { greet, leave, lookAgain, onward, type Step, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, CLOSE, DETAILS, LEAVE, LOOK_AGAIN, SCROLL, WRONG } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { BLANK, cut, dim, type Line, line, pad, paragraph, strong, widthOf } from '../kit/text.ts';
import { isNarrow, mark, marked, SPINNER, type View, widthIn } from '../kit/view.ts';
import type { ReportLine, State } from '../state.ts';
import { look as words } from '../words/set-up.ts';
import { keys, shared } from '../words/shared.ts';
import { wrongSays } from '../wrong.ts';
import { LABEL, lookTitle, waitingRow } from './first.ts';
import { homeDetails } from './home.ts';
import { type Cursor, type Inside, type Screen, withList } from './screen.ts';

/** The first screen: what is here, as it comes in. Rows never change place. */
export const look: Screen = {
  choices,
  keys(state, { chosen }) {
    const wrong = wrongSays(state) === null ? [] : [WRONG];
    if (chosen !== undefined) return [accept(keys.choose), ...wrong, DETAILS, LEAVE];
    if (canContinue(state)) return [accept(keys.continue), ...wrong, DETAILS, LOOK_AGAIN, LEAVE];
    const again = blocker(state) === null && state.offerProblem === null ? [] : [LOOK_AGAIN];
    return [...wrong, ...again, DETAILS, LEAVE];
  },
  enter(state, { chosen }): Step {
    const instead = blockedBy(state.facts)?.choices?.find(({ flag }) => flag === chosen?.id);
    if (instead !== undefined)
      return stay({ ...state, told: instead.told }, { do: 'choose installation', told: instead.told });
    if (chosen?.id === 'sandbox') return stay(state, { do: 'enter sandbox' });
    if (chosen?.id === 'again') return lookAgain(state);
    if (chosen?.id === 'leave') return leave(state, 0);
    if (!canContinue(state)) return stay(state);
    return state.home.is?.inForce == null
      ? onward(state)
      : greet({ ...state, home: { ...state.home, greeted: false } });
  },
  said: lookedAround,
  draw,
};

/** Whether Enter goes on from here. */
const canContinue = (state: State) =>
  state.leftover === null &&
  state.home.known &&
  state.offer !== null &&
  enoughFacts(state.facts) &&
  blocker(state) === null;

function choices(state: State): readonly Choice[] {
  const instead = state.gathered ? (blockedBy(state.facts)?.choices ?? []) : [];
  if (instead.length > 0) return instead.map(({ label, aside, flag }) => ({ id: flag, label, aside }));
  if (!noOpenClaw(state.facts) || blocker(state)?.code !== 'openclaw-missing') return [];
  const again = { id: 'again', label: words.again, aside: words.afterInstalling };
  const leave = { id: 'leave', label: shared.leave };
  if (state.sandbox !== null) return [again, leave];
  return [{ id: 'sandbox', label: words.sandbox, aside: words.throwAway }, again, leave];
}

function lookedAround(state: State): ReportLine {
  const { facts } = state;
  const { release, gateway, claudeSignIn, config } = facts;
  const parts = [
    release.known ? words.openclaw(release.value.version) : 'OpenClaw',
    gateway.known ? words.gateway(gateway.value.running) : '',
    claudeSignIn.known && claudeSignIn.value.loggedIn ? words.signedIn : '',
    config.known ? plural(Math.max(1, config.value.agents.length), 'agent') : '',
  ];
  const worst = lookRows(facts).some((row) => row.tone === 'bad') || blocker(state) !== null;
  return { tone: worst ? 'look' : 'ok', text: parts.filter(Boolean).join(' · ') };
}

/** The rows of the first screen. */
export const lookRows = (facts: Facts): readonly Row[] => tableOf(facts).filter(({ full }) => full !== true);

/** What deserves a look and does not stop the set-up. One sentence each. */
export function lookWarnings(facts: Facts): readonly string[] {
  return [...slowFacts(facts), ...besideTable(facts).map(({ says }) => shortened(says, facts))];
}

function draw(state: State, view: View, at: Cursor): Inside {
  const width = widthIn(view);
  const rows = lookRows(state.facts);
  const working = !state.gathered && state.offerProblem === null;
  const problem = blocker(state) ?? state.offerProblem;
  const says = working ? shared.lookingAround : problem === null ? words.found : words.blocked;
  const firstWaiting = rows.findIndex((row) => row.tone === 'wait');
  const body: Line[] = rows.flatMap((row, index) => factRow(row, working && index === firstWaiting, view));
  const warnings = lookWarnings(state.facts);
  for (const warning of warnings) body.push(...marked('look', warning, width));
  // Everything has a first answer, and better ones are still on their way.
  const spin = working && firstWaiting < 0 ? [SPINNER, ' '] : [];
  const title = [lookTitle(working, [...spin, strong(says)], view)];
  if (problem !== null) {
    // In a short window what stands in the way comes first, and its reason is left to the details.
    const short = view.rows < 18;
    if (short) body.length = 0;
    const { why: _why, ...brief } = problem;
    const from = body.length;
    body.push(...(short ? [] : [BLANK]), ...problemLines(short ? brief : problem, view));
    if (at.choices.length === 0) return { title, body, focus: [from, body.length - 1] };
    return { title, ...withList([...body, BLANK], at, view) };
  }
  return { title, body };
}

function factRow(row: Row, spins: boolean, view: View): Line[] {
  if (row.tone === 'wait') return [waitingRow(row.label, spins)];
  const width = widthIn(view);
  const aside = cellText(row, 'aside');
  const room = width - 2 - LABEL;
  const text = cut(cellText(row, 'main'), room);
  const spans = line(mark(row.tone), ' ', pad(row.label, LABEL), row.tone === 'off' ? dim(text) : text);
  if (aside === '') return [spans];
  // Asides stand under each other; a row that needs more room pushes its own.
  const gap = Math.max(2, Math.floor(room / 2) - widthOf(text));
  const left = room - widthOf(text) - gap;
  if (widthOf(aside) <= left) return [[...spans, ...line(' '.repeat(gap), dim(aside))]];
  // On a narrow screen only what asks for a look takes a row of its own.
  if (isNarrow(view) && row.tone !== 'look' && row.tone !== 'bad') return [spans];
  if (room - widthOf(text) - 3 > 16) {
    return [[...spans, ...line('   ', dim(cut(aside, room - widthOf(text) - 3)))]];
  }
  return [spans, line(' '.repeat(2 + LABEL), dim(cut(aside, room)))];
}

/** Over the first screen and the overview: where each fact comes from. */
export const details: Screen = {
  keys: () => [CLOSE, ...SCROLL],
  draw(state, view) {
    const width = widthIn(view);
    const facts = lookRows(state.facts).flatMap((row): Line[] => {
      const [main, aside, evidence] = [cellText(row, 'main'), cellText(row, 'aside'), evidenceOf(row, state.facts)];
      return [
        line(mark(row.tone), ' ', strong(row.label), `  ${cut(main === '' ? shared.fact : main, width - 20)}`),
        ...(aside === '' ? [] : paragraph(aside, width, { indent: 4 })),
        ...(evidence === '' ? [] : paragraph(evidence, width, { indent: 4, paint: 'dim' })),
      ];
    });
    return {
      title: [line(strong(words.details))],
      body: [...homeDetails(state, view), ...facts],
      alone: true,
    };
  },
};

/** Where a row comes from, and why this one. */
export function evidenceOf({ tone, of }: Row, facts: Facts): string {
  const fact = facts[of[0]];
  if (!fact.known) return tone === 'wait' ? '' : fact.detail;
  const { from, because } = fact.evidence;
  return because === undefined ? from : `${from} (${because})`;
}
