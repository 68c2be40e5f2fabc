import type { EditData } from '../../actions/index.ts';
import { secretEnds } from '../../claude/token.ts';
import type { Action } from '../../engine/types.ts';
import type { Facts } from '../../facts/types.ts';
import { withoutRuntime } from '../../openclaw/agent-runtime.ts';
import { authEdits } from '../../openclaw/auth-edits.ts';
import { isAnthropicRef, resolveAlias } from '../../openclaw/bridge.ts';
import { directSteps } from '../../openclaw/direct-steps.ts';
import { doctorStep } from '../../openclaw/doctor-step.ts';
import { withRestart } from '../../openclaw/gateway-steps.ts';
import { featuresOf } from '../../openclaw/generation.ts';
import { migrationSteps } from '../../openclaw/migration-step.ts';
import type { Target } from '../../openclaw/openclaw-program.ts';
import { orderSteps } from '../../openclaw/order-step.ts';
import type { AgentFacts, CredentialType, ProfileFacts } from '../../openclaw/records.ts';
import { refPlaces } from '../../openclaw/ref-edits.ts';
import { providerNamed } from '../../openclaw/secret-file.ts';
import { storeCredentialSteps, storesByProgram } from '../../openclaw/store-credential.ts';
import { factValue } from '../../system/fact.ts';
import { Problem } from '../../system/problem.ts';
import { digestIn, fileIn, fingerprint, type Secret, variableIn } from '../../system/secret.ts';
import { cronActions, modelSteps, refsIn } from '../model-plan.ts';
import type { StoringMethod } from '../question.ts';
import { claudeRefs } from '../shared/claude.ts';
import { chosenAgents, targetOf } from '../target.ts';
import type { Answers, PlanOptions } from '../types.ts';
import { refuseFile, secretProviderOf, seenFile } from './file-reference.ts';
import { refuseReference, refuseVariable } from './reference.ts';
import { plan as words } from './words.ts';

/** The steps that bring `answers` about. Pure. Empty when all of it is so and no new secret is given. */
export function planStored(
  way: StoringMethod,
  facts: Facts,
  answers: Answers,
  options: PlanOptions,
): readonly Action[] {
  const { type } = way.secret;
  const target = targetOf(facts);
  const agents = chosenAgents(target, answers);
  const store = mustStore(way, facts, target, answers, agents, options);
  const steps = [
    ...(store ? secretSteps(way, facts, target, answers, agents, options) : []),
    ...orderSteps(target, { profileId: answers.profileId, type, agents, orders: factValue(facts.storedOrders) ?? {} }),
  ];
  const byProgram = store && storesByProgram(target.release.version, type);
  const declares = byProgram && fileOf(options.secret) === null;
  return planUse(facts, answers, {
    type,
    steps,
    byProgram,
    declares,
    restart: store ? restartFor(options) : undefined,
  });
}

/** How a credential gets into OpenClaw's store. */
interface Storing {
  readonly type: CredentialType;
  /** What brings it there, and keeps it there. */
  readonly steps: readonly Action[];
  /** A command of OpenClaw stores it. */
  readonly byProgram: boolean;
  /** The same command declares it in the configuration, unless told otherwise. */
  readonly declares?: boolean;
  /** Why the gateway has to restart, whatever the release. */
  readonly restart?: string | undefined;
}

