import widthOf from 'string-width';

/**
 * A command as rows that can be selected and pasted together: broken between words, never inside quotes, with a
 * backslash at the end of each row but the last. `atEdge`: the rows stand at the left edge, so that a word that is too
 * long for one can go on in the next; elsewhere it stays whole.
 */
export function commandRows(text: string, columns: number, options: { readonly atEdge?: boolean } = {}): string[] {
  if (widthOf(text) <= columns) return [text];
  const words = text.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? [text];
  const rows: string[] = [];
  let row = '';
  for (const word of words) {
    const joined = row === '' ? word : `${row} ${word}`;
    if (row === '' || widthOf(joined) <= columns - 2) row = joined;
    else {
      rows.push(`${row} \\`);
      row = word;
    }
    while (options.atEdge === true && widthOf(row) > columns - 2 && !/['\\]/.test(row)) {
      rows.push(`${row.slice(0, columns - 2)}\\`);
      row = row.slice(columns - 2);
    }
  }
  return row === '' ? rows : [...rows, row];
}
