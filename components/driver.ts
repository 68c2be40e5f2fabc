import type { RunEvent } from '../src/engine/types.ts';
import type { CheckFinding } from '../src/methods/types.ts';
import type { ProblemData } from '../src/system/problem.ts';
import type { ToldInstallation } from '../src/system/world.ts';
import { type Effect, type Event, firstEffects } from './events.ts';
import { reduce } from './reducer.ts';
import type { Looking, RunResult, Services, SignInSession, SignInView } from './services.ts';
import { initialState, type State } from './state.ts';
import { shared } from './words/shared.ts';

/** The running wizard: state that changes with events, and the services that perform its effects. */
export interface Wizard {
  state(): State;
  dispatch(event: Event): void;
  /** Called after each change; returns the way to stop. */
  subscribe(listener: () => void): () => void;
  /** Starts the first effects. Services are asked for only now, after the first frame. */
  start(): void;
  /** Resolves with the exit code once the person has left and everything begun has ended. */
  readonly left: Promise<number>;
}

export interface WizardOptions {
  readonly version: string;
  /** What starts this program again; `clawauth-setup` unless said. */
  readonly launcher?: string | undefined;
  readonly sandbox?: string | null;
  readonly told?: ToldInstallation | undefined;
  /** Loads what performs the effects; called once, by `start`. */
  readonly services: () => Promise<Services>;
  /** Loads the part of them that looks around, where that is there sooner. */
  readonly looking?: () => Promise<Looking>;
}

type Go<T> = (on: (event: RunEvent) => void, signal: AbortSignal) => Promise<T>;

/** How long leaving waits for what was begun, ms: children get their signal at once and end well within it. */
const PATIENCE = 5000;

/** How long facts wait for each other, ms: they come many at once, and drawing costs more than finding. */
const BURST = 15;

/** Hands on what comes within one moment in one go, so that it is drawn once. */
function inBursts<T>(tell: (item: T) => void): { add(item: T): void; flush(): void } {
  let waiting: T[] = [];
  const flush = () => {
    const now = waiting;
    waiting = [];
    for (const item of now) tell(item);
  };
  return {
    add(item) {
      if (waiting.length === 0) setTimeout(flush, BURST);
      waiting.push(item);
    },
    flush,
  };
}

const problemOf = (error: unknown): ProblemData => ({
  code: 'unexpected',
  what: error instanceof Error ? error.message : String(error),
  why: shared.unexpected,
});

const crashed = (error: unknown): CheckFinding => ({
  check: 'verify',
  verdict: 'crashed',
  says: problemOf(error).what,
});

/** What the reducer is told when an effect could not be performed at all. */
function afterFailure(effect: Effect, problem: ProblemData, at: number): Event | null {
  switch (effect.do) {
    case 'check leftover':
      return { type: 'leftover', leftover: null };
    case 'gather facts':
    case 'make offer':
      return { type: 'no offer', problem };
    case 'start sign-in':
    case 'start login':
    case 'submit code':
    case 'retry sign-in':
      return { type: 'sign-in', view: { state: 'failed', problem } };
    case 'stop login':
      return { type: 'login over' };
    case 'read secret':
      return { type: 'secret read', reading: { ok: false, problem }, ask: effect.ask };
    case 'look back':
      return { type: 'home', home: null, known: effect.facts !== null };
    case 'check home':
      return { type: 'home checked', worst: 'crashed' };
    case 'show undo':
      return { type: 'not taking', id: effect.receiptId, problem };
    case 'show uninstall':
      return { type: 'uninstall not shown', problem };
    case 'uninstall':
      return { type: 'uninstall ended', result: { receipt: null, problem, findings: [], purged: false }, at };
    case 'make plan':
      return { type: 'not planned', problem, answers: effect.answers };
    case 'apply':
    case 'undo':
    case 'recover':
      return { type: 'run ended', result: { receipt: null, problem }, at };
    case 'verify':
      return { type: 'verified', worst: 'crashed' };
    case 'enter sandbox':
      return { type: 'no sandbox', problem };
    default:
      return null;
  }
}

