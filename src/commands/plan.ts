import { planOptions, refuseOther } from '../methods/handed.ts';
import type { ExitCode } from '../system/problem.ts';
import { answer } from './answer.ts';
import { givenAnswers } from './answers.ts';
import type { CommandContext } from './context.ts';
import { readHanded } from './handed.ts';
import { planned, prepare } from './prepare.ts';
import { planJson, planText } from './print-plan.ts';

/** `clawauth-setup plan`: what apply would change. Writes nothing. */
export async function runPlan(context: CommandContext): Promise<ExitCode> {
  const given = await givenAnswers(context);
  const handed = await readHanded(context);
  refuseOther(handed, given.method);
  const prepared = await planned(context, (facts) => prepare(context, facts, given, planOptions(handed)));
  const changed = prepared.preview.steps.length > 0;
  return answer(context, 0, { changed, ...planJson(prepared) }, () =>
    planText(prepared.preview, context.world.home, prepared, context.streams.columns),
  );
}
