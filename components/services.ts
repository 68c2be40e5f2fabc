import type { Leftover } from '../src/engine/index.ts';
import type { Receipt, RunEvent } from '../src/engine/types.ts';
import type { FactName, Facts } from '../src/facts/types.ts';
import type { HomeFacts, Prepared, UndoView, UninstallView } from '../src/history/types.ts';
import type { HandedSecret } from '../src/methods/handed.ts';
import type { OwnModel } from '../src/methods/left-models.ts';
import type { Answers, Availability, CheckFinding, Drift, Method, Role, Verdict } from '../src/methods/types.ts';
import type { ProblemData } from '../src/system/problem.ts';
import type { Secret } from '../src/system/secret.ts';
import type { ToldInstallation } from '../src/system/world.ts';

/** A method as the wizard shows it: everything but its functions. */
export interface OfferedMethod
  extends Pick<Method, 'id' | 'title' | 'summary' | 'paysFrom' | 'notice' | 'secret' | 'signsIn'> {
  readonly availability: Availability;
  /** The answers that this way starts from, where they differ from the offer's. */
  readonly defaults?: Answers;
  /** Refs to choose from, best first. */
  readonly models: readonly string[];
  /** The models to start from for another role than that of the defaults. */
  readonly forRole: Readonly<Record<Role, Pick<Answers, 'primary' | 'fallbacks'>>>;
  /** What would follow: cron jobs of another way to Claude, which is called `name`, and what has a model of its own. */
  readonly takesOver: { readonly name: string; readonly jobs: number; readonly own: readonly OwnModel[] };
}

/** What can be chosen with the facts so far, and the answers to start from. `suggested` is a method id. */
export interface Offer {
  readonly methods: readonly OfferedMethod[];
  readonly suggested: string;
  readonly defaults: Answers;
}

/** What the sign-in session of Claude Code shows, as states. */
export type SignInView =
  | { readonly state: 'idle' }
  /** `slow`: longer than usual. */
  | { readonly state: 'starting'; readonly slow?: boolean }
  /** `says`: Claude Code's own remark on the last code, when it refused one and asks again. */
  | { readonly state: 'waiting for code'; readonly url: string; readonly opened: boolean; readonly says?: string }
  | { readonly state: 'checking code'; readonly url: string; readonly slow?: boolean }
  /** A login is being ended, which waits for a code that was handed over: Claude Code may just be keeping its tokens. */
  | { readonly state: 'ending' }
  /** Claude Code has its login. */
  | { readonly state: 'signed in'; readonly receipt: Receipt }
  /** A login was stopped, and everything is as it was. */
  | { readonly state: 'stopped' }
  /** Claude Code gave up on this attempt; `retry` starts a new one with a new page. */
  | { readonly state: 'refused'; readonly says: string }
  /** The session may still go on by itself: after a screen that we do not know another state can follow. */
  | { readonly state: 'failed'; readonly problem: ProblemData }
  | {
      readonly state: 'got token';
      readonly token: Secret;
      readonly expires: number | null;
      /** Reasons to look again before it is used. */
      readonly remarks?: readonly string[];
    };

/** What a pasted text is. */
export type PastedSecret =
  | { readonly ok: true; readonly secret: Secret; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly problem: ProblemData };

/** A plan as the review shows it. `command` does the same without a terminal. */
export interface PlannedRun extends Prepared {
  readonly command: string;
  /** Ids that it fixes. */
  readonly fixes?: readonly string[];
}

/** What the plan is for: a renewal changes the secret and nothing else, `fix` what the doctor found, by its ids. */
export type PlanFor = 'set up' | 'renew' | { readonly fix: readonly string[] };

export interface SignInSession {
  submitCode(code: Secret): void;
  retry(): void;
  /** Resolves when the program has ended. */
  cancel(): Promise<void>;
}

export interface RunResult {
  /** null when nothing was started (the lock was held, say). */
  readonly receipt: Receipt | null;
  readonly problem: ProblemData | null;
}

