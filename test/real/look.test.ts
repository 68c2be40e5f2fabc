import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { installClaude, type OAuthStandIn, signInFile, startOAuthStandIn } from '../support/claude-stand-in.ts';
import { nothingRuns, until } from '../support/processes.ts';
import { startPty } from '../support/pty.ts';
import { installRelease } from '../support/releases.ts';
import { runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// Looking around with a real Claude Code whose login is past its end. A renewal spends the refresh token for good, so
// nothing that only looks may cause one, and nothing may end a Claude Code that is at it.

const MINUTE = 60_000;

const packed = inject('packed');
let claude: string;
let standIn: OAuthStandIn;

beforeAll(async () => {
  claude = dirname(await installClaude('2.1.329'));
});
beforeEach(async () => {
  standIn = await startOAuthStandIn();
});
afterEach(() => standIn.close());

/** Puts a login that ends so many ms from now into a home where Claude Code was started before. */
function signIn(home: string, lastsMs: number): void {
  mkdirSync(join(home, '.claude'), { recursive: true });
  writeFileSync(join(home, '.claude.json'), '{}');
  writeFileSync(join(home, '.claude', '.credentials.json'), signInFile(lastsMs), { mode: 0o600 });
}

describe('looking around with a login past its end', () => {
  let at: BridgeHome;
  beforeAll(async () => {
    at = await makeBridgeHome(await installRelease('2026.2.17'));
  });
  afterAll(() => removeTree(at.home));

  it('changes no byte of the home and spends no refresh token', async () => {
    const env = { ...at.env, ...standIn.env, PATH: `${claude}:${at.env.PATH}` } as Record<string, string>;
    const ours = (...args: string[]) => runPacked(process.execPath, packed.cli, args, { home: at.home, env });
    signIn(at.home, -MINUTE);
    const before = snapshot(at.home);

    const status = await ours('status');
    expect(status.out).toMatch(/Claude Code +2\.1\.329 .*signed in, renewed at its next use/);
    const facts = await ours('status', '--json');
    expect(facts.out).toContain('"renewsAtNextUse": true');
    const plan = await ours('plan', '--method', 'proxy', '--service', 'none');
    expect(plan.code, plan.out + plan.err).toBe(0);
    const report = await ours('report');
    expect(report.code, report.err).toBe(0);

    const { CI: _, ...terminal } = env;
    const wizard = startPty(process.execPath, [packed.cli], { columns: 160, rows: 40, cwd: at.home, env: terminal });
    await wizard.waitForText(/signed in, renewed at its next use/, { timeoutMs: 120_000 });
    await wizard.waitForText('continue', { timeoutMs: 120_000 });
    wizard.kill('SIGINT');
    await wizard.exited;
    await nothingRuns(at.home);

    expect(snapshot(at.home)).toEqual(before);
    expect(standIn.exchanges).toEqual([]);
  });
});

describe('a Claude Code that renews its login', () => {
  let home: string;
  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-look-')));
  });
  afterEach(async () => {
    await nothingRuns(home);
    removeTree(home);
  });

  /**
   * Claude Code that is asked only once its login is near its end: the file says so after `status` has read it, as when a
   * machine was asleep in between. (What becomes of it after our own limit is a unit test of the processes: 2.1.329 gives
   * up by itself after some 8 s.)
   */
  function sleepyClaude(): string {
    const bin = join(home, 'bin');
    mkdirSync(bin);
    const file = join(home, '.claude', '.credentials.json');
    const late = join(home, 'late.json');
    writeFileSync(late, signInFile(-MINUTE));
    const script = `#!/bin/sh\n[ "$1" = auth ] && cp ${late} ${file}\nexec ${join(claude, 'claude')} "$@"\n`;
    writeFileSync(join(bin, 'claude'), script, { mode: 0o755 });
    return bin;
  }
  /** The one file, which is replaced as a whole: others of that folder come and go while Claude Code runs. */
  const stored = () => readFileSync(join(home, '.claude', '.credentials.json'), 'utf8');

  it.each([
    ['Ctrl-C', 'SIGINT', 130],
    ['SIGTERM', 'SIGTERM', 130],
    ['SIGHUP', 'SIGHUP', null],
    ['SIGKILL', 'SIGKILL', null],
  ] as const)('keeps it when %s ends our question', async (_what, signal, code) => {
    signIn(home, 8 * 60 * MINUTE);
    const release = standIn.hold();
    const env = { ...standIn.env, PATH: `${sleepyClaude()}:/usr/bin:/bin`, HOME: home };
    const status = startPty(process.execPath, [packed.cli, 'status'], { columns: 160, rows: 40, cwd: home, env });
    await until(() => standIn.renewals === 1);
    status.kill(signal);
    const ended = await status.exited;
    if (code !== null) expect(ended.exitCode).toBe(code);
    expect(stored()).not.toContain('next');
    release();
    await until(() => stored().includes('sk-ant-ort01-FAKEnext'));
    await nothingRuns(home);
  });
});
