import { readFileSync, writeFileSync } from 'node:fs';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { expectInvariants, hadIn } from '../support/invariants.ts';
import { isChatModel, keysOfSchema } from '../support/model-keys.ts';
import { installRelease } from '../support/releases.ts';
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
  agents.defaults.models['openai/gpt-5'] = {};
  const own = {
    gpt: { workspace: '~/ws-gpt', model: 'openai/gpt-5' },
    kept: { workspace: '~/ws-kept', model: 'openai/gpt-5' },
  };
  if (agents.entries) Object.assign(agents.entries, own);
  else agents.list.push(...Object.entries(own).map(([id, agent]) => ({ id, ...agent })));
  const sub = agents.entries?.lite ?? agents.list[1];
  sub.subagents = { model: 'claude-bridge/claude-sonnet-4' };
  writeFileSync(at.config, JSON.stringify(config, null, 2), { mode: 0o600 });
  return at;
}

const APPLY = ['apply', '--method', 'setup-token', '--keep-model', 'kept', '--token-stdin', '--yes', '--json'];

describe.each(['2026.2.17', '2026.8.2'])('agents of OpenClaw %s with models of their own', (version) => {
  let at: BridgeHome;
  const ours = (args: readonly string[], input = '') =>
    runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input });

  beforeAll(async () => {
    at = await homeOf(version);
  });
  afterAll(() => removeTree(at.home));

  it('answer by Claude afterwards, as OpenClaw says, and the one that was to keep its model does', async () => {
    const had = await hadIn(at);
    const done = await ours(APPLY, TOKEN);
    expect(done.code, done.out + done.err).toBe(0);
    const [opus, sonnet] = [/^anthropic\/claude-opus-/, /^anthropic\/claude-sonnet-/];
    const answers = { main: opus, gpt: opus, lite: sonnet, kept: /^openai\/gpt-5$/ };
    const again = () => ours([...APPLY, '--dry-run'], TOKEN);
    await expectInvariants(at, had, { printed: [done.err], answers, again });
    const findings: { verdict: string; says: string }[] = JSON.parse(done.out).report.findings;
    const says = findings.map((one) => one.says).join('\n');
    expect(says).toContain('kept keeps its own model openai/gpt-5.');
    expect(says).not.toMatch(/names claude-bridge/);
    const { agents: after } = json5.parse(readFileSync(at.config, 'utf8'));
    const { primary, fallbacks } = after.defaults.model;
    expect(after.defaults.imageModel).toEqual({ primary, fallbacks: ['openai/gpt-5'] });
    expect(fallbacks).toEqual([expect.stringMatching(sonnet), 'openai/gpt-5']);
    expect((after.entries?.lite ?? after.list[1]).subagents.model).toBe(fallbacks[0]);
  });

  // `config schema` is not in 2026.2.17.
  it.runIf(version === '2026.8.2')('are described by keys that the list of this project has all of', async () => {
    const schema = await at.openclaw('config', 'schema');
    const found = keysOfSchema(JSON.parse(schema.slice(schema.indexOf('{')))).filter(isChatModel);
    const known: Record<string, string[]> = JSON.parse(
      readFileSync(new URL('../fixtures/openclaw/model-keys.json', import.meta.url), 'utf8'),
    );
    expect(found).toEqual((known[version] ?? []).filter(isChatModel));
  });
});
