import { actionKinds } from '../actions/index.ts';
import type { Engine } from '../engine/index.ts';
import { EXPIRING_DAYS } from '../facts/health.ts';
import { homeFacts } from '../methods/home.ts';
import { REMINDER } from '../methods/reminder.ts';
import { makePlan, previewPlan } from '../plan/index.ts';
import { reminderSteps, serviceManager } from '../services/reminder.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import { missing } from './answers.ts';
import { refuseLeftover } from './apply.ts';
import type { CommandContext } from './context.ts';
import { engineFor, runOptions } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import { wholeNumber } from './numbers.ts';
import { lookAround } from './prepare.ts';
import { planText } from './print-plan.ts';
import { receiptJson, receiptText, undoCommand } from './print-run.ts';
import { confirm } from './prompt.ts';

/** `clawauth-setup remind --on|--off`: a weekly timer of the service manager, off by default. */
export async function runRemind(context: CommandContext): Promise<ExitCode> {
  const { world, args } = context;
  const [on, off] = [args.switches.has('on'), args.switches.has('off')];
  if (on && off) {
    throw new Problem('usage', 'Give --on or --off, not both.', { next: 'clawauth-setup remind --on', exitCode: 2 });
  }
  const engine = await engineFor(context);
  const { reminder } = await homeFacts({ world, engine });
  const dry = args.switches.has('dry-run');
  if (off) {
    if (reminder === null || dry) {
      const text = reminder === null ? 'Nothing to do: the reminder is off.\n' : 'Would switch the reminder off.\n';
      return told(context, { reminder: 'off', dryRun: dry }, text);
    }
    return ended(context, await engine.undo(reminder.receiptId, runOptions(context)), 'off');
  }
  if (!on || reminder !== null) {
    const since = reminder === null ? '' : ` since ${reminder.since.slice(0, 10)}`;
    const text = `The weekly reminder is ${reminder === null ? 'off' : 'on'}${since}.\n`;
    return told(context, { reminder: reminder === null ? 'off' : 'on', since: reminder?.since }, text);
  }
  return switchOn(context, engine, dry);
}

async function switchOn(context: CommandContext, engine: Engine, dry: boolean): Promise<ExitCode> {
  const { world, args, streams, signal } = context;
  if (!dry) await refuseLeftover(engine);
  const manager = await serviceManager(world);
  const days = args.values['warn-days'];
  const warnDays = days === undefined ? EXPIRING_DAYS : wholeNumber('warn-days', days);
  const ends = await endOf(context, engine);
  const plan = makePlan(reminderSteps(world, manager, { ends, warnDays }), {});
  const preview = await previewPlan(plan, { world, kinds: actionKinds });
  if (dry) return told(context, { reminder: 'off', dryRun: true, files: preview.files }, planText(preview, world.home));
  if (!args.switches.has('yes')) {
    if (!streams.stdinTty) throw missing('yes', 'Nobody can be asked for a yes.');
    streams.err(planText(preview, world.home));
    if (!(await confirm(streams, signal, 'Switch the reminder on?', true))) throw new Cancelled('Nothing was changed.');
  }
  const receipt = await engine.apply(plan, {
    title: 'Weekly reminder',
    about: { method: REMINDER, warnDays, tokenExpires: ends },
    ...runOptions(context),
  });
  return ended(context, receipt, 'on');
}

/** Unix ms: as given, else as the newest receipt or OpenClaw itself tells. */
async function endOf(context: CommandContext, engine: Engine): Promise<number> {
  const { world, args } = context;
  if (typeof args.answers.tokenExpires === 'number') return args.answers.tokenExpires;
  const told = (await homeFacts({ world, engine })).inForce?.tokenEnds;
  const ends = told ?? (await homeFacts({ world, engine }, await lookAround(context))).inForce?.tokenEnds ?? null;
  if (ends !== null) return ends;
  throw new Problem('token-end-unknown', 'When the token ends is not known.', {
    why: 'Nobody wrote it down. Setup tokens last a year from the day they were made.',
    next: 'clawauth-setup remind --on --token-expires 2027-11-20',
    exitCode: 4,
  });
}

function ended(context: CommandContext, receipt: Parameters<typeof exitCodeOf>[0], state: 'on' | 'off'): ExitCode {
  const code = context.signal.aborted ? 130 : exitCodeOf(receipt);
  const answer = { schema: 1, command: 'remind', ok: code === 0, exitCode: code, receipt: receiptJson(receipt) };
  const text =
    code === 0
      ? `The weekly reminder is ${state}.\n`
      : receiptText(receipt, undoCommand(receipt, context.world.sandbox));
  context.streams.out(
    context.args.switches.has('json')
      ? `${JSON.stringify({ ...answer, reminder: code === 0 ? state : undefined })}\n`
      : text,
  );
  return code;
}

function told({ args, streams }: CommandContext, more: object, text: string): ExitCode {
  const answer = { schema: 1, command: 'remind', ok: true, exitCode: 0, ...more };
  streams.out(args.switches.has('json') ? `${JSON.stringify(answer)}\n` : text);
  return 0;
}
