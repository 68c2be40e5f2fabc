import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { answers, freePort } from '../support/free-port.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease } from '../support/releases.ts';
import { filesWith, runPacked } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const VERSION = '2026.6.1';
const TOKEN = `sk-ant-oat01-FAKE${'Yy8-'.repeat(22)}abc`;

/** As under nohup or tmux: nothing but the process itself tells where it works, and no service manager restarts it. */
describe(`OpenClaw ${VERSION}, whose gateway somebody started with another state directory`, MANY_PROGRAMS, () => {
  const packed = inject('packed');
  let at: BridgeHome;
  let gateway: ChildProcess;
  let stateDir: string;
  let usual: string;

  beforeAll(async () => {
    const release = await installRelease(VERSION);
    const port = await freePort();
    at = await makeBridgeHome(release, { port, meta: true });
    usual = join(at.home, '.openclaw');
    stateDir = join(at.home, 'oc');
    renameSync(usual, stateDir);
    gateway = spawn(release.bin, ['gateway', 'run', '--port', String(port)], {
      cwd: at.home,
      env: { ...at.env, OPENCLAW_STATE_DIR: stateDir, OPENCLAW_SKIP_CHANNELS: '1' },
      stdio: 'ignore',
      detached: true,
    });
    await answers(port);
  });
  afterAll(async () => {
    if (gateway?.pid && gateway.exitCode === null) {
      const ended = new Promise((resolve) => gateway.once('exit', resolve));
      process.kill(-gateway.pid, 'SIGTERM');
      await ended;
    }
    removeTree(at.home);
  });

  const ours = (args: readonly string[], input = '') =>
    runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input });
  const stored = () => filesWith(stateDir, TOKEN).some((path) => path.endsWith('auth-profiles.json'));

  it('is the one that is set up, and what did not restart is not said to have', async () => {
    const done = await ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--no-live-check'], TOKEN);
    expect(done.code, done.out + done.err).toBe(0);
    expect(existsSync(usual)).toBe(false);
    expect(stored()).toBe(true);
    expect(readFileSync(join(stateDir, 'openclaw.json'), 'utf8')).toContain('anthropic/claude-');

    const after = done.err.slice(done.err.indexOf('Restart the gateway …'));
    expect(after).toContain('Nothing restarted: process');
    expect(after).toContain('▲ not done');
    expect(done.out).toContain('The gateway did not restart');
  });

  it('is the one that status tells of, with the process that runs it', async () => {
    const status = JSON.parse((await ours(['status', '--json'])).out);
    expect(status.facts.state.value).toMatchObject({ stateDir, runBy: [expect.stringMatching(/^process \d+$/)] });
    expect(status.facts.gateway.value).toMatchObject({ running: true });
  });

  it('is the one that an undo gives back', async () => {
    const done = await ours(['undo', '--yes']);
    expect(done.code, done.out + done.err).toBe(0);
    expect(stored()).toBe(false);
    expect(readdirSync(at.home)).not.toContain('.openclaw');
    expect(done.err).toContain('▲ not done');
  });
});
