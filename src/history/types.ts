import type { Beside } from '../doctor/beside.ts';
import type { FixRecord } from '../doctor/fix.ts';
import type { Backup } from '../engine/backups.ts';
import type { Change, Plan, Receipt, Words } from '../engine/types.ts';
import type { Answers, Drift, Finding, Method, PlanWarning } from '../methods/types.ts';
import type { PlanPreview } from '../plan/index.ts';
import type { ReminderState } from './reminder.ts';

export type { Backup };

/** What is set up by us, or by hand in a way that a method knows. */
export interface InForce {
  /** A method's id. */
  readonly method: string;
  /** One line: "Setup token for all agents". */
  readonly title: string;
  /** ISO 8601, UTC: when the oldest run that is still in force began; null when it was set up by hand. */
  readonly since: string | null;
  /** Ids; empty means all. */
  readonly agents: readonly string[];
  /** Unix ms; null when not known. */
  readonly tokenEnds: number | null;
  /** Whole days until then, below zero when it is over; null when not known. */
  readonly daysLeft: number | null;
  /** The newest run of this way that is in force; null when it was set up by hand. */
  readonly receiptId: string | null;
  /** Its answers, where the receipt holds them. */
  readonly answers: Answers | null;
}

/** How a run is written down. */
export interface RunRecord {
  /** One line for lists. */
  readonly title: string;
  /** `keeps`: the way that goes on standing behind this one. Never a secret. */
  readonly about: {
    readonly method: string;
    readonly keeps?: string;
    readonly answers: Answers;
    readonly tokenExpires: Answers['tokenExpires'];
    /** What kept OpenClaw from answering before the run. */
    readonly wrong?: string;
    /** Ids of what the run fixed beside its own work. */
    readonly doctor?: readonly string[];
  };
}

/** A plan, and what is shown and written down of it. */
export interface Prepared {
  readonly answers: Answers;
  readonly plan: Plan;
  readonly preview: PlanPreview;
  /** What is doubtful about the answers and does not stop them. */
  readonly warnings: readonly PlanWarning[];
  /** Of what it fixes alone, where all else is so already. */
  readonly record: RunRecord | FixRecord;
  /** What else is wrong, and fixed with it: on a first set-up only. */
  readonly beside?: Beside;
}

/** The newest run of the way in force, which was stopped, or failed and could not be put back. */
export interface Unfinished {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly steps: number;
  /** Of those. */
  readonly notDone: number;
  /** One of those stores the secret. */
  readonly needsSecret: boolean;
}

/** Everything that home shows before its checks have run. */
export interface HomeFacts {
  readonly inForce: InForce | null;
  /** The method in force; null when nothing is, or one that this release does not know. */
  readonly method: Pick<Method, 'title' | 'secret'> | null;
  /** null as soon as a newer run of that way came to its end. */
  readonly unfinished: Unfinished | null;
  /** Empty until the facts are known, and where it is not the person's doing: a run that is not finished. */
  readonly drift: readonly Drift[];
  readonly backups: readonly Backup[];
  /** The folder of the copies that are made before something is written. */
  readonly copiesIn: string;
  /** Ids that were fixed within the last day: where one of them is found again, that did not help. */
  readonly tried?: readonly string[];
  /** The weekly reminder, when it is on. */
  readonly reminder: ReminderState | null;
}

/** One step that an undo or an uninstall takes back. */
export interface GoingStep {
  readonly words: Words;
  readonly changes: readonly Change[];
  /** The run that made it. */
  readonly receiptId: string;
}

/** What taking runs back would do. */
export interface UndoView {
  readonly steps: readonly GoingStep[];
  /** Files as they would be, compared with now; secrets masked. */
  readonly changes: readonly Change[];
}

/** What an uninstall would do. No `steps`: there is nothing to do. */
export interface UninstallView extends UndoView {
  /** One line each: what is not taken away, and why. */
  readonly stays: readonly string[];
  /** What only the person can do. */
  readonly byHand: readonly { readonly says: string; readonly next: string }[];
  /** The model that OpenClaw will use: null when there is none, undefined when that cannot be told. */
  readonly modelAfter: string | null | undefined;
  /** Said before the question, when `modelAfter` is none or has no credential that we know of. */
  readonly warning: string | null;
  /** What has to be typed to go on. */
  readonly confirm: 'uninstall';
}

/** How an uninstall ended. */
export interface UninstallResult {
  readonly receipt: Receipt;
  /** Does OpenClaw still start, and which model does it use? */
  readonly findings: readonly Finding[];
  /** Backups, receipts and preferences are gone as well, and with them the way back. */
  readonly purged: boolean;
}
