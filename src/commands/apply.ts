import { afterFix } from '../doctor/after-fix.ts';
import { blockedBy } from '../doctor/gate.ts';
import { verify } from '../doctor/report.ts';
import type { Engine, Leftover } from '../engine/index.ts';
import type { Receipt } from '../engine/types.ts';
import { gatherFacts } from '../facts/gather.ts';
import { ENDS_CHECKS } from '../facts/timeouts.ts';
import { storingAs } from '../methods/asking.ts';
import { holdsUp } from '../methods/check-outcome.ts';
import { type HandedSecret, planOptions, refuseOther, secretFor, secretsOf } from '../methods/handed.ts';
import type { Report } from '../methods/types.ts';
import { withAnswers } from '../system/answered.ts';
import { pasteable, pasteableProblem, withPasteable } from '../system/pasteable.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import type { Answered } from '../system/world.ts';
import { answer, changedBy } from './answer.ts';
import { givenAnswers, requireConfirmation, requireMethod } from './answers.ts';
import type { CommandContext } from './context.ts';
import { engineFor, runOptions } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import { missingSecret, readHanded } from './handed.ts';
import { type PreparedRun, planned, prepare } from './prepare.ts';
import { planJson, planText } from './print-plan.ts';
import { receiptJson, receiptText, reportText, undoCommand } from './print-run.ts';
import { problemText } from './problem-text.ts';
import { confirm } from './prompt.ts';
import { signedIn } from './signed-in.ts';
import { nothingChanged } from './words/asking.ts';
import { interrupted, outcome, plan as planWords } from './words/runs.ts';

/** `clawauth-setup apply`: the whole job from flags, without questions but the last one on a terminal. */
export async function runApply(context: CommandContext): Promise<ExitCode> {
  const { world, args, streams } = context;
  const engine = await engineFor(context);
  if (args.switches.has('resume')) return resume(context, engine);

  const given = await givenAnswers(context);
  requireMethod(given);
  const dry = args.switches.has('dry-run');
  if (!dry) requireConfirmation(context);
  const handed = await readHanded(context);
  refuseOther(handed, given.method);
  if (!dry) await refuseLeftover(engine);

  const prepared = await planned(context, async (seen) =>
    prepare(context, await signedIn(context, seen, given.method), given, planOptions(handed, dry)),
  );
  if (dry || prepared.plan.actions.length === 0) {
    const report = dry || !prepared.answers.liveCheck ? undefined : await check(context, prepared);
    return withoutChange(context, prepared, dry, report);
  }
  const secret = secretFor(prepared.plan);
  if (handed === null && secret !== undefined) throw missingSecret(secret);
  streams.err(`${prepared.method.notice.text}\n(${prepared.method.notice.date})\n\n`);
  streams.err(fromText(prepared) + planText(prepared.preview, world.home, prepared, streams.columns));
  if (!args.switches.has('yes') && !(await confirm(streams, context.signal, planWords.ask, false))) {
    throw new Cancelled(nothingChanged);
  }
  // The diffs were shown: of a large home they are as large as what the run itself needs.
  const { preview: _, ...run } = prepared;
  return carryOut(context, engine, run, handed);
}

/** One line above the plan of a switch. */
function fromText({ from, method, plan }: PreparedRun): string {
  if (from === undefined || plan.actions.length === 0) return '';
  return plan.takes === undefined
    ? `${planWords.keptBehind(method.title, from)}\n`
    : `${planWords.replaces(method.title, from)}\n`;
}

/** Applies, verifies, prints. Shared with the plain text flow. */
export async function carryOut(
  context: CommandContext,
  engine: Engine,
  prepared: Omit<PreparedRun, 'preview'>,
  handed: HandedSecret | null,
): Promise<ExitCode> {
  const { plan, record } = prepared;
  const answers: Answered[] = [];
  const receipt = await engine.apply(plan, {
    ...record,
    secrets: secretsOf(handed),
    ...runOptions(context),
    onAnswer: (answer) => answers.push(answer),
  });
  if (receipt.outcome === 'put back' && !context.signal.aborted) await explain(context);
  const works = receipt.outcome === 'applied' && !context.signal.aborted;
  const after = { ...context, world: withAnswers(context.world, answers) };
  return finish(context, receipt, works ? await check(after, prepared, receipt).catch(stopped(context)) : undefined);
}

