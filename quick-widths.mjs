// What string-width (in Ink, and in our own rows) does before it has to: measured on Node 20, its list of all emoji takes
// 13 ms to be made and 25 ms at its first two uses, and the segmenter 9 ms. No frame of ours needs either.
import { readFile } from 'node:fs/promises';

/** Text of which every character takes one column: ASCII, Latin, and what our screens draw with. */
export const NARROW =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2212\u23ce\u2500-\u257f\u25b8\u25c9\u25cb\u2714\u2718\u27f7\u2800-\u28ff]*$/;

const CHANGES = [
  ['const segmenter = new Intl.Segmenter();', 'let segmenter;'],
  ['segmenter.segment(', '(segmenter ??= new Intl.Segmenter()).segment('],
  ['const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;', 'let rgiEmojiRegex;'],
  ['rgiEmojiRegex.test(', '(rgiEmojiRegex ??= /^\\p{RGI_Emoji}$/v).test('],
  ['/^[\\u0020-\\u007E]*$/', String(NARROW)],
];

/** For esbuild. Fails when string-width is no longer what this was written for. */
export const quickWidths = {
  name: 'quick-widths',
  setup(build) {
    build.onLoad({ filter: /\/string-width\/index\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const [from, to] of CHANGES) {
        if (contents.split(from).length !== 2) throw new Error(`${path}: not once there: ${from}`);
        contents = contents.replace(from, () => to);
      }
      return { contents };
    });
  },
};
