import { judge } from '../src/doctor/index.ts';
import { needsLogin, needsToken, summary, worstFirst } from '../src/doctor/judge.ts';
import type { Found } from '../src/doctor/types.ts';
import type { Facts } from '../src/facts/types.ts';
import { withPasteable } from '../src/system/pasteable.ts';
import { placeOf, type State } from './state.ts';

const judged = new WeakMap<Facts, readonly Found[]>();

/** What a first set-up is for: before it, that is no fault. */
const BEFORE_SET_UP = ['model.claude-unused', 'model.default-is-bridge', 'profile.agent-without'];

/** What is wrong here, worst first, and what deserves a look; only once all facts are in. */
export function wrongOf(state: State): readonly Found[] {
  const { facts, gathered, home } = state;
  if (!gathered) return [];
  const wrong = judgedOnce(facts).map((found) => withPasteable(found, placeOf(state)));
  return home.is?.inForce == null ? wrong.filter(({ id }) => !BEFORE_SET_UP.includes(id)) : wrong;
}

function judgedOnce(facts: Facts): readonly Found[] {
  const known = judged.get(facts);
  if (known !== undefined) return known;
  const { findings } = judge(facts, Date.parse(facts.takenAt));
  // A gateway that is not running is seen in its row, and is no fault.
  const wrong = worstFirst(findings).filter(({ id, verdict }) => verdict !== 'info' && id !== 'gateway.down');
  judged.set(facts, wrong);
  return wrong;
}

/** "2 things stand in the way, 1 can be fixed here."; null where nothing is wrong. */
export function wrongSays(state: State): string | null {
  const wrong = wrongOf(state);
  return wrong.length === 0 ? null : summary(wrong);
}

/** Ids whose fix was tried within the last day: what of them is wrong again is left, unless the person says otherwise. */
export const triedOf = ({ home }: Pick<State, 'home'>): readonly string[] => home.is?.tried ?? [];

/** Ids of what can be fixed here and is not left as it is. */
export function toFix(state: State): readonly string[] {
  const fixable = wrongOf(state).filter(({ id, repairs }) => repairs !== undefined && !state.leaves.includes(id));
  return [...new Set(fixable.map(({ id }) => id))];
}

/** Whether fixing what is chosen asks for a sign-in to Claude Code. */
export function fixesByLogin(state: State): boolean {
  const ids = toFix(state);
  return wrongOf(state).some((found) => ids.includes(found.id) && needsLogin(found));
}

/** Whether fixing what is chosen asks for a new token. */
export function asksForToken(state: State): boolean {
  const ids = toFix(state);
  return wrongOf(state).some((found) => ids.includes(found.id) && needsToken(found));
}
