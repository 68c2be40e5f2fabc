import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import json5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { installClaude, SIGN_IN } from '../support/claude-stand-in.ts';
import { lostSince } from '../support/holdings.ts';
import { copyOf, type HomeCopy } from '../support/home-copy.ts';
import { expectInvariants, type Had, hadIn } from '../support/invariants.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease, releases } from '../support/releases.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// From the setup token to the proxy and back with a real OpenClaw and a real Claude Code that is signed in. The proxy is
// set up without a service: what a service manager does is tested where one runs.

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const CLAUDE = '2.1.329';

const packed = inject('packed');
let claude: string;
beforeAll(async () => {
  claude = await installClaude(CLAUDE);
});

const onOneLine = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replace(/,? ?([\]}])/g, '$1')
    .replace(/([[{]) /g, '$1');

describe.each(releases(['2026.9.6'], ['2026.2.17']))('ways with OpenClaw %s', MANY_PROGRAMS, (version) => {
  let at: BridgeHome;
  let had: Had;
  let before: Record<string, string>;
  let alone: Record<string, string>;
  /** The home with the proxy in the place of the token. */
  let switched: HomeCopy;
  let aloneText: string;
  const printed: string[] = [];

  const ours = async (...args: string[]) => {
    const env = { ...at.env, PATH: `${at.env.PATH}:${dirname(claude)}` };
    const done = await runPacked(process.execPath, packed.cli, args, { home: at.home, env, input: TOKEN });
    printed.push(done.out, done.err);
    return done;
  };
  const token = (...more: string[]) =>
    ours('apply', '--method', 'setup-token', '--token-stdin', '--token-expires', '2027-11-20', ...more, ...YES);
  const proxy = (...more: string[]) => ours('apply', '--method', 'proxy', '--service', 'none', ...more, ...YES);
  const YES = ['--yes', '--json'];
  /** Nothing runs the proxy here, as was asked for: that is no failure. */
  const applied = ({ code, out, err }: { code: number | null; out: string; err: string }) => {
    expect(code, out + err).toBe(0);
  };
  const asChosen = async (way: 'anthropic/claude-' | 'claude-max-proxy/', again: () => ReturnType<typeof ours>) => {
    const answers = { main: new RegExp(`^${way}opus`), lite: new RegExp(`^${way}sonnet`) };
    await expectInvariants(at, had, { printed, answers, again });
  };
  const config = () => {
    const { meta: _, ...rest } = json5.parse(readFileSync(at.config, 'utf8'));
    return rest;
  };

  /** The config without the time that OpenClaw stamps into it. */
  const text = () => readFileSync(at.config, 'utf8').replace(/(lastTouchedAt['"]?: ?)['"][^'"]+['"]/, '$1…');

  beforeAll(async () => {
    at = await makeBridgeHome(await installRelease(version));
    had = await hadIn(at);
    expect(had.holdings).not.toEqual([]);
    mkdirSync(join(at.home, '.claude'));
    // Without it Claude Code was never started here.
    writeFileSync(join(at.home, '.claude.json'), '{}');
    writeFileSync(join(at.home, '.claude', '.credentials.json'), SIGN_IN, { mode: 0o600 });
    before = snapshot(at.stateDir);
  });
  afterAll(() => removeTree(at.home));
  // Through every run, undo, switch and uninstall.
  afterEach(async () => expect(await lostSince(had.holdings, at.stateDir)).toEqual([]));

  it('takes the token away and brings the proxy in one run', async () => {
    const first = await token();
    expect(first.code, first.out + first.err).toBe(0);
    await asChosen('anthropic/claude-', () => token('--dry-run'));
    [alone, aloneText] = [snapshot(at.stateDir), text()];
    const kept = config();

    const dry = await ours('apply', '--method', 'proxy', '--service', 'none', '--dry-run', '--json');
    expect(dry.code, dry.err).toBe(0);
    const { steps } = JSON.parse(dry.out) as { steps: { id: string; takesBack?: string }[] };
    expect(steps.filter(({ takesBack }) => takesBack !== undefined).map(({ id }) => id)).toContain('use-claude');
    expect(at.changedSince(alone)).toEqual([]);

    applied(await proxy());
    switched = copyOf(at.home);
    await asChosen('claude-max-proxy/', () => proxy('--dry-run'));
    const told = await at.status();
    expect(told.auth.oauth.profiles.filter(({ type }) => type === 'token')).toEqual([]);
    expect(filesWith(at.stateDir, TOKEN)).toEqual([]);
    expect(config().auth).toEqual(undefined);
    expect(kept.auth).not.toEqual(undefined);
  });

  it('brings the token back with one undo', async () => {
    const undone = await ours('undo', '--json');
    expect(undone.code, undone.out + undone.err).toBe(0);
    const told = await at.status();
    expect(told.resolvedDefault).toMatch(/^anthropic\//);
    expect(told.auth.oauth.profiles.map(({ profileId }) => profileId)).toContain('anthropic:default');
  });

  it('takes the rest of the token away when a run that was killed and left is tried again', async () => {
    const env = { ...at.env, PATH: `${at.env.PATH}:${dirname(claude)}` };
    const args = ['apply', '--method', 'proxy', '--service', 'none', ...YES];
    await runPacked(process.execPath, packed.cli, args, { home: at.home, env, killAt: /^ +(3\/\d+|↩) /m });
    const left = await ours('recover', '--leave', '--json');
    expect(left.code, left.out + left.err).toBe(0);
    // 2026.2.17 has its tokens in a file, and is through before the signal comes on a busy machine.
    if (version === '2026.9.6') expect(filesWith(at.stateDir, TOKEN)).not.toEqual([]);

    applied(await proxy());
    const told = await at.status();
    expect(told.resolvedDefault).toBe('claude-max-proxy/opus');
    expect(told.auth.oauth.profiles.filter(({ type }) => type === 'token')).toEqual([]);
    expect(filesWith(at.stateDir, TOKEN)).toEqual([]);
    const { runs } = JSON.parse((await ours('undo', '--list', '--json')).out) as {
      runs: { title: string; inForce: boolean }[];
    };
    for (const _run of runs.filter(({ title, inForce }) => inForce && title.startsWith('Proxy '))) {
      const undone = await ours('undo', '--json');
      expect(undone.code, undone.out + undone.err).toBe(0);
    }
    expect((await at.status()).resolvedDefault).toMatch(/^anthropic\//);
  });

  it('leaves after there and back what the token alone leaves', async () => {
    switched.putBack();
    const back = await token();
    expect(back.code, back.out + back.err).toBe(0);
    // Another token is in the store, and OpenClaw makes a random key of its own with its first write to it.
    const other = /\.sqlite(-wal|-shm)?$|\/openclaw\.json(\.bak.*)?$|\/config-journal-fingerprint\.key$/;
    expect(at.changedSince(alone).filter((path) => !other.test(path))).toEqual([]);
    // Keys, order and comments are the same; 2026.9.6 makes a list that we then add to, and it breaks over other lines.
    expect(onOneLine(text())).toBe(onOneLine(aloneText));
    await asChosen('anthropic/claude-', () => token('--dry-run'));
  });

  it('keeps the token behind the proxy when told to', async () => {
    applied(await proxy('--keep-old'));
    await asChosen('claude-max-proxy/', () => proxy('--keep-old', '--dry-run'));
    expect((await at.status()).fallbacks[0]).toMatch(/^anthropic\//);
  });

  it('takes the proxy with the run of the token below it, and what that one replaced is back', async () => {
    const { runs } = JSON.parse((await ours('undo', '--list', '--json')).out) as {
      runs: { id: string; title: string }[];
    };
    const [kept, older] = runs.filter(({ title }) => /^(Setup token|Proxy) /.test(title));
    expect([kept?.title, older?.title]).toEqual([
      'Proxy for all agents, the setup token kept behind it',
      'Setup token instead of the proxy, for all agents',
    ]);
    const undone = await ours('undo', older?.id ?? '', '--json');
    expect(undone.code, undone.out + undone.err).toBe(0);
    const { undoesAll } = JSON.parse(undone.out).receipt as { undoesAll: string[] };
    expect(undoesAll).toEqual([kept?.id, older?.id]);
    expect((await at.status()).resolvedDefault).toMatch(/^claude-max-proxy\//);
  });

  it('takes everything away in the end', async () => {
    const gone = await ours('uninstall', ...YES);
    expect(gone.code, gone.out + gone.err).toBe(0);
    expect(readFileSync(at.config, 'utf8')).toBe(at.text);
    expect(at.changedSince(before)).toEqual([]);
    expect((await at.status()).resolvedDefault).toBe('claude-bridge/claude-opus-4');
    expect(printed.join('\n')).not.toContain(TOKEN);
  });
});
