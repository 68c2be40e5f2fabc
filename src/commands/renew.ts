import { bestClaude } from '../claude/index.ts';
import type { Facts } from '../facts/types.ts';
import { type HandedSecret, refuseOther } from '../methods/handed.ts';
import type { MethodSecret } from '../methods/question.ts';
import { factValue } from '../system/fact.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import { requireConfirmation } from './answers.ts';
import { carryOut, refuseLeftover, withoutChange } from './apply.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { missingSecret, readHanded } from './handed.ts';
import { prepareRenewal } from './home.ts';
import { pasted } from './plain.ts';
import { signInPlainly } from './plain-sign-in.ts';
import { lookAround } from './prepare.ts';
import { planText } from './print-plan.ts';
import { confirm } from './prompt.ts';

/**
 * `clawauth-setup renew`: a new secret under the same profile id, and nothing else. It comes by pipe or file; on a terminal
 * Claude Code signs in again, or it is pasted.
 */
export async function runRenew(context: CommandContext): Promise<ExitCode> {
  const { world, args, streams, signal } = context;
  const home = { world, engine: await engineFor(context) };
  const dry = args.switches.has('dry-run');
  if (!dry) requireConfirmation(context);
  const given = await readHanded(context);
  if (!dry) await refuseLeftover(home.engine);
  const facts = await lookAround(context);

  // What cannot be renewed is told before anybody signs in for nothing.
  let prepared = await prepareRenewal(home, facts, given, args.answers);
  refuseOther(given, prepared.method.id);
  if (dry || prepared.plan.actions.length === 0) return withoutChange(context, prepared, dry);
  const { secret } = prepared.method;
  let handed = given;
  if (handed === null && secret !== undefined) {
    if (!streams.stdinTty) throw missingSecret(secret);
    const made = await newSecret(context, facts, secret);
    const ends = made.expires === null ? {} : { tokenExpires: made.expires };
    handed = made.handed;
    prepared = await prepareRenewal(home, facts, handed, { ...ends, ...args.answers });
    if (prepared.plan.actions.length === 0) return withoutChange(context, prepared, dry);
  }
  streams.err(planText(prepared.preview, world.home, prepared));
  if (!args.switches.has('yes') && !(await confirm(streams, signal, `Store the new ${secret?.noun}?`, true))) {
    throw new Cancelled(
      `Nothing was changed. The new ${secret?.noun} is valid all the same: revoke it if you do not want it.`,
    );
  }
  const code = await carryOut(context, home.engine, prepared, handed);
  if (code === 0 && secret !== undefined) streams.err(`${oldStays(secret)} Revoke it: ${secret.revokedAt}\n`);
  return code;
}

const oldStays = ({ noun, lasts }: MethodSecret) =>
  `The old ${noun} goes on being valid${lasts === null ? '' : ' until it ends'}.`;

/**
 * Through Claude Code's sign-in where that makes it; one that was made elsewhere can be pasted where that cannot be.
 * `expires`: Unix ms, as Claude Code told it; null when it did not.
 */
export async function newSecret(
  context: CommandContext,
  facts: Facts,
  secret: MethodSecret,
): Promise<{ readonly handed: HandedSecret; readonly expires: number | null }> {
  const claude = secret.bySignIn ? bestClaude(factValue(facts.claude) ?? []) : null;
  try {
    if (claude !== null) {
      const { token, expires } = await signInPlainly(context, claude);
      return { handed: { name: secret.name, value: token }, expires };
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    context.streams.err(`✘ ${error.what}\n`);
  }
  return { handed: await pasted(context, secret), expires: null };
}
