import { blocker as blockedBy, judge } from '../doctor/index.ts';
import { covers } from '../doctor/judge.ts';
import { type Row, tableOf } from '../facts/table.ts';
import { slowWords } from '../facts/timeouts.ts';
import type { FactName, Facts } from '../facts/types.ts';
import type { Fact } from '../system/fact.ts';
import { tilde as shorten } from '../text.ts';
import type { ProblemView } from './services.ts';

export { ENDS_CHECKS } from '../facts/timeouts.ts';

/** The rows of the first screen. */
export const lookRows = (facts: Facts): readonly Row[] => tableOf(facts).filter(({ full }) => full !== true);

const waiting = (fact: Fact<unknown>) => !fact.known && fact.reason === 'waiting';

/** Where a row comes from, and why this one: shown on request. */
export function evidenceOf({ tone, of }: Row, facts: Facts): string {
  const fact = facts[of[0]];
  if (!fact.known) return tone === 'wait' ? '' : fact.detail;
  const { from, because } = fact.evidence;
  return because === undefined ? from : `${from} (${because})`;
}

/** `~/.openclaw` for a path under the person's home. */
export function tilde(path: string, facts: Facts): string {
  return facts.platform.known ? shorten(path, facts.platform.value.home) : path;
}

/** Whom the facts that are still missing wait for, once that takes long. One sentence each. */
export function slowFacts({ modelsStatus, cron, claudeSignIn }: Facts): readonly string[] {
  return [modelsStatus, cron, claudeSignIn].flatMap((fact) => slowWords(fact) ?? []);
}

/** What no row of the table tells. */
const BESIDE_ROWS = ['user.*', 'env.*', 'sync.*', 'store.*', 'gateway.node', 'proxy.leftover'];

/** What deserves a look and does not stop the set-up. One sentence each. */
export function lookWarnings(facts: Facts): readonly string[] {
  const findings = judge(facts, Date.parse(facts.takenAt)).findings.filter(
    ({ id, blocks }) => !blocks && BESIDE_ROWS.some(covers(id)),
  );
  return [...slowFacts(facts), ...findings.map(({ says }) => shortened(says, facts))];
}

/** Facts without which nothing can be offered. */
const NEEDED: readonly FactName[] = ['platform', 'release', 'state', 'config', 'profiles', 'claude'];
export const enoughFacts = (facts: Facts) => NEEDED.every((name) => !waiting(facts[name]));
export const noOpenClaw = (facts: Facts) => !facts.release.known && facts.release.reason === 'absent';

/** Why the set-up cannot go on here, or null. Nothing was written when this is shown. */
export function blocker(facts: Facts): ProblemView | null {
  const is = blockedBy(facts);
  if (is === null) return null;
  const { code, says, why, next, at } = is;
  return {
    code,
    what: shortened(says, facts),
    why: `${why === undefined ? '' : `${why} `}Nothing was written.`,
    next,
    at,
  };
}

/** The same with paths below the person's home as `~/…`. */
function shortened(says: string, { platform }: Facts): string {
  return platform.known ? says.replaceAll(`${platform.value.home}/`, '~/') : says;
}
