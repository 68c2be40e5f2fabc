import type { CodeReading } from '../src/claude/pasted.ts';
import type { Leftover } from '../src/engine/index.ts';
import type { Receipt, Words } from '../src/engine/types.ts';
import type { FactName, Facts } from '../src/facts/types.ts';
import type { HomeFacts, UndoView, UninstallView } from '../src/history/types.ts';
import { answersWith } from '../src/methods/given.ts';
import type { HandedSecret } from '../src/methods/handed.ts';
import type { Answers, CheckFinding, Verdict } from '../src/methods/types.ts';
import type { Fact } from '../src/system/fact.ts';
import type { Place } from '../src/system/pasteable.ts';
import type { ProblemData } from '../src/system/problem.ts';
import type { ToldInstallation } from '../src/system/world.ts';
import type { Typed } from './kit/text-field.ts';
import type { Offer, OfferedMethod, PastedSecret, PlannedRun, SignInView } from './services.ts';

/** Where the person is. Which of these follow each other is told by `flow.ts`. */
export type Stage =
  | 'recover'
  | 'look'
  | 'home'
  | 'doctor'
  | 'drift'
  | 'backups'
  | 'take back'
  | 'uninstall'
  | 'choose'
  | 'log in'
  | 'sign in'
  | 'role'
  | 'models'
  | 'review'
  | 'apply'
  | 'failed'
  | 'verify'
  | 'done'
  | 'undone'
  | 'uninstalled'
  | 'left';

/**
 * What the person came to do. `put back`: undo a drift; `fix`: what the doctor found; `finish`: an unfinished run that
 * needs the token again.
 */
export type Flow = 'set up' | 'switch' | 'renew' | 'models' | 'put back' | 'fix' | 'finish';

/** What lies over a screen; Esc takes it away. */
export type Overlay =
  | { readonly kind: 'rules' | 'command' | 'keys' | 'details' | 'explain'; readonly scroll: number }
  | { readonly kind: 'qr'; readonly code: readonly (readonly boolean[])[] | null }
  | { readonly kind: 'diff'; readonly file: number; readonly scroll: number }
  | { readonly kind: 'edit'; readonly field: string; readonly cursor: number; readonly draft: Typed | null }
  | { readonly kind: 'leave' }
  /** Something that must be typed to go on. */
  | { readonly kind: 'confirm'; readonly draft: Typed };

export interface SignInPart {
  readonly mode: 'claude' | 'paste' | 'elsewhere';
  readonly session: SignInView;
  /** The secret that it is about, by the name that steps give it. */
  readonly of: string | null;
  /** What stands in the field, read as the secret; null while it is empty, or not read yet. */
  readonly reading: PastedSecret | null;
  /** What stands in the field, read as the code of the sign-in page; null while it is empty. */
  readonly code: CodeReading | null;
  /** Enter came before the reading. */
  readonly entered: boolean;
  /** Counts what was typed, so that the reading of an older text is not taken for the present one. */
  readonly asked: number;
}

export const NOTHING_TYPED = { reading: null, code: null, entered: false } as const;

export interface RunStep extends Pick<Words, 'headline' | 'many'> {
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'putting back' | 'put back' | 'left in place' | 'by hand';
  /** Monotonic ms at its start. */
  readonly startedAt: number;
  readonly ms: number;
  readonly notes: readonly string[];
  readonly problem: ProblemData | null;
  /** What became of taking it back: nothing, or only what is ours was taken out. */
  readonly kept?: boolean;
}

/** A run of the engine as it goes. */
export interface Run {
  readonly purpose: 'apply' | 'undo' | 'recover' | 'leave' | 'uninstall';
  readonly startedAt: number;
  readonly copied: { readonly files: number; readonly ms: number } | null;
  readonly steps: readonly RunStep[];
  /** The person asked to stop: the running step ends first. */
  readonly stopping: boolean;
  readonly ended: boolean;
  readonly ms: number;
  readonly receipt: Receipt | null;
  readonly problem: ProblemData | null;
}

export interface Verification {
  /** null until the person said whether one real request may be made. */
  readonly live: boolean | null;
  readonly findings: readonly CheckFinding[];
  /** Whom the next finding waits for, once that takes long. */
  readonly slow?: string;
  readonly worst: Verdict | null;
}

