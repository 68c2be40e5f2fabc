import type { PlannedRun } from '../../components/services.ts';
import type { Found } from '../../src/doctor/types.ts';
import type { Facts } from '../../src/facts/types.ts';
import { known } from '../../src/system/fact.ts';
import { cannedFacts } from './canned-facts.ts';
import { cannedAnswers, cannedPlan, cannedSteps, plannedRun } from './canned-services.ts';

/** The canned machine with a refresher of an older guide in the crontab. */
export function withRefresher(): Facts {
  const text = '*/30 * * * * ~/bin/refresh-claude-token.sh';
  return cannedFacts({
    refreshers: known([{ kind: 'crontab', where: 'crontab', line: 3, text, hash: 'x' }], 'crontab'),
  });
}

export const REFRESHER: Found = {
  ...{ id: 'sync.refresher', code: 'refresher', verdict: 'warning' },
  says: 'Line 3 of your crontab keeps refreshing a copied Claude login.',
};

const off = {
  headline: 'Switch off the token refresher in your crontab',
  because: 'It keeps refreshing a copy of a Claude login, and two refreshers break one.',
  undo: 'switches it on again',
  changes: [{ outside: 'crontab line 3: becomes a comment' }],
};

/** A first set-up that fixes it in the same run. */
export const planWithFixes: PlannedRun = {
  ...plannedRun(cannedAnswers, cannedPlan.command, [off, ...cannedSteps]),
  beside: { findings: [REFRESHER], fixes: [REFRESHER.id], steps: ['a1'] },
};

/** The same where the person leaves it as it is. */
export const planWithoutFixes: PlannedRun = { ...cannedPlan, beside: { findings: [REFRESHER], fixes: [], steps: [] } };
