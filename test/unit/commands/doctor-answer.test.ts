import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/commands/args.ts';
import { look } from '../../../src/commands/doctor-look.ts';
import { run } from '../../../src/commands/main.ts';
import { doctorJson } from '../../../src/commands/print-doctor.ts';
import { doctorSchema, whatIsNot } from '../../support/doctor-answer.ts';
import { layCase } from '../../support/doctor-home.ts';
import { cases } from '../doctor/cases/index.ts';

const root = resolve(import.meta.dirname, '../../..');
const file = join(root, 'assets/doctor.schema.json');
const never = new AbortController().signal;

/** One case of every check that they have. */
const oneOfEach = cases.filter(
  ({ owes }, index) => owes !== null && cases.findIndex((other) => other.owes?.id === owes.id) === index,
);

async function printed(...argv: string[]): Promise<unknown> {
  let out = '';
  const stdin = new PassThrough();
  stdin.end();
  const streams = {
    ...{ stdin: stdin as unknown as NodeJS.ReadStream, stdinTty: false, stdoutTty: false, err: () => {} },
    out: (text: string) => {
      out += text;
    },
  };
  await run(['doctor', '--json', ...argv], streams, { signal: never, force: never });
  return JSON.parse(out);
}

describe('the schema of doctor --json', () => {
  it('is published as it is (UPDATE_README=1 writes it)', () => {
    if (process.env.UPDATE_README === '1') writeFileSync(file, `${JSON.stringify(doctorSchema(), null, 2)}\n`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(doctorSchema());
    expect(readFileSync(join(root, 'docs/doctor.md'), 'utf8')).toContain('(../assets/doctor.schema.json)');
  });

  it.each(oneOfEach)('holds for $owes.id', async (one) => {
    const { world, remove } = layCase(one);
    try {
      const streams = { out: () => {}, err: () => {}, stdinTty: false, stdoutTty: false };
      const context = { ...{ world, streams, signal: never, force: never, version: 'test', cwd: world.home } };
      const args = parse(['doctor', '--json']);
      const seen = await look({ ...context, args } as unknown as Parameters<typeof look>[0], ['*'], { slow: false });
      expect(seen.findings.length).toBeGreaterThan(0);
      expect(whatIsNot(JSON.parse(JSON.stringify(doctorJson(seen, 1, world))))).toBe('');
    } finally {
      remove();
    }
  });

  it.each([[['--list']], [['--explain', 'token.*']], [['--follow']], [['--bogus']], [['--id', 'x.y']]])(
    'holds for %s',
    async (argv) => expect(whatIsNot(await printed(...argv))).toBe(''),
  );

  it('does not hold for a finding without its level, nor for one with a field that it does not name', async () => {
    const look = { ...((await printed('--list')) as object), checks: undefined, says: '', explained: [], notMade: [] };
    const found = { id: 'a.b', code: 'a-b', says: '', fix: false, needsToken: false, needsLogin: false };
    const answer = (finding: object) => JSON.parse(JSON.stringify({ ...look, answers: [], findings: [finding] }));
    expect(whatIsNot(answer({ ...found, level: 'error' }))).toBe('');
    expect(whatIsNot(answer(found))).not.toBe('');
    expect(whatIsNot(answer({ ...found, level: 'error', token: 'x' }))).not.toBe('');
  });
});
