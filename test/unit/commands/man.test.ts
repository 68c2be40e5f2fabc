import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allFlags, commands } from '../../../src/commands/args.ts';
import { exitCodes } from '../../../src/commands/help.ts';
import { manPage } from '../../../src/commands/man.ts';

const page = manPage('1.0.0', '2026-11-20');
const folder = mkdtempSync(join(tmpdir(), 'clawauth-man-'));
const file = join(folder, 'clawauth-setup.1');
writeFileSync(file, page);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (program: string) => spawnSync(program, ['--version']).error === undefined;
const run = (program: string, args: readonly string[]) =>
  spawnSync(program, args, { encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', MANWIDTH: '100' } });

/** Without the bold that terminals of paper made by striking a letter twice. */
const unstruck = (text: string) => text.replace(/.\u0008/g, '');

describe('the man page', () => {
  it('names every command, flag and exit code', () => {
    for (const [name, { example }] of Object.entries(commands)) {
      expect(page).toContain(`\n\\fB${name}\\fR`);
      expect(page).toContain(`Example: \\fB${example.replaceAll('-', '\\-')}\\fR`);
    }
    for (const name of allFlags().keys()) expect(page).toContain(`\\fB\\-\\-${name.replaceAll('-', '\\-')}\\fR`);
    for (const [code] of exitCodes) expect(page).toContain(`\\fB${code}\\fR`);
  });

  it('has no row that a formatter would take for a request', () => {
    const requests = page.split('\n').filter((row) => /^[.']/.test(row));
    expect(requests.filter((row) => !/^\.(TH|SH|TP|IP|PP|RS|RE|nf|fi|nh|ad|B)\b/.test(row))).toEqual([]);
  });

  it.skipIf(!has('groff'))('is set by groff without a warning (skipped where groff is missing)', () => {
    const set = run('groff', ['-man', '-Tutf8', '-ww', '-P-c', file]);
    expect(set.stderr).toBe('');
    expect(unstruck(set.stdout)).toContain('--token-file FILE');
  });

  it.skipIf(spawnSync('mandoc', ['-T', 'lint', '/dev/null']).error !== undefined)(
    'passes mandoc (skipped where mandoc is missing)',
    () => {
      const { stdout, stderr } = run('mandoc', ['-T', 'lint', '-W', 'warning', file]);
      expect(`${stdout}${stderr}`).toBe('');
    },
  );

  it.skipIf(!has('man'))('is shown by man (skipped where man is missing)', () => {
    const { stdout } = run('man', ['-l', file]);
    expect(unstruck(stdout)).toMatch(/completion SHELL\n\s+Print the completions of a shell\./);
  });
});
