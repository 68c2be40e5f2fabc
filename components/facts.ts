import { blocker as blockedBy } from '../src/doctor/index.ts';
import { slowWords } from '../src/facts/timeouts.ts';
import type { FactName, Facts } from '../src/facts/types.ts';
import type { Fact } from '../src/system/fact.ts';
import { withPasteable } from '../src/system/pasteable.ts';
import type { ProblemData } from '../src/system/problem.ts';
import { tilde as shorten } from '../src/text.ts';
import { placeOf, type State } from './state.ts';
import { shared } from './words/shared.ts';

const waiting = (fact: Fact<unknown>) => !fact.known && fact.reason === 'waiting';

/** Facts without which nothing can be offered. */
const NEEDED: readonly FactName[] = ['platform', 'release', 'state', 'config', 'profiles', 'claude'];
export const enoughFacts = (facts: Facts) => NEEDED.every((name) => !waiting(facts[name]));
export const noOpenClaw = (facts: Facts) => !facts.release.known && facts.release.reason === 'absent';

/** `~/.openclaw` for a path under the person's home. */
export function tilde(path: string, { platform }: Facts): string {
  return platform.known ? shorten(path, platform.value.home) : path;
}

/** The same for the paths within a sentence. */
export function shortened(says: string, { platform }: Facts): string {
  return platform.known ? says.replaceAll(`${platform.value.home}/`, '~/') : says;
}

/** Whom the facts that are still missing wait for, once that takes long. One sentence each. */
export function slowFacts({ modelsStatus, cron, claudeSignIn }: Facts): readonly string[] {
  return [modelsStatus, cron, claudeSignIn].flatMap((fact) => slowWords(fact) ?? []);
}

/** Why the set-up cannot go on here, or null. Nothing was written when this is shown. */
export function blocker(state: Pick<State, 'facts' | 'launcher' | 'sandbox' | 'told'>): ProblemData | null {
  const { facts } = state;
  const is = blockedBy(facts);
  if (is === null) return null;
  const { code, says, why, next, at } = withPasteable(is, placeOf(state));
  return {
    code,
    what: shortened(says, facts),
    why: `${why === undefined ? '' : `${why} `}${shared.unwritten}`,
    next,
    at,
  };
}
