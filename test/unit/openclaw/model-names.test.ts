import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import { type Edit, edit } from '../../../src/json5/index.ts';
import { allowEdits, modelEdits } from '../../../src/openclaw/model-edits.ts';
import { keepNames } from '../../../src/openclaw/model-names.ts';
import { factValue } from '../../../src/system/fact.ts';
import { factsFor } from '../../support/facts-for.ts';
import { namesIn } from '../../support/model-names.ts';

const OWN = { opus: 'anthropic/claude-opus-4-8', sonnet: 'anthropic/claude-sonnet-4-6' };
const BRIDGE = `'claude-bridge/opus': { alias: 'Opus' }, 'claude-bridge/sonnet': { alias: 'Sonnet' }`;
const PROXY = { Opus: 'claude-max-proxy/opus', Sonnet: 'claude-max-proxy/sonnet' };

const text = (models: string) =>
  `{ agents: { defaults: { model: { primary: 'openai/gpt-5' }, models: { ${models} } } } }`;

/** `agents.defaults.models` after a set-up with these aliases that also lists `refs`. */
async function modelsAfter(models: string, aliases: Record<string, string>, refs: string[] = [], version = '2026.6.1') {
  const source = text(models);
  const config = factValue((await factsFor({ version, config: source })).config);
  if (!config) throw new Error('no config');
  const wish = {
    role: 'everything',
    primary: 'openai/gpt-5',
    fallbacks: [],
    agents: [],
    keepModel: [],
    isOurs: () => false,
    old: { is: () => false, name: 'the bridge' },
    follows: false,
    best: {},
    sees: true,
  } as const;
  const own = modelEdits(config, { ...wish, aliases });
  const all = [...Object.values(aliases), ...refs];
  const edits = keepNames(config, version, aliases, [...own, ...allowEdits(config, version, all, own, false)]);
  return json5.parse(edit(source, edits as Edit[])).agents.defaults.models;
}

describe('names that OpenClaw up to 2026.6.1 gives by itself', () => {
  it('stay with the ref that took them over from an Anthropic one that stays listed', async () => {
    const models = await modelsAfter(`'anthropic/claude-opus-4-8': { alias: 'Opus' }`, PROXY);
    expect(models['anthropic/claude-opus-4-8']).toEqual({ alias: '' });
    expect(namesIn(models, OWN)).toEqual({ opus: [PROXY.Opus], sonnet: [PROXY.Sonnet] });
  });

  it('stay with the ref that has them when an Anthropic one is listed', async () => {
    const refs = [
      'anthropic/claude-opus-4-8',
      'anthropic/claude-sonnet-4-6',
      'anthropic/claude-haiku-4-5',
      'openai/o9',
    ];
    const models = await modelsAfter(BRIDGE, {}, refs);
    expect(namesIn(models, OWN)).toEqual({ opus: ['claude-bridge/opus'], sonnet: ['claude-bridge/sonnet'] });
    expect(models['anthropic/claude-opus-4-8']).toEqual({ alias: '' });
    for (const ref of refs.slice(2)) expect(models[ref]).toEqual({});
  });

  it('go to the wanted ref where one of the person’s own has them by being listed', async () => {
    const models = await modelsAfter(
      `'anthropic/claude-opus-4-8': { params: { a: 1 } }, 'anthropic/claude-sonnet-4-6': {}`,
      PROXY,
    );
    expect(namesIn(models, OWN)).toEqual({ opus: [PROXY.Opus], sonnet: [PROXY.Sonnet] });
    expect(models['anthropic/claude-opus-4-8']).toEqual({ params: { a: 1 }, alias: '' });
  });

  it('are the person’s own affair where nobody wants them', async () => {
    const listed = `${BRIDGE}, 'anthropic/claude-opus-4-8': {}`;
    expect(await modelsAfter(listed, {}, ['openai/o9'])).toEqual({ ...json5.parse(`{ ${listed} }`), 'openai/o9': {} });
    // Nobody else has the name: OpenClaw may give it.
    expect((await modelsAfter(`'openai/gpt-5': {}`, {}, [OWN.opus]))[OWN.opus]).toEqual({});
  });

  it('do not touch a name that the person gave instead', async () => {
    const models = await modelsAfter(`'anthropic/claude-opus-4-8': { alias: 'best' }, ${BRIDGE}`, PROXY);
    expect(models['anthropic/claude-opus-4-8']).toEqual({ alias: 'best' });
    expect(namesIn(models, OWN)).toMatchObject({ best: [OWN.opus], opus: [PROXY.Opus] });
  });

  it('need nothing from 2026.7.1 on, nor the second time', async () => {
    const moved = `'anthropic/claude-opus-4-8': { alias: 'Opus' }`;
    expect((await modelsAfter(moved, PROXY, [], '2026.7.1'))[OWN.opus]).toEqual({});
    const once = await modelsAfter(moved, PROXY);
    expect(await modelsAfter(JSON.stringify(once).slice(1, -1), PROXY)).toEqual(once);
  });
});
