import { judge } from '../doctor/index.ts';
import { covers, worstFirst } from '../doctor/judge.ts';
import { verify } from '../doctor/report.ts';
import { whoAnswers } from '../doctor/who-answers.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Facts } from '../facts/types.ts';
import { defaultAnswers, methodOf } from '../methods/index.ts';
import type { CheckFinding } from '../methods/types.ts';
import type { CommandContext } from './context.ts';
import { hours } from './numbers.ts';
import type { Seen } from './print-doctor.ts';

/** How a look is made: with the programs asked or from the disk alone, and with one real question to Claude. */
export interface LookOptions {
  readonly slow?: boolean;
  readonly live?: boolean;
}

/** Gathers the facts and judges them; only what `wanted` names is told. */
export async function look(
  context: CommandContext,
  wanted: readonly string[],
  { slow = true, live = false }: LookOptions = {},
): Promise<Seen> {
  const { world, signal, args, streams } = context;
  const since = args.values.since;
  const facts = await gatherFacts(world, {
    slow,
    signal,
    onSlow: (says) => streams.err(`${says}\n`),
    ...(since === undefined ? {} : { logHours: hours('since', since) }),
  });
  const judged = judge(facts, world.clock.now());
  const isWanted = ({ id }: { readonly id: string }) =>
    wanted.some((pattern) => pattern === '*' || covers(id)(pattern));
  return {
    facts,
    findings: worstFirst(judged.findings.filter(isWanted)),
    explained: judged.explained.filter(isWanted),
    notMade: judged.notMade.filter(isWanted),
    answers: whoAnswers(facts),
    asked: live ? await askClaude(context, facts) : [],
  };
}

/** What Claude answers to one real question, by the way that is set up now. */
async function askClaude({ world, signal, streams }: CommandContext, facts: Facts): Promise<readonly CheckFinding[]> {
  const answers = defaultAnswers(facts);
  const costly = methodOf(answers)
    .checks(facts, answers)
    .filter(({ costs }) => costs)
    .map(({ id }) => id);
  streams.err('Asking Claude …\n');
  const { findings } = await verify(facts, answers, { world, signal, live: true, models: false });
  return findings.filter(({ check }) => costly.includes(check));
}
