import { describe, expect, it } from 'vitest';
import { parseJsonOutput } from '../../../src/system/json-output.ts';

describe('the JSON that a program printed', () => {
  it('is found behind notices and before more of them', () => {
    const log = '\u001b[33m[agents/auth-profiles]\u001b[39m inherited {from: main}\n';
    expect(parseJsonOutput(`${log}{\n  "a": "}{",\n  "b": ["\\"]"]\n}\nbye {`)).toEqual({ a: '}{', b: ['"]'] });
    expect(parseJsonOutput('[1]')).toEqual([1]);
    expect(parseJsonOutput('┌ Doctor {x}\n│ note\n└\n{"ok":true}')).toEqual({ ok: true });
    expect(parseJsonOutput('note: {"ok":false}')).toEqual({ ok: false });
    for (const text of ['', 'no json', '{ broken', '"text"', '7']) expect(parseJsonOutput(text)).toBeUndefined();
  });

  it.each([
    ['brackets that never close', '{\n'],
    ['objects that never close', '{"a": [\n'],
    ['objects that are no JSON', '{a}\n'],
    ['strings that never close', '{"\n'],
  ])('is not looked for without end in %s', (_what, line) => {
    // Without a bound these take minutes (the square of 4 MB); the test's own limit is far above what is needed.
    expect(parseJsonOutput(line.repeat(Math.ceil((4 << 20) / line.length)))).toBeUndefined();
  });

  it('is found behind as many open brackets as a program may print', () => {
    expect(parseJsonOutput(`${'{ open\n'.repeat(40)}{"ok":true}\n`)).toEqual({ ok: true });
  });
});
