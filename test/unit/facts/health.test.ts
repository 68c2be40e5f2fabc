import { describe, expect, it } from 'vitest';
import { showStatus } from '../../../src/commands/status.ts';
import { healthOf } from '../../../src/doctor/health.ts';
import { FACT_NAMES, gatherFacts } from '../../../src/facts/gather.ts';
import type { MemoryEntry } from '../../support/memory-world.ts';
import { authProfiles, installed, machine, CONFIG as NEWEST, NOW, STATE, status, TOKEN } from './homes.ts';

/** Of a model that every release may ask for, which OpenClaw says as well. */
const older = (text: string) => text.replaceAll('claude-opus-5', 'claude-opus-4-5');
const CONFIG = older(NEWEST);
const DAY = 86_400_000;
const AUTH = `${STATE}/agents/main/agent/auth-profiles.json`;

interface Given {
  version?: string;
  config?: string;
  files?: Record<string, MemoryEntry>;
  answer?: string;
  env?: Record<string, string>;
  engines?: string;
}

function here({
  version = '2026.2.17',
  config = CONFIG,
  files = {},
  answer = older(status()),
  env = {},
  engines,
}: Given) {
  return machine({
    running: true,
    files: { ...installed(version, engines), [`${STATE}/openclaw.json`]: config, ...files },
    commands: { 'openclaw models status': { stdout: answer }, 'openclaw cron list': { stdout: '{"jobs":[]}' } },
    overrides: { env: { HOME: '/home/ana', PATH: '/usr/bin:/bin', ...env } },
  });
}

async function health(given: Given) {
  const facts = await gatherFacts(here(given), { slow: true });
  const { state, expires, findings } = healthOf(facts, NOW);
  return { state, expires, codes: findings.map(({ verdict, code }) => `${verdict} ${code}`) };
}