/** Makes a wizard; nothing happens before `start`. */
export function createWizard(options: WizardOptions): Wizard {
  let state = initialState(options);
  let services: Promise<Services> | null = null;
  let looking: Promise<Looking> | null = null;
  let session: SignInSession | null = null;
  let sessions = 0;
  let gathering = new AbortController();
  let checking = new AbortController();
  let homeChecking = new AbortController();
  let running = new AbortController();
  const busy = new Set<Promise<void>>();
  /** Sign-ins that are being ended. */
  const ending = new Set<Promise<void>>();
  let leaving = false;
  const listeners = new Set<() => void>();
  let resolveLeft: (exitCode: number) => void = () => {};
  const left = new Promise<number>((resolve) => {
    resolveLeft = resolve;
  });

  function dispatch(event: Event): void {
    const step = reduce(state, event);
    const changed = step.state !== state;
    state = step.state;
    if (changed) for (const listener of [...listeners]) listener();
    for (const effect of step.effects) begin(effect);
  }

  function begin(effect: Effect): void {
    if (effect.do === 'stop run') {
      running.abort();
      return;
    }
    if (effect.do === 'leave') {
      void end(effect.exitCode);
      return;
    }
    const work = performed(effect).catch((error: unknown) => failed(effect, error));
    busy.add(work);
    void work.finally(() => busy.delete(work));
  }

  async function performed(effect: Effect): Promise<void> {
    if (effect.do === 'gather facts') {
      looking ??= options.looking?.() ?? loaded();
      return gather(await looking);
    }
    return perform(effect, await loaded());
  }

  function loaded(): Promise<Services> {
    services ??= options.services();
    return services;
  }

  async function gather(given: Looking): Promise<void> {
    gathering.abort();
    homeChecking.abort();
    const mine = new AbortController();
    gathering = mine;
    const bursts = inBursts((event: Event) => {
      if (!mine.signal.aborted) dispatch(event);
    });
    const facts = await given
      .gatherFacts((name, fact) => bursts.add({ type: 'fact', name, fact }), mine.signal)
      .finally(bursts.flush);
    if (!mine.signal.aborted) dispatch({ type: 'facts', facts });
  }

  async function perform(effect: Exclude<Effect, { do: 'gather facts' }>, given: Services): Promise<void> {
    switch (effect.do) {
      case 'check leftover':
        return dispatch({ type: 'leftover', leftover: await given.leftover() });
      case 'make offer': {
        const offer = await given.offer(effect.facts);
        return dispatch('problem' in offer ? { type: 'no offer', ...offer } : { type: 'offer', offer });
      }
      case 'start sign-in':
        return startSession((tell) => given.startSignIn(effect.facts, effect.method, tell));
      case 'start login':
        return startSession((tell) => given.startLogin(effect.facts, tell));
      case 'stop login':
        await session?.cancel();
        return dispatch({ type: 'login over' });
      case 'submit code':
        return session?.submitCode(effect.code);
      case 'retry sign-in':
        return session?.retry();
      case 'cancel sign-in':
        return endSession();
      case 'read secret':
        return dispatch({
          type: 'secret read',
          reading: await given.readSecret(effect.name, effect.text),
          ask: effect.ask,
        });
      case 'make plan': {
        const plan = await given.plan(effect.facts, effect.answers, effect.secret, effect.purpose);
        const { answers } = effect;
        return dispatch(
          'problem' in plan ? { type: 'not planned', ...plan, answers } : { type: 'planned', plan, answers },
        );
      }
      case 'apply':
        return run(given, (on, signal) => given.apply(effect.plan, effect.secret, on, signal));
      case 'look back': {
        const home = await given.home(effect.facts);
        return dispatch({ type: 'home', home: 'problem' in home ? null : home, known: effect.facts !== null });
      }
      case 'check home': {
        const mine = new AbortController();
        homeChecking = mine;
        const report = await given.verify(
          effect.facts,
          effect.answers,
          { live: false, models: true, fixed: [] },
          (finding) => mine.signal.aborted || dispatch({ type: 'home finding', finding }),
          mine.signal,
          (says) => mine.signal.aborted || dispatch({ type: 'check slow', of: 'home', says }),
        );
        if (!mine.signal.aborted) dispatch({ type: 'home checked', worst: report.worst });
        return;
      }
      case 'keep drift':
        return given.keepDrift(effect.receiptId, effect.drift);
      case 'show undo': {
        const view = await given.previewUndo(effect.receiptId);
        const id = effect.receiptId;
        return dispatch('problem' in view ? { type: 'not taking', id, ...view } : { type: 'taking', id, view });
      }
      case 'show uninstall': {
        const view = await given.previewUninstall(effect.facts);
        return dispatch(
          'problem' in view ? { type: 'uninstall not shown', ...view } : { type: 'uninstall shown', view },
        );
      }
      case 'uninstall': {
        const afterwards = {
          onAsking: () => dispatch({ type: 'asking afterwards' }),
          onSlow: (says: string) => dispatch({ type: 'check slow', of: 'uninstall', says }),
        };
        const ended = await runThrough(given, (on, signal) => given.uninstall(effect, on, signal, afterwards));
        return dispatch({ type: 'uninstall ended', ...ended });
      }
      case 'undo':
        return run(given, (on, signal) => given.undo(effect.receiptId, on, signal));
      case 'recover':
        return run(given, (on, signal) => given.recover(effect.how, effect.secret, on, signal));
      case 'verify': {
        checking = new AbortController();
        const { signal } = checking;
        const report = await given.verify(
          effect.facts,
          effect.answers,
          effect,
          (finding) => signal.aborted || dispatch({ type: 'finding', finding }),
          signal,
          (says) => signal.aborted || dispatch({ type: 'check slow', of: 'verify', says }),
        );
        if (!signal.aborted) dispatch({ type: 'verified', worst: report.worst });
        return;
      }
      case 'copy':
        return given.copy(effect.text);
      case 'open url':
        return given.openUrl(effect.url);
      case 'make qr':
        return dispatch({ type: 'qr', code: await given.qrCode(effect.text) });
      case 'choose installation': {
        gathering.abort();
        services = given.chooseInstallation(effect.told);
        looking = services;
        return dispatch({ type: 'look again' });
      }
      case 'enter sandbox': {
        const made = await given.enterSandbox?.();
        if (made === undefined) return;
        gathering.abort();
        services = Promise.resolve(made.services);
        looking = services;
        return dispatch({ type: 'in sandbox', folder: made.folder });
      }
    }
  }

  async function startSession(start: (tell: (view: SignInView) => void) => SignInSession): Promise<void> {
    await endSession();
    if (leaving) return;
    // States may come before it is there, so a session is told by its number.
    const mine = ++sessions;
    session = start((view) => {
      if (mine === sessions) dispatch({ type: 'sign-in', view });
    });
  }

  async function run(given: Services, go: Go<RunResult>): Promise<void> {
    dispatch({ type: 'run ended', ...(await runThrough(given, go)) });
  }

  /** Everything that only looks ends before something is written. */
  async function runThrough<T>(given: Services, go: Go<T>): Promise<{ readonly result: T; readonly at: number }> {
    gathering.abort();
    homeChecking.abort();
    running = new AbortController();
    const result = await go((event) => dispatch({ type: 'run', event, at: given.monotonic() }), running.signal);
    return { result, at: given.monotonic() };
  }

  /** Resolves when the program of the present sign-in is gone, and its folder. Its states are not heard any more. */
  async function endSession(): Promise<void> {
    const old = session;
    session = null;
    sessions += 1;
    if (old === null) return;
    const ended = old.cancel();
    ending.add(ended);
    await ended.finally(() => ending.delete(ended));
  }

  /** A service that throws where it promised not to: shown, never swallowed. */
  function failed(effect: Effect, error: unknown): void {
    const looking = { 'gather facts': gathering, verify: checking, 'check home': homeChecking };
    if (effect.do in looking && looking[effect.do as keyof typeof looking].signal.aborted) return;
    if (effect.do === 'verify') dispatch({ type: 'finding', finding: crashed(error) });
    const event = afterFailure(effect, problemOf(error), state.run?.startedAt ?? 0);
    if (event !== null) dispatch(event);
  }

  async function end(exitCode: number): Promise<void> {
    leaving = true;
    gathering.abort();
    checking.abort();
    homeChecking.abort();
    void endSession().catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([Promise.allSettled([...busy]), grace]);
    clearTimeout(timer);
    // A sign-in ends its program and deletes its folder within bounds of its own: nothing of it may stay.
    await Promise.allSettled([...ending]);
    resolveLeft(exitCode);
  }

  return {
    state: () => state,
    dispatch,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      for (const effect of firstEffects) begin(effect);
    },
    left,
  };
}
