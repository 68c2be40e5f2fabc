import type { Leftover } from '../src/engine/index.ts';
import type { RunEvent } from '../src/engine/types.ts';
import type { FactName, Facts } from '../src/facts/types.ts';
import type { HomeFacts, UndoView, UninstallView } from '../src/history/types.ts';
import type { HandedSecret } from '../src/methods/handed.ts';
import type { Answers, CheckFinding, Drift, Verdict } from '../src/methods/types.ts';
import type { ProblemData } from '../src/system/problem.ts';
import type { Secret } from '../src/system/secret.ts';
import type { ToldInstallation } from '../src/system/world.ts';
import type { Typed } from './kit/text-field.ts';
import type { Offer, PastedSecret, PlanFor, PlannedRun, RunResult, SignInView, UninstallEnd } from './services.ts';
import type { Overlay } from './state.ts';

/** What the person does. */
export type Intent =
  | { readonly type: 'move'; readonly by: number }
  /** `limit`: the last useful offset, which only the screen knows. */
  | { readonly type: 'scroll'; readonly by: number; readonly limit?: number }
  | { readonly type: 'accept' }
  | { readonly type: 'back' }
  | { readonly type: 'interrupt' }
  | { readonly type: 'leave' }
  | { readonly type: 'toggle' }
  | { readonly type: 'open'; readonly overlay: Overlay['kind'] }
  | { readonly type: 'next file'; readonly by: number }
  | { readonly type: 'look again' }
  | { readonly type: 'copy'; readonly what: 'address' | 'command'; readonly text: string }
  | { readonly type: 'open url' }
  /** The whole address as one line above the frame, for terminals that neither copy nor link. */
  | { readonly type: 'print url' }
  | { readonly type: 'sign-in mode'; readonly mode: 'claude' | 'paste' | 'elsewhere' }
  | { readonly type: 'retry sign-in' }
  | { readonly type: 'forget secret' }
  /** Goes on with what OpenClaw has stored already. */
  | { readonly type: 'keep stored' }
  /** null: the field was emptied. */
  | { readonly type: 'secret typed'; readonly text: Secret | null }
  | { readonly type: 'draft'; readonly draft: Typed }
  | { readonly type: 'undo' }
  /** What is wrong, and what fixes it. */
  | { readonly type: 'show wrong' }
  /** What is fixed beside a first set-up is left as it is, or fixed after all. */
  | { readonly type: 'fixes' }
  /** The backups go with the rest, or stay. */
  | { readonly type: 'purge' };

/** What the world answers. */
export type Answer =
  | { readonly type: 'leftover'; readonly leftover: Leftover | null }
  | { readonly type: 'fact'; readonly name: FactName; readonly fact: Facts[FactName] }
  | { readonly type: 'facts'; readonly facts: Facts }
  | { readonly type: 'offer'; readonly offer: Offer }
  | { readonly type: 'no offer'; readonly problem: ProblemData }
  | { readonly type: 'sign-in'; readonly view: SignInView }
  /** A login that was to be stopped is over, however it ended. */
  | { readonly type: 'login over' }
  | { readonly type: 'secret read'; readonly reading: PastedSecret; readonly ask: number }
  | { readonly type: 'home'; readonly home: HomeFacts | null; readonly known: boolean }
  | { readonly type: 'home finding'; readonly finding: CheckFinding }
  | { readonly type: 'home checked'; readonly worst: Verdict }
  | { readonly type: 'taking'; readonly id: string; readonly view: UndoView }
  | { readonly type: 'not taking'; readonly id: string; readonly problem: ProblemData }
  | { readonly type: 'uninstall shown'; readonly view: UninstallView }
  | { readonly type: 'uninstall not shown'; readonly problem: ProblemData }
  | { readonly type: 'planned'; readonly plan: PlannedRun; readonly answers: Answers }
  | { readonly type: 'not planned'; readonly problem: ProblemData; readonly answers: Answers }
  | { readonly type: 'run'; readonly event: RunEvent; readonly at: number }
  | { readonly type: 'run ended'; readonly result: RunResult; readonly at: number }
  /** An uninstall has taken all back, and OpenClaw is asked how it does without. */
  | { readonly type: 'asking afterwards' }
  | { readonly type: 'uninstall ended'; readonly result: UninstallEnd; readonly at: number }
  | { readonly type: 'finding'; readonly finding: CheckFinding }
  /** A check waits for a program that takes long: which, and how long it gets. */
  | { readonly type: 'check slow'; readonly of: 'verify' | 'home' | 'uninstall'; readonly says: string }
  | { readonly type: 'verified'; readonly worst: Verdict }
  | { readonly type: 'qr'; readonly code: readonly (readonly boolean[])[] }
  | { readonly type: 'in sandbox'; readonly folder: string }
  | { readonly type: 'no sandbox'; readonly problem: ProblemData };

export type Event = Intent | Answer;

/** Work for the outside, as data. The driver performs it with the services and reports back with an {@link Answer}. */
export type Effect =
  | { readonly do: 'check leftover' }
  | { readonly do: 'gather facts' }
  | { readonly do: 'make offer'; readonly facts: Facts }
  | { readonly do: 'start sign-in'; readonly facts: Facts; readonly method: string }
  | { readonly do: 'start login'; readonly facts: Facts }
  | { readonly do: 'stop login' }
  | { readonly do: 'submit code'; readonly code: Secret }
  | { readonly do: 'retry sign-in' }
  | { readonly do: 'cancel sign-in' }
  | { readonly do: 'read secret'; readonly name: string; readonly text: Secret; readonly ask: number }
  | {
      readonly do: 'make plan';
      readonly facts: Facts;
      readonly answers: Answers;
      readonly secret: HandedSecret | null;
      readonly purpose: PlanFor;
    }
  /** Asks the receipts; without facts at once. */
  | { readonly do: 'look back'; readonly facts: Facts | null }
  | { readonly do: 'check home'; readonly facts: Facts; readonly answers: Answers }
  /** Remembers that these changes stay, so that nobody is asked again. */
  | { readonly do: 'keep drift'; readonly receiptId: string; readonly drift: readonly Drift[] }
  | { readonly do: 'show undo'; readonly receiptId: string }
  | { readonly do: 'show uninstall'; readonly facts: Facts | null }
  | { readonly do: 'uninstall'; readonly purge: boolean }
  | { readonly do: 'apply'; readonly plan: PlannedRun; readonly secret: HandedSecret | null }
  | { readonly do: 'stop run' }
  | { readonly do: 'undo'; readonly receiptId: string }
  | { readonly do: 'recover'; readonly how: 'resume' | 'undo' | 'leave'; readonly secret: HandedSecret | null }
  | {
      readonly do: 'verify';
      readonly facts: Facts;
      readonly answers: Answers;
      readonly live: boolean;
      readonly models: boolean;
      /** Ids that the run was to fix. */
      readonly fixed: readonly string[];
    }
  | { readonly do: 'copy'; readonly text: string }
  | { readonly do: 'open url'; readonly url: string }
  | { readonly do: 'make qr'; readonly text: string }
  | { readonly do: 'enter sandbox' }
  /** From now on this OpenClaw is meant. */
  | { readonly do: 'choose installation'; readonly told: ToldInstallation }
  | { readonly do: 'leave'; readonly exitCode: number };

/** Effects of the first moment. */
export const firstEffects: readonly Effect[] = [
  { do: 'check leftover' },
  { do: 'look back', facts: null },
  { do: 'gather facts' },
];