/** OpenClaw was not asked before it was to write: what is in the way of every run is told now. */
async function explain({ world, signal, streams }: CommandContext): Promise<void> {
  const is = blockedBy(await gatherFacts(world, { slow: true, signal }));
  if (is !== null) streams.err(problemText(pasteableProblem(is, world)));
}

/** What was done stays, and is told, where only the checks after it are stopped or cannot be made. */
function stopped({ streams, world }: CommandContext): (error: unknown) => Report | undefined {
  return (error) => {
    if (!(error instanceof Cancelled)) {
      const says = outcome.couldNotCheck(error instanceof Error ? error.message : String(error));
      const next = pasteable('clawauth-setup status --check', world);
      const finding = { check: 'verify', verdict: 'error', says, next, ms: 0 } as const;
      return { schema: 1, takenAt: new Date(world.clock.now()).toISOString(), findings: [finding], worst: 'error' };
    }
    streams.err(`${outcome.checksStopped(pasteable('clawauth-setup status --check', world))}\n`);
  };
}

/** Asks the real programs whether it works, and the doctor whether what was fixed beside it is gone. */
async function check(
  { world, signal, streams }: CommandContext,
  { facts, answers, beside, renews = false }: Omit<PreparedRun, 'preview'>,
  receipt?: Receipt,
): Promise<Report> {
  const onSlow = (says: string) => streams.err(`${says} ${ENDS_CHECKS}\n`);
  const logSince = Date.parse(receipt?.startedAt ?? facts.takenAt);
  const fixes = beside?.fixes ?? [];
  const fixed = fixes.length === 0 ? [] : await afterFix(world, facts, fixes, { signal, onSlow, logSince });
  const report = await verify(facts, answers, { world, signal, live: answers.liveCheck, models: !renews, onSlow });
  const findings = [...fixed.map((finding) => ({ ...finding, ms: 0 })), ...report.findings];
  return { ...report, findings: findings.map((finding) => withPasteable(finding, world)) };
}

async function resume(context: CommandContext, engine: Engine): Promise<ExitCode> {
  if ((await engine.pending()) === null) {
    throw new Problem('nothing-to-resume', interrupted.none, {
      next: 'clawauth-setup undo --list',
      exitCode: 2,
    });
  }
  const receipt = await engine.recover('resume', {
    secrets: secretsOf(await readHanded(context)),
    ...runOptions(context),
  });
  return finish(context, receipt, undefined);
}

export function finish(context: CommandContext, receipt: Receipt, report: Report | undefined): ExitCode {
  const code = context.signal.aborted ? 130 : exitCodeOf(receipt, report);
  const undo = undoCommand(receipt, context.world);
  const more = { changed: changedBy(receipt), receipt: receiptJson(receipt), report };
  const back = receipt.outcome === 'put back' ? {} : { undo };
  return answer(context, code, { ...more, ...back }, () => {
    const checked = report === undefined ? '' : reportText(report);
    return checked + receiptText(receipt, context.world, { report });
  });
}

/** The end of a run that had nothing to write; `report` where a live check was asked for all the same. */
export function withoutChange(context: CommandContext, prepared: PreparedRun, dry: boolean, report?: Report): ExitCode {
  const { preview, from } = prepared;
  const exitCode = holdsUp(report?.findings ?? []) ? 0 : 1;
  const more = { changed: dry && preview.steps.length > 0, dryRun: dry, from, report };
  return answer(context, exitCode, { ...more, ...planJson(prepared) }, () => {
    const text = planText(preview, context.world.home, prepared, context.streams.columns);
    return fromText(prepared) + text + (report === undefined ? '' : reportText(report));
  });
}

/** What can be done about a run that was cut off, in two sentences. */
export function leftoverWay({ secrets }: Leftover): string {
  const nouns = secrets.flatMap((name) => storingAs(name)?.secret.noun ?? []);
  return interrupted.wayOn(nouns);
}

export async function refuseLeftover(engine: Engine): Promise<void> {
  const leftover = await engine.pending();
  if (leftover === null) return;
  throw new Problem('leftover', interrupted.earlier(leftover.title), {
    why: leftoverWay(leftover),
    next: 'clawauth-setup undo',
    exitCode: 4,
  });
}
