import type { Action, Plan } from '../engine/types.ts';
import { serviceHashes } from '../facts/services.ts';
import type { Facts } from '../facts/types.ts';
import { claudeRef } from '../openclaw/claude-models.ts';
import { makePlan } from '../plan/index.ts';
import { factValue } from '../system/fact.ts';
import { Problem } from '../system/problem.ts';
import { apiKey } from './api-key/index.ts';
import { claudeCli } from './claude-cli/index.ts';
import { oauthSync } from './oauth-sync/index.ts';
import { proxy } from './proxy/index.ts';
import { setupToken } from './setup-token/index.ts';
import type { Answers, Method, PlanOptions, Role } from './types.ts';

/** The ways to sign in, best first. The only list of them. */
export const methods: readonly Method[] = [setupToken, claudeCli, proxy, apiKey, oauthSync];

/** What is set up now, completed by what the method of this id suggests; the best available one without it. */
export function defaultAnswers(facts: Facts, id?: string, role?: Role): Answers {
  const method =
    methods.find((one) => one.id === id) ?? methods.find((one) => one.availability(facts).ok) ?? (methods[0] as Method);
  return method.defaults(facts, role);
}

/** Throws `Problem('unknown-method')`, exit code 2. */
export function methodOf(answers: Pick<Answers, 'method'>): Method {
  const method = methods.find((one) => one.id === answers.method);
  if (method) return method;
  throw new Problem('unknown-method', `There is no way to sign in called "${answers.method}".`, {
    why: `There is: ${methods.map((one) => one.id).join(', ')}.`,
    next: 'clawauth-setup apply --help',
    exitCode: 2,
  });
}

/** Refs that a person can choose from, best first: the method's own, else Claude's of the installed release. */
export function offeredModels(method: Method, facts: Facts): readonly string[] {
  if (method.models !== undefined) return method.models(facts);
  return (facts.catalogue.known ? facts.catalogue.value.anthropic : []).map(claudeRef);
}

/**
 * The plan of these answers, with the state of every file it was made from and touches. Empty when everything is so and
 * no new token is given. Pure; throws a `Problem` when the facts do not allow it.
 */
export function planFor(facts: Facts, answers: Answers, options: PlanOptions = {}): Plan {
  return planOf(facts, methodOf(answers).plan(facts, answers, options));
}

/** These answers with the end of the token that this run brings. `given`: what somebody said about them. */
export function withTokenEnd(facts: Facts, answers: Answers, given: Partial<Answers>, options: PlanOptions): Answers {
  const method = methodOf(answers);
  if (given.tokenExpires !== undefined || method.tokenEnd === undefined) return answers;
  return { ...answers, tokenExpires: method.tokenEnd(facts, answers, options) };
}

/** These steps as a plan, with the state of every file that the facts were read from and they touch. */
export function planOf(facts: Facts, actions: readonly Action[]): Plan {
  const seen = { ...factValue(facts.files), ...serviceHashes(factValue(facts.services)) };
  const touched = new Set(actions.flatMap((action) => action.touches.map(({ path }) => path)));
  const madeFrom = Object.fromEntries(Object.entries(seen).filter(([path]) => touched.has(path)));
  return makePlan(actions, madeFrom);
}

/** The plan of a new token in the place of the old one; see {@link Method.renewal}. */
export function renewalFor(facts: Facts, answers: Answers, options: PlanOptions = {}): Plan {
  const method = methodOf(answers);
  if (method.renewal === undefined) {
    throw new Problem('nothing-to-renew', `${method.title}: nothing of it ends, so there is nothing to renew.`);
  }
  return planOf(facts, method.renewal(facts, answers, options));
}
