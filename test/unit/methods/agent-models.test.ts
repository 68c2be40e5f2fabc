import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import type { ConfigEditParams } from '../../../src/actions/index.ts';
import { modelFindings } from '../../../src/doctor/after-models.ts';
import { warningsFor } from '../../../src/doctor/gate.ts';
import { driftBetween } from '../../../src/history/drift.ts';
import { type Edit, edit } from '../../../src/json5/index.ts';
import { defaultAnswers, planFor } from '../../../src/methods/index.ts';
import { claudeRefs } from '../../../src/methods/shared/claude.ts';
import { targetOf } from '../../../src/methods/target.ts';
import type { Answers } from '../../../src/methods/types.ts';
import type { ModelsStatus } from '../../../src/openclaw/records.ts';
import { factsFor, statusWith } from '../../support/facts-for.ts';

const OPUS = 'anthropic/claude-opus-5';
const SONNET = 'anthropic/claude-sonnet-5';
const GPT = 'openai/gpt-5';
const BRIDGE = { 'claude-bridge': { baseUrl: 'http://127.0.0.1:9/v1', models: [{ id: 'claude-sonnet-4' }] } };

/** main inherits; play has Claude of its own, relay a Claude that somebody else sells, work another provider's. */
const AGENTS = {
  defaults: { model: { primary: OPUS } },
  list: [
    { id: 'main', default: true },
    { id: 'work', model: { primary: GPT, fallbacks: ['openai/o9'] } },
    { id: 'play', model: SONNET },
    { id: 'relay', model: 'openrouter/anthropic/claude-sonnet-4' },
    { id: 'bridged', model: 'claude-bridge/claude-sonnet-4' },
  ],
};

async function setUp(agents: object, change: Partial<Answers> = {}, version = '2026.7.1') {
  const source = JSON.stringify({ agents, models: { providers: BRIDGE } });
  const facts = await factsFor({ version, config: source });
  const answers = { ...defaultAnswers(facts, 'setup-token'), ...change };
  const { actions } = planFor(facts, answers, { hasSecret: true });
  const params = actions.find(({ id }) => id === 'use-claude')?.params as ConfigEditParams | undefined;
  const after = params ? edit(source, params.edits as Edit[]) : source;
  return { facts, answers, after: json5.parse(after), afterwards: await factsFor({ version, config: after }) };
}

const modelsIn = (config: { agents: { list: { id: string; model?: string | { primary: string } }[] } }) =>
  Object.fromEntries(
    config.agents.list.map(({ id, model }) => [id, typeof model === 'object' ? model.primary : model]),
  );

type SetUp = Awaited<ReturnType<typeof setUp>>;

/** What the checks find where OpenClaw says this of the one that it was asked about, and the configuration of each agent. */
function found({ facts, answers, afterwards }: SetUp, status: Partial<ModelsStatus>, told: Record<string, string>) {
  const asked = {
    ok: true,
    status: statusWith({ resolvedDefault: OPUS, ...status }),
    labels: new Map(),
    words: '',
  } as const;
  const models = new Map(Object.entries(told));
  return modelFindings(targetOf(afterwards), answers, asked, claudeRefs(afterwards), models, facts);
}

const errors = (findings: ReturnType<typeof found>) =>
  findings.flatMap((one) => (one.verdict === 'error' && !one.says.startsWith('The alias') ? [one.says] : []));

