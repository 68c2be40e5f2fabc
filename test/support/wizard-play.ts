import { type Effect, type Event, firstEffects } from '../../components/events.ts';
import { reduce } from '../../components/reducer.ts';
import type { Offer, PlannedRun } from '../../components/services.ts';
import { initialState, type State } from '../../components/state.ts';
import type { Leftover } from '../../src/engine/index.ts';
import type { RevertOutcome, RunEvent } from '../../src/engine/types.ts';
import type { FactName, Facts } from '../../src/facts/types.ts';
import type { HomeFacts, UninstallView } from '../../src/history/types.ts';
import type { CheckFinding } from '../../src/methods/types.ts';
import type { ProblemData } from '../../src/system/problem.ts';
import { Secret } from '../../src/system/secret.ts';
import { cannedFacts, NOW, signedOutMachine } from './canned-facts.ts';
import { cannedTakeBack, cannedUninstall, NOTHING_IN_FORCE, uninstallFindings } from './canned-home.ts';
import { proxyHome } from './canned-proxy.ts';
import {
  cannedFindings,
  cannedOffer,
  cannedPlan,
  cannedReceipt,
  cannedSteps,
  FAKE_TOKEN,
  liveFinding,
} from './canned-services.ts';

export const URL_SHOWN = `https://claude.com/cai/oauth/authorize?code=true&client_id=9d1c250a-e61b-44d9-88ed-5944d1962f5e&state=${'q1w2e3r4'.repeat(30)}`;
export const CODE = 'CODEabcdefghijklmnop#STATEqrstuvwxyz0123456789';

/** How the world answers. */
export interface WorldOptions {
  readonly facts?: Facts;
  readonly leftover?: Leftover | null;
  readonly plan?: PlannedRun;
  readonly planProblem?: ProblemData;
  readonly outcome?: 'applied' | 'put back' | 'partly applied';
  readonly signIn?: 'token' | 'refused' | 'failed';
  readonly findings?: readonly CheckFinding[];
  readonly home?: HomeFacts;
  /** There is a second way that can be had here. */
  readonly otherWay?: boolean;
  readonly uninstall?: UninstallView;
  /** How an uninstall ends; with `stopped` it took everything away, and neither looked afterwards nor purged. */
  readonly uninstalled?: 'applied' | 'partly applied' | 'stopped';
  /** What became of each step of an undo. */
  readonly undone?: RevertOutcome;
}

const problem: ProblemData = {
  code: 'gateway-silent',
  what: 'The gateway did not answer within 60 s.',
  next: 'openclaw gateway status',
};

const offerOfTwo: Offer = {
  ...cannedOffer,
  methods: cannedOffer.methods.map((method) => ({
    ...method,
    availability: { ok: true, because: 'it can be had here' },
  })),
};

/** What the world says to one effect, as events in order: the services of the tests without any waiting. */
export function answersTo(effect: Effect, state: State, world: WorldOptions = {}): readonly Event[] {
  const facts = world.facts ?? cannedFacts();
  switch (effect.do) {
    case 'check leftover':
      return [{ type: 'leftover', leftover: world.leftover ?? null }];
    case 'gather facts': {
      const names = Object.keys(facts).filter((name) => name !== 'schema' && name !== 'takenAt') as FactName[];
      return [...names.map((name): Event => ({ type: 'fact', name, fact: facts[name] })), { type: 'facts', facts }];
    }
    case 'make offer':
      return [{ type: 'offer', offer: world.otherWay === true ? offerOfTwo : cannedOffer }];
    case 'stop login':
      return [{ type: 'sign-in', view: { state: 'stopped' } }, { type: 'login over' }];
    case 'start login':
    case 'start sign-in':
    case 'retry sign-in':
      // What is only pasted has no session.
      if (effect.do === 'start sign-in' && effect.method === 'api-key') return [];
      if (world.signIn === 'failed') {
        const missing = { code: 'claude-missing', what: 'Claude Code is not on this machine.' };
        return [{ type: 'sign-in', view: { state: 'failed', problem: missing } }];
      }
      return [{ type: 'sign-in', view: { state: 'waiting for code', url: URL_SHOWN, opened: true } }];
    case 'submit code':
      if (world.signIn === 'refused') return [{ type: 'sign-in', view: { state: 'refused', says: 'Try again.' } }];
      if (state.stage === 'log in')
        return [{ type: 'sign-in', view: { state: 'signed in', receipt: cannedReceipt('applied') } }];
      return [
        {
          type: 'sign-in',
          view: { state: 'got token', token: new Secret(FAKE_TOKEN), expires: NOW + 365 * 86_400_000 },
        },
      ];
    case 'read secret':
      return [{ type: 'secret read', reading: { ok: true, secret: effect.text, remarks: [] }, ask: effect.ask }];
    case 'look back': {
      const home = world.home ?? NOTHING_IN_FORCE;
      const seen = effect.facts === null ? { ...home, drift: [] } : home;
      return [{ type: 'home', home: seen, known: effect.facts !== null }];
    }
    case 'check home': {
      const findings = world.findings ?? cannedFindings;
      const worst = findings.some((finding) => finding.verdict === 'error') ? 'error' : 'ok';
      return [
        ...findings.map((finding): Event => ({ type: 'home finding', finding })),
        { type: 'home checked', worst },
      ];
    }
    case 'show undo':
      return [{ type: 'taking', id: effect.receiptId, view: cannedTakeBack }];
    case 'show uninstall':
      return [{ type: 'uninstall shown', view: world.uninstall ?? cannedUninstall }];
    case 'make plan':
      if (world.planProblem !== undefined) {
        return [{ type: 'not planned', problem: world.planProblem, answers: effect.answers }];
      }
      return [{ type: 'planned', plan: world.plan ?? cannedPlan, answers: effect.answers }];
    case 'apply':
    case 'undo':
    case 'recover':
    case 'uninstall':
      return ranEvents(effect, world, state);
    case 'verify': {
      const findings = world.findings ?? (effect.live ? [...cannedFindings, liveFinding] : cannedFindings);
      const worst = findings.some((finding) => finding.verdict === 'error') ? 'error' : 'ok';
      return [...findings.map((finding): Event => ({ type: 'finding', finding })), { type: 'verified', worst }];
    }
    case 'make qr':
      return [
        {
          type: 'qr',
          code: [
            [true, false],
            [false, true],
          ],
        },
      ];
    case 'enter sandbox':
      return [{ type: 'in sandbox', folder: '/tmp/clawauth-sandbox-x' }];
    default:
      return [];
  }
}

