import { join } from 'node:path';
import type { Facts } from '../../facts/types.ts';
import { asTyped, modelsTyped, type Target } from '../../openclaw/openclaw-program.ts';
import type { AgentFacts } from '../../openclaw/records.ts';
import { storesByProgram } from '../../openclaw/store-credential.ts';
import { factValue } from '../../system/fact.ts';
import { editorAt } from '../../system/file-problems.ts';
import { Problem } from '../../system/problem.ts';
import type { StoringMethod } from '../question.ts';
import { gatewayUnit } from '../shared/gateway-unit.ts';
import type { Answers, Finding, PlanWarning } from '../types.ts';
import { namedFile } from './file-reference.ts';
import { reference as words } from './words.ts';

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
    throw new Problem('profile-unread', words.unknown(profileId), {
      why: words.databaseUnread(noun),
      next: modelsTyped(target, 'status'),
    });
  }
  const found = own.find(({ reference }) => reference !== undefined);
  if (found === undefined) return;
  const points = words.pointsTo(profileId, found.agent, found.reference);
  const why = words.plainText(noun);
  const file = namedFile(facts, answers);
  const at = file === null ? variableAt(facts, variableOf(found.reference)) : { file, line: 1 };
  if (at?.line === undefined) {
    throw new Problem('profile-is-reference', `${points}.`, {
      why: words.thereOrElsewhere(why, noun),
      next: otherName(way),
    });
  }
  const restart = asTyped(target, 'gateway', 'restart');
  const where = file === null ? words.setIn(at.file, at.line) : words.whichIs(file);
  throw new Problem('profile-is-reference', `${points}${where}.`, {
    why: words.putThere(why, noun, restart, otherName(way)),
    next: editorAt(at.file, at.line),
  });
}

/**
 * A variable can stand in the place of a secret where OpenClaw's own program stores it: 2026.2.17 sends its very name to the
 * provider. One that the gateway does not get keeps releases up to 2026.7.1 from starting.
 */
export function refuseVariable(way: StoringMethod, facts: Facts, { release, state }: Target, name: string): void {
  const { type, noun, one } = way.secret;
  if (!storesByProgram(release.version, type)) {
    throw new Problem('no-variables', words.tooOld(release.version, one), {
      why: words.takesTheName,
      next: `clawauth-setup apply --method ${way.id} --${way.secret.name}-stdin`,
      exitCode: 2,
    });
  }
  if (variableAt(facts, name) !== null) return;
  const file = envFile(state.stateDir);
  throw new Problem('variable-missing', words.gatewayLacks(name), {
    why: words.putVariable(file, name, noun),
    next: editorAt(file, 1),
    exitCode: 2,
  });
}

/** Whether the variable that the profile names reaches the gateway. Empty where the profile holds the secret itself. */
export function variableFindings(noun: string, facts: Facts, answers: Answers): Finding[] {
  const name = namedVariable(facts, answers);
  if (name === null) return [];
  const at = variableAt(facts, name);
  if (at !== null) return [{ verdict: 'ok', says: words.readsVariable(noun, name, at.file) }];
  const says = words.gatewayGetsNot(noun, name);
  return [{ verdict: 'error', says, next: editorAt(envFile(factValue(facts.state)?.stateDir ?? ''), 1) }];
}

/** The variable that the profile of these answers names in the place of a secret. */
export function namedVariable(facts: Facts, answers: Answers): string | null {
  return variableOf(stored(facts, answers).find(({ reference }) => reference !== undefined)?.reference);
}

/** Where the gateway gets a variable from: the last line of that name in OpenClaw's own file counts, else its service. */
export function variableAt(
  facts: Facts,
  name: string | null,
): { readonly file: string; readonly line?: number } | null {
  const state = factValue(facts.state);
  const line = state?.variables?.findLast((variable) => variable.name === name)?.line;
  if (state !== undefined && line !== undefined) return { file: envFile(state.stateDir), line };
  const unit = gatewayUnit(facts);
  return name !== null && unit?.variables.includes(name) ? { file: unit.file } : null;
}

const envFile = (stateDir: string) => join(stateDir, '.env');

/** `env default MY_KEY` → `MY_KEY` */
const variableOf = (reference: string | undefined) => /^env (?:.* )?(\S+)$/.exec(reference ?? '')?.[1] ?? null;

/** Without SQLite nothing tells whether the profile that gets the secret points to one elsewhere. */
export function unreadReference({ secret }: StoringMethod, facts: Facts, answers: Answers): PlanWarning[] {
  const { storedOrders } = facts;
  if (storedOrders.known || storedOrders.reason !== 'absent' || stored(facts, answers).length === 0) return [];
  const says = words.couldNotCheck(answers.profileId, secret.noun);
  return [{ code: 'reference-unread', says }];
}

function stored(facts: Facts, { profileId }: Answers) {
  return (factValue(facts.profiles) ?? []).filter(({ id }) => id === profileId);
}
