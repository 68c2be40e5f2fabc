import type { FactName, Facts } from '../facts/types.ts';
import type { Finding } from '../methods/types.ts';
import type { SourcePlace } from '../system/problem.ts';
import type { ToldInstallation } from '../system/world.ts';
import type { Repair } from './repairs.ts';

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
  /** Where this piece of evidence weighs less or more than the check says. */
  readonly level?: Severity;
  /** Claude does not answer before the person has done what is next. */
  readonly waits?: true;
  /** Of which the person has to make one first; none where nothing on this machine helps. */
  readonly choices?: readonly Choice[];
}

/** How long before its end a credential counts as ending soon. */
export interface Limits {
  readonly warnDays: number;
}

/**
 * A way on: what an error (Claude does not work as things are) and a warning cannot be written without. A fix is exactly as
 * big as the fault; it gives nothing where it cannot be made here, and then `next` is the way on.
 */
export type Remedy<E> =
  | { next(evidence: E, facts: Facts): string; fix?(evidence: E, facts: Facts): readonly Repair[] }
  | { fix(evidence: E, facts: Facts): readonly Repair[]; next?(evidence: E, facts: Facts): string };

/** The values of the facts that a check needs. */
export type Known<N extends FactName> = {
  readonly [K in N]: Extract<Facts[K], { readonly known: true }>['value'];
};

interface What<E, N extends FactName> {
  /** What `status --json` and a refused command call it where that is not the id with a hyphen. */
  readonly code?: string;
  /** Facts without which it cannot be told: the check is skipped then. */
  readonly needs: readonly N[];
  /** Effects that this cause explains, not said beside it: ids, or `family.*`. */
  readonly explains?: readonly string[];
  /** Nothing may be written before this is gone. */
  readonly blocks?: true;
  /** Claude may answer now, but what is set up beside this soon stops working: a first set-up fixes it as well. */
  readonly spoils?: true;
  /** Each piece of evidence is one finding; null or none: all is well. `known`: what it needs; `now`: Unix ms. */
  detect(known: Known<N>, facts: Facts, now: number, limits: Limits): readonly E[] | null;
  explain(evidence: E, facts: Facts): Words;
}

type Id = `${string}.${string}`;

/** One check of the doctor, from facts alone. Pure; see {@link What} and {@link Remedy}. */
export type Check<E = unknown, N extends FactName = FactName> = What<E, N> & {
  /** `family.name`, stable. */
  readonly id: Id;
  /** For a list of all checks. */
  readonly title: string;
} & ((Remedy<E> & { readonly severity: 'error' | 'warning' }) | (Partial<Remedy<E>> & { readonly severity: 'info' }));

export const error = <E, N extends FactName = never>(id: Id, title: string, what: What<E, N> & Remedy<E>): Check =>
  ({ id, title, severity: 'error', ...what }) as Check;
export const warning = <E, N extends FactName = never>(id: Id, title: string, what: What<E, N> & Remedy<E>): Check =>
  ({ id, title, severity: 'warning', ...what }) as Check;
export const info = <E, N extends FactName = never>(
  id: Id,
  title: string,
  what: What<E, N> & Partial<Remedy<E>>,
): Check => ({ id, title, severity: 'info', ...what }) as Check;

/** What a check found. */
export interface Found extends Finding, Omit<Words, 'at' | 'waits' | 'level'> {
  readonly id: string;
  readonly code: string;
  readonly verdict: Severity;
  readonly at?: SourcePlace;
  readonly blocks?: true;
  readonly spoils?: true;
  /** How we know: the files that were read and the commands that were asked. */
  readonly from?: readonly string[];
  /** What fixes it; absent where nothing of ours does. */
  readonly repairs?: readonly Repair[];
  /** The command that comes to the same without us, where there is a fix of ours. */
  readonly byHand?: string;
}

/** What the judge says of a machine, in the order of the list. */
export interface Judgement {
  readonly findings: readonly Found[];
  /** Effects of what was found, which are not said beside it: an id, and that of its cause. */
  readonly explained: readonly { readonly id: string; readonly by: string }[];
  /** Checks that could not be made, and why. */
  readonly notMade: readonly { readonly id: string; readonly verdict: 'skipped' | 'crashed'; readonly why: string }[];
}
