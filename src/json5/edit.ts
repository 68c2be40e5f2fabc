import { sameValue } from './data.ts';
import { type Source, type Splice, splicesOf } from './layout.ts';
import { Lines } from './lines.ts';
import { explain, readValue } from './read.ts';
import { Session } from './session.ts';
import { snippetFor } from './snippet.ts';
import { Styles } from './style.ts';
import { scan } from './tree.ts';
import { CannotEdit, type Edit, EditRefused } from './types.ts';

const NOT_UNDERSTOOD = 'The file is written in a way that this editor does not understand.';

/**
 * Carries out `edits`, one after the other, as the smallest splices of the text, and proves the result before handing
 * it over: npm `json5` reads from it exactly the intended value (by `Object.is`, order of keys included), and every
 * byte outside the splices is as it was. Comments, quotes, commas, line ends and number forms stay. No edits, or edits
 * that change nothing, give the very same text. Linear in the text and the number of edits.
 *
 * Throws {@link EditRefused}.
 */
export function edit(text: string, edits: readonly Edit[]): string {
  return edited(text, edits).text;
}

/** {@link edit}, with the value that the result holds: no second reading of a large file. */
export function edited(text: string, edits: readonly Edit[]): { readonly text: string; readonly value: unknown } {
  try {
    return carryOut(text, edits);
  } catch (error) {
    if (error instanceof EditRefused) throw error;
    // A text that takes more than the stack holds, say: whatever it is, nothing was proven.
    throw new EditRefused(NOT_UNDERSTOOD, snippetFor(edits));
  }
}

function carryOut(text: string, edits: readonly Edit[]): { readonly text: string; readonly value: unknown } {
  const { splices, data, anyOrderIn } = workOut(text, edits);
  if (splices.length === 0 && sameValue(data, readValue(text))) return { text, value: data };
  const result = splice(text, splices);
  const doubt = disprove(text, result, splices, { data, anyOrderIn });
  if (doubt !== null) throw new EditRefused(doubt, snippetFor(edits));
  return { text: result, value: data };
}

/** What is intended, and how the text gets there. The positions of all its parts, of which a file has many, end with this. */
function workOut(text: string, edits: readonly Edit[]): Pick<Session, 'data' | 'anyOrderIn'> & { splices: Splice[] } {
  const session = begin(text, edits);
  try {
    for (const one of edits) session.apply(one);
    session.finish();
  } catch (error) {
    if (error instanceof CannotEdit) throw new EditRefused(error.message, snippetFor(edits));
    throw error;
  }
  const splices = splicesOf(sourceFor(text, session), session.root).filter(
    (splice) => text.slice(splice.start, splice.end) !== splice.text,
  );
  return { splices, data: session.data, anyOrderIn: session.anyOrderIn };
}

function begin(text: string, edits: readonly Edit[]): Session {
  let value: unknown;
  try {
    value = readValue(text);
  } catch (error) {
    const { line, column, message } = explain(text, error);
    throw new EditRefused(`The file is not valid JSON5. Line ${line}, column ${column}: ${message}`, snippetFor(edits));
  }
  try {
    return new Session(value, scan(text));
  } catch {
    throw new EditRefused(NOT_UNDERSTOOD, snippetFor(edits));
  }
}

function sourceFor(text: string, session: Session): Source {
  let lines: Lines | undefined;
  let styles: Styles | undefined;
  return {
    text,
    get lines() {
      lines ??= new Lines(text);
      return lines;
    },
    get styles() {
      styles ??= new Styles(text, session.root);
      return styles;
    },
  };
}

function splice(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: made } of splices) {
    parts.push(text.slice(at, start), made);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** What is wrong with the result; null when it is proven right. */
function disprove(
  text: string,
  result: string,
  splices: readonly Splice[],
  { data, anyOrderIn }: Pick<Session, 'data' | 'anyOrderIn'>,
): string | null {
  let from = 0;
  let to = 0;
  for (const { start, end, text: made } of splices) {
    if (start < from || text.slice(from, start) !== result.slice(to, to + start - from)) {
      return 'The change would have touched more of the file than it should.';
    }
    to += start - from + made.length;
    from = end;
  }
  if (text.slice(from) !== result.slice(to)) return 'The change would have touched more of the file than it should.';
  let value: unknown;
  try {
    value = readValue(result);
  } catch {
    return 'The changed file would not have been valid JSON5.';
  }
  return sameValue(value, data, anyOrderIn)
    ? null
    : 'The changed file would not have held exactly the intended values.';
}
