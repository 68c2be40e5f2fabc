import { actionKinds } from '../actions/index.ts';
import { type FixPlan, fixRecord, planFix } from '../doctor/fix.ts';
import { needsLogin, needsToken, outcomeOf, summary } from '../doctor/judge.ts';
import type { Found } from '../doctor/types.ts';
import type { Receipt } from '../engine/types.ts';
import { ofOpenClaw } from '../facts/claude-login.ts';
import { triedToFix } from '../history/tried.ts';
import { signInMethod } from '../methods/asking.ts';
import { type HandedSecret, secretsOf } from '../methods/handed.ts';
import { previewPlan } from '../plan/index.ts';
import { pasteable } from '../system/pasteable.ts';
import { Cancelled, type ExitCode } from '../system/problem.ts';
import { answer, changedBy } from './answer.ts';
import { requireConfirmation } from './answers.ts';
import { refuseLeftover } from './apply.ts';
import type { CommandContext } from './context.ts';
import { look } from './doctor-look.ts';
import { engineFor, runOptions } from './engine.ts';
import { readHanded } from './handed.ts';
import { logInPlainly, newSecret } from './plain-sign-in.ts';
import { doctorJson, doctorText, type Seen } from './print-doctor.ts';
import { planText } from './print-plan.ts';
import { receiptJson, receiptText, undoCommand } from './print-run.ts';
import { confirm } from './prompt.ts';
import { waiting } from './words/asking.ts';
import { progress, doctor as words } from './words/looking.ts';
import { outcome as ending } from './words/runs.ts';

/**
 * One plan of everything chosen that can be fixed: shown, asked about once, applied, and judged again. What is still wrong
 * then is told and not tried a second time.
 */
export async function runFix(context: CommandContext, wanted: readonly string[]): Promise<ExitCode> {
  const { world, args, streams, signal } = context;
  const engine = await engineFor(context);
  const dry = args.switches.has('dry-run');
  if (!dry) requireConfirmation(context);
  const given = await readHanded(context);
  if (!dry) await refuseLeftover(engine);
  streams.err(`${progress.looking}\n`);
  const before = await look(context, wanted);
  // What is only worth knowing is fixed where it is asked for by its name.
  const all = wanted.includes('*');
  const tried = all ? triedToFix(await engine.receipts(), world.clock.now()) : new Set<string>();
  const again = before.findings.filter(({ id, repairs }) => tried.has(id) && repairs !== undefined);
  for (const { id, says } of again)
    streams.err(`! ${says}\n    ${words.tried(pasteable(`clawauth-setup doctor --fix --id ${id}`, world))}\n`);
  const isChosen = ({ id, verdict }: Found) => !tried.has(id) && (verdict !== 'info' || !all);
  const login = dry ? null : await signInFirst(context, before, before.findings.filter(isChosen));
  if (signal.aborted) throw new Cancelled();
  // What is wrong with Claude Code signed in is what is left to fix.
  const seen = login === null ? before : await look(context, wanted, { after: Date.parse(login.receipt.startedAt) });
  const chosen = seen.findings.filter(isChosen);
  const token = given ?? (dry ? null : await tokenFor(context, seen, chosen));
  const fixing = await planFix(seen.facts, chosen, world, { hasToken: token !== null || dry });
  const preview = await previewPlan(fixing.plan, { world, kinds: actionKinds });
  if (dry || (fixing.plan.actions.length === 0 && login === null))
    return nothingDone(context, seen, fixing, planText(preview, world.home), dry);
  if (login !== null && fixing.plan.actions.length === 0)
    return judgedAgain(context, before, { ids: login.ids, receipts: [login.receipt] }, seen);

  streams.err(`${summary(seen.findings)}\n\n${planText(preview, world.home)}${waitsText(fixing.waits)}`);
  if (!args.switches.has('yes') && !(await confirm(streams, signal, words.ask, true)))
    throw new Cancelled(login === null ? words.nothingChanged : words.nothingElse);
  const receipt = await engine.apply(fixing.plan, {
    ...fixRecord(fixing.fixes),
    secrets: secretsOf(token),
    ...runOptions(context),
  });
  if (receipt.outcome !== 'applied' || signal.aborted) return ended(context, receipt);
  streams.err(`${progress.again}\n`);
  const options = { live: args.switches.has('live'), after: Date.parse(receipt.startedAt) };
  const after = await look(context, ['*'], options);
  const ids = [...new Set([...(login?.ids ?? []), ...fixing.fixes.map(({ id }) => id)])];
  return judgedAgain(context, before, { ids, receipts: [receipt, ...(login === null ? [] : [login.receipt])] }, after);
}

/** A sign-in to Claude Code that came before the other fixes, and the ids that it was for. */
interface Login {
  readonly ids: readonly string[];
  readonly receipt: Receipt;
}

