import type { Finding } from './types.ts';

/**
 * What the checks after a run come to. `works`: nothing is wrong. `waits`: Claude answers once the person has done
 * `todo`. `unsure`: a check could not be made. `fails`: a check says no.
 */
export type CheckOutcome =
  | { readonly is: 'works' | 'unsure' | 'fails' }
  | { readonly is: 'waits'; readonly todo: Pick<Finding, 'says' | 'next'> };

/** Whether nothing speaks against what was set up, be it with a step left for the person. */
export function holdsUp(findings: readonly Finding[]): boolean {
  return ['works', 'waits'].includes(checkOutcomeOf(findings).is);
}

export function checkOutcomeOf(findings: readonly Finding[]): CheckOutcome {
  const some = (...verdicts: Finding['verdict'][]) => findings.some(({ verdict }) => verdicts.includes(verdict));
  if (some('error')) return { is: 'fails' };
  if (some('crashed', 'timed out')) return { is: 'unsure' };
  const todo = findings.find(({ waits }) => waits);
  return todo === undefined ? { is: 'works' } : { is: 'waits', todo };
}
