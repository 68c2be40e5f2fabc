import { tokenEnds } from '../../claude/token.ts';
import type { Action } from '../../engine/types.ts';
import type { Facts } from '../../facts/types.ts';
import { authEdits } from '../../openclaw/auth-edits.ts';
import { directSteps } from '../../openclaw/direct-steps.ts';
import { doctorStep } from '../../openclaw/doctor-step.ts';
import { withRestart } from '../../openclaw/gateway-steps.ts';
import { featuresOf } from '../../openclaw/generation.ts';
import { migrationSteps } from '../../openclaw/migration-step.ts';
import type { Target } from '../../openclaw/openclaw-program.ts';
import { orderSteps } from '../../openclaw/order-step.ts';
import type { AgentFacts, ProfileFacts } from '../../openclaw/records.ts';
import { storesByProgram, storeTokenSteps } from '../../openclaw/store-token.ts';
import { factValue } from '../../system/fact.ts';
import { Problem } from '../../system/problem.ts';
import { fingerprint, type Secret } from '../../system/secret.ts';
import { cronActions, modelSteps } from '../model-plan.ts';
import { chosenAgents, targetOf } from '../target.ts';
import type { Answers, PlanOptions } from '../types.ts';
import { tokenRefs } from './defaults.ts';
import { METHOD_ID } from './questions.ts';
import { refuseReference } from './reference.ts';

/** The steps that bring `answers` about. Pure. Empty when all of it is so and no new token is given. */
export function planSetupToken(facts: Facts, answers: Answers, options: PlanOptions = {}): readonly Action[] {
  const target = targetOf(facts);
  const agents = chosenAgents(target, answers);
  const store = mustStore(facts, target, answers, agents, options);
  const byProgram = store && storesByProgram(target.release.version);

  const strays = factValue(facts.strayStores) ?? [];
  const doctor = strays.length > 0 && answers.doctorFix ? [doctorStep(target, strays)] : [];
  requireModel(answers);
  const refs = tokenRefs(facts);
  const configActions = modelSteps(target, answers, {
    ...refs,
    everything: 'Use Claude by default',
    first: authEdits(target.config, factValue(facts.profiles) ?? [], answers.profileId, byProgram),
    migratesFirst: byProgram && featuresOf(target.release.version).modelPolicy && answers.role !== 'agent',
    ...(doctor.length > 0 ? { moves: rosterMoves(target) } : {}),
    // A new agent has to wait for the next run: only then is it known where its kind stands.
    isLater: ({ op, path }) => doctor.length > 0 && op === 'insert' && path[0] === 'agents' && path[1] === 'list',
  });
  const storeActions = [
    ...(store ? tokenSteps(facts, target, answers, agents) : []),
    ...orderSteps(target, { profileId: answers.profileId, agents, orders: factValue(facts.storedOrders) ?? {} }),
  ];
  const direct = directSteps(target);
  // Before anything of ours that would be taken back together with it.
  const migration = byProgram || doctor.length > 0 || storeActions.length > 0 ? legacySteps(facts, target) : [];
  // A new agent must exist before its store does. Otherwise the credential first: no moment with a model and no key.
  const order = answers.role === 'agent' ? [...configActions, ...storeActions] : [...storeActions, ...configActions];

  const steps = [...migration, ...doctor, ...direct, ...order, ...cronActions(facts, target, answers, refs)];
  return answers.restartGateway ? withRestart(target, factValue(facts.gateway), steps) : steps;
}

/** The doctor turns a list of agents into entries (2026.8.1 and later). */
function rosterMoves({ config }: Target): { from: (string | number)[]; to: string[] }[] {
  return config.agents.flatMap(({ at, id }) =>
    at?.[1] === 'list' ? [{ from: at, to: ['agents', 'entries', id] }] : [],
  );
}

