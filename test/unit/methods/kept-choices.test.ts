import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import type { ConfigEditParams } from '../../../src/actions/index.ts';
import { modelFindings } from '../../../src/doctor/after-models.ts';
import { warningsFor } from '../../../src/doctor/gate.ts';
import { type Edit, edit } from '../../../src/json5/index.ts';
import { defaultAnswers, planFor } from '../../../src/methods/index.ts';
import { claudeRefs } from '../../../src/methods/shared/claude.ts';
import { targetOf } from '../../../src/methods/target.ts';
import type { Answers, Role } from '../../../src/methods/types.ts';
import type { CronJob } from '../../../src/openclaw/records.ts';
import { factsFor } from '../../support/facts-for.ts';

const OPUS = 'anthropic/claude-opus-5';
const SONNET = 'anthropic/claude-sonnet-5';
const HAIKU = 'anthropic/claude-haiku-4-5';
const RETIRED = 'anthropic/claude-3-opus-20240229';
const BRIDGED = 'claude-bridge/claude-opus-4';
const providers = { 'claude-bridge': { baseUrl: 'http://127.0.0.1:9/v1', models: [{ id: 'claude-opus-4' }] } };

const factsOf = (agents: object, version: string, jobs: readonly Partial<CronJob>[] = []) =>
  factsFor({ version, config: JSON.stringify({ agents, models: { providers } }), jobs });

async function startFrom(model: object, role?: Role, method = 'setup-token') {
  const { primary, fallbacks } = defaultAnswers(await factsOf({ defaults: { model } }, '2026.6.1'), method, role);
  return { primary, fallbacks };
}

/** The config and the cron jobs' models after a set-up. */
async function setUp(
  agents: object,
  change: Partial<Answers>,
  version: string,
  jobs: readonly Partial<CronJob>[] = [],
) {
  const facts = await factsOf(agents, version, jobs);
  const answers = { ...defaultAnswers(facts, 'setup-token', change.role), ...change };
  const edits = (id: string) =>
    (
      planFor(facts, answers, { hasSecret: true }).actions.find((action) => action.id === id)
        ?.params as ConfigEditParams
    )?.edits;
  const source = JSON.stringify({ agents, models: { providers } });
  const done = json5.parse(edit(source, (edits('use-claude') ?? []) as Edit[]));
  return { facts, answers, agents: done.agents, cron: edits('cron-jobs') ?? [] };
}

describe('what a set-up starts from', () => {
  it.each([
    [
      'every fallback of another provider',
      { primary: BRIDGED, fallbacks: ['openai/a', 'google/b'] },
      OPUS,
      [SONNET, 'openai/a', 'google/b'],
    ],
    ['the family of the bridge’s model', { primary: 'claude-bridge/claude-sonnet-4' }, SONNET, []],
    [
      'the family of a Claude that another provider sells',
      { primary: 'openrouter/anthropic/claude-haiku-4' },
      HAIKU,
      [SONNET],
    ],
    ['Claude as it is there, whatever its age', { primary: RETIRED, fallbacks: ['openai/a'] }, RETIRED, ['openai/a']],
    [
      'a fallback of the bridge as one of Claude',
      { primary: 'openai/a', fallbacks: [BRIDGED, 'google/b'] },
      OPUS,
      [SONNET, OPUS, 'google/b'],
    ],
  ] as const)('keeps %s', async (_, model, primary, fallbacks) => {
    const from = await startFrom(model, 'everything');
    expect(from.primary).toBe(primary);
    expect(from.fallbacks).toEqual(fallbacks.filter((ref) => ref !== primary));
  });

  it('does not put a model first that the release has no more, which stands behind another provider’s', async () => {
    const model = { primary: 'openai/a', fallbacks: [RETIRED, 'google/b'] };
    expect(await startFrom(model)).toEqual({ primary: RETIRED, fallbacks: [] });
    expect(await startFrom(model, 'everything')).toEqual({ primary: OPUS, fallbacks: [RETIRED, 'google/b'] });
    const sonnet = { primary: 'openai/a', fallbacks: [SONNET] };
    expect(await startFrom(sonnet, 'everything')).toEqual({ primary: SONNET, fallbacks: [] });
  });

  it('keeps them on the way to the proxy as well', async () => {
    const model = { primary: SONNET, fallbacks: [OPUS, 'openai/a'] };
    expect(await startFrom(model, undefined, 'proxy')).toEqual({
      primary: 'claude-max-proxy/sonnet',
      fallbacks: ['claude-max-proxy/opus', 'openai/a'],
    });
  });
});