describe('health', () => {
  it('tells what goes on asking a bridge where Claude is the default', async () => {
    const config = `{
      agents: {
        defaults: { model: 'anthropic/claude-opus-4-5', imageModel: 'relay/claude-opus-4' },
        list: [{ id: 'main', subagents: { model: 'relay/claude-sonnet-4' } }, { id: 'work', model: 'relay/claude-opus-4' }],
      },
      models: { providers: { relay: { baseUrl: 'http://127.0.0.1:9/v1', models: [{ id: 'claude-opus-4' }] } } },
    }`;
    const files = { [AUTH]: authProfiles({ expires: NOW + 300 * DAY }) };
    const facts = await gatherFacts(here({ files, config }), { slow: true });
    expect(healthOf(facts, NOW).findings).toContainEqual(
      expect.objectContaining({
        code: 'names-bridge',
        verdict: 'info',
        says: 'A bridge is still used by imageModel, subagents.model of main.',
      }),
    );
    expect(healthOf(facts, NOW).findings).toContainEqual(
      expect.objectContaining({
        code: 'names-bridge',
        verdict: 'info',
        says: 'The agent work has its own model, which a bridge answers: relay/claude-opus-4.',
      }),
    );
  });

  it('is good with a credential that works', async () => {
    const files = { [AUTH]: authProfiles({ expires: NOW + 300 * DAY }) };
    expect(await health({ files })).toEqual({ state: 'healthy', expires: NOW + 300 * DAY, codes: [] });
  });

  it('is expiring in the last thirty days, and broken after', async () => {
    const until = (expires: number) => ({ files: { [AUTH]: authProfiles({ expires }) } });
    expect(await health(until(NOW + 30 * DAY))).toMatchObject({ state: 'healthy' });
    expect(await health(until(NOW + 30 * DAY - 1))).toMatchObject({ state: 'expiring', codes: ['warning expiring'] });
    const ended = await health(until(NOW - 1));
    expect(ended.state).toBe('broken');
    expect(ended.codes).toEqual(['error no-credential']);
  });

  it('is broken when the modes disagree, unless the environment has a credential', async () => {
    const files = { [AUTH]: authProfiles() };
    const config = CONFIG.replace('mode: "token"', 'mode: "api_key"');
    expect((await health({ files, config })).state).toBe('broken');
    const env = { ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE' };
    expect(await health({ files, config, env })).toMatchObject({
      state: 'healthy',
      codes: ['warning no-credential', 'warning shadow'],
    });
  });

  it('is broken while nothing uses Claude, and fine with Claude behind a bridge', async () => {
    const bridge = `models: { providers: { "claude-max-proxy": { baseUrl: "http://127.0.0.1:1/v1", models: [] } } },`;
    const model = (text: string) =>
      CONFIG.replace('primary: "anthropic/claude-opus-4-5"', text).replace(
        'auth: { profiles',
        `${bridge} auth: { profiles`,
      );
    const files = { [AUTH]: authProfiles() };
    const asked = (ref: string) => status().replace('"anthropic/claude-opus-5"', `"${ref}"`);
    const ref = 'claude-max-proxy/claude-opus-4';
    expect(await health({ files, config: model(`primary: "${ref}"`), answer: asked(ref) })).toMatchObject({
      state: 'broken',
      codes: ['error default-is-bridge'],
    });
    const behind = model(`primary: "${ref}", fallbacks: ["anthropic/claude-opus-4-5"]`);
    expect(await health({ files, config: behind, answer: asked(ref) })).toMatchObject({
      state: 'healthy',
      codes: ['info default-is-bridge'],
    });
    expect(
      await health({ files, config: model('primary: "openai/gpt-5"'), answer: asked('openai/gpt-5') }),
    ).toMatchObject({
      codes: ['error claude-unused'],
    });
  });

  it('is broken by a left-over credential file in G3 only', async () => {
    const files = { [AUTH]: authProfiles() };
    const blocked = await health({ version: '2026.9.6', files });
    expect(blocked).toMatchObject({ state: 'broken' });
    expect(blocked.codes).toContain('error stray-store');
    const ignored = await health({ version: '2026.7.1', files });
    expect(ignored).toMatchObject({ state: 'healthy', codes: ['warning stray-store'] });
  });

  it('is broken by a Node that is too old, a config that does not parse, a doubled /v1', async () => {
    const files = { [AUTH]: authProfiles() };
    expect((await health({ files, engines: '>=24' })).codes).toContain('error node-too-old');
    expect((await health({ files, config: '{ a: ' })).codes).toContain('error config-unparseable');
    const doubled = CONFIG.replace(
      'auth: { profiles',
      'models: { providers: { anthropic: { baseUrl: "https://api.anthropic.com/v1", models: [] } } }, auth: { profiles',
    );
    expect((await health({ files, config: doubled })).codes).toContain('error doubled-v1');
  });
});

describe('status', () => {
  async function show(given: Given, options: { json?: boolean; details?: boolean } = {}) {
    let text = '';
    const exitCode = await showStatus(here(given), {
      json: false,
      details: false,
      check: true,
      ...options,
      out: (more) => {
        text += more;
      },
    });
    return { text, exitCode };
  }
  const good = { files: { [AUTH]: authProfiles({ expires: NOW + 300 * DAY }) } };

  it('prints a table, with the evidence on request', async () => {
    const { text, exitCode } = await show(good);
    expect(exitCode).toBe(0);
    expect(text).toContain('✔ OpenClaw       2026.2.17 · ~/.openclaw · npm -g · credentials in JSON · Node 22.14.0');
    expect(text).toContain('anthropic:default · token · sk-ant-oat01-…0001 · until 2027-09-17 · main, lite');
    expect(text).toContain('Healthy');
    const detailed = await show(good, { details: true });
    expect(detailed.text).toContain('state: ~/.openclaw (the default)');
    for (const name of FACT_NAMES) expect(detailed.text).toContain(`${name}: `);
    expect(detailed.text).toContain('release: /usr/lib/node_modules/openclaw/package.json (version 2026.2.17');
  });

  it('ends with 0, 1 or 2 when asked to check, else with 0', async () => {
    const soon = { files: { [AUTH]: authProfiles({ expires: NOW + DAY }) } };
    expect((await show(soon)).exitCode).toBe(2);
    expect((await show({})).exitCode).toBe(1);
    const quiet = await showStatus(here({}), { json: false, details: false, check: false, out: () => {} });
    expect(quiet).toBe(0);
  });

  it('prints one JSON object with a schema version and no secret', async () => {
    const { text } = await show(good, { json: true });
    const value = JSON.parse(text);
    expect(value).toMatchObject({
      schema: 1,
      command: 'status',
      ok: true,
      exitCode: 0,
      health: { state: 'healthy', expires: new Date(NOW + 300 * DAY).toISOString() },
      facts: { schema: 1, release: { value: { generation: 'G1' } } },
    });
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('gateway-secret');
  });

  it('shows many agents and credentials briefly', async () => {
    const list = Array.from({ length: 1000 }, (_, index) => ({ id: `a${index}` }));
    const config = JSON.stringify({ agents: { defaults: { model: 'anthropic/claude-opus-5' }, list } });
    const { text } = await show({ config, answer: status({ none: true }) });
    expect(text.split('\n').find((line) => line.includes('Agents'))).toMatch(/a3 and 996 more$/);
    expect(text).toContain('a0, a1, a2 and 997 more use Claude but have no credential that works.');
    expect(text.split('\n').length).toBeLessThan(20);
  });
});
