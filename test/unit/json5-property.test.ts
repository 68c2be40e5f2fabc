import fc from 'fast-check';
import JSON5 from 'json5';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Edit, edit, editsBetween, parse } from '../../src/json5/index.ts';
import { scan } from '../../src/json5/tree.ts';
import {
  deepSame,
  fitEdits,
  plainValue,
  structuredCloneOf,
  tidyText,
  wildText,
  wish,
} from '../support/json5-arbitrary.ts';

/** `PROPERTY_RUNS=20000` searches harder. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 300);
const anyText = fc.oneof(wildText, tidyText);
const wishes = fc.array(wish, { minLength: 1, maxLength: 6 });

beforeAll(() => {
  // json5 warns about U+2028 in strings; the texts here are full of them.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

function commentsOf(text: string): string[] {
  return (
    text
      .match(/"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//g)
      ?.filter((t) => t.startsWith('/')) ?? []
  );
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const text of whole) if (text === part[at]) at++;
  return at === part.length;
}

describe('reading', () => {
  it('reads every text as json5 does', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(parse(text)).toEqual({ ok: true, value: JSON5.parse(text) });
        expect(() => scan(text)).not.toThrow();
      }),
      { numRuns },
    );
  });

  it('accepts and refuses damaged texts exactly as json5 does, and places the fault inside the text', () => {
    const damage = fc.tuple(
      fc.nat(400),
      fc.nat(3),
      fc.constantFrom('', ',', '"', "'", '{', ']', '/', '\\', '\n', '0', 'x', ':'),
    );
    fc.assert(
      fc.property(anyText, damage, (text, [where, length, put]) => {
        const at = where % (text.length + 1);
        const broken = text.slice(0, at) + put + text.slice(at + length);
        let good = true;
        try {
          JSON5.parse(broken);
        } catch {
          good = false;
        }
        let ours = true;
        try {
          scan(broken);
        } catch {
          ours = false;
        }
        expect(ours).toBe(good);
        const result = parse(broken);
        expect(result.ok).toBe(good);
        if (result.ok) return;
        const lines = broken.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
        expect(result.error.text).toBe(lines[result.error.line - 1]);
        expect(result.error.column).toBeGreaterThanOrEqual(1);
        expect(result.error.column).toBeLessThanOrEqual(result.error.text.length + 2);
      }),
      { numRuns },
    );
  });
});

describe('editing', () => {
  it('gives exactly the intended values, whatever the text and the edits', () => {
    fc.assert(
      fc.property(anyText, wishes, (text, wanted) => {
        const { edits, intended } = fitEdits(JSON5.parse(text), wanted);
        expect(deepSame(JSON5.parse(edit(text, edits)), intended)).toBe(true);
      }),
      { numRuns },
    );
  });

  it('gives the same values whether edits are made together or one by one', () => {
    fc.assert(
      fc.property(anyText, wishes, (text, wanted) => {
        const { edits } = fitEdits(JSON5.parse(text), wanted);
        const together = edit(text, edits);
        const single = edits.reduce((sofar, one) => edit(sofar, [one]), text);
        expect(deepSame(JSON5.parse(together), JSON5.parse(single))).toBe(true);
      }),
      { numRuns },
    );
  });

  it('leaves a text alone when nothing changes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const value = JSON5.parse(text);
        const same: Edit[] = [{ op: 'set', path: [], value }];
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          for (const [key, child] of Object.entries(value)) same.push({ op: 'set', path: [key], value: child });
        }
        expect(edit(text, same)).toBe(text);
        expect(edit(text, [])).toBe(text);
      }),
      { numRuns },
    );
  });

  it('keeps every comment, in order, when it only sets scalars and adds items', () => {
    fc.assert(
      fc.property(anyText, wishes, (text, wanted) => {
        const before = JSON5.parse(text);
        const edits: Edit[] = [];
        let value = structuredCloneOf(before);
        for (const one of wanted) {
          if (one.op !== 'set' && one.op !== 'insert') continue;
          const fitted = fitEdits(structuredCloneOf(value), [one]);
          const [only] = fitted.edits;
          if (only === undefined) continue;
          let old: unknown = value;
          for (const step of only.path) old = Object.hasOwn(old as object, step) ? (old as never)[step] : undefined;
          if (only.op === 'set' && typeof old === 'object' && old !== null) continue;
          edits.push(only);
          value = fitted.intended;
        }
        expect(isSubsequence(commentsOf(text), commentsOf(edit(text, edits)))).toBe(true);
      }),
      { numRuns },
    );
  });

  it('keeps the text of every other member when one is deleted', () => {
    fc.assert(
      fc.property(anyText, fc.nat(10), (text, pick) => {
        const value = JSON5.parse(text);
        if (typeof value !== 'object' || value === null) return;
        const keys = Object.keys(value);
        const key = keys[pick % keys.length];
        if (key === undefined) return;
        const result = edit(text, [{ op: 'delete', path: [Array.isArray(value) ? Number(key) : key] }]);
        const rest = (scan(text).box?.items ?? []).filter((item) => (item.key ?? String(item.index)) !== key);
        const kept = rest.map((item) => text.slice(item.key === null ? item.start : item.keyStart, item.end));
        const found = (scan(result).box?.items ?? []).map((item) =>
          result.slice(item.key === null ? item.start : item.keyStart, item.end),
        );
        expect(found).toEqual(kept);
      }),
      { numRuns },
    );
  });

  it('changes nothing outside the value when a scalar is set', () => {
    fc.assert(
      fc.property(anyText, fc.nat(30), fc.constantFrom('new', 7, null), (text, pick, value) => {
        const scalars: { path: (string | number)[]; start: number; end: number }[] = [];
        const walk = (item: ReturnType<typeof scan>, path: (string | number)[]) => {
          if (item.box === null) scalars.push({ path, start: item.start, end: item.end });
          const last = new Map((item.box?.items ?? []).map((child) => [child.key ?? child.index, child]));
          for (const [segment, child] of last) walk(child, [...path, segment]);
        };
        walk(scan(text), []);
        const target = scalars[pick % Math.max(scalars.length, 1)];
        if (target === undefined) return;
        const edits: Edit[] = [{ op: 'set', path: target.path, value }];
        const result = edit(text, edits);
        expect(result.slice(0, target.start)).toBe(text.slice(0, target.start));
        expect(result.slice(result.length - (text.length - target.end))).toBe(text.slice(target.end));
      }),
      { numRuns },
    );
  });
});

describe('taking back', () => {
  it('gives the bytes back when items were added to a tidy text', () => {
    fc.assert(
      fc.property(tidyText, wishes, (text, wanted) => {
        const adding = wanted.filter((one) => one.op === 'insert' || (one.op === 'set' && one.kind === 'new'));
        const value = JSON5.parse(text);
        const { edits } = fitEdits(structuredCloneOf(value), adding);
        const [first] = edits;
        if (first === undefined || adding.length === 0) return;
        let old: unknown = value;
        for (const step of first.path) old = Object.hasOwn(Object(old), step) ? (old as never)[step] : undefined;
        if (first.op === 'set' && old !== undefined) return;
        const result = edit(text, [first]);
        const last = (old as unknown[] | undefined)?.length ?? 0;
        const path = first.op === 'insert' ? [...first.path, Math.min(first.at ?? last, last)] : first.path;
        expect(edit(result, [{ op: 'delete', path }])).toBe(text);
      }),
      { numRuns },
    );
  });
});

describe('the difference of two values', () => {
  it('turns one into the other, on plain data and in a text', () => {
    fc.assert(
      fc.property(anyText, plainValue, (text, to) => {
        const from = JSON5.parse(text);
        expect(deepSame(JSON5.parse(edit(text, editsBetween(from, to))), to)).toBe(true);
      }),
      { numRuns },
    );
  });

  it('finds small changes of the same value', () => {
    fc.assert(
      fc.property(anyText, wishes, (text, wanted) => {
        const from = JSON5.parse(text);
        const { intended } = fitEdits(structuredCloneOf(from), wanted);
        const edits = editsBetween(from, intended);
        expect(edits.length === 0).toBe(deepSame(from, intended));
        expect(deepSame(JSON5.parse(edit(text, edits)), intended)).toBe(true);
      }),
      { numRuns },
    );
  });
});
