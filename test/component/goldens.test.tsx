import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { App } from '../../components/app.tsx';
import type { State } from '../../components/state.ts';
import { SCREENS } from '../support/screens.ts';
import { still } from '../support/still.ts';
import { mount } from '../support/terminal.ts';

/** Write the goldens anew with `UPDATE_GOLDENS=1 npx vitest run --project component`, then read them. */
const UPDATE = (process.env.UPDATE_GOLDENS ?? '') !== '';
const FOLDER = new URL('./goldens/', import.meta.url);

interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly unicode?: boolean;
  readonly reader?: boolean;
}

/** The screen as text. The spinner stands for any of its frames. */
async function picture(state: State, { columns, rows, unicode = true, reader = false }: Look): Promise<string> {
  const screen = mount(
    <App wizard={still(state)} unicode={unicode} colour={false} reader={reader} now={() => 2200} />,
    { columns, rows, reader },
  );
  await screen.type('');
  const shown = screen.everything();
  screen.unmount();
  return `${shown.replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '⠋')}\n`;
}

async function compare(name: string, size: string, shown: string): Promise<void> {
  const file = fileURLToPath(new URL(`${size}/${name}.txt`, FOLDER));
  if (UPDATE) {
    await mkdir(fileURLToPath(new URL(`${size}/`, FOLDER)), { recursive: true });
    await writeFile(file, shown);
  }
  expect(shown).toBe(await readFile(file, 'utf8').catch(() => `no golden: ${file}`));
}

const SIZES = [
  [40, 12],
  [80, 24],
  [120, 40],
] as const;

for (const [columns, rows] of SIZES) {
  describe(`at ${columns}x${rows}`, () => {
    it.each(Object.keys(SCREENS))('%s', async (name) => {
      const state = SCREENS[name]?.();
      if (state === undefined) throw new Error(name);
      await compare(name, `${columns}x${rows}`, await picture(state, { columns, rows }));
    });
  });
}

describe('in ASCII', () => {
  it.each(['look', 'review', 'sign-in', 'apply', 'done', 'home', 'backups', 'take-back', 'uninstall'])(
    '%s',
    async (name) => {
      const state = SCREENS[name]?.();
      if (state === undefined) throw new Error(name);
      const shown = (await picture(state, { columns: 80, rows: 24, unicode: false })).replace(
        /^( +)[|/\\-] /gm,
        '$1| ',
      );
      expect(shown).toMatch(/^[\x20-\x7e\n]*$/);
      await compare(name, 'ascii-80x24', shown);
    },
  );
});

describe('for a screen reader', () => {
  it.each(['look', 'choose', 'review', 'done', 'home-trouble', 'backups', 'take-back', 'uninstall'])(
    '%s',
    async (name) => {
      const state = SCREENS[name]?.();
      if (state === undefined) throw new Error(name);
      await compare(name, 'reader', await picture(state, { columns: 100, rows: 60, reader: true }));
    },
  );
});
