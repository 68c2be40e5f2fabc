import { readFileSync } from 'node:fs';
import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import type { ConfigEditParams } from '../../../src/actions/index.ts';
import { leftFindings } from '../../../src/doctor/after-left.ts';
import { warningsFor } from '../../../src/doctor/gate.ts';
import { type Edit, edit } from '../../../src/json5/index.ts';
import { defaultAnswers, planFor } from '../../../src/methods/index.ts';
import { oldModels } from '../../../src/methods/left-models.ts';
import { claudeRefs } from '../../../src/methods/shared/claude.ts';
import { targetOf } from '../../../src/methods/target.ts';
import type { Answers } from '../../../src/methods/types.ts';
import { factValue } from '../../../src/system/fact.ts';
import { factsFor } from '../../support/facts-for.ts';
import { isChatModel, type Path, placeOf, withModelAt } from '../../support/model-keys.ts';

/** Every key with a model in its name, of each release's own config schema. */
const KEYS: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('../../fixtures/openclaw/model-keys.json', import.meta.url), 'utf8'),
);

const BRIDGE = 'claude-bridge/claude-sonnet-4';
const CLAUDE = 'anthropic/claude-sonnet-5';

/** A config of this release with the bridge under every key that names a chat model. */
function bridgedConfig(version: string, keys: readonly string[]): Record<string, unknown> {
  const roster = keys.some((key) => key.startsWith('agents.entries'))
    ? { entries: { main: {} } }
    : { list: [{ id: 'main' }] };
  const config: Record<string, unknown> = {
    agents: { defaults: { model: { primary: BRIDGE } }, ...roster },
    models: {
      providers: {
        'claude-bridge': {
          baseUrl: 'http://127.0.0.1:9/v1',
          api: 'openai-completions',
          models: [{ id: 'claude-sonnet-4', name: version }],
        },
      },
    },
  };
  for (const key of keys) withModelAt(config, placeOf(key), BRIDGE);
  return config;
}

const at = (value: unknown, path: Path) =>
  path.reduce<unknown>((target, key) => (target as Record<string | number, unknown> | undefined)?.[key], value);

async function moved(version: string, config: Record<string, unknown>, change: Partial<Answers> = {}) {
  const source = JSON.stringify(config);
  const facts = await factsFor({ version, config: source });
  const answers = { ...defaultAnswers(facts, 'setup-token'), ...change };
  const plan = planFor(facts, answers, { hasSecret: true });
  const params = plan.actions.find(({ id }) => id === 'use-claude')?.params as ConfigEditParams | undefined;
  const after = params === undefined ? source : edit(source, params.edits as Edit[]);
  const then = await factsFor({ version, config: after });
  const left = oldModels(factValue(then.config) as never, claudeRefs(then));
  const says = warningsFor(facts, answers).map((warning) => warning.says);
  const found = leftFindings(then, targetOf(then), answers, claudeRefs(then));
  return { after: json5.parse(after), left, says, found };
}

describe.each(Object.keys(KEYS))('the keys of OpenClaw %s that name a model', (version) => {
  const keys = (KEYS[version] ?? []).filter(isChatModel);

  it('all move with the default, or are listed with why they stay', async () => {
    const { after, left } = await moved(version, bridgedConfig(version, keys));
    const stays: string[] = [];
    for (const key of keys) {
      const path = placeOf(key);
      const found = at(after, path);
      const ref = (found as { primary?: string }).primary ?? found;
      if (ref !== CLAUDE) stays.push(key);
    }
    const media = /^agents\.defaults\.((image|video|music)GenerationModel|voiceModel|mediaModels\.)/;
    expect(stays.filter((key) => !media.test(key) && !/^tools\.media\.|llm-task/.test(key))).toEqual([]);
    expect(left).toHaveLength(stays.length);
    expect(left.filter(({ because }) => because === undefined || /not known/.test(because))).toEqual([]);
  });
});

