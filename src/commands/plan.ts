import type { ExitCode } from '../system/problem.ts';
import { givenAnswers } from './answers.ts';
import type { CommandContext } from './context.ts';
import { lookAround, prepare } from './prepare.ts';
import { planJson, planText } from './print-plan.ts';

/** `clawauth-setup plan`: what apply would change. Writes nothing. */
export async function runPlan(context: CommandContext): Promise<ExitCode> {
  const given = await givenAnswers(context);
  const facts = await lookAround(context);
  const prepared = await prepare(context, facts, given, {});
  if (context.args.switches.has('json')) {
    const answer = { schema: 1, command: 'plan', ok: true, exitCode: 0, ...planJson(prepared) };
    context.streams.out(`${JSON.stringify(answer)}\n`);
  } else context.streams.out(planText(prepared.preview, context.world.home, prepared));
  return 0;
}