/** Asked only where somebody is there; without it the rest is fixed. */
async function signInFirst(context: CommandContext, seen: Seen, chosen: readonly Found[]): Promise<Login | null> {
  const { args, streams, signal } = context;
  const waits = chosen.filter((found) => needsLogin(found));
  if (waits.length === 0 || args.switches.has('yes') || !streams.stdinTty) return null;
  for (const { says } of waits) streams.err(`✘ ${says}\n`);
  if (!(await confirm(streams, signal, waiting.login, true))) return null;
  const receipt = await logInPlainly(context, ofOpenClaw(seen.facts));
  streams.err(`${progress.again}\n`);
  return { ids: waits.map(({ id }) => id), receipt };
}

/** Asked only where one would fix something, and somebody is there; without one the rest is fixed. */
async function tokenFor(context: CommandContext, seen: Seen, chosen: readonly Found[]): Promise<HandedSecret | null> {
  const { args, streams, signal } = context;
  const waits = chosen.filter((found) => needsToken(found));
  if (waits.length === 0 || args.switches.has('yes') || !streams.stdinTty) return null;
  for (const { says } of waits) streams.err(`✘ ${says}\n`);
  if (!(await confirm(streams, signal, waiting.token, true))) return null;
  return (await newSecret(context, seen.facts, signInMethod.secret)).handed;
}

function waitsText(waits: readonly Found[]): string {
  if (waits.length === 0) return '';
  const text = (what: string, those: readonly Found[]) =>
    those.length === 0 ? '' : `${what}\n${those.map(({ says }) => `  ${says}\n`).join('')}`;
  const logins = waits.filter((found) => needsLogin(found));
  const tokens = waits.filter((found) => !needsLogin(found));
  const { name, noun } = signInMethod.secret;
  const typed = [...new Set(logins.map(({ byHand = 'claude auth login' }) => byHand))].join('  or  ');
  return text(waiting.byLogin(logins.length, typed), logins) + text(waiting.byToken(tokens.length, noun, name), tokens);
}

function nothingDone(context: CommandContext, seen: Seen, fixing: FixPlan, plan: string, dry: boolean): ExitCode {
  const { args, streams, world } = context;
  const exitCode: ExitCode = seen.findings.some(({ verdict }) => verdict === 'error') ? 1 : 0;
  const { fixes, waits } = fixing;
  if (args.switches.has('json')) {
    const fix = { dryRun: dry, would: fixes.map(({ id }) => id), waits: waits.map(({ id }) => id) };
    streams.out(`${JSON.stringify(doctorJson(seen, exitCode, world, { changed: dry && fixes.length > 0, fix }))}\n`);
  } else if (fixes.length > 0) streams.out(`${summary(seen.findings)}\n\n${plan}${waitsText(waits)}`);
  else {
    streams.out(doctorText(seen, world));
    streams.out(`\n${words.nothingToFix}\n${waitsText(waits)}`);
  }
  return exitCode;
}

function ended(context: CommandContext, receipt: Receipt): ExitCode {
  const { world, signal } = context;
  const exitCode: ExitCode = signal.aborted ? 130 : receipt.outcome === 'put back' ? 1 : 3;
  const more = { changed: changedBy(receipt), receipt: receiptJson(receipt) };
  return answer(context, exitCode, more, () => receiptText(receipt, world));
}

/** The same checks once more: what was fixed, what is left of it, and what is new. */
function judgedAgain(
  { args, streams, world }: CommandContext,
  before: Seen,
  { ids, receipts }: { readonly ids: readonly string[]; readonly receipts: readonly Receipt[] },
  after: Seen,
): ExitCode {
  const [receipt, login] = receipts as readonly [Receipt, Receipt?];
  const outcome = outcomeOf(ids, before.judged, after.findings);
  const { fixed } = outcome;
  const left = ids.filter((id) => !fixed.includes(id));
  const fresh = outcome.fresh.map(({ id }) => id);
  const exitCode: ExitCode =
    left.length > 0 || fresh.length > 0 ? 3 : after.findings.some(({ verdict }) => verdict === 'error') ? 1 : 0;
  if (args.switches.has('json')) {
    const also = login === undefined ? {} : { login: receiptJson(login) };
    const fix = { receipt: receiptJson(receipt), ...also, fixed, left, new: fresh };
    streams.out(`${JSON.stringify(doctorJson(after, exitCode, world, { changed: true, fix }))}\n`);
    return exitCode;
  }
  const row = (what: string, names: readonly string[]) => (names.length === 0 ? '' : `${what}: ${names.join(', ')}\n`);
  streams.out(
    `${row(`✔ ${words.fixed}`, fixed)}${row(`✘ ${words.stillThere}`, left)}${row(`! ${words.fresh}`, fresh)}\n`,
  );
  streams.out(doctorText(after, world));
  streams.out(`\n${ending.undo(undoCommand(receipt, world))}\n`);
  return exitCode;
}
