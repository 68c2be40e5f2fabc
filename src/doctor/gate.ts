import { COMMAND, type CommandParams } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { methodOf } from '../methods/index.ts';
import type { Answers, Availability, Method, PlanWarning } from '../methods/types.ts';
import { Problem } from '../system/problem.ts';
import { blocker, checks } from './index.ts';
import { judgeWith } from './judge.ts';
import { replacedChoices } from './replaced-choices.ts';
import type { Found } from './types.ts';
import { unknownModels } from './unknown-models.ts';

const silent = checks.filter(({ id }) => id === 'openclaw.silent');

const NOTHING = 'Nothing was written.';

/** Whether a method can be had here: no way can where something blocks all of them. */
export function availabilityOf(method: Method, facts: Facts): Availability {
  const is = blocker(facts);
  if (is === null) return method.availability(facts);
  return { ok: false, because: is.says.replace(/\.$/, ''), help: is.next };
}

/** Asked before a method is asked for a plan: throws the `Problem` of what is in the way of every plan. */
export function refuseBlocked(facts: Facts): void {
  const is = blockedBy(facts);
  if (is !== null) throw is;
}

/** What is in the way of every run, as a problem; null for nothing. */
export function blockedBy(facts: Facts): Problem | null {
  const is = blocker(facts);
  return is === null ? null : problemOf(is);
}

/**
 * Throws where a step of a plan runs OpenClaw and that hangs: it would wait for it once more, for as long as a program may
 * take, and then everything be put back.
 */
export function refuseSilent(facts: Facts, actions: readonly Action[]): void {
  if (actions.some(runsProgram)) refuseUnanswered(facts);
}

/** Throws where OpenClaw hangs and only it knows what is asked for. */
export function refuseUnanswered(facts: Facts): void {
  const [is] = judgeWith(silent, facts, Date.parse(facts.takenAt)).findings;
  if (is !== undefined) throw problemOf(is);
}

/** Whether a step of a plan runs a program: in the plan of a way that is OpenClaw's own. */
function runsProgram({ kind, params }: Action): boolean {
  return kind === COMMAND && (params as Partial<CommandParams>).program != null;
}

/** Whether a step of a plan has OpenClaw write: it then refuses a configuration that it does not take, and writes nothing. */
export function openclawWrites(actions: readonly Action[]): boolean {
  return actions.some((action) => runsProgram(action) && (action.params as CommandParams).keepText.length > 0);
}

function problemOf({ code, says, why, next, at, choices }: Found): Problem {
  const flags = (choices ?? []).map(({ label, aside, flag }) => `${label} (${aside}):  ${flag}`);
  const reason = [why === undefined ? NOTHING : `${why} ${NOTHING}`];
  return new Problem(code, says, {
    why: [...reason, ...(flags.length > 0 ? ['To choose, add a flag:', ...flags] : [])].join('\n'),
    next,
    at,
    ...(choices === undefined ? {} : { exitCode: 4 }),
  });
}

/** What a person should know before they say yes: choices that go, and what is doubtful. `stores`: a new token. Pure. */
export function warningsFor(facts: Facts, answers: Answers, stores = false): readonly PlanWarning[] {
  const method = methodOf(answers);
  return [
    ...replacedChoices(facts, answers, method.refs(facts)),
    ...unknownModels(facts, answers, method.models?.(facts) ?? []),
    ...((stores && method.storeWarnings?.(facts, answers)) || []),
  ];
}
