import { expect, it } from 'vitest';
import { checksAfter } from '../../../src/doctor/report.ts';
import { defaultAnswers } from '../../../src/methods/index.ts';
import type { Finding } from '../../../src/methods/types.ts';
import { factsFor } from '../../support/facts-for.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const OPUS = 'anthropic/claude-opus-5';
const CONFIG = `{ agents: { defaults: { model: '${OPUS}' } }, auth: { profiles: { 'anthropic:default': { provider: 'anthropic', mode: 'token' } } } }`;
const JOB = { id: 'j', name: 'j', payload: { kind: 'agentTurn', model: OPUS } };

/** What OpenClaw 2026.7.1 prints where all is right. */
const right = () => ({
  status: {
    defaultModel: OPUS,
    resolvedDefault: OPUS as string | undefined,
    fallbacks: [],
    aliases: {},
    allowed: [],
    auth: {
      missingProvidersInUse: [],
      unusableProfiles: [] as object[] | undefined,
      oauth: {
        profiles: [
          { profileId: 'anthropic:default', provider: 'anthropic', type: 'token', status: 'static' } as object,
        ],
        providers: [{ provider: 'anthropic', effectiveProfiles: [{ profileId: 'anthropic:default' }] }],
      },
    },
  },
  cron: { jobs: [JOB as object] } as object,
  infer: { ok: true, provider: 'anthropic', outputs: [{ text: 'OK' }] } as Record<string, unknown>,
});
type Said = ReturnType<typeof right>;

/** What one check finds in what OpenClaw says. */
async function findings(id: string, change: (said: Said) => void): Promise<readonly Finding[]> {
  const said = right();
  change(said);
  const facts = await factsFor({ version: '2026.7.1', config: CONFIG, gateway: true, profiles: [{}] });
  const cron = { known: false, reason: 'absent', detail: 'asked later' } as const;
  const now = { ...facts, cron };
  const answers = {
    ...defaultAnswers(facts),
    primary: OPUS,
    fallbacks: [],
    aliases: {},
    profileId: 'anthropic:default',
  };
  const world = memoryWorld({
    commands: {
      openclaw: (argv: readonly string[]) => {
        const key = argv.includes('infer') ? 'infer' : argv.includes('cron') ? 'cron' : 'status';
        return { exitCode: 0, stdout: JSON.stringify(said[key]), outcome: 'exited' };
      },
    },
  });
  const check = checksAfter(now, answers, now).find((one) => one.id === id);
  const shared = { once: <T>(_key: string, make: () => Promise<T>) => make() };
  return (await check?.run?.({ world, signal: new AbortController().signal, shared })) ?? [];
}

const verdicts = async (id: string, change: (said: Said) => void) =>
  (await findings(id, change)).map(({ verdict }) => verdict);

it('cooldown: says until when, and names no command that does not end it', async () => {
  const until = Date.UTC(2026, 10, 28, 15, 4);
  const row = { profileId: 'anthropic:default', kind: 'cooldown', until };
  const found = await findings('cooldown', (said) => (said.status.auth.unusableProfiles = [row]));
  expect(found).toEqual([
    {
      verdict: 'warning',
      says: 'OpenClaw has paused anthropic:default until 2026-11-28 15:04: cooldown. It tries again by itself.',
    },
  ]);
});

const oauth = (said: Said) => said.status.auth.oauth;

it.each<[string, string, (said: Said) => void]>([
  ['profile', 'the profile itself', (said) => (oauth(said).profiles = [])],
  ['profile', 'another id', (said) => (oauth(said).profiles = [{ profileId: 'anthropic:k', status: 'static' }])],
  [
    'profile',
    'who is effective',
    (said) => (oauth(said).providers = [{ provider: 'anthropic', effectiveProfiles: [] }]),
  ],
  [
    'profile',
    'its status',
    (said) => (oauth(said).profiles = [{ profileId: 'anthropic:default', provider: 'anthropic', type: 'token' }]),
  ],
  ['models', 'the default that it resolves', (said) => delete said.status.resolvedDefault],
  ['models', 'another default', (said) => (said.status.resolvedDefault = 'openai/gpt-5')],
  ['cooldown', 'the list of those that rest', (said) => delete said.status.auth.unusableProfiles],
  ['bridge', 'the list of jobs', (said) => (said.cron = { total: 0 })],
  ['bridge', 'the id of a job', (said) => (said.cron = { jobs: [{ name: 'j', payload: JOB.payload }] })],
  ['bridge', 'what a job does', (said) => (said.cron = { jobs: [{ id: 'j', name: 'j' }] })],
  ['answer', 'its ok', (said) => (said.infer.ok = 'true')],
  ['answer', 'who answered', (said) => delete said.infer.provider],
  ['answer', 'the text', (said) => (said.infer.outputs = [{ content: 'OK' }])],
])('%s: an answer that is right but for %s is no yes', async (id, _what, change) => {
  expect(await verdicts(id, () => {})).toContain('ok');
  expect(await verdicts(id, change)).not.toContain('ok');
});
