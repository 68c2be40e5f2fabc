import { describe, expect, it } from 'vitest';
import { equivalentCommand, parse } from '../../../src/commands/args.ts';
import { env } from '../../../src/doctor/env.ts';
import { judgeWith } from '../../../src/doctor/judge.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { apiKey } from '../../../src/methods/api-key/index.ts';
import { readSecret } from '../../../src/methods/handed.ts';
import { defaultAnswers, planFor, renewalFor } from '../../../src/methods/index.ts';
import { judgeProfiles, storeOf } from '../../../src/openclaw/profiles.ts';
import type { ProfileFacts } from '../../../src/openclaw/records.ts';
import { known } from '../../../src/system/fact.ts';
import { redact, Secret } from '../../../src/system/secret.ts';
import { factsFor, STATE } from '../../support/facts-for.ts';
import { memoryWorld } from '../../support/memory-world.ts';

// The name of a variable in the place of an API key.

const NAMED = `\${CLAUDE_API_KEY}`;
const KEY = `sk-ant-api03-FAKE${'Z7rT'.repeat(22)}abc`;
const BY_NAME = { hasSecret: true, secret: new Secret(NAMED) };
const UNIT = {
  name: 'openclaw-gateway.service',
  manager: 'systemd-user' as const,
  file: '/home/ana/.config/systemd/user/openclaw-gateway.service',
  user: 'ana',
  enabled: true,
  active: 'active',
  restarts: 0,
  stateDir: STATE,
  port: 18789,
  script: null,
  version: null,
  variables: ['CLAUDE_API_KEY'],
};

/** What OpenClaw has stored for main, as its store's reader tells it. */
function stored(key: string): ProfileFacts[] {
  const profile = { type: 'api_key', provider: 'anthropic', key };
  const store = storeOf({ profiles: { 'anthropic:api-key': profile } }, {}, { profiles: 'p', state: 's' });
  const config = { declaredProfiles: {}, order: {} };
  return judgeProfiles(store, { agent: 'main', config, version: '2026.9.6', now: 0 });
}

async function factsOf(
  version: string,
  { line, unit = false, key }: { line?: number; unit?: boolean; key?: string } = {},
): Promise<Facts> {
  const facts = await factsFor({ version, config: '{}', profiles: key === undefined ? [] : stored(key) });
  const { state, gateway } = facts;
  if (!state.known || !gateway.known) throw new Error('no state');
  const variables = line === undefined ? {} : { variables: [{ name: 'CLAUDE_API_KEY', line }] };
  return {
    ...facts,
    state: known({ ...state.value, ...variables }, STATE),
    ...(unit
      ? {
          gateway: known({ ...gateway.value, unit: UNIT.name }, 'the disk'),
          gatewayUnits: known({ units: [UNIT] } as never, 'the disk'),
        }
      : {}),
  };
}

const plan = (facts: Facts, options: object = BY_NAME) => planFor(facts, defaultAnswers(facts, 'api-key'), options);

describe('where a key belongs', () => {
  it.each([NAMED, ` ${NAMED}\n`])('%j names a variable', async (text) => {
    const read = await readSecret('key', text, memoryWorld());
    expect(read.ok && read.secret.reveal((value) => value)).toBe(NAMED);
  });

  it.each([
    ['key', `\${lower}`, 'key-variable'],
    ['key', `\${}`, 'key-variable'],
    ['key', 'CLAUDE_API_KEY', 'key-unknown'],
    ['token', NAMED, 'token-unknown'],
  ])('as a %s, %s does not', async (name, text, code) => {
    expect(await readSecret(name, text, memoryWorld())).toMatchObject({ ok: false, problem: { code } });
  });

  it('the flag names it, and so does the command that is printed', async () => {
    expect(parse(['apply', '--key-env', 'CLAUDE_API_KEY']).handed).toEqual({
      name: 'key',
      from: 'env',
      value: 'CLAUDE_API_KEY',
    });
    expect(() => parse(['apply', '--key-env', 'A', '--key-stdin'])).toThrow('not both');
    const answers = defaultAnswers(await factsOf('2026.9.6'), 'api-key');
    const handed = { name: 'key', value: new Secret(NAMED) };
    expect(equivalentCommand(answers, { handed })).toMatch(/ --key-env CLAUDE_API_KEY --yes$/);
    expect(equivalentCommand(answers, { handed: { ...handed, value: new Secret(KEY) } })).toMatch(
      / --key-stdin --yes$/,
    );
  });
});

