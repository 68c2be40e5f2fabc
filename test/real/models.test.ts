import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { lostSince } from '../support/holdings.ts';
import { expectInvariants, hadIn } from '../support/invariants.ts';
import { isChatModel, keysOfSchema } from '../support/model-keys.ts';
import { installRelease, releases } from '../support/releases.ts';
import { runPacked } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;

const packed = inject('packed');

/** A home with agents of their own models: `gpt` of another provider, `kept` too, `lite` on the bridge. */
async function homeOf(version: string): Promise<BridgeHome> {
  const at = await makeBridgeHome(await installRelease(version));
  const config = json5.parse(at.text);
  const { agents } = config;
  agents.defaults.model.fallbacks.push('openai/gpt-5');
  agents.defaults.imageModel = { primary: 'claude-bridge/claude-opus-4', fallbacks: ['openai/gpt-5'] };
  agents.defaults.subagents = { model: 'claude-bridge/claude-opus-4' };
  agents.defaults.models['openai/gpt-5'] = {};
  const own = {
    gpt: { workspace: '~/ws-gpt', model: 'openai/gpt-5' },
    kept: { workspace: '~/ws-kept', model: 'openai/gpt-5' },
  };
  // An agent's own list, which its model has to pass, is of 2026.8.1 and later.
  const allow = { modelPolicy: { allow: ['openai/gpt-5'] } };
  if (agents.entries) Object.assign(agents.entries, own, { gpt: { ...own.gpt, ...allow } });
  else agents.list.push(...Object.entries(own).map(([id, agent]) => ({ id, ...agent })));
  const sub = agents.entries?.lite ?? agents.list[1];
  sub.subagents = { model: 'claude-bridge/claude-sonnet-4' };
  writeFileSync(at.config, JSON.stringify(config, null, 2), { mode: 0o600 });
  return at;
}

const KEPT = 'agents.defaults.subagents.model';
const KEEP = ['--keep-model', 'kept', '--keep-model', KEPT];
const APPLY = ['apply', '--method', 'setup-token', ...KEEP, '--token-stdin', '--yes', '--json'];

describe.each(releases(['2026.8.2'], ['2026.2.17', '2026.9.6']))(
  'agents of OpenClaw %s with models of their own',
  (version) => {
    let at: BridgeHome;
    const ours = (args: readonly string[], input = '') =>
      runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input });

    beforeAll(async () => {
      at = await homeOf(version);
    });
    afterAll(() => removeTree(at.home));

    it('answer by Claude afterwards, as OpenClaw says, and the one that was to keep its model does', async () => {
      const had = await hadIn(at);
      const planned = JSON.parse((await ours([...APPLY, '--dry-run'], TOKEN)).out);
      const review: string = planned.warnings.map((one: { says: string }) => one.says).join('\n');
      expect(review).toContain(`${KEPT} keeps claude-bridge/claude-opus-4, as you chose.`);
      expect(review).toMatch(/^From the bridge to Claude: .*agents\.defaults\.imageModel/m);
      const done = await ours(APPLY, TOKEN);
      expect(done.code, done.out + done.err).toBe(0);
      const [opus, sonnet] = [/^anthropic\/claude-opus-/, /^anthropic\/claude-sonnet-/];
      const answers = { main: opus, gpt: opus, lite: sonnet, kept: /^openai\/gpt-5$/ };
      const again = () => ours([...APPLY, '--dry-run'], TOKEN);
      await expectInvariants(at, had, { printed: [done.err], answers, again });
      const findings: { verdict: string; says: string }[] = JSON.parse(done.out).report.findings;
      const says = findings.map((one) => one.says).join('\n');
      expect(says).toContain('kept keeps its own model openai/gpt-5.');
      expect(says.match(/^.* names claude-bridge.*$/gm)).toEqual([
        'subagents.model names claude-bridge/claude-opus-4: still the bridge.',
      ]);
      const { agents: after } = json5.parse(readFileSync(at.config, 'utf8'));
      const { primary, fallbacks } = after.defaults.model;
      expect(after.defaults.subagents.model).toBe('claude-bridge/claude-opus-4');
      expect(after.defaults.imageModel).toEqual({ primary, fallbacks: ['openai/gpt-5'] });
      expect(fallbacks).toEqual([expect.stringMatching(sonnet), 'openai/gpt-5']);
      expect((after.entries?.lite ?? after.list[1]).subagents.model).toBe(fallbacks[0]);
      if (version === '2026.2.17') return;
      expect(after.entries.gpt.modelPolicy.allow).toEqual(expect.arrayContaining(['openai/gpt-5', primary]));
      const told = await at.run(['models', 'status', '--agent', 'gpt', '--json']);
      expect(JSON.parse(told.slice(told.indexOf('{')))).toMatchObject({
        resolvedDefault: primary,
        allowed: expect.arrayContaining([primary]),
      });
    });

    // `config schema` is not in 2026.2.17.
    it.runIf(version !== '2026.2.17')('are described by keys that the list of this project has all of', async () => {
      const schema = await at.openclaw('config', 'schema');
      const found = keysOfSchema(JSON.parse(schema.slice(schema.indexOf('{')))).filter(isChatModel);
      const known: Record<string, string[]> = JSON.parse(
        readFileSync(new URL('../fixtures/openclaw/model-keys.json', import.meta.url), 'utf8'),
      );
      expect(found).toEqual((known[version] ?? []).filter(isChatModel));
    });
  },
);

