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
  const file = namedFile(facts, answers);
  const at = file === null ? variableAt(facts, variableOf(found.reference)) : { file, line: 1 };
  if (at?.line === undefined) {
    throw new Problem('profile-is-reference', `${points}.`, {
      why: `${why} Put the new ${noun} where the profile points, or store it under another name.`,
      next: otherName(way),
    });
  }
  const restart = asTyped(target, 'gateway', 'restart');
  const where = file === null ? `, which is set in ${at.file}, line ${at.line}` : `, which is ${file}`;
  throw new Problem('profile-is-reference', `${points}${where}.`, {
    why: `${why} Put the new ${noun} there, then restart the gateway (${restart}). Or store it under another name: ${otherName(way)}`,
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
    throw new Problem('no-variables', `OpenClaw ${release.version} cannot read ${one} from a variable.`, {
      why: 'It would take the name itself for the key. 2026.5.28 is the first that can. Nothing was written.',
      next: `clawauth-setup apply --method ${way.id} --${way.secret.name}-stdin`,
      exitCode: 2,
    });
  }
  if (variableAt(facts, name) !== null) return;
  const file = envFile(state.stateDir);
  throw new Problem('variable-missing', `OpenClaw's gateway does not get the variable ${name}.`, {
    why: `It stands neither in ${file} nor in the gateway's service, and without it releases up to 2026.7.1 do not start. Put ${name}=… with the ${noun} into that file, and let only yourself read it (chmod 600). Nothing was written.`,
    next: editorAt(file, 1),
    exitCode: 2,
  });
}

/** Whether the variable that the profile names reaches the gateway. Empty where the profile holds the secret itself. */
export function variableFindings(noun: string, facts: Facts, answers: Answers): Finding[] {
  const name = namedVariable(facts, answers);
  if (name === null) return [];
  const at = variableAt(facts, name);
  if (at !== null) return [{ verdict: 'ok', says: `OpenClaw reads the ${noun} from ${name}, set in ${at.file}.` }];
  const says = `OpenClaw reads the ${noun} from ${name}, which its gateway does not get.`;
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
  const says = `Whether ${answers.profileId} points to a secret elsewhere could not be checked: the Node that runs OpenClaw has no SQLite. If it does, the ${secret.noun} will be in plain text in its place.`;
  return [{ code: 'reference-unread', says }];
}

function stored(facts: Facts, { profileId }: Answers) {
  return (factValue(facts.profiles) ?? []).filter(({ id }) => id === profileId);
}