export interface UninstallEnd extends RunResult {
  /** Does OpenClaw still start, and which model does it use? */
  readonly findings: readonly CheckFinding[];
  /** The backups are gone as well. */
  readonly purged: boolean;
}

/** Told when an uninstall has taken all back and asks OpenClaw, and of whom it waits for once that takes long. */
export interface AskingAfterwards {
  readonly onAsking: () => void;
  readonly onSlow: (says: string) => void;
}

/** The part that looks around. */
export interface Looking {
  gatherFacts(onFact: (name: FactName, fact: Facts[FactName]) => void, signal: AbortSignal): Promise<Facts>;
}

/**
 * Everything the wizard asks of the world. Nothing here throws but `Cancelled`: what goes wrong comes back as a
 * {@link ProblemData}. All long calls end when `signal` aborts.
 */
export interface Services extends Looking {
  /** Monotonic ms: for elapsed times on screen. */
  monotonic(): number;
  leftover(): Promise<Leftover | null>;
  offer(facts: Facts): Promise<Offer | { readonly problem: ProblemData }>;
  startSignIn(facts: Facts, method: string, onState: (view: SignInView) => void): SignInSession;
  /** A sign-in of Claude Code itself, as a run of its own: `cancel` resolves when that is over. */
  startLogin(facts: Facts, onState: (view: SignInView) => void): SignInSession;
  /** `name`: of the secret that is wanted. */
  readSecret(name: string, text: Secret): Promise<PastedSecret>;
  plan(
    facts: Facts,
    answers: Answers,
    secret: HandedSecret | null,
    purpose: PlanFor,
  ): Promise<PlannedRun | { readonly problem: ProblemData }>;
  /** What is in force and what is kept. Fast without facts; with them the drift and the token's end are known. */
  home(facts: Facts | null): Promise<HomeFacts | { readonly problem: ProblemData }>;
  /** Remembers that the person keeps these changes of theirs to what the run `receiptId` had set up. */
  keepDrift(receiptId: string, drift: readonly Drift[]): Promise<void>;
  previewUndo(receiptId: string): Promise<UndoView | { readonly problem: ProblemData }>;
  /** `facts` are null when they could not be had: an uninstall works without. */
  previewUninstall(facts: Facts | null): Promise<UninstallView | { readonly problem: ProblemData }>;
  uninstall(
    options: { readonly purge: boolean },
    onEvent: (event: RunEvent) => void,
    signal: AbortSignal,
    afterwards: AskingAfterwards,
  ): Promise<UninstallEnd>;
  apply(
    plan: PlannedRun,
    secret: HandedSecret | null,
    onEvent: (event: RunEvent) => void,
    signal: AbortSignal,
  ): Promise<RunResult>;
  undo(receiptId: string, onEvent: (event: RunEvent) => void, signal: AbortSignal): Promise<RunResult>;
  recover(
    how: 'resume' | 'undo' | 'leave',
    secret: HandedSecret | null,
    onEvent: (event: RunEvent) => void,
    signal: AbortSignal,
  ): Promise<RunResult>;
  /** Streams findings; `live` allows the checks that cost a request, `models` those of the models. `onSlow`: one sentence of a program that takes long. */
  verify(
    facts: Facts,
    answers: Answers,
    asks: { readonly live: boolean; readonly models: boolean; readonly fixed: readonly string[] },
    onFinding: (finding: CheckFinding) => void,
    signal: AbortSignal,
    onSlow?: (says: string) => void,
  ): Promise<{ readonly worst: Verdict }>;
  /** OSC 52: reaches the clipboard of the terminal in front of the person, also over SSH. */
  copy(text: string): void;
  openUrl(url: string): void;
  /** Rows and columns of a QR code, true for dark. */
  qrCode(text: string): Promise<readonly (readonly boolean[])[]>;
  /** The same services for the OpenClaw that the person chose. */
  chooseInstallation(told: ToldInstallation): Promise<Services>;
  /** Makes the throw-away home and gives the services that work in it. Absent when already in one. */
  enterSandbox?(): Promise<{ readonly services: Services; readonly folder: string }>;
}
