import type { SecretReading } from '../claude/pasted.ts';
import type { Action } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import type { Secret } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import type { MethodQuestions } from './question.ts';
import type { Refs } from './refs.ts';
import type { Answers, Role } from './shared/answers.ts';

export * from './shared/answers.ts';

export interface PlanOptions {
  /** A secret was given in this run. */
  readonly hasSecret?: boolean;
  /** It, where it is at hand: one that is stored already needs no storing. */
  readonly secret?: Secret;
}

export interface Availability {
  readonly ok: boolean;
  readonly because: string;
  /** What would make it available: a command to type. */
  readonly help?: string;
}

/** Something that is no longer as the receipt says. */
export interface Drift {
  readonly what: 'method' | 'primary' | 'fallbacks' | 'alias' | 'credential' | 'files';
  /** "You changed the default model from … to …." */
  readonly says: string;
  /** As the receipt says; null for nothing. */
  readonly was: string | null;
  readonly now: string | null;
}

/** A way to sign in: one folder under src/methods, one line in its index. Nothing else compares method ids. */
export interface Method extends MethodQuestions {
  readonly title: string;
  readonly summary: string;
  /** Who pays, one line. */
  readonly paysFrom: string;
  /** Shown before anything changes; dated. */
  readonly notice: { readonly date: string; readonly text: string; readonly links: readonly string[] };
  /** What a person pasted where the secret belongs: anything else is named for what it is. Absent without a secret. */
  readSecret?(text: string, world: World): Promise<SecretReading>;
  availability(facts: Facts): Availability;
  /** Whether what is here makes it the way to suggest; absent: only as the first that is available. */
  suits?(facts: Facts): boolean;
  /** Refs to offer a person, best first. Absent: those of the release's own catalogue. */
  models?(facts: Facts): readonly string[];
  /** What it calls its models, and the refs of other ways to Claude that it takes the place of. */
  refs(facts: Facts): Refs;
  /** Where what this way put beside the models is no longer as `answers` say. Pure; what is not known is no drift. */
  drift?(answers: Answers, facts: Facts): readonly Drift[];
  /** What is set up now, with what is missing filled in; `role`: for another use than that. */
  defaults(facts: Facts, role?: Role): Answers;
  /** When the secret of this run ends, where nobody said so: Unix ms, null when not known. Pure, throws as `plan` does. */
  tokenEnd?(facts: Facts, answers: Answers, options?: PlanOptions): number | null;
  /** Codes of what {@link plan} refuses because no new secret could be stored: told before anybody signs in. */
  readonly storeRefusals?: ReadonlySet<string>;
  /** What is doubtful about storing a new secret. Pure. */
  storeWarnings?(facts: Facts, answers: Answers): readonly PlanWarning[];
  /**
   * Asked before anything is written, where a plan stores this secret. What is doubtful about it; throws the `Problem` of one
   * that cannot be used.
   */
  beforeStoring?(
    answers: Answers,
    secret: Secret,
    context: Pick<CheckContext, 'world' | 'signal'> & { readonly facts: Facts },
  ): Promise<readonly PlanWarning[]>;
  /** Pure. Throws a `Problem` when these facts and answers cannot be brought together (config unparseable …). */
  plan(facts: Facts, answers: Answers, options?: PlanOptions): readonly Action[];
  /**
   * A new secret in the place of the old one, and nothing else: same profile id, same agents. Pure. Throws
   * `Problem('nothing-to-renew')` when none is stored. Absent where nothing ever ends.
   */
  renewal?(facts: Facts, answers: Answers, options?: PlanOptions): readonly Action[];
  /** What somebody set up by hand in this way; null when nobody did. */
  recognise?(
    facts: Facts,
  ): { readonly title: string; readonly agents: readonly string[]; readonly tokenEnds: number | null } | null;
  /** What an uninstall cannot take away and leaves to the person, with the next command. */
  byHand?(answers: Answers): readonly { readonly says: string; readonly next: string }[];
  /** `before`: the facts that the plan was made from. */
  checks(facts: Facts, answers: Answers, before?: Facts): readonly Check[];
}

/** What a person should know about a plan before they say yes to it. It does not stop it. */
export interface PlanWarning {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly says: string;
  /** The next command to type. */
  readonly next?: string;
}

export type Verdict = 'ok' | 'info' | 'warning' | 'error' | 'skipped' | 'crashed' | 'timed out';

export interface Finding {
  readonly verdict: Verdict;
  readonly says: string;
  /** The next command to type, ready to paste. */
  readonly next?: string;
  /** Claude does not answer before the person has done `next`. */
  readonly waits?: boolean;
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
}

/** A finding of the Report, with the id of the check that made it. */
export interface CheckFinding extends Finding {
  readonly check: string;
  readonly ask?: string;
}

/** One question that the Report asks after the fact, of the real programs. */
export interface Check {
  readonly id: string;
  /** "Does OpenClaw use the new profile?" */
  readonly ask: string;
  /** Asked first because it costs a request. */
  readonly costs?: boolean;
  /** About the models, which a renewal leaves as they are: it does not ask. */
  readonly models?: boolean;
  /** Checks of the doctor that answer it, by id or `family.*`: what they find is the answer. */
  readonly finds?: readonly string[];
  /** Asks, where those find nothing. Absent: the doctor asks, the same of every method (`models`, `bridge`, `gateway`). */
  run?(context: CheckContext): Promise<readonly Finding[]>;
}

export interface CheckContext {
  readonly world: World;
  readonly signal: AbortSignal;
  readonly shared: CheckMemory;
}

/** Lets checks share one slow answer (`models status --json`) so that each program is asked once. */
export interface CheckMemory {
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
}

/** The outcome of the checks, in a fixed order; `worst` decides the exit code and the glyph. */
export interface Report {
  readonly schema: 1;
  readonly takenAt: string;
  readonly findings: readonly (CheckFinding & { readonly ms: number })[];
  readonly worst: Verdict;
}
