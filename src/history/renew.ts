import { refuseBlocked, refuseSilent, refuseUnanswered } from '../doctor/gate.ts';
import type { Plan } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { secretFor } from '../methods/handed.ts';
import { defaultAnswers, methodOf, methods, renewalFor, withTokenEnd } from '../methods/index.ts';
import type { Answers, Method, PlanOptions, PlanWarning } from '../methods/types.ts';
import { factValue } from '../system/fact.ts';
import { answersOf, type HomeContext } from './overview.ts';
import { withReminder } from './reminder.ts';
import { recordFor } from './switch.ts';
import type { RunRecord } from './types.ts';
import { renewal as words } from './words.ts';

/** What a person may say about a renewal. */
export type RenewalGiven = Partial<Pick<Answers, 'agents' | 'profileId' | 'tokenExpires' | 'restartGateway'>>;

export interface Renewal {
  readonly answers: Answers;
  readonly method: Method;
  readonly plan: Plan;
  readonly record: RunRecord;
  readonly warnings: readonly PlanWarning[];
}

/**
 * A new secret under the same profile id, and nothing else (but the day in the reminder, where one is on). Throws
 * `Problem('nothing-to-renew')`.
 */
export async function renewal(
  { world, engine }: HomeContext,
  facts: Facts,
  options: PlanOptions,
  given: RenewalGiven = {},
): Promise<Renewal> {
  const standing = await engine.inForce();
  const before = standing.map(answersOf).find((answers) => answers !== null);
  refuseBlocked(facts);
  // Whether there is one to renew only OpenClaw knows.
  if (!facts.profiles.known) refuseUnanswered(facts);
  const present = defaultAnswers(facts, renewable(before?.method, facts));
  const begun: Answers = {
    ...present,
    aliases: inUse(present.aliases, facts),
    // Which agents a set-up was for is told by nothing but its receipt.
    ...(before ? { role: before.role, agents: before.agents, newAgent: before.newAgent } : {}),
    ...given,
  };
  const method = methodOf(begun);
  const answers = withTokenEnd(facts, begun, given, options);
  const plan = withReminder(world, renewalFor(facts, answers, options), standing, answers.tokenExpires);
  refuseSilent(facts, plan.actions);
  const record = { ...recordFor(answers, null), title: words.title(method.secret?.noun, answers.profileId) };
  const warnings = (secretFor(plan) && method.storeWarnings?.(facts, answers)) || [];
  return { answers, method, plan, record, warnings };
}

/** The way in force where something of it can be renewed, else the one that was set up by hand. */
function renewable(inForce: string | undefined, facts: Facts): string | undefined {
  const can = methods.filter(({ renewal: renews }) => renews !== undefined);
  return (can.find(({ id }) => id === inForce) ?? can.find((one) => one.recognise?.(facts)))?.id;
}

/** What a new set-up would add to the aliases, a renewal does not. */
function inUse(aliases: Answers['aliases'], facts: Facts): Answers['aliases'] {
  const now = factValue(facts.config)?.aliases ?? {};
  return Object.fromEntries(Object.entries(aliases).filter(([alias, ref]) => now[alias] === ref));
}