describe('the default of OpenClaw 2026.3.2, which is an alias that a set-up points to Claude', () => {
  it('stays the default where Claude is a fallback', async () => {
    const at = await makeBridgeHome(await installRelease('2026.3.2'));
    try {
      writeFileSync(at.config, at.text.replace("primary: 'claude-bridge/claude-opus-4'", "primary: 'Opus'"));
      const had = await hadIn(at);
      const opus = 'anthropic/claude-opus-4-6';
      const role = ['--role', 'fallback', '--primary', opus, '--alias', `Opus=${opus}`];
      const apply = ['apply', '--method', 'setup-token', ...role, '--token-stdin', '--yes', '--json'];
      const ours = (...more: string[]) =>
        runPacked(process.execPath, packed.cli, [...apply, ...more], { home: at.home, env: at.env, input: TOKEN });
      const done = await ours();
      expect(done.code, done.out + done.err).toBe(0);
      // Its list of agents needs a package that the tests leave out.
      await expectInvariants(at, had, { printed: [done.err], answers: {}, again: () => ours('--dry-run') });
      const { resolvedDefault, fallbacks, aliases } = await at.status();
      expect([resolvedDefault, aliases.Opus]).toEqual(['claude-bridge/claude-opus-4', opus]);
      expect(fallbacks).toContain(opus);
    } finally {
      removeTree(at.home);
    }
  });
});

describe('a list of agents that the doctor of OpenClaw 2026.8.2 turns into entries', () => {
  it('needs no second run, and loses nothing by an undo', async () => {
    const at = await makeBridgeHome(await installRelease('2026.8.2'));
    try {
      const { agents, ...rest } = json5.parse(at.text);
      const { entries, ownership: _, ...others } = agents;
      const list = Object.entries(entries as object).map(([id, agent]) => ({ id, default: id === 'main', ...agent }));
      writeFileSync(at.config, JSON.stringify({ ...rest, agents: { ...others, list } }, null, 2));
      // Of an older release; it makes this one refuse Anthropic until its doctor has taken it in.
      const folder = join(at.stateDir, 'agents', 'main', 'agent');
      mkdirSync(folder, { recursive: true });
      const profiles = { 'openai:k': { type: 'api_key', provider: 'openai', key: 'sk-openai-FAKE-0123456789' } };
      writeFileSync(join(folder, 'auth-profiles.json'), JSON.stringify({ version: 1, profiles }), { mode: 0o600 });
      const had = await hadIn(at);
      const apply = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json'];
      const ours = (...more: string[]) =>
        runPacked(process.execPath, packed.cli, [...apply, ...more], { home: at.home, env: at.env, input: TOKEN });
      const done = await ours();
      expect(done.code, done.out + done.err).toBe(0);
      expect(JSON.parse(done.out).receipt.steps.map(({ id }: { id: string }) => id)).toContain('doctor-fix');
      expect(json5.parse(readFileSync(at.config, 'utf8')).agents).toHaveProperty('entries.lite');
      const answers = { main: /^anthropic\/claude-opus-/, lite: /^anthropic\/claude-sonnet-/ };
      await expectInvariants(at, had, { printed: [done.err], answers, again: () => ours('--dry-run') });
      // The doctor has moved conversations into the database that an undo takes away.
      const undone = await runPacked(process.execPath, packed.cli, ['undo', '--yes'], { home: at.home, env: at.env });
      expect(undone.code, undone.out + undone.err).toBe(0);
      expect(await lostSince(had.holdings, at.stateDir)).toEqual([]);
    } finally {
      removeTree(at.home);
    }
  });
});
