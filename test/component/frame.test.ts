import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compose } from '../../components/kit/compose.ts';
import { problemLines } from '../../components/kit/problem.ts';
import { lineWidth } from '../../components/kit/text.ts';
import type { View } from '../../components/kit/view.ts';
import { screenOf } from '../../components/screens/index.ts';
import { lookRows } from '../../src/wizard/look.ts';
import { SCREENS } from '../support/screens.ts';
import { playTo } from '../support/wizard-play.ts';

const states = Object.entries(SCREENS).map(([name, make]) => [name, make()] as const);
const view = fc.record({
  columns: fc.integer({ min: 40, max: 200 }),
  rows: fc.integer({ min: 12, max: 60 }),
  unicode: fc.boolean(),
  colour: fc.boolean(),
});

describe('a frame', () => {
  it('is never taller or wider than the terminal, and always says which keys work', () => {
    fc.assert(
      fc.property(view, fc.nat(500), fc.nat(200), (size, scroll, length) => {
        const here: View = { ...size, reader: false };
        for (const [name, state] of states) {
          const overlay =
            state.overlay !== null && 'scroll' in state.overlay ? { ...state.overlay, scroll } : state.overlay;
          const layout = screenOf({ ...state, overlay }, here, { length, tail: length > 15 ? 'abcd' : '' });
          if (layout === null) continue;
          const { lines } = compose(layout, here);
          expect(lines.length, name).toBeLessThanOrEqual(here.rows - 1);
          for (const line of lines) expect(lineWidth(line), name).toBeLessThanOrEqual(here.columns);
          const foot = layout.foot.at(-1);
          if (foot !== undefined) {
            const last = lines
              .at(-1)
              ?.map((span) => span.text)
              .join('');
            expect(last?.trim(), name).toBe(
              foot
                .map((span) => span.text)
                .join('')
                .trim(),
            );
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the chosen row in sight at every size', () => {
    fc.assert(
      fc.property(view, fc.nat(12), (size, moves) => {
        const here: View = { ...size, reader: false };
        for (const stage of ['role', 'models', 'review'] as const) {
          const play = playTo(stage);
          for (let n = 0; n < moves; n += 1) play.do({ type: 'move', by: n % 3 === 0 ? -1 : 1 });
          const layout = screenOf(play.state, here, { length: 0, tail: '' });
          if (layout === null) throw new Error('no screen');
          const text = compose(layout, here).lines.map((line) => line.map((span) => span.text).join(''));
          expect(text.filter((row) => /^ *▸ /.test(row))).toHaveLength(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('shows the facts in the same rows whatever has come', () => {
    const rows = (name: string) => lookRows((SCREENS[name] ?? SCREENS.look)?.().facts ?? playTo('look').state.facts);
    const labels = rows('look').map((row) => row.label);
    for (const name of ['look-first', 'look-some', 'look-none', 'look-broken']) {
      expect(rows(name).map((row) => row.label)).toEqual(labels);
    }
  });

  it('keeps the lines of what a service said last', () => {
    const why = `Its last lines:\n${'one '.repeat(40)}\ntwo`;
    const here: View = { columns: 80, rows: 24, unicode: true, colour: false, reader: false };
    const rows = problemLines({ code: 'x', what: 'It did not start.', why }, here).map((row) =>
      row.map((span) => (typeof span === 'string' ? span : span.text)).join(''),
    );
    expect(rows.filter((row) => row.includes('\n'))).toEqual([]);
    expect(rows[1]).toBe('  Its last lines:');
    expect(rows.at(-1)).toBe('  two');
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(80);
  });
});
