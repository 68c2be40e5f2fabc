import type { Engine, StandingStep } from '../engine/index.ts';
import type { Action, Plan, Receipt, Take } from '../engine/types.ts';
import { gatherFacts } from '../facts/gather.ts';
import { serviceHashes } from '../facts/services.ts';
import type { Facts } from '../facts/types.ts';
import { answersWith } from '../methods/given.ts';
import { defaultAnswers, methodOf, methods, planFor } from '../methods/index.ts';
import { phaseOf } from '../methods/phases.ts';
import type { Answers, Method, PlanOptions } from '../methods/types.ts';
import { resolveAlias } from '../openclaw/bridge.ts';
import { jobsWithout } from '../openclaw/cron-steps.ts';
import { credentialsInJson } from '../openclaw/generation.ts';
import type { ServicesFacts } from '../services/records.ts';
import { factValue } from '../system/fact.ts';
import { withFiles } from '../system/overlay.ts';
import { answersOf, type HomeContext, methodRuns } from './overview.ts';
import { REMINDER, withReminder } from './reminder.ts';
import type { RunRecord } from './types.ts';
import { titles as words } from './words.ts';

/** From a way that we set up and that stands, to another one. */
export interface Switch {
  /** The way that goes: a method's id, and what it is called. */
  readonly from: { readonly id: string; readonly title: string };
  /** What is here now. */
  readonly facts: Facts;
  /** What would be here without the old way: the new one is planned from this. */
  readonly without: Facts;
  /**
   * Everything that stands of the old way, in the order in which it would be taken back. With it what runs of the new way
   * told OpenClaw in between, while the old one was kept: that is planned again.
   */
  readonly old: readonly StandingStep[];
  /** The default model now: the first fallback where the old way is kept. */
  readonly oldPrimary: string | null;
  /** Answers to start from: those of the last time with the new way, else whom the old one was for. */
  readonly carried: Partial<Answers>;
  readonly world: HomeContext['world'];
  /** Runs that go on standing. */
  readonly left: readonly Receipt[];
  /** sha256 of every file that the old way's steps would change, as it is now. */
  readonly now: Readonly<Record<string, string | null>>;
}

/**
 * What a set-up of the method `id` would take the place of; null when that very way is in force, or nothing that has a
 * receipt: what was set up by hand is changed by the new way's own steps. A switch to it that was stopped goes on with what
 * is left of the old way. Writes nothing; only SQLite is asked, about a database that was written to since.
 */
export async function switchTo({ world, engine }: HomeContext, facts: Facts, id: string): Promise<Switch | null> {
  const to = methods.find((method) => method.id === id);
  const standing = await engine.inForce();
  const runs = methodRuns(standing);
  const own = runs.filter(({ about }) => about.method !== id);
  const [newest] = own;
  if (to === undefined || newest === undefined) return null;
  if (newest !== runs[0] && !(await isHalfway(engine, runs, id))) return null;
  // A reminder tells when a token ends; without one that does there is nothing to tell.
  const reminders = to.secret?.lasts != null ? [] : standing.filter(({ about }) => about.method === REMINDER);
  const between = runs.filter((run) => !own.includes(run) && own.some((older) => older.id < run.id));
  const steps = await engine.standing([...own, ...between, ...reminders].map((run) => run.id));
  // What stands of the new way stays; its hold on OpenClaw came on top of the old one's, which cannot go from under it.
  const isNew = ({ take }: StandingStep) => between.some((run) => run.id === take.run);
  const isHold = ({ action }: StandingStep) => phaseOf(action) === 'use';
  const under = steps.some((step) => !isNew(step) && isHold(step));
  const old = steps.filter((step) => !isNew(step) || (under && isHold(step)));
  const { files } = await engine.previewUndo(old);
  const config = factValue(facts.config);
  const method = methods.find((one) => one.id === newest.about.method);
  return {
    from: { id: String(newest.about.method), title: method?.title ?? newest.title },
    facts,
    without: await factsWithout(world, facts, files, old, answersOf(newest)?.profileId),
    old,
    oldPrimary: config && config.primary !== null ? resolveAlias(config.primary, config) : null,
    carried: await carried({ world, engine }, facts, newest, to),
    world,
    left: standing.filter((run) => !own.includes(run) && !reminders.includes(run)),
    now: Object.fromEntries(files.map(({ path, sha256 }) => [path, sha256])),
  };
}

/**
 * Whether a run of the method `id` that was to take the place of another way was stopped before it came to all of that
 * way's steps. `runs`: {@link methodRuns}.
 */
async function isHalfway(engine: Engine, runs: readonly Receipt[], id: string): Promise<boolean> {
  const own = runs.filter(({ about }) => about.method === id);
  const steps = own.flatMap((run) => run.steps);
  const standing = await engine.standing(runs.filter((run) => !own.includes(run)).map((run) => run.id));
  return standing.some(({ take }) => {
    const about = steps.filter(({ takes }) => takes?.run === take.run && takes.step === take.step);
    // What was tried and had to be left stays as it is.
    return about.length > 0 && about.every(({ state }) => state !== 'reverted');
  });
}