describe('what goes', () => {
  const said = async (model: object, change: Partial<Answers>) => {
    const facts = await factsOf({ defaults: { model, models: { 'openai/a': { alias: 'Quick' } } } }, '2026.6.1');
    const answers = { ...defaultAnswers(facts, 'setup-token', 'everything'), ...change };
    return warningsFor(facts, answers).flatMap(({ code, says }) => (code === 'choice-replaced' ? [says] : []));
  };

  it('is said before', async () => {
    expect(await said({ primary: 'openai/a', fallbacks: ['google/b'] }, { fallbacks: [SONNET] })).toEqual([
      'openai/a is the default now, and nothing will use it afterwards.',
      'google/b is a fallback now and will be dropped.',
    ]);
    expect(await said({ primary: SONNET }, { primary: OPUS })).toEqual([
      `The default changes from ${SONNET} to ${OPUS}.`,
    ]);
    expect(await said({ primary: OPUS }, { aliases: { Quick: HAIKU } })).toEqual([
      `The alias Quick changes from openai/a to ${HAIKU}.`,
    ]);
  });

  it('is nothing where it stays', async () => {
    expect(await said({ primary: BRIDGED, fallbacks: ['google/b'] }, {})).toEqual([]);
    expect(await said({ primary: OPUS, fallbacks: ['google/b'] }, {})).toEqual([]);
  });
});

describe.each(['2026.3.2', '2026.6.1', '2026.9.6'])('an alias that is pointed to Claude in OpenClaw %s', (version) => {
  const roster = (agents: Record<string, object>) =>
    version === '2026.9.6'
      ? { entries: agents }
      : { list: Object.entries(agents).map(([id, agent]) => ({ id, ...agent })) };
  const agents = {
    defaults: {
      model: { primary: 'Opus', fallbacks: ['openai/a'] },
      imageModel: 'opus',
      models: { [BRIDGED]: { alias: 'Opus' }, 'openai/a': {} },
    },
    ...roster({ main: {}, work: { model: { primary: 'openai/a', fallbacks: ['Opus'] } } }),
  };
  const own = (config: { list?: object[]; entries?: Record<string, object> }) =>
    (config.entries?.work ?? config.list?.[1]) as { model: object };
  const change: Partial<Answers> = { role: 'fallback', aliases: { Opus: OPUS }, primary: OPUS, fallbacks: [] };

  it('leaves what names it on the model from before, where Claude is only to stand behind', async () => {
    const done = await setUp(agents, change, version);
    expect(done.agents.defaults.model).toEqual({ primary: BRIDGED, fallbacks: [OPUS, 'openai/a'] });
    expect(done.agents.defaults.imageModel).toBe(BRIDGED);
    expect(own(done.agents).model).toEqual({ primary: 'openai/a', fallbacks: [BRIDGED] });
    expect(done.agents.defaults.models[OPUS]).toMatchObject({ alias: 'Opus' });
  });

  it('leaves cron jobs on it too', async () => {
    const { cron } = await setUp(agents, change, '2026.3.2', [{ model: 'Opus' }, { model: 'openai/a' }]);
    expect(cron).toEqual([{ op: 'set', path: ['jobs', 0, 'payload', 'model'], value: BRIDGED }]);
  });

  it('is an error of the checks where Claude took the place of the default', async () => {
    const { facts, answers } = await setUp(agents, change, version);
    const status = { fallbacks: ['openai/a'], aliases: { Opus: OPUS }, allowed: [], storePath: null };
    const rest = { missingProviders: [], profiles: [], unusable: [], resolvedDefault: OPUS };
    const asked = { ok: true, status: { ...status, ...rest }, labels: new Map(), words: '' } as const;
    const told = new Map([['main', OPUS]]);
    const found = modelFindings(targetOf(facts), answers, asked, claudeRefs(facts), told, facts);
    expect(found).toContainEqual(
      expect.objectContaining({
        verdict: 'error',
        says: `${BRIDGED} was to stay the default, and it is ${OPUS} now.`,
      }),
    );
  });
});
