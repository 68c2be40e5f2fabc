import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inSandbox } from '../../support/in-sandbox.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const LINE = '*/30 * * * * ~/bin/refresh-claude-token.sh\n';
const SAYS = 'Line 3 of your crontab keeps refreshing a copied Claude login.';

let folder: string;
let file: string;
let ours: ReturnType<typeof inSandbox>;
beforeAll(async () => {
  // Nobody is asked where a machine runs this, as it may run the tests.
  vi.stubEnv('CI', undefined);
  folder = mkdtempSync(join(tmpdir(), 'clawauth-test-'));
  file = join(folder, 'sandbox', 'home', '.crontab');
  ours = inSandbox(join(folder, 'sandbox'));
  await ours(['status', '--json']);
  appendFileSync(file, LINE);
}, 120_000);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const crontab = () => readFileSync(file, 'utf8');
const METHOD = ['--method', 'setup-token', '--cron', 'keep'];

describe('a first set-up on the command line', () => {
  it('plans what fixes the rest, and leaves it where it is told to', async () => {
    const plan = (await ours(['plan', ...METHOD, '--json'])).json();
    expect(plan.fixes).toEqual([{ id: 'sync.refresher', says: SAYS, left: false }]);
    expect(plan.steps[0].forward.headline).toBe('Switch off the token refresher in your crontab');
    const text = (await ours(['plan', ...METHOD])).out;
    expect(text).toContain(
      `Fixed in the same run, as it is in the way (--no-fixes leaves it):\n  ! ${SAYS}\n\n  1  Switch`,
    );
    expect(text).toContain('\nThen the set-up itself:\n\n  2  Store the token');
    const without = (await ours(['plan', ...METHOD, '--no-fixes', '--json'])).json();
    expect(without.fixes).toEqual([{ id: 'sync.refresher', says: SAYS, left: true }]);
    expect(without.steps.length).toBe(plan.steps.length - 1);
    expect((await ours(['plan', ...METHOD, '--no-fixes'])).out).toContain(
      `In the way, and left as it is:\n  ! ${SAYS}\n`,
    );
  });

  it('asks once where somebody is there, and does nothing before that', async () => {
    const before = crontab();
    const asked = await ours(['--method', 'claude-cli'], { typed: [] });
    expect(asked.out).toContain(`Also in the way:\n  ! ${SAYS}\n`);
    expect(asked.err.match(/Fix it in the same run\?/g)).toHaveLength(1);
    expect(crontab()).toBe(before);
  });

  it('fixes it in the same run, looks whether it is gone, and does not try again', async () => {
    const before = crontab();
    const done = await ours(['apply', ...METHOD, '--token-stdin', '--yes', '--json'], { input: TOKEN });
    expect(done.code, done.err).toBe(0);
    expect(done.json().report.findings[0]).toMatchObject({
      check: 'sync.refresher',
      verdict: 'ok',
      says: `Fixed: ${SAYS}`,
    });
    expect(crontab()).toContain(`# off by clawauth-setup: ${LINE}`);
    expect((await ours(['undo', '--list', '--json'])).json().runs[0].title).toBe('Setup token for all agents');
    // Somebody switches it on again: that is for the doctor now, no first set-up.
    appendFileSync(file, LINE);
    expect((await ours(['plan', ...METHOD, '--no-alias', '--json'])).json().fixes).toBeUndefined();
    const undone = await ours(['undo', '--yes', '--json']);
    expect(undone.json().receipt.steps.at(-1)).toMatchObject({ kind: 'crontab-lines', state: 'reverted' });
    expect(crontab()).toBe(`${before}${LINE}`);
  });
});
