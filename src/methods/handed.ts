import type { SecretReading } from '../claude/pasted.ts';
import type { Plan } from '../engine/types.ts';
import { needsSecret } from '../plan/secrets.ts';
import { Problem } from '../system/problem.ts';
import type { Secret } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import { applyFromStdin, storing, storingAs } from './asking.ts';
import { methods } from './index.ts';
import type { MethodSecret } from './question.ts';
import type { PlanOptions } from './types.ts';

/** A secret that was handed over, and what steps call it. */
export interface HandedSecret {
  readonly name: string;
  readonly value: Secret;
}

/** The secret that these steps ask for; undefined where they ask for none. */
export function secretFor(plan: Pick<Plan, 'actions' | 'takes'>): MethodSecret | undefined {
  return storing.find(({ secret }) => needsSecret(plan, secret.name))?.secret;
}

/** Whether these steps bring a credential into OpenClaw's store, be it a secret or the place where one lies. */
export function storesCredential({ actions, takes }: Pick<Plan, 'actions' | 'takes'>): boolean {
  const ours = storing.map(({ secret }) => `store-${secret.name}-`);
  return actions.some(({ id }, index) => takes?.[index] == null && ours.some((start) => id.startsWith(start)));
}

/** Throws where the way that was chosen takes another secret than the one that was handed over. */
export function refuseOther(handed: HandedSecret | null, method: string | undefined): void {
  const chosen = storing.find(({ id }) => id === method);
  if (handed === null || chosen === undefined || chosen.secret.name === handed.name) return;
  const other = storingAs(handed.name);
  throw new Problem('other-secret', `${chosen.id} takes ${chosen.secret.one}, not ${other?.secret.one}.`, {
    next: applyFromStdin(chosen),
    exitCode: 2,
  });
}

/** As the engine takes it. */
export function secretsOf(handed: HandedSecret | null): Readonly<Record<string, Secret>> {
  return handed === null ? {} : { [handed.name]: handed.value };
}

/** As a plan takes it. `assumed`: a plan as it is with one that is not stored yet. */
export function planOptions(handed: HandedSecret | null, assumed = false): PlanOptions {
  return handed === null ? { hasSecret: assumed } : { hasSecret: true, secret: handed.value };
}

/** What a pasted text is, where the secret of this name belongs. What another way takes is refused with that way. */
export async function readSecret(name: string, text: string, world: World): Promise<SecretReading> {
  const wanted = methods.find(({ secret }) => secret?.name === name);
  const read = await wanted?.readSecret?.(text, world);
  if (read === undefined) throw new Error(`No method takes a secret called "${name}"`);
  if (read.ok) return read;
  for (const other of storing) {
    const method = methods.find(({ id }) => id === other.id);
    if (other.secret.name === name || !(await method?.readSecret?.(text, world))?.ok) continue;
    const { code, what, more } = read.problem;
    return { ok: false, problem: new Problem(code, what, { ...more, next: applyFromStdin(other) }) };
  }
  return read;
}
