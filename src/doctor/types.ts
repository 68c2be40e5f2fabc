import type { Action } from '../engine/types.ts';
import type { FactName, Facts } from '../facts/types.ts';
import type { Finding } from '../methods/types.ts';
import type { SourcePlace } from '../system/problem.ts';
import type { ToldInstallation } from '../system/world.ts';

export type Severity = 'error' | 'warning' | 'info';

/** What a person may choose where it is not clear which OpenClaw is meant, each with the flag that says so in a command. */
export interface Choice {
  readonly label: string;
  readonly aside: string;
  readonly told: ToldInstallation;
  readonly flag: string;
}

/** What is wrong, in words. Paths are whole: a screen shortens them. */
export interface Words {
  /** One sentence. */
  readonly says: string;
  /** What it means, or how it came. */
  readonly why?: string;
  readonly at?: SourcePlace;
  /** Claude does not answer before the person has done what is next. */
  readonly waits?: true;
  /** Of which the person has to make one first; none where nothing on this machine helps. */
  readonly choices?: readonly Choice[];
}

/** How long before its end a credential counts as ending soon. */
export interface Limits {
  readonly warnDays: number;
}

/** An error (Claude does not work as things are) or a warning cannot be written without a way on. */
export type Remedy<E> =
  | { readonly severity: 'info'; next?(evidence: E, facts: Facts): string }
  | { readonly severity: 'error' | 'warning'; next(evidence: E, facts: Facts): string }
  | {
      readonly severity: 'error' | 'warning';
      /** Reversible actions, exactly as big as the fault: one plan for all that was found. */
      fix(evidence: readonly E[], facts: Facts): readonly Action[];
      readonly needsSecret?: true;
      /** Where the fix can do only some of it. */
      next?(evidence: E, facts: Facts): string;
    };

interface What<E> {
  /** `family.name`, stable. */
  readonly id: `${string}.${string}`;
  /** What `status --json` and a refused command call it where that is not the id with a hyphen. */
  readonly code?: string;
  /** For a list of all checks. */
  readonly title: string;
  /** Facts without which it cannot be told: the check is skipped then. */
  readonly needs: readonly FactName[];
  /** Effects that this cause explains, not said beside it: ids, or `family.*`. */
  readonly explains?: readonly string[];
  /** Nothing may be written before this is gone. */
  readonly blocks?: true;
  /** Each piece of evidence is one finding; null or none: all is well. `now`: Unix ms. */
  detect(facts: Facts, now: number, limits: Limits): readonly E[] | null;
  explain(evidence: E, facts: Facts): Words;
}

/** One check of the doctor, from facts alone. Pure; see {@link What} and {@link Remedy}. */
export type Check<E = unknown> = What<E> & Remedy<E>;

/** Lets a check be written without naming the type of its evidence. */
export const check = <E>(one: Check<E>): Check => one as Check;

/** What a check found. */
export interface Found extends Finding, Omit<Words, 'at' | 'waits'> {
  readonly id: string;
  readonly code: string;
  readonly verdict: Severity;
  readonly at?: SourcePlace;
  readonly blocks?: true;
}

/** What the judge says of a machine, in the order of the list. */
export interface Judgement {
  readonly findings: readonly Found[];
  /** Checks that could not be made, and why. */
  readonly notMade: readonly { readonly id: string; readonly verdict: 'skipped' | 'crashed'; readonly why: string }[];
}
