import type { Question } from '../methods/question.ts';
import { rowsText } from '../system/printable.ts';
import { Problem } from '../system/problem.ts';
import { folded, hanging } from '../text.ts';
import type { CommandContext, Streams } from './context.ts';
import { ask } from './prompt.ts';
import { plain as says } from './words/asking.ts';

/** One of several answers to a question. */
export interface Listed {
  /** What stands for it in a flag. */
  readonly id: string;
  readonly label: string;
  readonly aside?: string | undefined;
  readonly disabled?: { readonly because: string } | undefined;
}

/** Prints plain text, broken between words where the terminal ends; rows below the first begin `indent` columns in. */
export function say({ out, columns = 80 }: Streams, paragraphs: string, indent = 0): void {
  out(rowsText(paragraphs.split('\n').flatMap((row) => hanging(row, columns - 1, indent))));
}

/**
 * Asks until the answer can be read. One of the list is meant by its number, its id, what it is called, or how one of these
 * begins; an empty line takes `now`. `isShown`: the list stands above already.
 */
export async function askFor(
  { streams, signal }: CommandContext,
  question: Question,
  now: unknown,
  list: readonly Listed[] = [],
  isShown = false,
): Promise<unknown> {
  const wide = Math.max(...list.map(({ label }) => label.length));
  (isShown ? [] : list).forEach(({ label, aside, disabled }, index) => {
    const said = disabled === undefined ? (aside ?? '') : says.notAvailable(disabled.because);
    say(streams, `  ${String(index + 1).padStart(2)}  ${label.padEnd(wide)}  ${said}`.trimEnd(), wide + 8);
  });
  const shown = typeof now === 'boolean' ? (now ? 'yes' : 'no') : (question.print(now) ?? []).join(' ');
  for (;;) {
    const rows = folded(`${question.ask} [${shown || question.empty || 'none'}]`, (streams.columns ?? 80) - 1);
    const text = await ask(streams, signal, `${rows.join('\n')} `);
    if (text === '') return now;
    try {
      return read(question, text, list);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      streams.err(`✘ ${error.what}\n`);
    }
  }
}

function read(question: Question, text: string, list: readonly Listed[]): unknown {
  if (question.value === undefined) {
    if (!/^(y|yes|n|no)$/i.test(text)) throw new Problem('bad-answer', says.yesOrNo);
    return /^y/i.test(text);
  }
  if (question.many === undefined) return question.parse([meant(text, list, question.choices !== undefined)]);
  const words = text === (question.empty ?? 'none') ? [] : text.split(/[\s,]+/).filter((word) => word !== '');
  return question.parse(words.map((word) => meant(word, list, false)));
}

/** The id of what is listed, else the text itself. `only`: nothing else can be meant. */
function meant(text: string, list: readonly Listed[], only: boolean): string {
  const wanted = text.toLowerCase();
  const names = (one: Listed) => [one.id.toLowerCase(), one.label.toLowerCase()];
  const begun = list.filter((one) => names(one).some((name) => name.startsWith(wanted)));
  const one =
    (/^\d+$/.test(text) ? list[Number(text) - 1] : undefined) ??
    list.find((each) => names(each).includes(wanted)) ??
    (begun.length === 1 ? begun[0] : undefined);
  if (one?.disabled !== undefined) {
    throw new Problem('bad-answer', says.isNotAvailable(one.label, one.disabled.because));
  }
  if (one !== undefined) return one.id;
  if (list.length > 0 && (only || /^\d+$/.test(text))) {
    throw new Problem('bad-answer', says.number(list.length, only));
  }
  return text;
}
