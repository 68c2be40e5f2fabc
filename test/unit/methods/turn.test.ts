import { describe, expect, it } from 'vitest';
import { gatewayCheck } from '../../../src/doctor/after-gateway.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { defaultAnswers } from '../../../src/methods/index.ts';
import { turnFindings } from '../../../src/methods/shared/turn.ts';
import { targetOf } from '../../../src/methods/target.ts';
import type { CheckContext } from '../../../src/methods/types.ts';
import { known } from '../../../src/system/fact.ts';
import type { LocalAnswer } from '../../../src/system/world.ts';
import { containerWith } from '../../support/container.ts';
import { factsFor } from '../../support/facts-for.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const CONFIG = `{ agents: { defaults: { model: 'anthropic/claude-opus-5' } } }`;

async function factsWith(running: boolean, inContainer = true): Promise<Facts> {
  const facts = await factsFor({ version: '2026.2.17', config: CONFIG });
  if (!facts.state.known) throw new Error(facts.state.detail);
  const container = inContainer ? { container: containerWith() } : {};
  return {
    ...facts,
    state: { ...facts.state, value: { ...facts.state.value, ...container } },
    gateway: known({ running, port: 18790, unit: null, manager: 'none' }, 'the port'),
  };
}

function contextWith(answer: { stdout?: string; stderr?: string }, health?: LocalAnswer | null) {
  const world = memoryWorld({
    commands: { docker: answer, '/usr/bin/openclaw': answer },
    overrides: health === undefined ? {} : { network: { listening: async () => true, ask: async () => health } },
  });
  const shared: CheckContext['shared'] = { once: async (_key, make) => make() };
  return { world, signal: new AbortController().signal, shared };
}

describe('a turn of an agent', () => {
  const meta = { agentMeta: { provider: 'anthropic' } };
  const alone = JSON.stringify({ payloads: [{ text: 'OK' }], meta });
  const through = JSON.stringify({ runId: 'x', result: { payloads: [{ text: 'OK' }], meta } });
  // As the two commands said it in a container whose gateway was bound to the network (2026.2.17), and in its code (2026.6.1).
  const OLD = `gateway connect failed: Error: pairing required
Gateway agent failed; falling back to embedded: Error: gateway closed (1008): pairing required
Gateway target: ws://172.19.0.2:18789`;
  const NEW = 'EMBEDDED FALLBACK: Gateway agent failed; running embedded agent: GatewayError: device is not paired';
  const turn = async (answer: { stdout: string; stderr?: string }, running = true, inContainer = true) => {
    const context = contextWith(answer);
    const facts = await factsWith(running, inContainer);
    const found = await turnFindings(facts, defaultAnswers(facts, 'setup-token'), context, { wanted: 'anthropic' });
    return { found, words: context.world.ran.map(({ argv }) => argv.join(' ')) };
  };

  it('goes through the gateway where that runs', async () => {
    const { found, words } = await turn({ stdout: through });
    expect(found).toMatchObject([{ verdict: 'ok', says: expect.stringContaining('through the gateway') }]);
    expect(words.join()).not.toContain('--local');
    expect((await turn({ stdout: through }, true, false)).words.join()).not.toContain('--local');
  });

  it('says nothing of a gateway that does not run', async () => {
    const { found, words } = await turn({ stdout: alone }, false);
    expect(found).toMatchObject([{ verdict: 'ok', says: expect.not.stringContaining('gateway') }]);
    expect(words.join()).toContain('agent --local');
  });

  it.each([
    ['in its own shape', alone, OLD, 'gateway closed (1008): pairing required'],
    ['in the shape of the gateway', through, NEW, 'device is not paired'],
    [
      'by its transport',
      JSON.stringify({ result: { payloads: [{ text: 'OK' }], meta: { ...meta, transport: 'embedded' } } }),
      '',
      '',
    ],
    ['without a word', alone, '', ''],
  ])('is no proof of the gateway where the command ran it itself: %s', async (_, stdout, stderr, why) => {
    const { found } = await turn({ stdout, stderr });
    expect(found).toMatchObject([
      { verdict: 'ok', says: expect.not.stringContaining('through the gateway') },
      { verdict: 'info', says: expect.stringContaining('without the gateway') },
    ]);
    expect(found[1]?.says).toContain(why === '' ? 'without the gateway.' : `(${why})`);
  });

  it('tells what the gateway says is wrong', async () => {
    const stdout = JSON.stringify({ ok: false, origin: 'gateway', error: { message: 'No API key found' } });
    expect((await turn({ stdout })).found).toMatchObject([
      { verdict: 'error', says: expect.stringContaining('No API key found') },
    ]);
  });
});

describe('the gateway of a container', () => {
  const check = async (health: LocalAnswer | null, inContainer = true) => {
    const facts = await factsWith(true, inContainer);
    return gatewayCheck(facts, targetOf(facts), facts, contextWith({}, health));
  };

  it.each<[string, LocalAnswer | null, string, string]>([
    ['is well', { status: 200, text: '{"ok":true,"status":"live"}' }, 'ok', 'port 18790 and is healthy.'],
    ['has a page for everything', { status: 200, text: '<!doctype html>' }, 'ok', 'answers on port 18790.'],
    ['does not answer behind its open port', null, 'error', 'Nothing answers on port 18790'],
    ['is not well', { status: 503, text: '{"ok":false,"status":"draining"}' }, 'warning', 'not healthy: draining'],
  ])('%s', async (_, health, verdict, says) => {
    expect(await check(health)).toMatchObject([{ verdict, says: expect.stringContaining(says) }]);
  });

  it('is not asked on this machine, nor where no port is published', async () => {
    expect(await check(null, false)).toMatchObject([{ verdict: 'ok' }]);
    const facts = await factsWith(true);
    if (!facts.state.known) throw new Error(facts.state.detail);
    const state = { ...facts.state, value: { ...facts.state.value, container: containerWith({ port: null }) } };
    const hidden = { ...facts, state };
    expect(await gatewayCheck(hidden, targetOf(hidden), hidden, contextWith({}, null))).toMatchObject([
      { verdict: 'info' },
    ]);
  });
});
