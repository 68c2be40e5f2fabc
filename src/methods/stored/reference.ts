import { join } from 'node:path';
import type { Facts } from '../../facts/types.ts';
import { asTyped, modelsTyped, type Target } from '../../openclaw/openclaw-program.ts';
import type { AgentFacts } from '../../openclaw/records.ts';
import { factValue } from '../../system/fact.ts';
import { editorAt } from '../../system/file-problems.ts';
import { Problem } from '../../system/problem.ts';
import type { StoringMethod } from '../question.ts';
import type { Answers, PlanWarning } from '../types.ts';

/** Codes of what {@link refuseReference} throws. */
export const REFERENCE: ReadonlySet<string> = new Set(['profile-unread', 'profile-is-reference']);

const otherName = ({ id }: StoringMethod) => `clawauth-setup apply --method ${id} --profile-id anthropic:plan`;

/** A profile that points to a secret elsewhere stays that way: stored in its place, it would be in plain text. */
export function refuseReference(
  way: StoringMethod,
  facts: Facts,
  target: Target,
  answers: Answers,
  agents: readonly AgentFacts[],
): void {
  const { noun } = way.secret;
  const { profileId } = answers;
  const own = stored(facts, answers).filter(({ agent }) => agents.some((one) => one.id === agent));
  // Who asks OpenClaw alone cannot tell a secret from a profile that points to one.
  const unread = !facts.storedOrders.known && facts.storedOrders.reason === 'unreadable';
  if (own.length > 0 && unread) {
    throw new Problem(
      'profile-unread',
      `Whether the profile ${profileId} holds a secret or points to one is not known.`,
      {
        why: `The database of credentials could not be read. Storing the ${noun} there might leave it in plain text. Nothing was written. Let OpenClaw open the database once, then try again.`,
        next: modelsTyped(target, 'status'),
      },
    );
  }
  const found = own.find(({ reference }) => reference !== undefined);
  if (found === undefined) return;
  const points = `The profile ${profileId} of ${found.agent} points to ${found.reference}`;
  const why = `Storing the ${noun} here would leave it in plain text. Nothing was written.`;
  const name = /^env (?:.* )?(\S+)$/.exec(found.reference ?? '')?.[1];
  // The last line of that name counts.
  const line = target.state.variables?.findLast((variable) => variable.name === name)?.line;
  if (line === undefined) {
    throw new Problem('profile-is-reference', `${points}.`, {
      why: `${why} Put the new ${noun} where the profile points, or store it under another name.`,
      next: otherName(way),
    });
  }
  const file = join(target.state.stateDir, '.env');
  const restart = asTyped(target, 'gateway', 'restart');
  throw new Problem('profile-is-reference', `${points}, which is set in ${file}, line ${line}.`, {
    why: `${why} Put the new ${noun} there, then restart the gateway (${restart}). Or store it under another name: ${otherName(way)}`,
    next: editorAt(file, line),
  });
}

/** Without SQLite nothing tells whether the profile that gets the secret points to one elsewhere. */
export function unreadReference({ secret }: StoringMethod, facts: Facts, answers: Answers): PlanWarning[] {
  const { storedOrders } = facts;
  if (storedOrders.known || storedOrders.reason !== 'absent' || stored(facts, answers).length === 0) return [];
  const says = `Whether ${answers.profileId} points to a secret elsewhere could not be checked: the Node that runs OpenClaw has no SQLite. If it does, the ${secret.noun} will be in plain text in its place.`;
  return [{ code: 'reference-unread', says }];
}

function stored(facts: Facts, { profileId }: Answers) {
  return (factValue(facts.profiles) ?? []).filter(({ id }) => id === profileId);
}