/** `steps`, and those that have OpenClaw use what they store. Pure. Empty when all of it is so. */
export function planUse(
  facts: Facts,
  answers: Answers,
  { type, steps: storing, byProgram, declares = byProgram, restart }: Storing,
): readonly Action[] {
  const target = targetOf(facts);
  const strays = factValue(facts.strayStores) ?? [];
  const doctor = strays.length > 0 && answers.doctorFix ? [doctorStep(target, strays)] : [];
  requireModel(answers);
  const refs = claudeRefs(facts);
  const configActions = modelSteps(target, answers, {
    ...refs,
    everything: words.byDefault,
    first: [
      ...authEdits(target.config, factValue(facts.profiles) ?? [], { id: answers.profileId, type }, declares),
      ...askedByOpenClaw(target, answers),
    ],
    migratesFirst: byProgram && featuresOf(target.release.version).modelPolicy && answers.role !== 'agent',
    ...(doctor.length > 0 ? { moves: rosterMoves(target) } : {}),
    // A new agent has to wait for the next run: only then is it known where its kind stands.
    isLater: ({ op, path }) => doctor.length > 0 && op === 'insert' && path[0] === 'agents' && path[1] === 'list',
  });
  const direct = directSteps(target);
  // Before anything of ours that would be taken back together with it.
  const migration = byProgram || doctor.length > 0 || storing.length > 0 ? legacySteps(type, facts, target) : [];
  // A new agent must exist before its store does. Otherwise the credential first: no moment with a model and no key.
  const order = answers.role === 'agent' ? [...configActions, ...storing] : [...storing, ...configActions];

  const steps = [...migration, ...doctor, ...direct, ...order, ...cronActions(facts, target, answers, refs)];
  return answers.restartGateway ? withRestart(target, factValue(facts.gateway), steps, restart) : steps;
}

/** Why a restart is needed where a reference is stored in the place of the secret, whatever the release. */
export function restartFor({ secret }: PlanOptions): string | undefined {
  const variable = variableOf(secret);
  if (variable !== null) return words.getsVariable(variable);
  return fileOf(secret) === null ? undefined : words.readsFile;
}

const variableOf = (secret: Secret | undefined) => secret?.reveal(variableIn) ?? null;
const fileOf = (secret: Secret | undefined) => secret?.reveal(fileIn) ?? null;

/** Claude Code would ask with its own login, and what is stored here not be used. */
function askedByOpenClaw({ config }: Target, answers: Answers): readonly EditData[] {
  const all = answers.role === 'everything';
  const named = all ? refPlaces(config).map(({ ref }) => ref) : [];
  const refs = [...refsIn(answers).map((ref) => resolveAlias(ref, config)), ...named];
  const { agents } = answers;
  return withoutRuntime(config, { refs: refs.filter((ref) => isAnthropicRef(ref, config)), agents, all });
}

/** The doctor turns a list of agents into entries (2026.8.1 and later). */
function rosterMoves({ config }: Target): { from: (string | number)[]; to: string[] }[] {
  return config.agents.flatMap(({ at, id }) =>
    at?.[1] === 'list' ? [{ from: at, to: ['agents', 'entries', id] }] : [],
  );
}

/** Whether the secret of this run has to be stored: there is none, the stored one is not usable, or it is another. */
export function mustStore(
  way: StoringMethod,
  facts: Facts,
  target: Target,
  answers: Answers,
  agents: readonly AgentFacts[],
  { hasSecret = false, secret }: PlanOptions,
): boolean {
  const file = fileOf(secret);
  if (file !== null) return agentsWithout(file, facts, target, answers, agents).length > 0;
  const stored = (factValue(facts.profiles) ?? []).filter(({ id }) => id === answers.profileId);
  const ofAgent = (agent: AgentFacts) => stored.filter((profile) => profile.agent === agent.id);
  const usable = agents.every((agent) => {
    const own = ofAgent(agent);
    if (own.length === 0) return storedUnseen(target, answers, agent, stored);
    return own.some(
      ({ type, rejected }) => type === way.secret.type && rejected !== 'expired' && rejected !== 'missing_credential',
    );
  });
  if (!usable) return true;
  if (!hasSecret && secret === undefined) return false;
  if (secret === undefined) return true;
  return !isStored(secret, agents.flatMap(ofAgent));
}

/**
 * Whether it is this secret that all of these profiles hold. A database that only OpenClaw can read shows no more of it
 * than its last characters. Throws where a hash would have to be compared with those.
 */
function isStored(secret: Secret, profiles: readonly ProfileFacts[]): boolean {
  const own = secret.reveal(fingerprint);
  if (secret.reveal(digestIn) !== null && profiles.some((profile) => profile.fingerprint === undefined)) {
    throw new Problem('not-comparable', 'What OpenClaw has stored cannot be compared with a hash here.', {
      why: 'OpenClaw tells only its last four characters.',
      next: 'clawauth-setup plan --help',
      exitCode: 2,
    });
  }
  const end = secret.toString().slice(-4);
  const same = (profile: ProfileFacts) =>
    profile.fingerprint === undefined ? profile.masked?.endsWith(end) === true : profile.fingerprint === own;
  return profiles.length > 0 && profiles.every(same);
}

