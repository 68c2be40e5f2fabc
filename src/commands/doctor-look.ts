import { judge } from '../doctor/index.ts';
import { covers, worstFirst } from '../doctor/judge.ts';
import { whoAnswers } from '../doctor/who-answers.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { CommandContext } from './context.ts';
import { hours } from './numbers.ts';
import type { Seen } from './print-doctor.ts';

/** Gathers every fact and judges it; only what `wanted` names is told. */
export async function look({ world, signal, args, streams }: CommandContext, wanted: readonly string[]): Promise<Seen> {
  const since = args.values.since;
  const facts = await gatherFacts(world, {
    slow: true,
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
  };
}
