import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compose } from '../../components/kit/compose.ts';
import { problemLines } from '../../components/kit/problem.ts';
import { lineWidth } from '../../components/kit/text.ts';
import type { View } from '../../components/kit/view.ts';
import { firstScreen } from '../../components/screens/first.ts';
import { choicesOf, screenOf } from '../../components/screens/index.ts';
import { lookRows } from '../../components/screens/look.ts';
import { initialState } from '../../components/state.ts';
import { emptyPlan } from '../support/canned-services.ts';
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
  it('of the first screen is the same with the judges and without', () => {
    fc.assert(
      fc.property(view, (size) => {
        const here: View = { ...size, reader: false };
        const drawn = screenOf(initialState({ version: '1.0.0' }), here, { length: 0, tail: '', at: 0 });
        if (drawn === null) throw new Error('no screen');
        expect(compose(firstScreen('1.0.0', here), here).lines).toEqual(compose(drawn, here).lines);
      }),
    );
  });

  it('is never taller or wider than the terminal, and always says which keys work', () => {
    fc.assert(
      fc.property(view, fc.nat(500), fc.nat(200), (size, scroll, length) => {
        const here: View = { ...size, reader: false };
        for (const [name, state] of states) {
          const overlay =
            state.overlay !== null && 'scroll' in state.overlay ? { ...state.overlay, scroll } : state.overlay;
          const layout = screenOf({ ...state, overlay }, here, {
            length,
            tail: length > 15 ? 'abcd' : '',
            at: Math.min(length, scroll),
          });
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
          const layout = screenOf(play.state, here, { length: 0, tail: '', at: 0 });
          if (layout === null) throw new Error('no screen');
          const text = compose(layout, here).lines.map((line) => line.map((span) => span.text).join(''));
          expect(text.filter((row) => /^ *▸ /.test(row))).toHaveLength(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('shows what is doubtful above the steps, with the chosen one in sight at every size', () => {
    const { state } = playTo('review');
    if (state.plan === null) throw new Error('no plan');
    const says = 'nonsense/zzz is offered neither by OpenClaw 2026.9.6 nor by a provider in its configuration.';
    const warnings = [{ code: 'unknown-model', says, next: 'openclaw models list --all' }];
    const rowsOf = (plan: typeof state.plan, columns: number, rows: number) => {
      const here: View = { columns, rows, unicode: true, colour: false, reader: false };
      const layout = screenOf({ ...state, plan: plan && { ...plan, warnings } }, here, { length: 0, tail: '', at: 0 });
      if (layout === null) throw new Error('no screen');
      return compose(layout, here).lines.map((line) => line.map((span) => span.text).join(''));
    };
    for (const [columns, rows] of [
      [40, 12],
      [80, 24],
      [120, 40],
    ] as const) {
      expect(rowsOf(state.plan, columns, rows).filter((row) => /^ *▸ /.test(row))).toHaveLength(1);
    }
    const shown = rowsOf(state.plan, 120, 40);
    const at = shown.findIndex((row) => row.includes(says));
    expect(shown[at]).toMatch(/^ *! nonsense/);
    expect(shown[at + 1]?.trim()).toBe('next: openclaw models list --all');
    expect(shown.findIndex((row) => /^ *▸ /.test(row))).toBeGreaterThan(at);
    // Also where there is nothing to do.
    expect(rowsOf(emptyPlan, 80, 24).join('\n')).toContain('next: openclaw models list --all');
  });

  it.each([
    [80, 24],
    [100, 40],
    [120, 40],
    [200, 60],
  ])(
    'shows a diff beside the rows of a review or below them, and moves none with the cursor (%dx%d)',
    (columns, rows) => {
      const here: View = { columns, rows, unicode: true, colour: false, reader: false };
      for (const name of ['review', 'review-fixes', 'review-many', 'take-back', 'uninstall']) {
        const from = SCREENS[name]?.();
        if (from === undefined) throw new Error(name);
        const choices = choicesOf(from);
        const places = choices.map(({ id }) => {
          const state = { ...from, cursors: { ...from.cursors, [from.stage]: id } };
          const layout = screenOf(state, here, { length: 0, tail: '', at: 0 });
          if (layout === null) throw new Error('no screen');
          const shown = compose(layout, here).lines.map((line) => line.map((span) => span.text).join(''));
          const row = (text: string) => shown.findIndex((line) => line.slice(4).startsWith(text.slice(0, 20)));
          const diff = shown.findIndex((line) => /── \S/.test(line));
          const [first = -1, ...rest] = choices.map(({ label }) => row(label));
          const last = rest.at(-1) ?? first;
          expect(diff, `${name} ${id}`).toBe(columns < 120 ? last + 2 : first);
          return [first, ...rest];
        });
        for (const place of places) expect(place).toEqual(places[0]);
        expect(places[0]).not.toContain(-1);
      }
    },
  );

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