/**
 * The facts on disk as they would be; what only a program could tell stays as it is now, up to the cron jobs whose way
 * back stands in the steps themselves.
 */
async function factsWithout(
  world: HomeContext['world'],
  facts: Facts,
  files: readonly { readonly path: string; readonly then: Uint8Array | null }[],
  old: readonly StandingStep[],
  profileId: string | undefined,
): Promise<Facts> {
  const contents = new Map(files.map(({ path, then }) => [path, then]));
  const disk = await gatherFacts(withFiles(world, contents), { slow: false, processes: world.processes });
  const cron = facts.cron.known
    ? {
        ...facts.cron,
        value: {
          ...facts.cron.value,
          jobs: jobsWithout(
            facts.cron.value.jobs,
            old.map(({ action }) => action),
          ),
        },
      }
    : facts.cron;
  return {
    ...facts,
    services: servicesWithout(facts.services, factValue(disk.services)),
    config: disk.config,
    strayStores: disk.strayStores,
    files: disk.files,
    profiles: profilesWithout(facts.profiles, disk, profileId),
    cron: disk.cron.known ? disk.cron : cron,
  };
}

/**
 * A file is read as it would be, a database as it is now: there the credential of the old way is still in it. One that was
 * there before, and comes back, is declared in the configuration, which is a file; OpenClaw uses no other beside one that is.
 */
function profilesWithout(now: Facts['profiles'], disk: Facts, gone: string | undefined): Facts['profiles'] {
  const { generation } = factValue(disk.release) ?? {};
  if (disk.profiles.known && generation !== undefined && credentialsInJson(generation)) return disk.profiles;
  const seen = disk.profiles.known ? disk.profiles : now;
  if (!seen.known || gone === undefined) return seen;
  const declared = factValue(disk.config)?.declaredProfiles ?? {};
  return { ...seen, value: seen.value.filter(({ id }) => id !== gone || id in declared) };
}

/** Services stay until the end: only what OpenClaw is told of them is as it would be. */
function servicesWithout(now: Facts['services'], then: ServicesFacts | undefined): Facts['services'] {
  if (!now.known || then === undefined) return now;
  return { ...now, value: { ...now.value, provider: then.provider } };
}

async function carried({ engine }: HomeContext, facts: Facts, newest: Receipt, to: Method): Promise<Partial<Answers>> {
  for (const receipt of await engine.receipts()) {
    if (receipt.purpose !== 'apply') continue;
    const answers = receipt.about.method === to.id ? answersOf(receipt) : null;
    if (answers === null) continue;
    const { role, agents, newAgent, primary, aliases, cron, cronModel, keepModel, keepOld } = answers;
    const own = Object.fromEntries(to.questions.map(({ key }) => [key, answers[key]]));
    // Those of the way that was kept then: whether this one is kept is asked again.
    const isOld = keepOld ? to.refs(facts).old.is : () => false;
    const fallbacks = answers.fallbacks.filter((ref) => !isOld(ref));
    return { role, agents, newAgent, primary, fallbacks, aliases, cron, cronModel, keepModel, ...own };
  }
  const answers = answersOf(newest);
  if (answers === null) return {};
  const { role, agents, newAgent, cron, keepModel } = answers;
  return role === 'agent' ? { role, agents, newAgent, cron, keepModel } : { role, agents, cron, keepModel };
}

/** Answers of the new way: what was given, over what it would start from. */
export function switchAnswers(change: Switch, id: string, given: Partial<Answers>): Answers {
  const role = given.role ?? change.carried.role;
  const base = defaultAnswers(given.keepOld === true ? change.facts : change.without, id, role);
  return withOldBehind(change, answersWith(base, { ...change.carried, ...given, method: id }));
}

/** The answers of a switch that keeps the old way: its model answers when the new one cannot. */
function withOldBehind(change: Switch, answers: Answers): Answers {
  const { oldPrimary } = change;
  if (!answers.keepOld || answers.role !== 'everything' || oldPrimary === null) return answers;
  if (oldPrimary === answers.primary || answers.fallbacks.includes(oldPrimary)) return answers;
  return { ...answers, fallbacks: [oldPrimary, ...answers.fallbacks] };
}

/** How a run of these answers is written down. `change`: what {@link switchTo} gave. */
export function recordFor(answers: Answers, change: Switch | null, facts?: Facts): RunRecord {
  const { method, keepOld, role, tokenExpires } = answers;
  // Only as the default does the new way fall back on the old one.
  const keeps = change !== null && keepOld && role === 'everything' ? { keeps: change.from.id } : {};
  return { title: titleFor(answers, change), about: { method, ...keeps, answers, tokenExpires, ...wrongIn(facts) } };
}

