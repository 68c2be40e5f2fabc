import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import json5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { installClaude, NOT_ROOT, SIGN_IN } from '../support/claude-stand-in.ts';
import { lostSince } from '../support/holdings.ts';
import { type Had, hadIn } from '../support/invariants.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease, releases } from '../support/releases.ts';
import { runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// From each way to each other one, with a real OpenClaw: whichever way was there before, what is left is what the new one
// alone leaves.

const SECRETS = {
  'setup-token': `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`,
  'api-key': `sk-ant-api03-FAKE${'Z7rT'.repeat(22)}abc`,
};
const FLAGS = {
  'setup-token': ['--token-stdin'],
  'claude-cli': [],
  proxy: ['--service', 'none'],
  'api-key': ['--key-stdin'],
} as const;
type Way = keyof typeof FLAGS;

const packed = inject('packed');
let claude: string;
beforeAll(async () => {
  claude = await installClaude('2.1.329');
});

/** Once over each pair of them, in both directions. */
const WITHOUT_CLI: readonly Way[] = [
  'setup-token',
  'proxy',
  'api-key',
  'setup-token',
  'api-key',
  'proxy',
  'setup-token',
];
const ALL: readonly Way[] = [
  ...WITHOUT_CLI,
  ...(['claude-cli', 'proxy', 'claude-cli', 'api-key', 'claude-cli', 'setup-token'] as const),
];

describe.each(releases(['2026.2.17'], ['2026.6.1', '2026.8.2', '2026.9.6']))(
  'each way with OpenClaw %s',
  MANY_PROGRAMS,
  (version) => {
    const walk = version === '2026.2.17' ? WITHOUT_CLI : ALL;
    let at: BridgeHome;
    let had: Had;
    let before: Record<string, string>;
    /** What is there without any. */
    let none: unknown;
    /** What each way leaves where no other one of ours was. */
    const alone = new Map<Way, unknown>();

    const ours = async (args: readonly string[], input = '') => {
      const env = { ...at.env, PATH: `${at.env.PATH}:${dirname(claude)}` };
      const as = version === '2026.6.1' ? NOT_ROOT : [];
      const [first, second, ...rest] = [...as, process.execPath, packed.cli, ...args, '--yes', '--json'];
      const done = await runPacked(first as string, second as string, rest, { home: at.home, env, input });
      expect(done.code, `${args.join(' ')}\n${done.out}${done.err}`).toBe(0);
    };
    const apply = (way: Way) =>
      ours(['apply', '--method', way, ...FLAGS[way]], way === 'setup-token' || way === 'api-key' ? SECRETS[way] : '');
    /** The config but for times and random keys, and the credentials that OpenClaw knows. */
    const found = async () => {
      const { meta: _, ...config } = json5.parse(readFileSync(at.config, 'utf8'));
      const provider = config.models.providers['claude-max-proxy'];
      if (provider !== undefined) provider.apiKey = '…';
      const told = await at.status();
      const profiles = told.auth.oauth.profiles.map(({ profileId, type }) => `${profileId} ${type}`);
      return { config, profiles: profiles.sort(), model: told.resolvedDefault };
    };

    beforeAll(async () => {
      at = await makeBridgeHome(await installRelease(version));
      mkdirSync(join(at.home, '.claude'));
      writeFileSync(join(at.home, '.claude.json'), '{}');
      writeFileSync(join(at.home, '.claude', '.credentials.json'), SIGN_IN, { mode: 0o600 });
      had = await hadIn(at);
      none = await found();
      before = snapshot(at.stateDir);
    });
    afterAll(() => removeTree(at.home));
    // Through every run, undo, switch and uninstall.
    afterEach(async () => expect(await lostSince(had.holdings, at.stateDir)).toEqual([]));

    it.each([...new Set(walk)])('%s alone is taken back whole', async (way) => {
      await apply(way);
      alone.set(way, await found());
      await ours(['uninstall']);
      expect(at.changedSince(before)).toEqual([]);
      expect(readFileSync(at.config, 'utf8')).toBe(at.text);
    });

    it('each after each other one is as it is alone', async () => {
      for (const [index, way] of walk.entries()) {
        await apply(way);
        expect(await found(), walk.slice(0, index + 1).join(' → ')).toEqual(alone.get(way));
      }
    });

    it('one undo brings the way before back', async () => {
      await ours(['undo']);
      expect(await found()).toEqual(alone.get(walk.at(-2) as Way));
    });

    it('an uninstall brings back what was there before all of them', async () => {
      await ours(['uninstall']);
      expect(await found()).toEqual(none);
      const text = readFileSync(at.config, 'utf8');
      for (const comment of at.text.match(/\/\/ .*|\/\*.*\*\//g) ?? []) expect(text).toContain(comment);
    });
  },
);
