import type { Evidence } from './fact-schema.ts';

export type Fact<T> =
  | { readonly known: true; readonly value: T; readonly evidence: Evidence }
  | {
      readonly known: false;
      readonly reason: 'absent' | 'unreadable' | 'timed out' | 'crashed' | 'waiting';
      readonly detail: string;
    };

export function known<T>(value: T, from: string, because?: string): Fact<T> {
  return { known: true, value, evidence: because === undefined ? { from } : { from, because } };
}

export function unknown<T>(
  reason: 'absent' | 'unreadable' | 'timed out' | 'crashed' | 'waiting',
  detail: string,
): Fact<T> {
  return { known: false, reason, detail };
}

/** The value, or undefined when it is not known. */
export function factValue<T>(fact: Fact<T> | undefined): T | undefined {
  return fact?.known ? fact.value : undefined;
}
