import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import json5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { installClaude, NOT_ROOT, type OAuthStandIn, SIGN_IN, startOAuthStandIn } from '../support/claude-stand-in.ts';
import { lostSince } from '../support/holdings.ts';
import { expectInvariants, type Had, hadIn } from '../support/invariants.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease, releases } from '../support/releases.ts';
import { runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// A real OpenClaw runs a real Claude Code, whose login is fake and whose vendor stands on loopback: which credential
// arrives there says who was really asked.

const STORED = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const NATIVE = JSON.parse(SIGN_IN).claudeAiOauth.accessToken as string;

const packed = inject('packed');
let claude: string;
let vendor: OAuthStandIn;
beforeAll(async () => {
  claude = await installClaude('2.1.329');
  vendor = await startOAuthStandIn();
});
afterAll(() => vendor.close());

async function signedIn(version: string): Promise<BridgeHome> {
  const at = await makeBridgeHome(await installRelease(version));
  mkdirSync(join(at.home, '.claude'));
  writeFileSync(join(at.home, '.claude.json'), '{}');
  writeFileSync(join(at.home, '.claude', '.credentials.json'), SIGN_IN, { mode: 0o600 });
  return at;
}

const YES = ['--yes', '--json'];
const pick = ({ model, models }: { model: unknown; models: unknown }) => ({ model, models });

const tried = releases(['2026.9.6'], ['2026.8.2', '2026.6.1']);
describe.each(tried)('OpenClaw %s runs Claude Code', MANY_PROGRAMS, (version) => {
  let at: BridgeHome;
  let had: Had;
  let before: Record<string, string>;
  const printed: string[] = [];

  const ours = async (...args: string[]) => {
    const env = { ...at.env, ...vendor.env, PATH: `${at.env.PATH}:${dirname(claude)}` };
    const words = [...(version === '2026.6.1' ? NOT_ROOT : []), process.execPath, packed.cli, ...args];
    const [first, second, ...rest] = words as [string, string, ...string[]];
    const done = await runPacked(first, second, rest, { home: at.home, env, input: STORED });
    printed.push(done.out, done.err);
    return done;
  };
  const cli = (...more: string[]) => ours('apply', '--method', 'claude-cli', ...more, ...YES);
  const token = () => ours('apply', '--method', 'setup-token', '--token-stdin', ...YES);
  const config = () => json5.parse(readFileSync(at.config, 'utf8'));

  beforeAll(async () => {
    at = await signedIn(version);
    had = await hadIn(at);
    before = snapshot(at.stateDir);
  });
  afterAll(() => removeTree(at.home));
  afterEach(async () => expect(await lostSince(had.holdings, at.stateDir)).toEqual([]));

  it('has it run the models that are used, and stores nothing', async () => {
    const done = await cli();
    expect(done.code, done.out + done.err).toBe(0);
    const { report } = JSON.parse(done.out);
    expect(report.findings).toContainEqual(expect.objectContaining({ check: 'route', verdict: 'ok' }));
    const { primary } = config().agents.defaults.model;
    expect(config().agents.defaults.models[primary].agentRuntime).toEqual({ id: 'claude-cli' });
    expect(config().auth).toBe(undefined);
    const answers = { main: /^anthropic\/claude-opus/, lite: /^anthropic\/claude-sonnet/ };
    await expectInvariants(at, had, { printed, answers, again: () => cli('--dry-run') });
    expect(readFileSync(join(at.home, '.claude', '.credentials.json'), 'utf8')).toBe(SIGN_IN);
  });

  it('is taken back whole', async () => {
    const done = await ours('undo', ...YES);
    expect(done.code, done.out + done.err).toBe(0);
    expect(at.changedSince(before)).toEqual([]);
  });

  it.runIf(version !== '2026.8.2')('gives way to a token, and takes its place again', async () => {
    const first = await cli();
    expect(first.code, first.out + first.err).toBe(0);
    const second = await token();
    expect(second.code, second.out + second.err).toBe(0);
    const { models, model } = config().agents.defaults;
    expect(Object.values(models).filter((one) => (one as { agentRuntime?: unknown }).agentRuntime)).toEqual([]);
    expect(model.primary).toMatch(/^anthropic\//);
    const third = await cli();
    expect(third.code, third.out + third.err).toBe(0);
    expect((await at.status()).auth.oauth.profiles.filter(({ type }) => type === 'token')).toEqual([]);
    const gone = await ours('uninstall', ...YES);
    expect(gone.code, gone.out + gone.err).toBe(0);
    const { model: back, models: named } = config().agents.defaults;
    expect({ model: back, models: named }).toEqual(pick(json5.parse(at.text).agents.defaults));
  });

  it('keeps a stored token of the person from it, and answers with its own login', async () => {
    await at.paste(STORED, 'anthropic:mine');
    await at.run(['models', 'auth', 'order', 'set', '--provider', 'anthropic', '--agent', 'main', 'anthropic:mine']);
    const asked = vendor.asked.length;
    const done = await cli('--live-check');
    expect(done.code, done.out + done.err).toBe(0);
    expect(JSON.parse(done.out).report.findings).toContainEqual(
      expect.objectContaining({ check: 'answer', verdict: 'ok', says: expect.stringContaining("got Claude's text") }),
    );
    // 2026.6.1 hands no stored token over.
    expect(config().auth.order).toEqual(version === '2026.6.1' ? undefined : { anthropic: [] });
    const since = new Set(vendor.asked.slice(asked).map(({ authorization }) => authorization));
    expect(since).toEqual(new Set([`Bearer ${NATIVE}`]));
    expect((await at.status()).auth.oauth.profiles.map(({ profileId }) => profileId)).toContain('anthropic:mine');

    const undone = await ours('undo', ...YES);
    expect(undone.code, undone.out + undone.err).toBe(0);
    expect(config().auth?.order).toBe(undefined);
    const order = await at.run(['models', 'auth', 'order', 'get', '--provider', 'anthropic', '--agent', 'main']);
    expect(order).toContain('anthropic:mine');
  });
});

describe('OpenClaw 2026.6.1', MANY_PROGRAMS, () => {
  let at: BridgeHome;
  beforeAll(async () => {
    at = await signedIn('2026.6.1');
  });
  afterAll(() => removeTree(at.home));

  it.runIf(process.getuid?.() === 0)('is refused for root, for whom it would bypass permissions', async () => {
    const env = { ...at.env, ...vendor.env, PATH: `${at.env.PATH}:${dirname(claude)}` };
    const args = ['apply', '--method', 'claude-cli', ...YES];
    const done = await runPacked(process.execPath, packed.cli, args, { home: at.home, env });
    expect(done.code).toBe(1);
    expect(done.out + done.err).toContain('permissions bypassed');
    expect(readFileSync(at.config, 'utf8')).toBe(at.text);
  });
});
