import { refuseOther } from '../methods/handed.ts';
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
import { renew as words } from './words/runs.ts';

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
  if (!args.switches.has('yes') && !(await confirm(streams, signal, words.ask(secret?.noun), true))) {
    throw new Cancelled(words.validAnyway(secret?.noun));
  }
  const code = await carryOut(context, home.engine, prepared, handed);
  if (code === 0 && secret !== undefined)
    streams.err(`${words.oldStays(secret.noun, secret.lasts !== null, secret.revokedAt)}\n`);
  return code;
}
