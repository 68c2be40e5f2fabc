import { type Place, pasteable, pasteableText } from '../system/pasteable.ts';
import type { ProblemData } from '../system/problem.ts';
import { Problem } from '../system/problem.ts';
import { redact } from '../system/secret.ts';
import { ended } from './words/help.ts';

/** A problem as data; anything that is not a `Problem` is told as one, without its stack. */
export function viewOf(error: unknown, place: Place): ProblemData {
  if (!(error instanceof Problem)) {
    const said = redact(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    return { code: 'unexpected', what: ended.unexpected(said) };
  }
  const { why, next, at } = error.more;
  return {
    code: error.code,
    what: redact(error.what),
    ...(why === undefined ? {} : { why: pasteableText(redact(why), place) }),
    ...(next === undefined ? {} : { next: pasteable(next, place) }),
    at,
  };
}
