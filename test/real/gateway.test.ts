import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { answers, freePort } from '../support/free-port.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease } from '../support/releases.ts';
import { filesWith, runPacked } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const VERSION = '2026.9.6';
const TOKEN = `sk-ant-oat01-FAKE${'Zz9-'.repeat(22)}abc`;

/**
 * With the gateway up its databases cannot be put back, so OpenClaw itself is asked to take the token out, and `meta`
 * stays in the config: without it OpenClaw would take the file for damaged.
 */
describe(`OpenClaw ${VERSION} with its gateway running`, MANY_PROGRAMS, () => {
  const packed = inject('packed');
  let at: BridgeHome;
  let gateway: ChildProcess;
  let start: string;
  const printed: string[] = [];

  beforeAll(async () => {
    const release = await installRelease(VERSION);
    const port = await freePort();
    at = await makeBridgeHome(release, { port, meta: true });
    start = readFileSync(at.config, 'utf8');
    gateway = spawn(release.bin, ['gateway', 'run', '--port', String(port)], {
      cwd: at.home,
      env: { ...at.env, OPENCLAW_SKIP_CHANNELS: '1' },
      stdio: 'ignore',
      detached: true,
    });
    await answers(port);
    const added = await at.openclaw(
      ...['cron', 'add', '--json', '--name', 'daily', '--agent', 'main', '--every', '6h'],
      ...['--session', 'isolated', '--message', 'hi', '--model', 'claude-bridge/claude-opus-4'],
    );
    expect(added).toContain('claude-bridge/claude-opus-4');
  });
  afterAll(async () => {
    if (gateway?.pid) {
      const ended = new Promise((resolve) => gateway.once('exit', resolve));
      process.kill(-gateway.pid, 'SIGTERM');
      await ended;
    }
    removeTree(at.home);
  });

  const ours = async (args: readonly string[], input = '') => {
    const done = await runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input });
    printed.push(done.out, done.err);
    return done;
  };
  const cronModel = async () => {
    const text = await at.openclaw('cron', 'list', '--all', '--json');
    const { jobs } = JSON.parse(text.slice(text.indexOf('{'))) as {
      jobs: { name: string; payload: { model?: string } }[];
    };
    return jobs.find(({ name }) => name === 'daily')?.payload.model;
  };

  it('lists its jobs to nobody who can read its database', async () => {
    const { cron } = JSON.parse((await ours(['status', '--json'])).out).facts;
    expect(cron.evidence.from).toMatch(/\/state\/openclaw\.sqlite$/);
    const text = await at.openclaw('cron', 'list', '--all', '--json');
    const { jobs } = JSON.parse(text.slice(text.indexOf('{'))) as {
      jobs: { id: string; payload: { model?: string } }[];
    };
    const told = (rows: readonly { id: string; model: string | null }[]) =>
      rows.map(({ id, model }) => `${id} ${model}`).sort();
    expect(told(cron.value.jobs)).toEqual(told(jobs.map(({ id, payload }) => ({ id, model: payload.model ?? null }))));
  });

  it('stores the token, changes the models and asks the gateway to change the cron job', async () => {
    const done = await ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json'], TOKEN);
    expect(done.code, done.out + done.err).toBe(0);
    const told = await at.status();
    expect(told.resolvedDefault).toMatch(/^anthropic\//);
    expect(told.auth.oauth.profiles).toContainEqual(expect.objectContaining({ profileId: 'anthropic:default' }));
    expect(await cronModel()).toMatch(/^anthropic\/claude-opus-/);
  });

  it('takes all of it back while the gateway goes on, keeping the comments', async () => {
    const done = await ours(['undo', '--yes', '--json']);
    expect(done.code, done.out + done.err).toBe(0);
    const told = await at.status();
    expect(told.resolvedDefault).toBe('claude-bridge/claude-opus-4');
    expect(told.auth.oauth.profiles).toEqual([]);
    expect(await cronModel()).toBe('claude-bridge/claude-opus-4');

    const text = readFileSync(at.config, 'utf8');
    const { meta: _now, ...rest } = json5.parse(text);
    const { meta: _then, ...before } = json5.parse(start);
    // The gateway wrote since, so that OpenClaw's own move of the allowlist stays, and allows what it did before.
    const { defaults } = before.agents;
    const wanted = { ...defaults, modelPolicy: { allow: Object.keys(defaults.models) } };
    expect(rest).toEqual({ ...before, agents: { ...before.agents, defaults: wanted } });
    for (const comment of ['// my OpenClaw', '/* through the bridge */', '// my bridge'])
      expect(text).toContain(comment);
  });

  it('shows the token nowhere but in the backups', () => {
    expect(printed.join('\n')).not.toContain(TOKEN);
    const found = filesWith(at.home, TOKEN).map((path) => relative(at.home, path));
    // SQLite frees pages without wiping them; OpenClaw's own log of its database may still hold the row it deleted.
    const allowed = /clawauth-setup\/blobs\/|\.openclaw\/(state|agents)\/.*\.sqlite(-wal)?$/;
    expect(found.filter((path) => !allowed.test(path))).toEqual([]);
  });
});

/** It has no command that takes a token out: only its database put back does. */
describe('OpenClaw 2026.7.1 whose gateway ran since', MANY_PROGRAMS, () => {
  it('gives the token back where the person does what an undo says', async () => {
    const { cli } = inject('packed');
    const release = await installRelease('2026.7.1');
    const port = await freePort();
    const at = await makeBridgeHome(release, { port });
    const env = { ...at.env, OPENCLAW_SKIP_CHANNELS: '1' };
    const ours = (args: readonly string[], input = '') =>
      runPacked(process.execPath, cli, args, { home: at.home, env, input });
    const done = await ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json'], TOKEN);
    expect(done.code, done.out + done.err).toBe(0);
    const gateway = spawn(release.bin, ['gateway', 'run', '--port', String(port)], {
      cwd: at.home,
      env,
      stdio: 'ignore',
      detached: true,
    });
    const ended = new Promise((resolve) => gateway.once('exit', resolve));
    try {
      await answers(port);
      const held = await ours(['undo', '--yes']);
      expect(held.code, held.out + held.err).toBe(3);
      const [, stop = '', again = ''] =
        /run {2}openclaw (.*?) {2}and then {2}clawauth-setup (.*?) {2}again/.exec(held.err) ?? [];
      await at.run(stop.split(' '));
      await ended;
      const undone = await ours([...again.split(' '), '--yes']);
      expect(undone.code, undone.out + undone.err).toBe(0);
      const told = await at.status();
      expect([told.resolvedDefault, told.auth.oauth.profiles]).toEqual(['claude-bridge/claude-opus-4', []]);
    } finally {
      if (gateway.pid && gateway.exitCode === null && gateway.signalCode === null)
        process.kill(-gateway.pid, 'SIGKILL');
      await ended;
      removeTree(at.home);
    }
  });
});
