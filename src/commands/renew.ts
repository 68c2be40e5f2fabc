import { bestClaude } from '../claude/index.ts';
import type { Facts } from '../facts/types.ts';
import { TOKENS_PAGE } from '../history/uninstall.ts';
import { factValue } from '../system/fact.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import { missing } from './answers.ts';
import { carryOut, refuseLeftover, withoutChange } from './apply.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { prepareRenewal } from './home.ts';
import { askToken } from './plain.ts';
import { type MadeToken, signInPlainly } from './plain-sign-in.ts';
import { lookAround } from './prepare.ts';
import { planText } from './print-plan.ts';
import { confirm } from './prompt.ts';
import { readToken } from './token.ts';

/**
 * `clawauth-setup renew`: a new token under the same profile id, and nothing else. The token comes by pipe or file; on a
 * terminal Claude Code signs in again.
 */
export async function runRenew(context: CommandContext): Promise<ExitCode> {
  const { world, args, streams, signal } = context;
  const home = { world, engine: await engineFor(context) };
  const dry = args.switches.has('dry-run');
  if (!dry && !args.switches.has('yes') && !streams.stdinTty)
    throw missing('yes', 'There is no terminal to confirm on.');
  const given = await readToken(context);
  if (given === null && !dry && !streams.stdinTty)
    throw missing('token-stdin or --token-file', 'The token is missing.');
  if (!dry) await refuseLeftover(home.engine);
  const facts = await lookAround(context);

  // What cannot be renewed is told before anybody signs in for nothing.
  let prepared = await prepareRenewal(home, facts, given, args.answers);
  if (dry || prepared.plan.actions.length === 0) return withoutChange(context, prepared, dry);
  let token = given;
  if (token === null) {
    const made = await newToken(context, facts);
    const ends = made.expires === null ? {} : { tokenExpires: made.expires };
    token = made.token;
    prepared = await prepareRenewal(home, facts, token, { ...ends, ...args.answers });
    if (prepared.plan.actions.length === 0) return withoutChange(context, prepared, dry);
  }
  streams.err(planText(prepared.preview, world.home, prepared.warnings));
  if (!args.switches.has('yes') && !(await confirm(streams, signal, 'Store the new token?', true))) {
    throw new Cancelled('Nothing was changed. The new token is valid all the same: revoke it if you do not want it.');
  }
  const code = await carryOut(context, home.engine, prepared, token);
  if (code === 0) streams.err(`The old token goes on being valid until it ends. Revoke it: ${TOKENS_PAGE}\n`);
  return code;
}

/** Signs in through Claude Code; a token that was made elsewhere can be pasted where that cannot be. */
export async function newToken(context: CommandContext, facts: Facts): Promise<MadeToken> {
  const claude = bestClaude(factValue(facts.claude) ?? []);
  try {
    if (claude !== null) return await signInPlainly(context, claude);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    context.streams.err(`✘ ${error.what}\n`);
  }
  return { token: await askToken(context), expires: null };
}
