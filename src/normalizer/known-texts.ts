/** Short texts that are to be expected, found by their bytes: a string made of each key costs more than looking it up. */
export class KnownTexts {
  private readonly byLength: { readonly bytes: Uint8Array; readonly text: string }[][] = [];

  constructor(texts: readonly string[]) {
    for (const text of new Set(texts)) {
      const bytes = Buffer.from(text);
      const same = this.byLength[bytes.length] ?? [];
      this.byLength[bytes.length] = [...same, { bytes, text }];
    }
  }

  /** The text that stands between these two positions; undefined when it is none of ours. */
  find(chunk: Uint8Array, from: number, to: number): string | undefined {
    const candidates = this.byLength[to - from];
    if (candidates === undefined) return undefined;
    for (const { bytes, text } of candidates) {
      let at = 0;
      while (at < bytes.length && bytes[at] === chunk[from + at]) at++;
      if (at === bytes.length) return text;
    }
    return undefined;
  }
}
