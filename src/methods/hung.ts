import { COMMAND, type CommandParams } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { hungWords } from '../facts/patience.ts';
import type { Facts } from '../facts/types.ts';
import { modelsTyped } from '../openclaw/openclaw-program.ts';
import { Problem } from '../system/problem.ts';
import { hereOf } from './here.ts';

/**
 * Throws where `needed` and OpenClaw hangs: a step would wait for it once more, for as long as a program may take, and
 * then everything be put back.
 */
export function refuseHung(facts: Facts, needed: boolean): void {
  const hung = needed ? hungWords(facts.modelsStatus) : null;
  if (hung === null) return;
  throw new Problem('openclaw-silent', 'OpenClaw does not answer, and it is needed for this.', {
    why: `${hung} Nothing was written.`,
    next: modelsTyped(hereOf(facts), 'status'),
  });
}

/** Whether a step of a plan runs a program: in the plan of a way that is OpenClaw's own. */
export function runsProgram({ kind, params }: Action): boolean {
  return kind === COMMAND && (params as Partial<CommandParams>).program != null;
}
