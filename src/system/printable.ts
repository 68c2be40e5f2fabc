/**
 * What a terminal acts on instead of showing it: control characters (C0, DEL, C1), the separators that some take for a
 * line break, and marks that turn the direction of text. Tabs are text: configurations are indented by them.
 */
const ACTED_ON = /[^\P{Cc}\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text as it may reach a terminal: names, models, paths and the words of other programs are data, and must not move the
 * cursor, set a title or write to the clipboard. Each character that a terminal would act on is spelled out as `\u001b`,
 * which says the same inside of JSON. Line breaks stay.
 */
export function printable(text: string): string {
  return text.replace(ACTED_ON, (char) => (char === '\n' ? char : spelledOut(char)));
}

/** The same for text that stands in one row: a line break in a name would forge a row of its own. */
export function printableRow(text: string): string {
  return text.replace(ACTED_ON, spelledOut);
}

/** Rows as text, each ended by a line break and one row whatever it holds. */
export function rowsText(rows: readonly string[]): string {
  return rows.map((row) => `${printableRow(row)}\n`).join('');
}

function spelledOut(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
