import type { PaintedSpan } from '../support/terminal.ts';
import type { Picture } from './studio.ts';

/** px of one cell, and the room around them. */
const CELL = { width: 8.4, height: 19, size: 14 };
const EDGE = { side: 20, top: 46, bottom: 18 };
/** The palette's first eight, light enough to read on the window and calm enough beside a page. */
const COLOURS = ['#8b949e', '#ff7b72', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#c9d1d9'];
const STYLE = `
text{font:${CELL.size}px ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;fill:#dfe6ee;white-space:pre}
${COLOURS.map((colour, index) => `.c${index}{fill:${colour};stroke:${colour}}`).join('')}
text.c0,text.c1,text.c2,text.c3,text.c4,text.c5,text.c6,text.c7{stroke:none}
.n{fill:#dfe6ee;stroke:#dfe6ee}.b{font-weight:700}.d{fill:#8d99a8;stroke:#8d99a8}text.n,text.d{stroke:none}
.g{fill:none;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}.f{stroke:none}`;

/** A still picture. `alt`: one sentence for those who do not see it; the text of the screen stands in `<desc>`. */
export function stillSvg(picture: Picture, columns: number, alt: string): string {
  const height = picture.length;
  const rows = picture.map((row, index) => drawRow(row, index)).join('\n');
  return frame({ columns, height, alt, text: textOf(picture), body: rows });
}

/** One picture after the other, each for its ms, for ever; the last one alone for those who want no motion. */
export function filmSvg(
  film: readonly { readonly picture: Picture; readonly ms: number }[],
  columns: number,
  alt: string,
) {
  const height = Math.max(...film.map(({ picture }) => picture.length));
  const width = innerWidth(columns);
  const total = film.reduce((sum, { ms }) => sum + ms, 0);
  const known = new Map<string, string>();
  const defs: string[] = [];
  const frames = film.map(({ picture }, at) => {
    const rows = picture.flatMap((row, index) => {
      const drawn = drawRow(row, 0);
      if (drawn === '') return [];
      let id = known.get(drawn);
      if (id === undefined) {
        id = `r${known.size}`;
        known.set(drawn, id);
        defs.push(`<g id="${id}">${drawn}</g>`);
      }
      return [`<use href="#${id}" y="${index * CELL.height}"/>`];
    });
    return `<g transform="translate(${round(at * width)})">${rows.join('')}</g>`;
  });
  let begun = 0;
  const keys = film.map(({ ms }, at) => {
    const key = `${round((begun / total) * 100)}%{transform:translateX(-${round(at * width)}px)}`;
    begun += ms;
    return key;
  });
  const end = `-${round((film.length - 1) * width)}px`;
  const style = `@keyframes film{${keys.join('')}100%{transform:translateX(${end})}}
.film{animation:film ${total / 1000}s step-end infinite}
@media (prefers-reduced-motion:reduce){.film{animation:none;transform:translateX(${end})}}`;
  const last = film.at(-1)?.picture ?? [];
  const view = `<svg width="${round(width)}" height="${height * CELL.height}" overflow="hidden"><g class="film">${frames.join('\n')}</g></svg>`;
  return frame({ columns, height, alt, text: textOf(last), style, body: `<defs>${defs.join('\n')}</defs>\n${view}` });
}

/** What a person reads in it. */
export function textOf(picture: Picture): string {
  return picture
    .map((row) =>
      row
        .map((span) => span.text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

const innerWidth = (columns: number) => columns * CELL.width;

function frame(of: {
  columns: number;
  height: number;
  alt: string;
  text: string;
  style?: string;
  body: string;
}): string {
  const width = round(innerWidth(of.columns) + 2 * EDGE.side);
  const height = of.height * CELL.height + EDGE.top + EDGE.bottom;
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, at) => `<circle cx="${20 + at * 20}" cy="17" r="6" fill="${fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">
<title id="t">${xml(of.alt)}</title>
<desc id="d">${xml(of.text)}</desc>
<style>${STYLE}${of.style === undefined ? '' : `\n${of.style}`}</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="#12171f" stroke="#3b4553"/>
<path d="M.5 34.5V10.5a10 10 0 0 1 10-10H${width - 10.5}a10 10 0 0 1 10 10V34.5z" fill="#1c232d" stroke="#3b4553"/>
${dots.join('')}
<text class="d" x="${width / 2}" y="22" text-anchor="middle" style="font-size:12.5px">clawauth-setup</text>
<g transform="translate(${EDGE.side} ${EDGE.top})">
${of.body}
</g>
</svg>
`;
}

/** Signs that not every font has, or that some draw as pictures: drawn here, in a cell of 8.4 by 19. */
const SIGNS: Readonly<Record<string, string>> = {
  '✔': '<path class="g" d="M1.2 10.2l2 2.6 4-6.4"/>',
  '✘': '<path class="g" d="M1.4 6.4l5.6 6.2M7 6.4l-5.6 6.2"/>',
  '▸': '<path class="f" d="M1.6 5.2l5.4 4.3-5.4 4.3z"/>',
  '⠋': '<path class="f" d="M2 4.2h1.8v1.8H2zM5 4.2h1.8v1.8H5zM2 7.8h1.8v1.8H2zM2 11.4h1.8v1.8H2z"/>',
  '⟷': '<path class="g" style="stroke-width:1.2" d="M.4 9.6h7.6M2.4 7.4L.4 9.6l2 2.2M6 7.4l2 2.2-2 2.2"/>',
  '⏎': '<path class="g" style="stroke-width:1.3" d="M7 5.4v4.4H1.6M3.8 7.6L1.6 9.8l2.2 2.2"/>',
  '●': '<circle class="f" cx="4.2" cy="9.6" r="2.6"/>',
  '•': '<circle class="f" cx="4.2" cy="9.6" r="1.9"/>',
  '─': '',
  '│': '',
};
const SIGN = new RegExp(`(${Object.keys(SIGNS).join('|')})`);

function drawRow(row: readonly PaintedSpan[], index: number): string {
  const parts = row.flatMap((span) => drawSpan(span, index * CELL.height));
  return parts.join('');
}

function drawSpan(span: PaintedSpan, top: number): string[] {
  const look = span.dim ? 'd' : span.colour === null ? 'n' : `c${span.colour % 8}`;
  let column = span.column;
  return span.text.split(SIGN).flatMap((piece): string[] => {
    const x = column * CELL.width;
    column += [...piece].length;
    const sign = SIGNS[piece];
    if (sign === undefined) return piece.trim() === '' ? [] : [drawText(piece, x, top, look, span.bold)];
    if (piece === '─') return [stroke(`M${round(x)} ${top + 9.5}h${CELL.width}`, look)];
    if (piece === '│') return [stroke(`M${round(x + 4.2)} ${top}v${CELL.height}`, look)];
    return [`<g class="${look}" transform="translate(${round(x)} ${top})">${sign}</g>`];
  });
}

const stroke = (path: string, look: string) => `<path class="${look}" style="fill:none;stroke-width:1" d="${path}"/>`;

function drawText(text: string, x: number, top: number, look: string, bold: boolean): string {
  const lead = text.length - text.trimStart().length;
  const shown = text.trim();
  const length = [...shown].length;
  const at = round(x + lead * CELL.width);
  const names = `${look === 'n' ? '' : look}${bold ? ' b' : ''}`.trim();
  const style = names === '' ? '' : ` class="${names}"`;
  // Whatever font there is, the columns stand.
  const fit = length > 1 ? ` textLength="${round(length * CELL.width)}"` : '';
  return `<text x="${at}" y="${top + 14}"${style}${fit}>${xml(shown)}</text>`;
}

const round = (value: number) => Math.round(value * 1000) / 1000;
const xml = (text: string) =>
  text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] as string);