describe('a model setting', () => {
  const bridge = { models: { providers: { 'claude-bridge': { baseUrl: 'http://127.0.0.1:9/v1', models: [] } } } };

  it('keeps the fallbacks of other providers, each once, and what else stands in it', async () => {
    const imageModel = { primary: BRIDGE, fallbacks: [BRIDGE, 'openai/gpt-5', 'openai/gpt-5'], timeoutMs: 9 };
    const { after, left } = await moved('2026.7.1', { ...bridge, agents: { defaults: { imageModel } } });
    expect(after.agents.defaults.imageModel).toEqual({ primary: CLAUDE, fallbacks: ['openai/gpt-5'], timeoutMs: 9 });
    expect(left).toEqual([]);
  });

  it('of another provider stays', async () => {
    const defaults = { model: { primary: BRIDGE }, imageModel: 'openai/gpt-5', subagents: { model: 'openai/gpt-5' } };
    const { after } = await moved('2026.4.29', { ...bridge, agents: { defaults } });
    expect(after.agents.defaults).toMatchObject({ imageModel: 'openai/gpt-5', subagents: { model: 'openai/gpt-5' } });
  });

  it('under a key that nobody knows is listed and left', async () => {
    const plugins = { entries: { mine: { config: { ask: { with: [BRIDGE] }, note: 'claude-bridge' } } } };
    const { after, left } = await moved('2026.9.6', { ...bridge, agents: { defaults: { model: BRIDGE } }, plugins });
    expect(after.plugins).toEqual(plugins);
    expect(left).toMatchObject([
      { where: 'plugins.entries.mine.config.ask.with.0', ref: BRIDGE, because: expect.stringContaining('not known') },
    ]);
  });
});

describe('a place that is to keep the model it has', () => {
  const models = { providers: { 'claude-bridge': { baseUrl: 'http://127.0.0.1:9/v1', models: [] } } };
  const defaults = { model: BRIDGE, imageModel: BRIDGE, heartbeat: { model: BRIDGE } };
  const work = { subagents: { model: BRIDGE }, heartbeat: { model: BRIDGE } };
  const list = [
    { id: 'main', default: true },
    { id: 'work', ...work },
  ];
  const keepModel = ['agents.defaults.imageModel', 'agents.entries.work.subagents.model'];

  it.each([
    ['2026.4.29', { list }],
    ['2026.9.6', { entries: { main: {}, work } }],
  ])('is left there, is said to be, and is no warning at the end (%s)', async (version, roster) => {
    const config = { models, agents: { defaults, ...roster } };
    const { after, says, found } = await moved(version, config, { keepModel });
    const own = after.agents.list?.[1] ?? after.agents.entries.work;
    expect(after.agents.defaults).toMatchObject({ imageModel: BRIDGE, heartbeat: { model: CLAUDE } });
    expect(own).toMatchObject({ subagents: { model: BRIDGE }, heartbeat: { model: CLAUDE } });
    expect(says).toEqual(
      expect.arrayContaining([
        ...keepModel.map((id) => `${id} keeps ${BRIDGE}, as you chose.`),
        'From the bridge to Claude: agents.defaults.heartbeat.model, agents.entries.work.heartbeat.model. ' +
          'To leave one: --keep-model agents.defaults.heartbeat.model',
      ]),
    );
    expect(found.filter(({ says: left }) => left.includes(BRIDGE)).map(({ verdict }) => verdict)).toEqual([
      'info',
      'info',
    ]);
    const again = await moved(version, after, { keepModel });
    expect(again.after).toEqual(after);
  });

  it('is told where there is no such place', async () => {
    const config = { models, agents: { defaults, list } };
    const { says } = await moved('2026.4.29', config, { keepModel: ['work', 'agents.defaults.imagModel'] });
    expect(says).toContain('There is no agents.defaults.imagModel with a model of its own: nothing is kept there.');
    expect(says.join()).not.toContain('There is no work');
  });

  it('is not reached where only some agents are chosen', async () => {
    const config = { models, agents: { defaults, list } };
    const { after, says, found } = await moved('2026.4.29', config, { agents: ['work'] });
    expect(after.agents.defaults).toMatchObject(defaults);
    expect(says.join()).not.toContain('agents.defaults.imageModel');
    expect(found).toContainEqual(
      expect.objectContaining({ verdict: 'info', says: expect.stringMatching(/^imageModel/) }),
    );
  });
});

describe('an agent with an allowlist of its own', () => {
  it('is let use what it is given', async () => {
    const config = {
      agents: {
        defaults: { model: BRIDGE, modelPolicy: { allow: [BRIDGE] } },
        entries: { main: {}, work: { model: BRIDGE, modelPolicy: { allow: [BRIDGE] } } },
      },
      models: { providers: { 'claude-bridge': { baseUrl: 'http://127.0.0.1:9/v1', models: [] } } },
    };
    const { after } = await moved('2026.9.6', config);
    expect(after.agents.defaults.modelPolicy.allow).toContain(CLAUDE);
    expect(after.agents.entries.work.modelPolicy.allow).toEqual(expect.arrayContaining([BRIDGE, CLAUDE]));
  });
});