/** Those of these agents whose profile does not name this file, by the path that OpenClaw sees. */
function agentsWithout(
  file: string,
  facts: Facts,
  target: Target,
  answers: Answers,
  agents: readonly AgentFacts[],
): AgentFacts[] {
  const seen = seenFile(target, file);
  const stored = (factValue(facts.profiles) ?? []).filter(({ id }) => id === answers.profileId);
  const names = ({ reference }: ProfileFacts) => {
    const provider = providerNamed(reference);
    return provider !== null && seen !== null && target.config.secretProviders?.[provider] === seen;
  };
  return agents.filter((agent) => {
    const own = stored.filter((profile) => profile.agent === agent.id);
    // Each agent has it in a store of its own, also where the default one's is shared otherwise.
    if (own.length === 0) return facts.storedOrders.known || !storedUnseen(target, answers, agent, stored);
    return !own.every(names);
  });
}

/** {@link secretEnds} of the secret of this run, whatever the old one's end was; without a new one the end of the old. */
export function storedEnd(way: StoringMethod, facts: Facts, answers: Answers, options: PlanOptions): number | null {
  const target = targetOf(facts);
  const agents = chosenAgents(target, answers);
  const stored = (factValue(facts.profiles) ?? []).filter(
    ({ id, agent, fingerprint: whole }) =>
      id === answers.profileId && whole !== undefined && agents.some((one) => one.id === agent),
  );
  return mustStore(way, facts, target, answers, agents, options)
    ? secretEnds(options.secret, stored, { now: target.now, lasts: way.secret.lasts })
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

export function secretSteps(
  way: StoringMethod,
  facts: Facts,
  target: Target,
  answers: Answers,
  agents: readonly AgentFacts[],
  { secret }: PlanOptions,
): Action[] {
  const { name, noun, type, madeBy } = way.secret;
  const files = factValue(facts.files) ?? {};
  if (answers.tokenExpires !== null && answers.tokenExpires < target.now) {
    throw new Problem('token-expired', words.hasEnded(noun), {
      why: words.notAfterDate(noun),
      next: 'command' in madeBy ? madeBy.command : madeBy.page,
      exitCode: 2,
    });
  }
  const request = {
    ...{ method: way.id, type, secret: name, noun },
    profileId: answers.profileId,
    expires: answers.tokenExpires,
    agents,
    profiles: factValue(facts.profiles) ?? [],
    present: (file: string) => files[file] != null,
  };
  const [variable, file] = [variableOf(secret), fileOf(secret)];
  if (file !== null) {
    const without = agentsWithout(file, facts, target, answers, agents);
    const profiles = request.profiles.filter(({ agent }) => without.some(({ id }) => id === agent));
    refuseFile(way, target, answers, file, profiles);
    const named = { path: file, provider: secretProviderOf(way, target, file) };
    return storeCredentialSteps(target, { ...request, file: named, agents: without, profiles });
  }
  if (variable === null) refuseReference(way, facts, target, answers, agents);
  else refuseVariable(way, facts, target, variable);
  return storeCredentialSteps(target, { ...request, ...(variable === null ? {} : { variable }) });
}

/** OpenClaw's own migration, where one of its commands writes in this plan. */
export function legacySteps(type: CredentialType, facts: Facts, target: Target): Action[] {
  return storesByProgram(target.release.version, type)
    ? migrationSteps(target, factValue(facts.legacyState) ?? [])
    : [];
}

function requireModel(answers: Answers): void {
  if (answers.primary.includes('/')) return;
  throw new Problem('answer-missing', words.noModel, {
    why: words.whyNoModel,
    next: `clawauth-setup apply --method ${answers.method} --primary anthropic/…`,
    exitCode: 4,
  });
}