function outcomeOf({ do: done }: Effect, world: WorldOptions) {
  if (done === 'apply') return world.outcome ?? 'applied';
  return done === 'uninstall' && world.uninstalled === 'partly applied' ? world.uninstalled : 'applied';
}

function ranEvents(
  effect: Extract<Effect, { do: 'apply' | 'undo' | 'recover' | 'uninstall' }>,
  world: WorldOptions,
  state: State,
) {
  const outcome = outcomeOf(effect, world);
  const steps = effect.do === 'apply' ? cannedSteps : cannedSteps.slice(0, 2);
  const last = outcome === 'applied' ? steps.length : Math.min(3, steps.length);
  const events: Event[] = [];
  let at = 1000;
  const tell = (event: RunEvent) => {
    at += 200;
    events.push({ type: 'run', event, at });
  };
  tell({ type: 'checkpoint', id: 'x', files: 3, bytes: 4096, ms: 60 });
  for (const [index, { headline }] of steps.slice(0, last).entries()) {
    const action = cannedPlan.plan.actions[index];
    if (action === undefined) continue;
    const back = effect.do === 'undo' || effect.do === 'uninstall';
    const words = { headline: back ? `Take back: ${headline}` : headline };
    if (back) {
      tell({ type: 'reverting', index, words });
      tell({ type: 'reverted', index, outcome: world.undone ?? { state: 'restored', notes: [] } });
      continue;
    }
    tell({ type: 'step', index, total: steps.length, action, words });
    if (outcome !== 'applied' && index === last - 1) tell({ type: 'step failed', index, problem });
    else tell({ type: 'step done', index, ms: 400 });
  }
  const stopped = state.run?.stopping === true;
  const why = outcome === 'applied' ? null : stopped ? { code: 'cancelled', what: 'You stopped the run.' } : problem;
  const result = { receipt: cannedReceipt(outcome), problem: why };
  if (effect.do !== 'uninstall') events.push({ type: 'run ended', result, at: at + 100 });
  else {
    events.push({ type: 'asking afterwards' });
    const whole = outcome === 'applied' && world.uninstalled !== 'stopped';
    const findings = whole ? uninstallFindings : [];
    const purged = whole && effect.purge;
    events.push({ type: 'uninstall ended', result: { ...result, findings, purged }, at: at + 100 });
  }
  return events;
}

/** A wizard and a world that answers at once, or only when asked to. */
export class Play {
  state: State = initialState({ version: '1.0.0' });
  world: WorldOptions;
  /** What the world still has to say, oldest first. */
  pending: Event[] = [];
  readonly effects: Effect[] = [];
  exitCode: number | null = null;

  constructor(world: WorldOptions = {}) {
    this.world = world;
    this.#begin(firstEffects);
  }

  /** One event, without letting the world answer. */
  send(event: Event): this {
    const step = reduce(this.state, event);
    this.state = step.state;
    this.#begin(step.effects);
    return this;
  }

  /** Lets the world say its next thing; false when it has nothing to say. */
  hear(): boolean {
    const event = this.pending.shift();
    if (event === undefined) return false;
    this.send(event);
    return true;
  }

  /** Lets the world say all it has to say. */
  settle(): this {
    while (this.hear());
    return this;
  }

  /** The person's events, with the world's answers after each. */
  do(...events: Event[]): this {
    this.settle();
    for (const event of events) this.send(event).settle();
    return this;
  }

  /** Enter, so many times. */
  enter(times = 1): this {
    for (let n = 0; n < times; n += 1) this.do({ type: 'accept' });
    return this;
  }

  #begin(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.do === 'leave') this.exitCode = effect.exitCode;
      else this.pending.push(...answersTo(effect, this.state, this.world));
    }
  }
}

/** The list of what is wrong where Claude Code is signed out, and the sign-in that it leads to. */
export const toLogIn = (world: WorldOptions = {}) =>
  new Play({ home: proxyHome, facts: signedOutMachine(), ...world })
    .settle()
    .do({ type: 'show wrong' }, { type: 'move', by: 99 }, { type: 'accept' });

/** A code, and Enter. */
export const code = [{ type: 'secret typed', text: new Secret(CODE) }, { type: 'accept' }] as const;

/** Plays up to a screen of the happy path. */
export function playTo(
  stage: 'look' | 'choose' | 'sign in' | 'token' | 'role' | 'models' | 'review' | 'verify' | 'done',
  world: WorldOptions = {},
): Play {
  const play = new Play(world).settle();
  const at = ['look', 'choose', 'sign in', 'token', 'role', 'models', 'review', 'verify', 'done'].indexOf(stage);
  if (at >= 1) play.enter();
  if (at >= 2) play.enter();
  if (at >= 3) play.do(...code);
  if (at >= 4) play.enter();
  if (at >= 5) play.enter();
  if (at >= 6) play.enter();
  if (at >= 7) play.enter();
  if (at >= 8) play.enter();
  return play;
}
