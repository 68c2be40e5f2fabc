import { refuseOther } from '../methods/handed.ts';
import type { MethodSecret } from '../methods/question.ts';
import { Cancelled, type ExitCode } from '../system/problem.ts';
import { requireConfirmation } from './answers.ts';
import { carryOut, refuseLeftover, withoutChange } from './apply.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { missingSecret, readHanded } from './handed.ts';
import { prepareRenewal } from './home.ts';
import { newSecret } from './plain-sign-in.ts';
import { planned } from './prepare.ts';
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
  // What cannot be renewed is told before anybody signs in for nothing.
  let prepared = await planned(context, (seen) => prepareRenewal(home, seen, given, args.answers));
  const { facts } = prepared;
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
  `The old ${noun} stays valid${lasts === null ? '' : ' until it ends'}.`;
