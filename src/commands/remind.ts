import { actionKinds } from '../actions/index.ts';
import { EXPIRING_DAYS } from '../doctor/judge.ts';
import type { Engine } from '../engine/index.ts';
import type { Plan } from '../engine/types.ts';
import { homeFacts } from '../history/overview.ts';
import { REMINDER, type ReminderState } from '../history/reminder.ts';
import { makePlan, previewPlan } from '../plan/index.ts';
import { type ReminderPlan, reminderSteps, scriptStep, serviceManager } from '../services/reminder.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import { answer, changedBy } from './answer.ts';
import { requireConfirmation } from './answers.ts';
import { refuseLeftover } from './apply.ts';
import type { CommandContext } from './context.ts';
import { engineFor, runOptions } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import { wholeNumber } from './numbers.ts';
import { lookAround } from './prepare.ts';
import { planText } from './print-plan.ts';
import { receiptJson, receiptText } from './print-run.ts';
import { confirm } from './prompt.ts';
import { nothingChanged } from './words/asking.ts';
import { usage } from './words/help.ts';
import { remind as words } from './words/runs.ts';

/** `clawauth-setup remind --on|--off`: a weekly timer of the service manager, off by default. */
export async function runRemind(context: CommandContext): Promise<ExitCode> {
  const { world, args } = context;
  const [on, off] = [args.switches.has('on'), args.switches.has('off')];
  if (on && off) {
    throw new Problem('usage', usage.notBoth('on', 'off'), { next: 'clawauth-setup remind --on', exitCode: 2 });
  }
  const engine = await engineFor(context);
  const { reminder } = await homeFacts({ world, engine });
  const dry = args.switches.has('dry-run');
  if (off) {
    if (reminder === null || dry) {
      const text = reminder === null ? `${words.offAlready}\n` : `${words.wouldSwitchOff}\n`;
      return answer(context, 0, { changed: dry && reminder !== null, reminder: 'off', dryRun: dry }, () => text);
    }
    return switchOff(context, engine, reminder);
  }
  if (reminder === null) {
    return on
      ? switchOn(context, engine, dry)
      : answer(context, 0, { changed: false, reminder: 'off' }, () => `${words.is('off')}\n`);
  }
  const { since, warnDays } = reminder;
  const wanted = { ends: args.answers.tokenExpires ?? reminder.ends, warnDays: warnDaysOf(context) ?? warnDays };
  if (on && wanted.ends !== null && (wanted.warnDays !== warnDays || wanted.ends !== reminder.ends)) {
    const plan = makePlan([scriptStep(world, { ends: wanted.ends, warnDays: wanted.warnDays }, true)], {});
    return carriedOut(context, engine, plan, { ...wanted, ends: wanted.ends }, dry);
  }
  const text = `${words.onSince(since, warnDays)}\n`;
  return answer(context, 0, { changed: false, reminder: 'on', since, warnDays }, () => text);
}

/** A run of its own: whatever was set up since stays. */
async function switchOff(context: CommandContext, engine: Engine, { receiptIds }: ReminderState): Promise<ExitCode> {
  const steps = await engine.standing(receiptIds);
  const [actions, takes] = [steps.map(({ action }) => action), steps.map(({ take }) => take)];
  const options = { title: words.titleOff, ...runOptions(context) };
  return ended(context, await engine.apply({ ...makePlan([], {}), actions, takes }, options), 'off');
}

function warnDaysOf({ args }: CommandContext): number | undefined {
  const days = args.values['warn-days'];
  return days === undefined ? undefined : wholeNumber('warn-days', days);
}

async function switchOn(context: CommandContext, engine: Engine, dry: boolean): Promise<ExitCode> {
  const { world } = context;
  const manager = await serviceManager(world);
  const wanted = { ends: await endOf(context, engine), warnDays: warnDaysOf(context) ?? EXPIRING_DAYS };
  return carriedOut(context, engine, makePlan(reminderSteps(world, manager, wanted), {}), wanted, dry);
}

async function carriedOut(
  context: CommandContext,
  engine: Engine,
  plan: Plan,
  { ends, warnDays }: ReminderPlan,
  dry: boolean,
): Promise<ExitCode> {
  const { world, args, streams, signal } = context;
  if (!dry) await refuseLeftover(engine);
  const preview = await previewPlan(plan, { world, kinds: actionKinds });
  if (dry) {
    const more = { changed: preview.steps.length > 0, dryRun: true, files: preview.files };
    return answer(context, 0, more, () => planText(preview, world.home));
  }
  if (!args.switches.has('yes')) {
    requireConfirmation(context);
    streams.err(planText(preview, world.home));
    if (!(await confirm(streams, signal, words.ask(warnDays), true))) throw new Cancelled(nothingChanged);
  }
  const receipt = await engine.apply(plan, {
    title: words.title,
    about: { method: REMINDER, warnDays, tokenExpires: ends },
    ...runOptions(context),
  });
  return ended(context, receipt, 'on');
}

/** Unix ms: as given, else as the newest receipt or OpenClaw itself tells. */
async function endOf(context: CommandContext, engine: Engine): Promise<number> {
  const { world, args } = context;
  if (typeof args.answers.tokenExpires === 'number') return args.answers.tokenExpires;
  const recorded = (await homeFacts({ world, engine })).inForce?.tokenEnds;
  const ends = recorded ?? (await homeFacts({ world, engine }, await lookAround(context))).inForce?.tokenEnds ?? null;
  if (ends !== null) return ends;
  throw new Problem('token-end-unknown', words.endUnknown, {
    why: words.aYear,
    next: 'clawauth-setup remind --on --token-expires 2027-11-20',
    exitCode: 4,
  });
}

function ended(context: CommandContext, receipt: Parameters<typeof exitCodeOf>[0], state: 'on' | 'off'): ExitCode {
  const code = context.signal.aborted ? 130 : exitCodeOf(receipt);
  const more = { changed: changedBy(receipt), receipt: receiptJson(receipt), reminder: code === 0 ? state : undefined };
  return answer(context, code, more, () => (code === 0 ? `${words.is(state)}\n` : receiptText(receipt, context.world)));
}