describe('agents with a model of their own', () => {
  it('follow, each to its family; one that has Claude already keeps it', async () => {
    const { after, facts, answers } = await setUp(AGENTS);
    expect(modelsIn(after)).toEqual({ main: undefined, work: OPUS, play: SONNET, relay: SONNET, bridged: SONNET });
    expect(after.agents.list[1].model.fallbacks).toEqual(['openai/o9']);
    const said = warningsFor(facts, answers).map(({ says }) => says);
    expect(said).toContainEqual(expect.stringMatching(/^The agent work changes from openai\/gpt-5 to anthropic\//));
    expect(said).toContainEqual(expect.stringMatching(/^The agent relay changes from openrouter/));
    expect(said.join()).not.toMatch(/agent (play|bridged)/);
  });

  it('keep it where the person says so', async () => {
    const { after, facts, answers } = await setUp(AGENTS, { keepModel: ['work', 'relay'] });
    expect(modelsIn(after)).toMatchObject({
      work: GPT,
      relay: 'openrouter/anthropic/claude-sonnet-4',
      bridged: SONNET,
    });
    expect(warningsFor(facts, answers).join()).not.toMatch(/changes from/);
  });

  it('are left alone behind another default', async () => {
    const { after } = await setUp({ ...AGENTS, defaults: { model: GPT } }, { role: 'fallback', primary: OPUS });
    expect(after.agents.list).toEqual(AGENTS.list);
  });

  it('need no second run', async () => {
    const first = await setUp(AGENTS, { keepModel: ['relay'] });
    const again = await setUp(first.after.agents, { ...first.answers });
    expect(again.after).toEqual(first.after);
  });

  it('keep what was behind their own model when they are chosen alone', async () => {
    const { after, facts, answers } = await setUp(AGENTS, { agents: ['work'], fallbacks: [SONNET] });
    expect(after.agents.list[1].model).toEqual({ primary: OPUS, fallbacks: [SONNET, 'openai/o9'] });
    expect(after.agents.defaults.model).toEqual(AGENTS.defaults.model);
    expect(warningsFor(facts, answers).map(({ code }) => code)).toEqual(['choice-replaced']);
  });
});

describe('what drifted', () => {
  it('is asked of the chosen agents where not all were chosen', async () => {
    const { afterwards, answers, facts } = await setUp(
      { ...AGENTS, defaults: { model: GPT } },
      { agents: ['work'], primary: OPUS, aliases: {} },
    );
    expect(driftBetween(answers, afterwards, {})).toEqual([]);
    expect(driftBetween(answers, facts, {}).map(({ says }) => says)).toEqual([
      `You changed the model of work from ${OPUS} to ${GPT}.`,
    ]);
  });
});

describe('the model that an agent answers with', () => {
  const all = { main: OPUS, work: OPUS, play: SONNET, relay: SONNET, bridged: SONNET };

  it('is Claude for every chosen one', async () => {
    expect(errors(found(await setUp(AGENTS), {}, all))).toEqual([]);
    expect(errors(found(await setUp(AGENTS), {}, { ...all, work: GPT }))).toEqual([
      `work answers with ${GPT}, not with Claude.`,
    ]);
    const kept = found(await setUp(AGENTS, { keepModel: ['work'] }), {}, { ...all, work: GPT });
    expect(kept).toContainEqual({ verdict: 'info', says: `work keeps its own model ${GPT}.` });
    expect(errors(kept)).toEqual([]);
  });

  it('is an error where its own allowlist keeps it out', async () => {
    const own = { ...AGENTS, list: undefined, entries: { main: {}, work: { modelPolicy: { allow: [GPT] } } } };
    const { answers, facts } = await setUp(own, { aliases: {} }, '2026.9.6');
    const asked = { ok: true, status: statusWith({ resolvedDefault: OPUS }), labels: new Map(), words: '' } as const;
    const told = new Map([
      ['main', OPUS],
      ['work', OPUS],
    ]);
    expect(errors(modelFindings(targetOf(facts), answers, asked, claudeRefs(facts), told, facts))).toEqual([
      `${OPUS} is not on the list of models that work may use.`,
    ]);
  });

  it('is that of the new agent alone where only that was wanted', async () => {
    const set = await setUp({ defaults: { model: GPT } }, { role: 'agent', newAgent: 'claude', primary: OPUS });
    expect(errors(found(set, { resolvedDefault: OPUS }, { main: GPT, claude: OPUS }))).toEqual([]);
    expect(errors(found(set, { resolvedDefault: GPT }, { main: GPT, claude: OPUS }))).toEqual([
      `claude answers with ${GPT}, not ${OPUS}.`,
    ]);
    const { config } = set.afterwards;
    if (!config.known) throw new Error('not known');
    const lost = { ...set.afterwards, config: { ...config, value: { ...config.value, primary: OPUS } } };
    const asOurs = found({ ...set, afterwards: lost }, { resolvedDefault: OPUS }, { main: OPUS, claude: OPUS });
    expect(errors(asOurs)).toHaveLength(1);
  });
});
