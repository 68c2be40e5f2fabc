import { describe, expect, it } from 'vitest';
import { compose } from '../../components/kit/compose.ts';
import type { View } from '../../components/kit/view.ts';
import { screenOf } from '../../components/screens/index.ts';
import { parse } from '../../src/commands/args.ts';
import { SCREENS } from '../support/screens.ts';

const SIZES = [
  [80, 24],
  [40, 12],
  [60, 20],
  [120, 40],
] as const;
const SANDBOX = '/tmp/clawauth-sandbox-Ab12Cd';

/** Commands of ours in what is drawn: behind a label, or at the left edge; rows that end with a backslash go on in the next. */
function commandsIn(name: string, view: View, sandbox: string | null): string[] {
  const state = SCREENS[name]?.();
  if (state === undefined) throw new Error(name);
  const layout = screenOf({ ...state, sandbox }, view, { length: 0, tail: '', at: 0 });
  const rows = layout === null ? [] : compose(layout, view).lines;
  const text = rows
    .map((row) =>
      row
        .map((span) => span.text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
  const whole = text
    .replace(/^.*Made by clawauth-setup.*$/gm, '')
    .replace(/ \\\n\s*/g, ' ')
    .replace(/\\\n\s*/g, '');
  return [...whole.matchAll(/(?:: +|^)(clawauth-setup [a-z-][^\n]*?)(?= {2}| *$)/gm)].map((match) => match[1] ?? '');
}

describe('a printed command', () => {
  it.each(Object.keys(SCREENS))('is never cut, broken inside a word or unknown to us: %s', (name) => {
    for (const [columns, rows] of SIZES) {
      for (const sandbox of [null, SANDBOX]) {
        const view: View = { columns, rows, unicode: true, colour: false, reader: false };
        for (const command of commandsIn(name, view, sandbox)) {
          const where = `${columns} columns: ${command}`;
          // The rest of it is below the window, which says so.
          if (/[↑↓] \d+ more/.test(command)) continue;
          expect(command, where).not.toContain('…');
          const words = command.replace(/ <.*$/, '').split(' ').slice(1);
          expect(() => parse(words), where).not.toThrow();
        }
      }
    }
  });

  it('is there to be found', () => {
    const view: View = { columns: 80, rows: 24, unicode: true, colour: false, reader: false };
    const found = Object.keys(SCREENS).flatMap((name) => commandsIn(name, view, SANDBOX));
    expect(found).toContain(`clawauth-setup undo --sandbox-at ${SANDBOX}`);
    expect(found.length).toBeGreaterThan(3);
  });
});
