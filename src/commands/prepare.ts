import { actionKinds } from '../actions/index.ts';
import { withFixes } from '../doctor/beside.ts';
import { fixRecord } from '../doctor/fix.ts';
import { openclawWrites, refuseBlocked, refuseSilent, warningsFor } from '../doctor/gate.ts';
import type { Plan } from '../engine/types.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Facts } from '../facts/types.ts';
import { answersOf, type HomeContext, methodRuns, ownChoices } from '../history/overview.ts';
import { planHere, recordFor, type Switch, switchAnswers, switchTo } from '../history/switch.ts';
import { triedToFix } from '../history/tried.ts';
import type { Prepared } from '../history/types.ts';
import { storesCredential } from '../methods/handed.ts';
import { methodOf, withTokenEnd } from '../methods/index.ts';
import type { Answers, GivenAnswers, Method, PlanOptions } from '../methods/types.ts';
import { previewPlan } from '../plan/index.ts';
import { withPasteable } from '../system/pasteable.ts';
import { Problem } from '../system/problem.ts';
import type { Secret } from '../system/secret.ts';
import { completeAnswers } from './answers.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { progress } from './words/looking.ts';
import { plan as planWords } from './words/runs.ts';

/** Everything between looking around and doing. */
export interface PreparedRun extends Prepared {
  readonly facts: Facts;
  readonly method: Method;
  /** A new token in the place of the old one, and nothing else. */
  readonly renews?: boolean;
  /** On a switch: the method that is in force now, as it is called. */
  readonly from?: string;
}

/** Looks around, with one line of progress on standard error, and one for each program that takes long. */
export function lookAround(context: CommandContext): Promise<Facts> {
  return look(context, progress.looking);
}

function look({ world, signal, streams }: CommandContext, says: string, sparing = false): Promise<Facts> {
  streams.err(`${says}\n`);
  return gatherFacts(world, { signal, slow: true, sparing, onSlow: (slow) => streams.err(`${slow}\n`) });
}

/**
 * A plan from what the disk tells. Where OpenClaw is to write, it reads its configuration before it does, and what it is
 * asked at the end proves the rest. Where it is not, it is asked now, before anything is written.
 */
export async function planned<T extends { readonly plan: Plan }>(
  context: CommandContext,
  plan: (facts: Facts) => Promise<T>,
): Promise<T> {
  const facts = await look(context, progress.looking, true);
  const made = await plan(facts);
  const { modelsStatus } = facts;
  const asked = modelsStatus.known || modelsStatus.reason !== 'waiting';
  return asked || openclawWrites(made.plan.actions) ? made : plan(await look(context, progress.askingOpenClaw));
}

/** What was given over what is there; `change` where another way of ours would give way to the one that was given. */
export async function answersHere(
  context: CommandContext,
  facts: Facts,
  given: GivenAnswers,
): Promise<{ readonly answers: Answers; readonly change: Switch | null }> {
  const { method } = given;
  const home = { world: context.world, engine: await engineFor(context) };
  const change = method === undefined ? null : await switchTo(home, facts, method);
  if (change === null || method === undefined) {
    return {
      answers: completeAnswers(facts, { ...(await choicesOfOurs(home, facts, given)), ...given }),
      change: null,
    };
  }
  return { answers: switchAnswers(change, method, given), change };
}

/** What an earlier run of the same way made or kept goes on being meant, unless another role or name was given. */
async function choicesOfOurs(home: HomeContext, facts: Facts, given: GivenAnswers): Promise<GivenAnswers> {
  const [newest] = methodRuns(await home.engine.inForce());
  const before = newest === undefined ? null : answersOf(newest);
  const own = before?.method === given.method ? ownChoices(facts, before) : {};
  const meant = given.role ?? own.role;
  return meant === own.role && (given.newAgent ?? own.newAgent) === own.newAgent ? own : {};
}

/**
 * Facts and answers → plan and preview. Where another way of ours is in force, the plan takes that away as well. Throws
 * the method's `Problem` when it cannot be had here.
 */
export async function prepare(
  context: CommandContext,
  facts: Facts,
  given: GivenAnswers,
  options: PlanOptions,
): Promise<PreparedRun> {
  const { world, signal } = context;
  const home = { world, engine: await engineFor(context) };
  const { answers: begun, change } = await answersHere(context, facts, given);
  const method = methodOf(begun);
  refuseBlocked(facts);
  const availability = method.availability(facts);
  if (!availability.ok) {
    throw new Problem('method-unavailable', planWords.notHere(method.title, availability.because), {
      next: availability.help,
    });
  }
  const seen = change === null ? facts : begun.keepOld ? change.facts : change.without;
  const answers = withTokenEnd(seen, begun, given, options);
  const plan = await planHere(home, facts, answers, options, change);
  const run = await preparedRun(home, facts, { answers, plan, change, secret: options.secret, signal });
  return { ...run, facts, method, ...(change === null ? {} : { from: change.from.title }) };
}

/** What a run is made of. */
export interface RunParts {
  readonly answers: Answers;
  readonly plan: Plan;
  readonly change: Switch | null;
  /** That was handed over. */
  readonly secret: Secret | undefined;
  readonly signal: AbortSignal;
}

/**
 * A plan of these answers with its preview; the first time also what fixes the rest of what is in the way. Throws where a
 * step of it could not work, or its secret is of no use.
 */
export async function preparedRun(
  { world, engine }: HomeContext,
  facts: Facts,
  { answers, plan: own, change, secret, signal }: RunParts,
): Promise<Prepared> {
  const isFirst = methodRuns(await engine.inForce()).length === 0;
  const tried = isFirst ? triedToFix(await engine.receipts(), world.clock.now()) : new Set<string>();
  const fixed = isFirst ? await withFixes(world, facts, own, answers, tried) : null;
  const { plan, beside } = fixed ?? { plan: own };
  refuseSilent(facts, plan.actions);
  const preview = await previewPlan(plan, { world, kinds: actionKinds });
  const stores = storesCredential(plan);
  const doubts =
    stores && secret !== undefined
      ? await methodOf(answers).beforeStoring?.(answers, secret, { facts, world, signal })
      : [];
  const warnings = [...warningsFor(facts, answers, stores), ...(doubts ?? [])];
  const { title, about } = recordFor(answers, change, facts);
  const fixes = beside !== undefined && beside.fixes.length > 0 ? fixRecord(beside.findings) : null;
  return {
    ...{ answers, plan, preview },
    record: fixes !== null && own.actions.length === 0 ? fixes : { title, about: { ...about, ...fixes?.about } },
    ...(beside && { beside }),
    warnings: warnings.map((warning) => withPasteable(warning, world)),
  };
}
