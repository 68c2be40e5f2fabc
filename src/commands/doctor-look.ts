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
import { progress } from './words/looking.ts';

/** How a look is made: with the programs asked or from the disk alone, and with one real question to Claude. */
export interface LookOptions {
  readonly slow?: boolean;
  /** The journal is asked although the programs are not. */
  readonly journal?: boolean;
  readonly live?: boolean;
  /** Unix ms of a fix: what the log said before it is over. */
  readonly after?: number;
}

const HOUR_MS = 3_600_000;

/** Gathers the facts and judges them; only what `wanted` names is told. */
export async function look(
  context: CommandContext,
  wanted: readonly string[],
  { slow = true, journal = false, live = false, after }: LookOptions = {},
): Promise<Seen> {
  const { world, signal, args, streams } = context;
  const { since } = args.values;
  const now = world.clock.now();
  const asked = since === undefined ? {} : { logSince: now - hours('since', since) * HOUR_MS };
  const facts = await gatherFacts(world, {
    slow,
    journal,
    live,
    signal,
    onSlow: (says) => streams.err(`${says}\n`),
    ...asked,
    ...(after === undefined ? {} : { logSince: after }),
  });
  const judged = judge(facts, now);
  const isWanted = ({ id }: { readonly id: string }) =>
    wanted.some((pattern) => pattern === '*' || covers(id)(pattern));
  return {
    facts,
    judged,
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
  streams.err(`${progress.askingClaude}\n`);
  const { findings } = await verify(facts, answers, { world, signal, live: true, models: false });
  return findings.filter(({ check }) => costly.includes(check));
}
