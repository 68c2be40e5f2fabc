import { describe, expect, it } from 'vitest';
import { defaultAnswers } from '../../../src/methods/index.ts';
import { liveFindings } from '../../../src/methods/stored/live-check.ts';
import { targetOf } from '../../../src/methods/target.ts';
import { factsFor, STATE } from '../../support/facts-for.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const CONFIG = `{ agents: { defaults: { model: 'anthropic/claude-opus-5' } } }`;
const SESSION = `${STATE}/agents/main/sessions/probe-anthropic-1.jsonl`;

interface Told {
  readonly stdout: string;
  readonly exitCode?: number;
  /** Lines of the session that the probe leaves; null for none. */
  readonly session?: readonly object[] | null;
}

/** The verdict on what OpenClaw told. */
async function verdict(version: string, { stdout, exitCode = 0, session = null }: Told): Promise<string> {
  const facts = await factsFor({ version, config: CONFIG });
  const answers = { ...defaultAnswers(facts), primary: 'anthropic/claude-opus-5' };
  const world = memoryWorld({
    commands: {
      openclaw: () => {
        if (session !== null) world.set(SESSION, session.map((line) => JSON.stringify(line)).join('\n'));
        return { exitCode, stdout, outcome: 'exited' };
      },
    },
  });
  const [finding] = await liveFindings(targetOf(facts), answers, { world, signal: new AbortController().signal });
  return finding?.verdict ?? 'none';
}

const ENDS = { profileId: 'anthropic:default', provider: 'anthropic', status: 'ok', expiresAt: 1826755891899 };
const probe = (...results: object[]) =>
  JSON.stringify({ auth: { oauth: { profiles: [ENDS], providers: [ENDS] }, probes: { results } } });
const OURS = { provider: 'anthropic', profileId: 'anthropic:default', status: 'ok', latencyMs: 900 };
const said = (message: object) => ({ type: 'message', message: { role: 'assistant', ...message } });
const ANSWER = said({ content: [{ type: 'text', text: 'OK' }], stopReason: 'stop' });
const NOTHING = said({ content: [], stopReason: 'error', errorMessage: 'Connection error.' });

describe.each(['2026.1.24-3', '2026.2.17', '2026.3.28'])('the probe of %s', (version) => {
  it('is a yes with its own ok and the answer in its session', async () => {
    expect(await verdict(version, { stdout: probe(OURS), session: [ANSWER] })).toBe('ok');
    expect(await verdict(version, { stdout: probe(OURS), session: [NOTHING, ANSWER] })).toBe('ok');
  });

  it.each<[string, Told]>([
    ['the ok of an expiry', { stdout: probe({ ...OURS, status: 'auth', error: 'invalid bearer token' }) }],
    ['no result of a probe', { stdout: probe(), session: [ANSWER] }],
    ['another profile', { stdout: probe({ ...OURS, profileId: 'anthropic:k' }), session: [ANSWER] }],
    ['another provider', { stdout: probe({ ...OURS, provider: 'openai' }), session: [ANSWER] }],
    ['an ok of its own, and a connection that failed', { stdout: probe(OURS), session: [NOTHING] }],
    [
      'an ok of its own, and an aborted answer',
      {
        stdout: probe(OURS),
        session: [said({ content: [{ type: 'text', text: 'O' }], stopReason: 'aborted' })],
      },
    ],
    ['an ok of its own, and no session', { stdout: probe(OURS) }],
    [
      'the question in its session',
      {
        stdout: probe(OURS),
        session: [{ message: { role: 'user', content: [{ type: 'text', text: 'Reply with OK.' }] } }],
      },
    ],
  ])('is no yes with %s', async (_what, told) => {
    expect(await verdict(version, told)).toBe('error');
  });
});

describe.each(['2026.4.29', '2026.9.6'])('infer of %s', (version) => {
  const good = { ok: true, provider: 'anthropic', model: 'claude-opus-5', outputs: [{ text: 'OK' }] };

  it('is a yes with its own ok and a text', async () => {
    expect(await verdict(version, { stdout: JSON.stringify(good) })).toBe('ok');
  });

  it.each<[string, object, number?]>([
    ['ok false', { ...good, ok: false }],
    ['an ok somewhere else', { ...good, ok: false, attempts: [{ ok: true, status: 'ok' }] }],
    ['no text', { ...good, outputs: [] }],
    ['an empty text', { ...good, outputs: [{ text: ' ' }] }],
    ['another provider', { ...good, provider: 'openai' }],
    ['a failure of the program', good, 1],
    ['an ok in a text', { error: { message: 'failed: {"ok":true} "status":"ok"' } }],
  ])('is no yes with %s', async (_what, answer, exitCode = 0) => {
    expect(await verdict(version, { stdout: JSON.stringify(answer), exitCode })).toBe('error');
  });
});
