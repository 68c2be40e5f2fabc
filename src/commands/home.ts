import { actionKinds } from '../actions/index.ts';
import { refuseBlocked, refuseSilent, refuseUnanswered } from '../doctor/gate.ts';
import type { RunOptions } from '../engine/index.ts';
import type { Facts } from '../facts/types.ts';
import { copiesLeft, withoutHash } from '../methods/copies-left.ts';
import { answersOf, type HomeContext, homeFacts, takeBackView } from '../methods/home.ts';
import type { UninstallResult, UninstallView } from '../methods/home-types.ts';
import { defaultAnswers, methodOf, renewalFor, withTokenEnd } from '../methods/index.ts';
import { withReminder } from '../methods/reminder.ts';
import { recordFor } from '../methods/switch.ts';
import type { Answers, Finding } from '../methods/types.ts';
import { looksAfter, previewUninstall, takeAllBack } from '../methods/uninstall.ts';
import { previewPlan } from '../plan/index.ts';
import { needsSecret } from '../plan/secrets.ts';
import { factValue } from '../system/fact.ts';
import type { Secret } from '../system/secret.ts';
import { withToken } from './apply.ts';
import { forgetPreferences } from './preferences.ts';
import type { Prepared } from './prepare.ts';

export { type HomeContext, homeFacts, previewUninstall };

const PURGE = 'clawauth-setup uninstall --purge';

/**
 * The plan of a renewal: the new token under the same profile id, nothing else (and the day in the reminder, where one
 * is on). `token` null shows the plan as it would be with one. Throws `Problem('nothing-to-renew')`.
 */
export async function prepareRenewal(
  { world, engine }: HomeContext,
  facts: Facts,
  token: Secret | null,
  given: Partial<Pick<Answers, 'agents' | 'profileId' | 'tokenExpires' | 'restartGateway'>> = {},
): Promise<Prepared> {
  const standing = await engine.inForce();
  const before = standing.map(answersOf).find((answers) => answers !== null);
  refuseBlocked(facts);
  // Whether there is a token to renew only OpenClaw knows.
  if (!facts.profiles.known) refuseUnanswered(facts);
  const present = defaultAnswers(facts);
  const options = withToken(token, token === null);
  const begun: Answers = {
    ...present,
    aliases: inUse(present.aliases, facts),
    // Which agents a set-up was for is told by nothing but its receipt.
    ...(before ? { role: before.role, agents: before.agents, newAgent: before.newAgent } : {}),
    ...given,
  };
  const method = methodOf(begun);
  const answers = withTokenEnd(facts, begun, given, options);
  const stored = renewalFor(facts, answers, options);
  const plan = withReminder(world, stored, standing, answers.tokenExpires);
  refuseSilent(facts, plan.actions);
  const preview = await previewPlan(plan, { world, kinds: actionKinds });
  const record = { ...recordFor(answers, null), title: `New token under ${answers.profileId}` };
  const warnings = (needsSecret(plan, 'token') && method.storeWarnings?.(facts, answers)) || [];
  return { facts, answers, method, plan, preview, warnings, record, renews: true };
}

/** What a new set-up would add to the aliases, a renewal does not. */
function inUse(aliases: Answers['aliases'], facts: Facts): Answers['aliases'] {
  const now = factValue(facts.config)?.aliases ?? {};
  return Object.fromEntries(Object.entries(aliases).filter(([alias, ref]) => now[alias] === ref));
}

/** What an undo of one run would change. */
export async function previewUndo(
  { engine }: HomeContext,
  id: string,
): Promise<Pick<UninstallView, 'steps' | 'changes'>> {
  const { steps, changes } = await takeBackView(engine, id);
  return { steps, changes };
}

/**
 * Takes everything of ours back in one run, then looks whether OpenClaw still starts. With `purge` the backups and
 * preferences go as well, but only when all of it could be taken back.
 */
export async function runUninstall(
  { world, engine }: HomeContext,
  options: RunOptions & {
    readonly purge?: boolean;
    /** Told when all is taken back and OpenClaw is asked. */
    readonly onAsking?: () => void;
    readonly onSlow?: (says: string) => void;
  },
): Promise<UninstallResult> {
  const standing = await engine.inForce();
  const hashes = standing.flatMap(({ secrets }) => Object.values(secrets ?? {}));
  const unproved = withoutHash(standing);
  // Newest first: what was wrong before the first of them.
  const wrong = standing.at(-1)?.about.wrong;
  const receipt = await takeAllBack(engine, options);
  if (!options.signal?.aborted) options.onAsking?.();
  const looked = options.signal?.aborted ? [] : await looksAfter(world, options.signal, options.onSlow, wrong);
  const findings = [...looked, ...(options.signal?.aborted ? [] : await copiesLeft(world, hashes, unproved))];
  if (options.purge !== true) return { receipt, findings, purged: false };
  const whole = receipt.outcome === 'applied';
  if (whole && !options.signal?.aborted) {
    try {
      await purge({ world, engine });
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const says = `All was taken back, but ${engine.root} could not be removed whole: ${what}`;
      return { receipt, findings: [...findings, { verdict: 'error', says, next: PURGE }], purged: false };
    }
    return { receipt, findings: [...findings, { verdict: 'info', says: `${engine.root} was removed.` }], purged: true };
  }
  const kept = `${engine.root} was kept:`;
  const warning: Finding = whole
    ? { verdict: 'warning', says: `${kept} you stopped before that.`, next: PURGE }
    : { verdict: 'warning', says: `${kept} not everything could be taken back, and the rest needs it.` };
  return { receipt, findings: [...findings, warning], purged: false };
}

/** Removes backups, receipts and preferences: the way back is gone. */
export async function purge({ world, engine }: HomeContext): Promise<void> {
  await engine.purge();
  await forgetPreferences(world);
}
