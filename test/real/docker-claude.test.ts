import { chownSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { codeFor, installClaude, type OAuthStandIn, startOAuthStandIn } from '../support/claude-stand-in.ts';
import { type DockerProject, GATEWAY, makeDockerProject, UID } from '../support/docker-project.ts';
import { MANY_PROGRAMS, until, WAIT_MS } from '../support/processes.ts';
import { startPty } from '../support/pty.ts';
import { wholeMatrix } from '../support/releases.ts';
import { filesWith, snapshot } from '../support/run-packed.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const AGENTS = "{ defaults: { model: { primary: 'google/gemini-3-pro' } } }";
const CERTIFICATE = '/authority.pem';
const SLOW = { timeoutMs: WAIT_MS };
/** Of Claude Code: its own folder and its settings are on the host. */
const IN_HOME = ['.claude', '.claude.json'];

const packed = inject('packed');

let vendor: OAuthStandIn;
beforeAll(async () => {
  vendor = await startOAuthStandIn();
});
afterAll(() => vendor.close());

/** A project whose containers find the stand-in, and with `claude` a Claude Code in a home that outlives them. */
async function project(version: string, claude: string | null): Promise<DockerProject> {
  return makeDockerProject({
    ...{ version, cli: packed.cli, agents: AGENTS },
    mounts: async (home) => {
      const mounts = [`${vendor.env.NODE_EXTRA_CA_CERTS}:${CERTIFICATE}:ro`];
      if (claude === null) return mounts;
      mkdirSync(join(home, 'node'));
      chownSync(join(home, 'node'), UID, UID);
      return [...mounts, `${join(home, 'node')}:/home/node`, `${realpathSync(claude)}:/usr/local/bin/claude:ro`];
    },
    environment: async (host) => {
      const port = await host.reach(Number(new URL(vendor.env.HTTPS_PROXY as string).port));
      const proxy = `http://host.docker.internal:${port}`;
      return { HTTPS_PROXY: proxy, https_proxy: proxy, NODE_EXTRA_CA_CERTS: CERTIFICATE };
    },
  });
}

const found = (done: { report: { findings: { check: string }[] } }, check: string) =>
  done.report.findings.filter((one) => one.check === check);

describe.skipIf(!wholeMatrix)('Claude Code in the container of OpenClaw 2026.9.6', MANY_PROGRAMS, () => {
  let at: DockerProject;
  let home: string;
  const cli = (...more: string[]) => at.well(['apply', '--method', 'claude-cli', '--yes', ...more]);
  const token = () => at.well(['apply', '--method', 'setup-token', '--token-stdin', '--yes'], TOKEN);
  const defaults = () => json5.parse(at.config()).agents.defaults;
  const login = () => JSON.parse(readFileSync(join(home, '.claude', '.credentials.json'), 'utf8')).claudeAiOauth;

  beforeAll(async () => {
    at = await project('2026.9.6', await installClaude('2.1.329'));
    home = join(at.home, 'node');
  });
  afterAll(() => at?.close());

  it('is found, signed out', async () => {
    const { facts } = await at.well(['status']);
    expect(facts.claudeInside.value).toMatchObject({
      claude: { value: [{ path: '/usr/local/bin/claude', version: '2.1.329', wins: true }] },
      claudeSignIn: { value: { loggedIn: false } },
      uid: UID,
      login: { fate: 'kept' },
    });
    expect(facts.claude.known).toBe(false);
    const refused = await at.ours(['apply', '--method', 'claude-cli', '--yes', '--json']);
    expect(refused.code).not.toBe(0);
    expect(JSON.parse(refused.out).problem).toMatchObject({
      code: 'claude-signed-out',
      next: `docker exec -it ${GATEWAY} /usr/local/bin/claude auth login`,
    });
  });

  /** Our program in a terminal, up to the page of the sign-in. */
  async function signIn() {
    const [enter, ...rest] = [...at.host.enter, process.execPath, packed.cli, 'apply', '--method', 'claude-cli'];
    const env = { ...at.host.env, HOME: at.home, PATH: process.env.PATH as string };
    const app = startPty(enter, rest, { cwd: at.home, env, columns: 600, rows: 60 });
    await app.waitForText('Sign in now?', SLOW);
    app.type('\r');
    await app.waitForText('Paste the code', SLOW);
    const url = /https:\/\/\S+/.exec(app.everything())?.[0] as string;
    return { app, url };
  }
  const waiting = async () =>
    (await at.host.docker('exec', GATEWAY, 'ps', '-eo', 'args')).includes('claude auth login');

  it('is left alone where the sign-in is given up', async () => {
    // The gateway keeps its own things beside those of Claude Code.
    const kept = () => snapshot(home, /^\.\/\.cache/);
    const before = kept();
    const { app } = await signIn();
    expect(await waiting()).toBe(true);
    app.type('\x03');
    await app.exited;
    await until(async () => !(await waiting()));
    expect(kept()).toEqual(before);
  });

  /** Signs in with the code of the page; `then`: the answer to what is to be set up. */
  async function signInAnd(then: 'y' | 'n') {
    const { app, url } = await signIn();
    app.type(`${codeFor(url)}\r`);
    await app.waitForText('Claude Code is signed in.', SLOW);
    await app.waitForText('Apply this?', SLOW);
    app.type(`${then}\r`);
    return { app, code: (await app.exited).exitCode };
  }

  it('is signed in in there, and signed out by an undo', async () => {
    await signInAnd('n');
    expect(login().accessToken).toBe(vendor.token);
    expect(IN_HOME.flatMap((name) => at.foreign(join(home, name)))).toEqual([]);
    const signedIn = async () => (await at.well(['status'])).facts.claudeInside.value.claudeSignIn.value;
    expect(await signedIn()).toMatchObject({ loggedIn: true, email: 'ana@example.com' });
    await at.well(['undo', '--yes']);
    expect(existsSync(join(home, '.claude', '.credentials.json'))).toBe(false);
    expect(await signedIn()).toMatchObject({ loggedIn: false });
    expect(IN_HOME.flatMap((name) => (existsSync(join(home, name)) ? at.foreign(join(home, name)) : []))).toEqual([]);
    expect(json5.parse(at.config())).toEqual(json5.parse(at.text));
  });

  it('is signed in again, and set up', async () => {
    const { app, code } = await signInAnd('y');
    expect(code, app.everything()).toBe(0);
    expect(login().accessToken).toBe(vendor.token);
    expect(IN_HOME.flatMap((name) => at.foreign(join(home, name)))).toEqual([]);
    const ref = defaults().model.primary;
    expect(defaults().models[ref].agentRuntime).toEqual({ id: 'claude-cli' });
    expect(app.output()).not.toContain(vendor.token);
  });

  it('answers a turn through the gateway, with its own login', async () => {
    const asked = vendor.asked.length;
    const done = await cli('--live-check', '--primary', 'anthropic/claude-sonnet-5');
    expect(found(done, 'program')).toMatchObject([
      { verdict: 'ok', says: expect.stringContaining('/usr/local/bin/claude') },
    ]);
    expect(found(done, 'gateway')).toMatchObject([{ verdict: 'ok', says: expect.stringContaining('and is healthy') }]);
    expect(found(done, 'answer')).toMatchObject([
      { verdict: 'ok', says: expect.stringContaining("got Claude's text through the gateway") },
    ]);
    const since = new Set(vendor.asked.slice(asked).map(({ authorization }) => authorization));
    expect(since).toEqual(new Set([`Bearer ${vendor.token}`]));
    expect((await cli('--dry-run', '--primary', 'anthropic/claude-sonnet-5')).steps).toEqual([]);
    expect(at.foreign()).toEqual([]);
  });

  it('gives way to a setup token, and takes its place again', async () => {
    await token();
    expect(
      Object.values(defaults().models ?? {}).filter((one) => (one as { agentRuntime?: unknown }).agentRuntime),
    ).toEqual([]);
    expect((await at.judged()).ids).toContain('anthropic:default token');
    await cli();
    expect(defaults().models[defaults().model.primary].agentRuntime).toEqual({ id: 'claude-cli' });
    expect((await at.judged()).ids).not.toContain('anthropic:default token');
    expect(at.foreign()).toEqual([]);
  });

  it('is taken back whole, the sign-in last', async () => {
    await at.well(['uninstall', '--yes']);
    expect(defaults()).toEqual(json5.parse(at.text).agents.defaults);
    expect(at.foreign()).toEqual([]);
    for (const secret of [TOKEN, vendor.token]) expect(at.printed.join('\n')).not.toContain(secret);
    expect(filesWith(at.state, TOKEN).filter((path) => !/\.sqlite/.test(path))).toEqual([]);
    expect(existsSync(join(home, '.claude', '.credentials.json'))).toBe(false);
  });
});

describe.skipIf(!wholeMatrix)('OpenClaw 2026.2.17 in a container', MANY_PROGRAMS, () => {
  let at: DockerProject;
  beforeAll(async () => {
    at = await project('2026.2.17', null);
  });
  afterAll(() => at?.close());

  it('cannot run Claude Code, and says why', async () => {
    const done = await at.ours(['apply', '--method', 'claude-cli', '--yes', '--json']);
    expect(done.code).toBe(1);
    expect(JSON.parse(done.out).problem.what).toContain('2026.5.28 is the first that can');
  });

  it('tells that its gateway had no part in a turn', async () => {
    const words = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--live-check'];
    const done = await at.well(words, TOKEN);
    expect(found(done, 'gateway')).toMatchObject([{ verdict: 'ok' }]);
    expect(found(done, 'answer')).toMatchObject([
      { verdict: 'ok', says: expect.stringMatching(/got Claude's text in/) },
      { verdict: 'info', says: expect.stringContaining('pairing required') },
    ]);
    expect(vendor.asked.at(-1)?.authorization).toBe(`Bearer ${TOKEN}`);
    expect(at.foreign()).toEqual([]);
  });
});