/** What was found out for the overview, beside what the receipts say. */
export interface HomePart {
  /** null until it is known; `known` says whether that was with the facts. */
  readonly is: HomeFacts | null;
  readonly known: boolean;
  /** The wizard went to the overview by itself once: it never does so again. */
  readonly greeted: boolean;
  readonly findings: readonly CheckFinding[];
  readonly checking: boolean;
  /** Whom the next finding waits for, once that takes long; null else. */
  readonly slow: string | null;
  /** null until the checks are done. */
  readonly worst: Verdict | null;
  /** Drifts that go back as the receipt has them, by {@link driftId}; the others are kept. */
  readonly putBack: readonly string[];
}

/** One run that is about to be taken back. */
export interface TakingBack {
  readonly id: string;
  /** Where Esc goes. */
  readonly from: 'home' | 'backups';
  readonly view: UndoView | null;
  readonly problem: ProblemData | null;
}

export interface Uninstalling {
  readonly view: UninstallView | null;
  readonly problem: ProblemData | null;
  /** The backups are to go as well. */
  readonly purge: boolean;
  /** They went. */
  readonly purged: boolean;
  /** All is taken back, and OpenClaw is asked how it does without. */
  readonly asking: boolean;
  /** Whom that waits for, once it takes long; null else. */
  readonly slow: string | null;
  readonly findings: readonly CheckFinding[];
}

/** `head` begins a chapter of the report. */
export type Tone = 'ok' | 'look' | 'bad' | 'wait' | 'off' | 'plain' | 'head';

/** One folded line of the report that stays in the scrollback. */
export interface ReportLine {
  readonly tone: Tone;
  readonly text: string;
  /** Said in dim after it. */
  readonly aside?: string;
  /** How long it took, at the right edge. */
  readonly time?: string;
}

export interface State {
  readonly stage: Stage;
  readonly version: string;
  /** What starts this program again: `npx clawauth-setup`. */
  readonly launcher: string;
  /** The throw-away folder, in a sandbox. */
  readonly sandbox: string | null;
  /** Which OpenClaw the person named or chose. */
  readonly told?: ToldInstallation | undefined;
  readonly leftover: Leftover | null | 'unknown';
  /** Facts so far: what has not come yet is `waiting`. */
  readonly facts: Facts;
  readonly gathered: boolean;
  readonly offer: Offer | null;
  readonly offerProblem: ProblemData | null;
  readonly home: HomePart;
  readonly flow: Flow;
  readonly taking: TakingBack | null;
  readonly uninstalling: Uninstalling | null;
  /** Groups of the review that are open. */
  readonly opened: readonly string[];
  /** What was done before, said at the end instead of "Nothing was changed". */
  readonly settled: string | null;
  /** What the person changed; the rest comes from `offer.defaults`, so that late facts still count. */
  readonly edits: Partial<Answers>;
  /** What was made or pasted, and is in memory only. */
  readonly secret:
    | (HandedSecret & {
        readonly expires: number | null;
        readonly from: 'claude' | 'paste';
        /** Reasons to look again before it is used. */
        readonly remarks: readonly string[];
      })
    | null;
  readonly signIn: SignInPart;
  readonly plan: PlannedRun | null;
  readonly planProblem: ProblemData | null;
  readonly run: Run | null;
  /** Receipt of what is in force now, to undo. */
  readonly receipt: Receipt | null;
  readonly verification: Verification;
  /** Id of the chosen row, so that rows that arrive late never move the choice. */
  readonly cursors: Readonly<Record<string, string>>;
  /** First row in sight of a screen that is longer than the window. */
  readonly scroll: number;
  readonly overlay: Overlay | null;
  /** Ids of what is wrong and is to stay as it is. */
  readonly leaves: readonly string[];
  /** A passing remark ("Copied"), gone with the next key. */
  readonly remark: string | null;
  /** Lines that are final: printed once above the frame, never changed. */
  readonly report: readonly ReportLine[];
  readonly exitCode: 0 | 1 | 3 | 130;
}

