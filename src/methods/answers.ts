import * as z from 'zod/mini';
import { asking } from './asking.ts';
import { type Answers, SharedAnswers } from './types.ts';

/** The schema of all answers: those that every method has, and what only one of them asks, as usual where it is missing. */
const schema = z.object({
  ...SharedAnswers.shape,
  ...Object.fromEntries(
    asking.flatMap(({ questions }) =>
      questions.map(({ key, choices, usual }) => [
        key,
        z._default(choices === undefined ? z.boolean() : z.enum(choices as readonly [string]), usual as never),
      ]),
    ),
  ),
});

/** The answers that a receipt holds; null where they are of no release that we know. */
export function readAnswers(stored: unknown): Answers | null {
  const read = z.safeParse(schema, stored);
  return read.success ? (read.data as Answers) : null;
}

/** Some answers, of a file: those of them that have the right form, or what is wrong with the first that has not. */
export function readSomeAnswers(
  given: Readonly<Record<string, unknown>>,
): { readonly answers: Readonly<Record<string, unknown>> } | { readonly wrong: string } {
  const read = z.safeParse(z.partial(schema), given);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { wrong: `${issue?.path.join('.') ?? ''} is not valid (${issue?.message ?? 'wrong type'})` };
  }
  // Only what stands there: a default of the schema is no decision of the person.
  return { answers: Object.fromEntries(Object.entries(read.data).filter(([key]) => Object.hasOwn(given, key))) };
}