function wrongIn(facts?: Facts): { wrong?: string } {
  const status = facts?.modelsStatus;
  return status?.known === false && status.reason === 'crashed' ? { wrong: status.detail } : {};
}

function titleFor(answers: Answers, change: Switch | null): string {
  const { title } = methodOf(answers);
  const agents = answers.agents.length === 0 ? words.allAgents : answers.agents.join(', ');
  const whom = answers.role === 'agent' ? answers.newAgent : agents;
  if (change === null) return words.of(title, whom);
  const old = `the ${change.from.title.toLowerCase()}`;
  return answers.keepOld ? words.keptBehind(title, whom, old) : words.instead(title, old, whom);
}

/**
 * The plan of these answers on this machine, whatever stands on it: a switch where another way of ours is in force, and
 * the day of a new token in a reminder that is on. `change`: what {@link switchTo} gave, where it was asked already.
 */
export async function planHere(
  home: HomeContext,
  facts: Facts,
  answers: Answers,
  options: PlanOptions = {},
  change?: Switch | null,
): Promise<Plan> {
  const to = change === undefined ? await switchTo(home, facts, answers.method) : change;
  if (to !== null) return planSwitch(to, answers, options);
  const standing = await home.engine.inForce();
  return withReminder(home.world, planFor(facts, answers, options), standing, answers.tokenExpires);
}

/**
 * One plan for both: what the new way brings, the old way's hold on OpenClaw taken back, the new way's in its place, the
 * rest of the old way away, one restart. Nothing goes before what replaces it stands. With `keepOld` only the new way's.
 */
export function planSwitch(change: Switch, answers: Answers, options: PlanOptions = {}): Plan {
  if (answers.keepOld) return planFor(change.facts, withOldBehind(change, answers), options);
  if (change.old.length === 0) return planFor(change.without, answers, options);
  const fresh = withReminder(
    change.world,
    planFor(change.without, answers, options),
    change.left,
    answers.tokenExpires,
  );
  const sequence = inOrder(fresh.actions, change.old, answers.restartGateway);
  const actions = sequence.map((one) => ('take' in one ? one.action : one));
  const takes = sequence.map((one): Take | null => ('take' in one ? one.take : null));
  const seen: Record<string, string | null> = {
    ...change.now,
    ...factValue(change.facts.files),
    ...serviceHashes(factValue(change.facts.services)),
  };
  const touched = new Set(actions.flatMap(({ touches }) => touches.map(({ path }) => path)));
  const madeFrom = Object.fromEntries(Object.entries(seen).filter(([path]) => touched.has(path)));
  return { ...fresh, actions, takes, madeFrom };
}

function inOrder(
  fresh: readonly Action[],
  old: readonly StandingStep[],
  restart: boolean,
): readonly (Action | StandingStep)[] {
  const last = fresh.findIndex((action) => phaseOf(action) === 'last');
  const body = last < 0 ? fresh : fresh.slice(0, last);
  const end = last < 0 ? [] : fresh.slice(last);
  const use = body.findIndex((action) => phaseOf(action) === 'use');
  const split = use < 0 ? body.length : use;

  // A restart of the old way's undo is done by the restart of the new way.
  const counted = old.filter((step) => isRestart(step.action) && (end.length > 0 || !restart));
  const rest = old.filter((step) => !counted.includes(step) && phaseOf(step.action) !== 'first');
  // Where nothing of the new way restarts the gateway, the old way's does, at the very end as in an undo of its own.
  const after = old.filter((step) => !counted.includes(step) && phaseOf(step.action) === 'first');
  const skipped = counted.map(({ action, take }): StandingStep => ({ action, take: { ...take, quiet: true } }));
  // What both keep in one place goes back exactly only before the new way writes there: the old one goes first then, as in
  // an undo.
  const isBrought = ({ action }: StandingStep) => phaseOf(action) === 'bring';
  const brought = new Set(body.slice(0, split).flatMap(({ touches }) => touches.map(({ path }) => path)));
  if (rest.some((step) => isBrought(step) && step.action.touches.some(({ path }) => brought.has(path)))) {
    return [...rest, ...body, ...after, ...end, ...skipped];
  }
  const shared = new Set(body.slice(split).flatMap(plainFiles));
  // A file goes back exactly, and as the new way was planned, only before that way writes into it.
  const early = rest.filter((step) => !isBrought(step) || plainFiles(step.action).some((path) => shared.has(path)));
  const late = rest.filter((step) => !early.includes(step));
  return [...body.slice(0, split), ...early, ...body.slice(split), ...late, ...after, ...end, ...skipped];
}

const isRestart = (action: Action) =>
  action.touches.length === 0 && (phaseOf(action) === 'first' || phaseOf(action) === 'last');

function plainFiles({ touches }: Action): string[] {
  return touches.flatMap(({ path, as }) => (as === 'file' ? [path] : []));
}