/** Facts before the first probe has answered. The type keeps the list complete. */
export function noFacts(): Facts {
  const waiting: Fact<never> = { known: false, reason: 'waiting', detail: '' };
  const blank: { readonly [Name in FactName]: Fact<never> } = {
    platform: waiting,
    installs: waiting,
    release: waiting,
    state: waiting,
    config: waiting,
    validation: waiting,
    profiles: waiting,
    strayStores: waiting,
    legacyState: waiting,
    storedOrders: waiting,
    cron: waiting,
    retiredCron: waiting,
    sessions: waiting,
    gateway: waiting,
    log: waiting,
    modelsStatus: waiting,
    catalogue: waiting,
    claude: waiting,
    claudeSignIn: waiting,
    claudeLogin: waiting,
    claudeInside: waiting,
    shadows: waiting,
    refreshers: waiting,
    gatewayUnits: waiting,
    configBackup: waiting,
    looseFiles: waiting,
    secretFiles: waiting,
    histories: waiting,
    flatStores: waiting,
    services: waiting,
    proxies: waiting,
    wire: waiting,
    files: waiting,
  };
  return { schema: 1, takenAt: '', ...blank };
}

export const NO_HOME: HomePart = {
  is: null,
  known: false,
  greeted: false,
  checking: false,
  slow: null,
  findings: [],
  worst: null,
  putBack: [],
};

export function initialState(options: {
  readonly version: string;
  readonly launcher?: string | undefined;
  readonly sandbox?: string | null;
  readonly told?: ToldInstallation | undefined;
}): State {
  return {
    stage: 'look',
    version: options.version,
    launcher: options.launcher ?? 'clawauth-setup',
    sandbox: options.sandbox ?? null,
    told: options.told,
    leftover: 'unknown',
    facts: noFacts(),
    gathered: false,
    offer: null,
    offerProblem: null,
    home: NO_HOME,
    flow: 'set up',
    taking: null,
    uninstalling: null,
    opened: [],
    settled: null,
    edits: {},
    secret: null,
    signIn: { of: null, mode: 'claude', session: { state: 'idle' }, asked: 0, ...NOTHING_TYPED },
    plan: null,
    planProblem: null,
    run: null,
    receipt: null,
    verification: { live: null, findings: [], worst: null },
    cursors: {},
    leaves: [],
    scroll: 0,
    overlay: null,
    remark: null,
    report: [],
    exitCode: 0,
  };
}

/** Answers in force: defaults from the facts, then what the person changed. null before the offer has come. */
export function answersOf(state: State): Answers | null {
  if (state.offer === null) return null;
  const id = state.edits.method ?? state.offer.defaults.method;
  const method = state.offer.methods.find((one) => one.id === id);
  // A new secret ends when it ends, whatever is stored for the old one.
  const ours = state.secret !== null && method?.secret?.name === state.secret.name;
  const ends = ours ? { tokenExpires: state.secret.expires } : {};
  const own = id === state.offer.defaults.method ? state.offer.defaults : (method?.defaults ?? state.offer.defaults);
  const { role } = state.edits;
  const models = role === undefined || role === own.role ? {} : method?.forRole[role];
  return answersWith(own, { ...models, ...ends, ...state.edits });
}

export function methodOf(state: State): OfferedMethod | null {
  const id = answersOf(state)?.method;
  return state.offer?.methods.find((method) => method.id === id) ?? null;
}

/** The sign-in page to open, while there is one. */
export function urlOf({ signIn: { session } }: State): string | null {
  return session.state === 'waiting for code' || session.state === 'checking code' ? session.url : null;
}

/** Screens with a text field: which text it takes, null elsewhere. */
export function typingOf(state: State): 'code' | 'secret' | 'draft' | null {
  if (state.overlay?.kind === 'confirm') return 'draft';
  if (state.overlay?.kind === 'edit' && state.overlay.draft !== null) return 'draft';
  if (state.overlay !== null || (state.stage !== 'log in' && (state.stage !== 'sign in' || state.secret !== null)))
    return null;
  if (state.signIn.mode !== 'claude') return 'secret';
  return state.signIn.session.state === 'waiting for code' ? 'code' : null;
}

/** Where the commands that are shown are typed. */
export const placeOf = ({ launcher, sandbox, told }: Pick<State, 'launcher' | 'sandbox' | 'told'>): Place => ({
  launcher,
  ...(sandbox === null ? {} : { sandbox }),
  ...(told === undefined ? {} : { told }),
});
