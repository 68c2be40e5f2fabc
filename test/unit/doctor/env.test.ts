import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/doctor/index.ts';
import type { ShadowVariable } from '../../../src/facts/types.ts';
import { known } from '../../../src/system/fact.ts';
import { factsFor } from '../../support/facts-for.ts';

const CONFIG = '{ agents: { defaults: { model: { primary: "anthropic/claude-opus-5" } } } }';
const key = (change: Partial<ShadowVariable>): ShadowVariable => ({
  name: 'ANTHROPIC_API_KEY',
  where: '/home/ana/ws/.env',
  line: 1,
  kind: 'workspace',
  shape: 'api key',
  readers: [],
  ...change,
});

async function found(version: string, shadows: readonly ShadowVariable[], stored = false) {
  const facts = await factsFor({ version, config: CONFIG, profiles: stored ? [{}] : [] });
  const { findings } = judge({ ...facts, shadows: known([...shadows], 'test') }, Date.parse(facts.takenAt));
  return findings.filter(({ id }) => /^(env|profile)\./.test(id)).map(({ id, verdict }) => `${verdict} ${id}`);
}

describe('a key in the .env file of a workspace', () => {
  it('is no credential for a release that trusts none there', async () => {
    expect(await found('2026.9.6', [key({})])).toEqual(['error env.workspace-only']);
  });

  it('is left alone beside a credential that works, stored or in the environment', async () => {
    expect(await found('2026.9.6', [key({})], true)).toEqual([]);
    const beside = key({ where: '/home/ana/.openclaw/.env', kind: 'state-env', readers: ['OpenClaw'] });
    expect(await found('2026.9.6', [key({}), beside])).toEqual(['info env.api-key']);
  });

  it('is not spoken of where older releases may read it', async () => {
    expect(await found('2026.2.17', [key({})])).toEqual(['error profile.agent-without']);
  });
});
