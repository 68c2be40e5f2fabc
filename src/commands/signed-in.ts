import { claudeToLogIn, loginTyped } from '../doctor/claude-login.ts';
import { needsSignIn, ofWhose } from '../facts/claude-login.ts';
import type { Facts } from '../facts/types.ts';
import { asking } from '../methods/asking.ts';
import { methods } from '../methods/index.ts';
import { Problem } from '../system/problem.ts';
import type { CommandContext } from './context.ts';
import { logInPlainly } from './plain-sign-in.ts';
import { lookAround } from './prepare.ts';
import { confirm } from './prompt.ts';
import { nothingChanged, signIn as words } from './words/asking.ts';

/**
 * The facts of a machine on which this way can work: where it needs a Claude Code that is signed in, the person signs in
 * first. Where nobody can, throws `Problem('claude-signed-out')` before anything is written.
 */
export async function signedIn(context: CommandContext, facts: Facts, method: string | undefined): Promise<Facts> {
  const { args, streams, signal } = context;
  const signsIn = asking.find(({ id }) => id === method)?.signsIn;
  const seen = ofWhose(signsIn ?? 'this machine', facts);
  // Where the method is not available a sign-in would not help: the plan says why.
  const can = methods.find(({ id }) => id === method)?.availability(facts).ok ?? true;
  if (signsIn === undefined || !can || !needsSignIn(seen) || args.switches.has('dry-run')) return facts;
  const asks = streams.stdinTty && !args.switches.has('yes');
  const question = `${words.needed} ${words.signInNow}`;
  if (!asks || !(await confirm(streams, signal, question, true))) {
    throw new Problem('claude-signed-out', words.needed, {
      why: nothingChanged,
      next: loginTyped(seen, claudeToLogIn(seen)?.path),
    });
  }
  await logInPlainly(context, seen);
  return lookAround(context);
}