/** Whether the token of this run has to be stored: there is none, the stored one is not usable, or it is another. */
export function mustStore(
  facts: Facts,
  target: Target,
  answers: Answers,
  agents: readonly AgentFacts[],
  { hasToken = false, token }: PlanOptions,
): boolean {
  const stored = (factValue(facts.profiles) ?? []).filter(({ id }) => id === answers.profileId);
  const ofAgent = (agent: AgentFacts) => stored.filter((profile) => profile.agent === agent.id);
  const usable = agents.every((agent) => {
    const own = ofAgent(agent);
    if (own.length === 0) return storedUnseen(target, answers, agent, stored);
    return own.some(
      ({ type, rejected }) => type === 'token' && rejected !== 'expired' && rejected !== 'missing_credential',
    );
  });
  if (!usable) return true;
  if (!hasToken && token === undefined) return false;
  if (token === undefined) return true;
  return !isStored(token, agents.flatMap(ofAgent));
}

/** Whether it is this token that all of these profiles hold. A database shows no more of it than its last characters. */
function isStored(token: Secret, profiles: readonly ProfileFacts[]): boolean {
  const own = token.reveal(fingerprint);
  const end = token.toString().slice(-4);
  const same = (profile: ProfileFacts) =>
    profile.fingerprint === undefined ? profile.masked?.endsWith(end) === true : profile.fingerprint === own;
  return profiles.length > 0 && profiles.every(same);
}

/** {@link tokenEnds} of the token of this run, whatever the old one's end was; without a new one the end of the old. */
export function tokenEnd(facts: Facts, answers: Answers, options: PlanOptions = {}): number | null {
  const target = targetOf(facts);
  const agents = chosenAgents(target, answers);
  const stored = (factValue(facts.profiles) ?? []).filter(
    ({ id, agent, fingerprint: whole }) =>
      id === answers.profileId && whole !== undefined && agents.some((one) => one.id === agent),
  );
  return mustStore(facts, target, answers, agents, options)
    ? tokenEnds(options.token, stored, target.now)
    : answers.tokenExpires;
}

/**
 * A database tells about the one agent that was asked for. The others of a set-up got theirs in the same run, and the
 * agent that a set-up made has had its own since.
 */
function storedUnseen(
  target: Target,
  answers: Answers,
  agent: AgentFacts,
  stored: readonly { agent: string }[],
): boolean {
  const { generation } = target.release;
  if (generation !== 'G2' && generation !== 'G3') return false;
  if (answers.role === 'agent') return target.config.agents.some(({ id }) => id === agent.id);
  return !agent.isDefault && stored.some((profile) => profile.agent === target.config.defaultAgent);
}

export function tokenSteps(facts: Facts, target: Target, answers: Answers, agents: readonly AgentFacts[]): Action[] {
  const files = factValue(facts.files) ?? {};
  if (answers.tokenExpires !== null && answers.tokenExpires < target.now) {
    throw new Problem('token-expired', 'By its date the token has ended already.', {
      why: 'OpenClaw does not use a token after its date. Nothing was written.',
      next: 'claude setup-token',
      exitCode: 2,
    });
  }
  refuseReference(facts, target, answers, agents);
  return storeTokenSteps(target, {
    method: METHOD_ID,
    profileId: answers.profileId,
    expires: answers.tokenExpires,
    agents,
    profiles: factValue(facts.profiles) ?? [],
    present: (file) => files[file] != null,
  });
}

/** OpenClaw's own migration, where one of its commands writes in this plan. */
export function legacySteps(facts: Facts, target: Target): Action[] {
  return storesByProgram(target.release.version) ? migrationSteps(target, factValue(facts.legacyState) ?? []) : [];
}

function requireModel(answers: Answers): void {
  if (answers.primary.includes('/')) return;
  throw new Problem('answer-missing', 'Which Claude model should answer is not known.', {
    why: 'The catalogue of this OpenClaw could not be read, and no model was named.',
    next: 'clawauth-setup apply --method setup-token --primary anthropic/…',
    exitCode: 4,
  });
}