describe('the plan', () => {
  it.each(['2026.2.17', '2026.5.27'])('is refused on %s, which would send the name', async (version) => {
    const facts = await factsOf(version, { line: 3 });
    expect(() => plan(facts)).toThrow(expect.objectContaining({ code: 'no-variables' }));
  });

  it.each(['2026.5.28', '2026.9.6'])('is refused on %s where the gateway does not get it', async (version) => {
    const facts = await factsOf(version);
    expect(() => plan(facts)).toThrow(
      expect.objectContaining({
        code: 'variable-missing',
        more: expect.objectContaining({ next: expect.stringContaining(`${STATE}/.env`) }),
      }),
    );
  });

  it.each([{ line: 3 }, { unit: true }])('hands the name to OpenClaw where it gets it by %j', async (where) => {
    const step = plan(await factsOf('2026.9.6', where)).actions.find(({ id }) => id === 'store-key-main');
    expect(step?.params).toMatchObject({
      forward: { because: expect.stringContaining('It names the variable CLAUDE_API_KEY') },
      program: { stdin: { secret: 'key' } },
    });
  });

  it('restarts a gateway that runs, which got its variables when it started', async () => {
    const facts = await factsFor({ version: '2026.9.6', config: '{}', gateway: true });
    const at = await factsOf('2026.9.6', { line: 3 });
    const steps = planFor({ ...facts, state: at.state }, defaultAnswers(facts, 'api-key'), BY_NAME).actions;
    expect([steps.at(0)?.id, steps.at(-1)?.id]).toEqual(['gateway-after-undo', 'gateway-restart']);
    const byValue = planFor(facts, defaultAnswers(facts, 'api-key'), { hasSecret: true, secret: new Secret(KEY) });
    expect(byValue.actions.map(({ id }) => id)).not.toContain('gateway-restart');
  });

  it('has nothing to store a second time, and takes a key under another profile only', async () => {
    const facts = await factsOf('2026.9.6', { line: 3, key: NAMED });
    const ids = (options: object) => plan(facts, options).actions.map(({ id }) => id);
    expect(ids(BY_NAME)).not.toContain('store-key-main');
    expect(ids({})).not.toContain('store-key-main');
    const answers = defaultAnswers(facts, 'api-key');
    expect(renewalFor(facts, answers, BY_NAME).actions).toEqual([]);
    const byValue = { hasSecret: true, secret: new Secret(KEY) };
    expect(() => plan(facts, byValue)).toThrow(expect.objectContaining({ code: 'profile-is-reference' }));
    const elsewhere = { ...answers, profileId: 'anthropic:plan' };
    expect(planFor(facts, elsewhere, byValue).actions.map(({ id }) => id)).toContain('store-key-main');
  });

  it('puts a name in the place of a key that is stored', async () => {
    const facts = await factsOf('2026.9.6', { line: 3, key: KEY });
    expect(plan(facts).actions.map(({ id }) => id)).toContain('store-key-main');
  });
});

describe('afterwards', () => {
  it('the profile is one of a key that lies elsewhere', () => {
    expect(stored(NAMED)).toMatchObject([
      { reference: 'env CLAUDE_API_KEY', shape: 'api key', masked: NAMED, rejected: null, wins: true },
    ]);
    expect(stored(KEY)[0]).not.toHaveProperty('reference');
  });

  it.each([
    [
      { line: 3, key: NAMED },
      [{ verdict: 'ok', says: `OpenClaw reads the API key from CLAUDE_API_KEY, set in ${STATE}/.env.` }],
    ],
    [
      { unit: true, key: NAMED },
      [{ verdict: 'ok', says: `OpenClaw reads the API key from CLAUDE_API_KEY, set in ${UNIT.file}.` }],
    ],
    [{ key: NAMED }, [{ verdict: 'error', says: expect.stringContaining('does not get') }]],
    [{ key: KEY }, []],
  ])('the report tells whether the gateway gets it: %#', async (where, wanted) => {
    const facts = await factsOf('2026.9.6', where);
    const check = apiKey.checks(facts, defaultAnswers(facts, 'api-key')).find(({ id }) => id === 'variable');
    expect(await check?.run?.(undefined as never)).toMatchObject(wanted);
  });

  it('nobody is told to take it out of where its key is', async () => {
    const variable = {
      name: 'ANTHROPIC_API_KEY',
      kind: 'state-env' as const,
      where: `${STATE}/.env`,
      line: 1,
      readers: ['OpenClaw' as const],
      editable: true,
    };
    const found = async (key: string) => {
      const facts = { ...(await factsOf('2026.9.6', { key })), shadows: known([variable] as never, 'the disk') };
      return judgeWith(env, facts, 0).findings.map(({ id }) => id);
    };
    expect(await found(KEY)).toContain('env.api-key');
    expect(await found(`\${ANTHROPIC_API_KEY}`)).not.toContain('env.api-key');
  });

  it('its name may be shown, a key may not', () => {
    expect(redact('reads CLAUDE_API_KEY', [new Secret(NAMED)])).toBe('reads CLAUDE_API_KEY');
    expect(`${new Secret(NAMED)}`).toBe(NAMED);
    expect(`${new Secret(`\${${KEY}}`)}`).not.toContain('Z7rT');
  });
});
