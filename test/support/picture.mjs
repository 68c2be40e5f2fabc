// Makes assets/screens/review.svg from a real run of dist/cli.js in a sandbox: `npm run picture`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pty from '@lydell/node-pty';
import headless from '@xterm/headless';

const COLUMNS = 92;
const ROWS = 30;
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'clawauth-picture-'));
const terminal = new headless.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
const env = { HOME: folder, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', TERM: 'xterm-256color' };
const args = [join(root, 'dist/cli.js'), '--sandbox-at', join(folder, 'sandbox')];
const child = pty.spawn(process.execPath, args, {
  name: 'xterm-256color',
  cols: COLUMNS,
  rows: ROWS,
  cwd: folder,
  env,
});
let look = () => {};
child.onData((bytes) => terminal.write(bytes, () => look()));

const line = (row) => terminal.buffer.active.getLine(terminal.buffer.active.baseY + row);
const text = () => Array.from({ length: ROWS }, (_, row) => line(row).translateToString(true)).join('\n');
const until = (pattern) =>
  new Promise((done) => {
    look = () => pattern.test(text()) && done();
    look();
  });
for (const [shows, keys] of [
  [/continue/, '\r'],
  [/How should OpenClaw/, '\r'],
  [/paste the code/, '\x1b[200~sandbox#sandbox\x1b[201~'],
  [/send it/, '\r'],
  [/You have a token/, '\r'],
  [/What should OpenClaw use Claude for/, '\r'],
  [/Models and agents/, '\r'],
  [/steps will change/, '\x1b[B'],
  [/▸ 2/, ' '],
]) {
  await until(shows);
  child.write(keys);
}
await until(/\+ .*anthropic\/claude/);
mkdirSync(join(root, 'assets/screens'), { recursive: true });
writeFileSync(join(root, 'assets/screens/review.svg'), svg());
child.kill('SIGTERM');
child.onExit(() => rmSync(folder, { recursive: true, force: true }));

function svg() {
  const colours = ['#45475a', '#f38ba8', '#a6e3a1', '#f9e2af', '#89b4fa', '#cba6f7', '#94e2d5', '#bac2de'];
  const inXml = (value) => value.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
  const rows = [];
  for (let row = 0; row < ROWS; row++) {
    const spans = [];
    for (let column = 0; column < COLUMNS; column++) {
      const cell = line(row).getCell(column);
      const colour = cell.isFgPalette() ? colours[cell.getFgColor() % 8] : '#cdd6f4';
      const style = `fill="${colour}"${cell.isBold() ? ' font-weight="bold"' : ''}${cell.isDim() ? ' opacity=".6"' : ''}`;
      const last = spans.at(-1);
      const chars = cell.getChars() || ' ';
      if (last?.style === style) last.chars += chars;
      else spans.push({ style, chars, column });
    }
    const parts = spans.filter((span) => span.chars.trim() !== '');
    rows.push(
      ...parts.map(
        (span) =>
          `<text x="${16 + span.column * 8.4}" y="${28 + row * 18}" ${span.style} textLength="${(span.chars.length * 8.4).toFixed(1)}">${inXml(span.chars)}</text>`,
      ),
    );
  }
  const shown = rows.join('\n').replaceAll(folder, '/tmp');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${COLUMNS * 8.4 + 32}" height="${ROWS * 18 + 28}" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14" xml:space="preserve"><rect width="100%" height="100%" rx="8" fill="#1e1e2e"/>\n${shown}\n</svg>\n`;
}
