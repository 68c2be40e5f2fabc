import { describe, expect, it } from 'vitest';
import { planText } from '../../../src/commands/print-plan.ts';
import { offerFindings } from '../../../src/doctor/after-models.ts';
import { unknownModels } from '../../../src/doctor/unknown-models.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { defaultAnswers, methodOf, planFor } from '../../../src/methods/index.ts';
import type { Answers } from '../../../src/methods/types.ts';
import { known, unknown } from '../../../src/system/fact.ts';
import { type FactsInput, factsFor } from '../../support/facts-for.ts';

const config = `{
  agents: { defaults: {
    model: { primary: 'claude-bridge/claude-opus-4', fallbacks: ['openai/gpt-5'] },
    models: { 'claude-bridge/claude-opus-4': { alias: 'Bridge' } },
  } },
  models: { providers: {
    'claude-bridge': { baseUrl: 'http://127.0.0.1:3457/v1', models: [{ id: 'claude-opus-4', name: 'x' }] },
    open: { baseUrl: 'http://127.0.0.1:9999/v1' },
  } },
}`;
const input: FactsInput = { version: '2026.9.6', config, catalogue: ['claude-opus-5', 'claude-sonnet-5'] };
const warningsOf = (facts: Facts, answers: Answers) =>
  unknownModels(facts, answers, methodOf(answers).models?.(facts) ?? []);
const warnings = async (change: Partial<Answers>, facts?: Facts, method = 'setup-token') => {
  const target = facts ?? (await factsFor(input));
  return warningsOf(target, { ...defaultAnswers(target, method), ...change });
};
const refs = async (...given: Parameters<typeof warnings>) =>
  (await warnings(...given)).map(({ says }) => says.split(' ', 1)[0]);

describe('a model that nothing here offers', () => {
  // Run without the flag, 2026.9.6 says: "Multiple agents are configured, but model inspection has no explicit owner."
  it.each([
    ['2026.7.1', 'list: [{ id: "main", default: true }, { id: "lite" }]', 'openclaw models list --all'],
    ['2026.9.6', 'entries: { lite: {}, main: {} }', /^openclaw models list --all --agent (main|lite)$/],
  ])('is looked up for one of several agents where OpenClaw %s wants to know whose', async (version, roster, next) => {
    const facts = await factsFor({ ...input, version, config: config.replace('agents: {', `agents: { ${roster},`) });
    const [warning] = await warnings({ primary: 'nonsense/zzz' }, facts);
    expect(warning?.next).toMatch(next);
  });

  it('is a warning with the command that lists what is offered, and the plan stands', async () => {
    const facts = await factsFor(input);
    const answers = { ...defaultAnswers(facts), primary: 'nonsense/zzz' };
    expect(warningsOf(facts, answers)).toEqual([
      {
        code: 'unknown-model',
        says: 'nonsense/zzz is offered neither by OpenClaw 2026.9.6 nor by a provider in its configuration.',
        next: 'openclaw models list --all',
      },
    ]);
    expect(planFor(facts, answers, { hasSecret: true }).actions.length).toBeGreaterThan(0);
    expect(offerFindings(facts, answers)).toEqual([
      expect.objectContaining({ verdict: 'warning', says: expect.stringContaining('nonsense/zzz') }),
    ]);
  });

  it.each([
    ['as a fallback', { fallbacks: ['nonsense/zzz', 'nonsense/zzz'] }, ['nonsense/zzz']],
    ['as an alias', { aliases: { Best: 'anthropic/claude-opus-99' } }, ['anthropic/claude-opus-99']],
    ['for cron', { cronModel: 'claude-bridge/nothing' }, ['claude-bridge/nothing']],
    ['for cron that stays', { cronModel: 'claude-bridge/nothing', cron: 'keep' }, []],
    ['as an alias of a new agent, which gets none', { role: 'agent', aliases: { Best: 'no/thing' } }, []],
  ] as const)('is told %s, once', async (_, change, wanted) => {
    expect(await refs(change as Partial<Answers>)).toEqual(wanted);
  });

  it('is listed by its own provider where there is one', async () => {
    expect((await warnings({ primary: 'anthropic/zzz' }))[0]?.next).toBe(
      'openclaw models list --all --provider anthropic',
    );
    expect((await warnings({ primary: 'claude-bridge/zzz' }))[0]?.next).toBe(
      'openclaw models list --all --provider claude-bridge',
    );
  });

  it.each([
    'anthropic/claude-sonnet-5',
    'claude-bridge/claude-opus-4',
    // It tells no models: any may be there.
    'open/anything',
    // In use before us, by OpenClaw's own provider.
    'openai/gpt-5',
    'Bridge',
  ])('is not %s', async (primary) => {
    expect(await refs({ primary })).toEqual([]);
  });

  it('is not one of the way itself, and is one that only another way has', async () => {
    expect(await refs({}, undefined, 'proxy')).toEqual([]);
    expect(await refs({ primary: 'claude-max-proxy/opus' })).toEqual(['claude-max-proxy/opus']);
  });

  it('cannot be told without a catalogue, and of a provider with a credential', async () => {
    const facts = await factsFor(input);
    const blind: Facts = { ...facts, catalogue: unknown('timed out', 'no answer') };
    expect(await refs({ primary: 'anthropic/zzz' }, blind)).toEqual([]);
    const google = { agent: 'main', id: 'google:default', provider: 'google', type: 'api_key' };
    const signedIn = await factsFor({ ...input, profiles: [google] });
    expect(await refs({ primary: 'google/new', fallbacks: [] }, signedIn)).toEqual([]);
    expect(await refs({ primary: 'google/new', fallbacks: [] }, facts)).toEqual(['google/new']);
  });

  it('stays one once it is in use, where OpenClaw misses its provider', async () => {
    const facts = await factsFor({ ...input, config: config.replace('openai/gpt-5', 'nonsense/zzz') });
    const status = {
      resolvedDefault: null,
      fallbacks: [],
      aliases: {},
      allowed: [],
      storePath: null,
      missingProviders: ['nonsense'],
      profiles: [],
      unusable: [],
    };
    const fallbacks = ['nonsense/zzz'];
    expect(await refs({ fallbacks }, facts)).toEqual([]);
    expect(await refs({ fallbacks }, { ...facts, modelsStatus: known(status, 'x') })).toEqual(fallbacks);
  });

  it('is said under the plan, also under one without a step, and in the review', async () => {
    const facts = await factsFor(input);
    const answers = { ...defaultAnswers(facts), primary: 'nonsense/zzz' };
    const told = warningsOf(facts, answers);
    const preview = { steps: [], files: [] };
    expect(planText(preview, '/home/ana', { warnings: told })).toBe(
      'Nothing to do: everything is set up this way already.\n! nonsense/zzz is offered neither by OpenClaw 2026.9.6 nor by a provider in its configuration.\n    openclaw models list --all\n',
    );
  });
});
