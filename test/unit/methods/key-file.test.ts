import { describe, expect, it } from 'vitest';
import { equivalentCommand, parse } from '../../../src/commands/args.ts';
import { findSecretFiles } from '../../../src/facts/secret-files.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { apiKey } from '../../../src/methods/api-key/index.ts';
import { readSecret, storesCredential } from '../../../src/methods/handed.ts';
import { defaultAnswers, planFor, renewalFor } from '../../../src/methods/index.ts';
import { judgeProfiles, storeOf } from '../../../src/openclaw/profiles.ts';
import type { ProfileFacts } from '../../../src/openclaw/records.ts';
import { known } from '../../../src/system/fact.ts';
import { redact, Secret } from '../../../src/system/secret.ts';
import { factsFor, STATE } from '../../support/facts-for.ts';
import { type MemoryEntry, memoryWorld } from '../../support/memory-world.ts';

// The path of a file in the place of an API key.

const PATH = '/home/ana/claude.key';
const KEY = `sk-ant-api03-FAKE${'Z7rT'.repeat(22)}abc`;
const BY_FILE = { hasSecret: true, secret: new Secret(`file:${PATH}`) };
const PROVIDER = { 'api-key-file': { source: 'file', path: PATH, mode: 'singleValue' } };

/** What OpenClaw has stored for main under this name, as its store's reader tells it. */
function stored(entry: object, id = 'anthropic:api-key'): ProfileFacts[] {
  const profile = { type: 'api_key', provider: 'anthropic', ...entry };
  const store = storeOf({ profiles: { [id]: profile } }, {}, { profiles: 'p', state: 's' });
  const config = { declaredProfiles: {}, order: {} };
  return judgeProfiles(store, { agent: 'main', config, version: '2026.9.6', now: 0 });
}
const NAMED = { keyRef: { source: 'file', provider: 'api-key-file', id: 'value' } };

function factsOf(version: string, providers?: object, profiles: ProfileFacts[] = []): Promise<Facts> {
  const config = JSON.stringify(providers === undefined ? {} : { secrets: { providers } });
  return factsFor({ version, config, profiles });
}

const plan = (facts: Facts, options: object = BY_FILE) => planFor(facts, defaultAnswers(facts, 'api-key'), options);
const withCode = (code: string) => expect.objectContaining({ code });

/** What of a step writes: edits of a file, or the plan for `secrets apply`. */
const written = ({ params }: { params: unknown }) => {
  const { edits, input } = params as { edits?: { path: string[]; value: unknown }[]; input?: { text: string } };
  return input === undefined ? edits : JSON.parse(input.text);
};

describe('a file that is named', () => {
  const read = (entry: MemoryEntry | null, text = `file:${PATH}`) =>
    readSecret('key', text, memoryWorld({ files: entry === null ? {} : { [PATH]: entry } }));

  it.each([`file:${PATH}`, ' file:~/claude.key\n', 'file:claude.key'])('%j is told by its whole path', async (text) => {
    const done = await read({ content: `${KEY}\n`, mode: 0o600, uid: 1000 }, text);
    expect(done.ok && done.secret.reveal((value) => value)).toBe(`file:${PATH}`);
  });

  it.each([
    [null, 'not there'],
    [{ content: KEY, mode: 0o644 }, '0644'],
    [{ content: KEY, mode: 0o620 }, '0620'],
    [{ content: '', mode: 0o600 }, 'empty'],
    [{ content: '\n', mode: 0o600 }, 'empty'],
    [{ link: '/home/ana/other' }, 'a link'],
    [{ content: `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`, mode: 0o600 }, 'a setup token'],
    [{ content: `sk-ant-admin01-FAKE${'k9Qw'.repeat(22)}abc`, mode: 0o600 }, 'admin'],
    [{ content: `KEY=${KEY}\n`, mode: 0o600 }, 'more than an API key'],
    [{ content: `${KEY}\n\n`, mode: 0o600 }, 'more than an API key'],
    [{ content: `\${CLAUDE_API_KEY}`, mode: 0o600 }, 'no API key'],
  ])('is refused where OpenClaw cannot use it: %#', async (entry, what) => {
    const done = await read(entry);
    const problem = done.ok ? null : done.problem;
    expect(problem).toMatchObject({ code: 'key-file', what: expect.stringContaining(what) });
    expect(JSON.stringify([problem?.what, problem?.more])).not.toMatch(/Z7rT|k9Qw/);
  });

  it('belongs to the user of the gateway', async () => {
    const facts = await factsOf('2026.9.6');
    const world = memoryWorld({ files: { [PATH]: { content: KEY, mode: 0o600, uid: 1001 } } });
    const { signal } = new AbortController();
    const asked = apiKey.beforeStoring?.(defaultAnswers(facts, 'api-key'), BY_FILE.secret, { facts, world, signal });
    await expect(asked).rejects.toMatchObject({ code: 'key-file', more: { next: `sudo chown 1000 ${PATH}` } });
  });

  it('is named by a flag, and by the command that is printed', async () => {
    expect(parse(['apply', '--key-ref-file', '~/k']).handed).toEqual({ name: 'key', from: 'ref-file', value: '~/k' });
    expect(() => parse(['apply', '--key-ref-file', 'a', '--key-file', 'b'])).toThrow('not both');
    const answers = defaultAnswers(await factsOf('2026.9.6'), 'api-key');
    const handed = { name: 'key', value: BY_FILE.secret };
    expect(equivalentCommand(answers, { secret: false, handed })).toMatch(
      / --key-ref-file \/home\/ana\/claude.key --yes$/,
    );
  });

  it('may be shown', () => {
    expect(`${BY_FILE.secret}`).toBe(`file:${PATH}`);
    expect(redact(`reads file:${PATH}`, [BY_FILE.secret])).toBe(`reads file:${PATH}`);
    expect(`${new Secret(KEY)}`).not.toContain('Z7rT');
  });
});

describe('the plan', () => {
  it.each(['2026.2.17', '2026.5.27', '2026.6.5', '2026.7.1', '2026.8.1'])('is refused on %s', async (version) => {
    const facts = await factsOf(version);
    expect(() => plan(facts)).toThrow(withCode('no-files'));
  });

  it('edits the files of 2026.6.1, which tell of the file before they point to it', async () => {
    const [provider, profile, ...rest] = plan(await factsOf('2026.6.1')).actions;
    expect([provider?.id, profile?.id, ...rest.map(({ id }) => id)]).toEqual([
      'key-file',
      'store-key-main',
      'use-claude',
    ]);
    expect(written(provider as never)).toEqual([
      { op: 'set', path: ['secrets', 'providers', 'api-key-file'], value: PROVIDER['api-key-file'] },
    ]);
    const value = { type: 'api_key', provider: 'anthropic', ...NAMED };
    expect(written(profile as never)).toEqual([{ op: 'set', path: ['profiles', 'anthropic:api-key'], value }]);
  });

  it('has OpenClaw write it into the databases of 2026.9.6, and scrub nothing', async () => {
    const { actions } = plan(await factsOf('2026.9.6'));
    const step = actions.find(({ id }) => id === 'store-key-main');
    expect(actions[0]?.id).toBe('key-file');
    expect(written(step as never)).toMatchObject({
      targets: [{ agentId: 'main', pathSegments: ['profiles', 'anthropic:api-key', 'key'], ref: NAMED.keyRef }],
      options: { scrubEnv: false, scrubAuthProfilesForProviderTargets: false, scrubLegacyAuthJson: false },
    });
    expect(step?.touches.map(({ path }) => path)).toContain(`${STATE}/clawauth-setup-secrets-plan.json`);
    expect(step?.params).toMatchObject({ input: { file: `${STATE}/clawauth-setup-secrets-plan.json` } });
    expect(JSON.stringify(actions)).not.toContain('providerUpserts');
    const declared = actions.find(({ id }) => id === 'use-claude');
    expect(JSON.stringify(declared?.params)).toContain('"auth","profiles","anthropic:api-key"');
    expect(storesCredential({ actions })).toBe(true);
  });

  it.each([
    [PROVIDER, undefined, 'api-key-file'],
    [{ mine: PROVIDER['api-key-file'] }, undefined, 'mine'],
    [{ 'api-key-file': { source: 'file', path: '/other', mode: 'singleValue' } }, 'api-key-file-2', 'api-key-file-2'],
    [{ 'api-key-file': { source: 'env' } }, 'api-key-file-2', 'api-key-file-2'],
  ])('names the file as nothing else is named: %#', async (providers, made, used) => {
    const { actions } = plan(await factsOf('2026.9.6', providers));
    const edits = written((actions.find(({ id }) => id === 'key-file') ?? { params: {} }) as never);
    expect(edits?.[0]?.path.at(-1)).toBe(made);
    expect(JSON.stringify(actions)).toContain(`\\"provider\\": \\"${used}\\"`);
  });

  it.each(['2026.6.1', '2026.9.6'])('has nothing to store a second time on %s', async (version) => {
    const facts = await factsOf(version, PROVIDER, stored(NAMED));
    expect(storesCredential(plan(facts))).toBe(false);
    expect(storesCredential(plan(facts, {}))).toBe(false);
    expect(renewalFor(facts, defaultAnswers(facts, 'api-key'), BY_FILE).actions).toEqual([]);
    const other = { hasSecret: true, secret: new Secret('file:/home/ana/other.key') };
    if (version === '2026.6.1') expect(storesCredential(plan(facts, other))).toBe(true);
    else expect(() => plan(facts, other)).toThrow(withCode('profile-stored'));
  });

  it('is stored for an agent that came since, and for no other', async () => {
    const config = JSON.stringify({
      agents: { ownership: 'explicit', entries: { main: {}, lite: {} } },
      secrets: { providers: PROVIDER },
    });
    const facts = await factsFor({ version: '2026.9.6', config, profiles: stored(NAMED) });
    const [step, ...others] = plan(facts).actions.filter(({ id }) => id.startsWith('store-'));
    expect([step?.id, others]).toEqual(['store-key-lite', []]);
    // With the one file told of by an earlier run, an undo has to take its own profile out.
    expect(JSON.stringify(step?.params)).toContain('"logout","anthropic:api-key","--yes","--agent","lite"');
  });

  it('takes the place of a stored key only where that could come back', async () => {
    expect(storesCredential(plan(await factsOf('2026.6.1', undefined, stored({ key: KEY }))))).toBe(true);
    const facts = await factsOf('2026.9.6', undefined, stored({ key: KEY }));
    expect(() => plan(facts)).toThrow(withCode('profile-stored'));
    const answers = { ...defaultAnswers(facts, 'api-key'), profileId: 'anthropic:api-key-file' };
    expect(storesCredential(planFor(facts, answers, BY_FILE))).toBe(true);
  });

  it('restarts a gateway that runs, which read its secrets when it started', async () => {
    const facts = await factsFor({ version: '2026.9.6', config: '{}', gateway: true });
    const ids = plan(facts).actions.map(({ id }) => id);
    expect([ids.at(0), ids.at(-1)]).toEqual(['gateway-after-undo', 'gateway-restart']);
  });

  it('names the file as the container calls it, and refuses one that it does not see', async () => {
    const facts = await factsOf('2026.9.6');
    if (!facts.state.known) throw new Error('no state');
    const container = {
      ...{ runtime: 'docker' as const, name: 'claw', image: 'openclaw', status: 'running', entry: ['node'] },
      ...{ workdir: '/app', user: 'node', uid: 1000, places: {}, gatewayPort: null, port: null, home: '/home/node' },
      stateDir: '/home/node/.openclaw',
      mounts: [{ host: STATE, inside: '/home/node/.openclaw' }],
    };
    const inside = { ...facts, state: known({ ...facts.state.value, container }, STATE) };
    expect(() => plan(inside)).toThrow(withCode('file-not-seen'));
    const { actions } = plan(inside, { hasSecret: true, secret: new Secret(`file:${STATE}/claude.key`) });
    expect(written(actions[0] as never)?.[0]?.value).toMatchObject({ path: '/home/node/.openclaw/claude.key' });
    const step = actions.find(({ id }) => id === 'store-key-main');
    const argv = expect.arrayContaining(['/home/node/.openclaw/clawauth-setup-secrets-plan.json']);
    expect(step?.params).toMatchObject({ program: { argv } });
  });
});

describe('afterwards', () => {
  it('the profile is one of a key that lies elsewhere, and no key takes its place', async () => {
    expect(stored(NAMED)).toMatchObject([{ reference: 'file api-key-file value', shape: 'api key', masked: null }]);
    const facts = await factsOf('2026.9.6', PROVIDER, stored(NAMED));
    const byValue = { hasSecret: true, secret: new Secret(KEY) };
    expect(() => plan(facts, byValue)).toThrow(withCode('profile-is-reference'));
  });

  it('its file is looked at, and not read', async () => {
    const facts = await factsOf('2026.9.6', {
      ...PROVIDER,
      env: { source: 'env' },
      home: { ...PROVIDER['api-key-file'], path: '~/k' },
    });
    if (!facts.state.known || !facts.config.known) throw new Error('no state');
    const world = memoryWorld({ files: { [PATH]: { content: KEY, mode: 0o640, uid: 1000 } } });
    const found = await findSecretFiles(world, facts.state.value, facts.config.value);
    expect(found.known && found.value).toEqual([
      {
        provider: 'api-key-file',
        path: PATH,
        fault: { says: expect.stringContaining('0640'), next: `chmod 600 ${PATH}` },
      },
      {
        provider: 'home',
        path: '/home/ana/k',
        fault: { says: 'it is not there', next: expect.stringContaining('/home/ana/k') },
      },
    ]);
  });

  it.each([
    ['{"findings":[]}', 'ok', PATH],
    [
      '{"findings":[{"code":"REF_UNRESOLVED","jsonPath":"profiles.anthropic:api-key.key","message":"permissions are too open"}]}',
      'error',
      'too open',
    ],
    ['no', 'skipped', 'did not say'],
  ])('the report tells whether OpenClaw can read it: %s', async (stdout, verdict, says) => {
    const facts = await factsOf('2026.9.6', PROVIDER, stored(NAMED));
    const world = memoryWorld({ commands: { 'openclaw secrets audit --json': { stdout, exitCode: 0 } } });
    const check = apiKey.checks(facts, defaultAnswers(facts, 'api-key')).find(({ id }) => id === 'secret-file');
    const found = await check?.run?.({ world, signal: new AbortController().signal } as never);
    expect(found).toMatchObject([{ verdict, says: expect.stringContaining(says) }]);
  });
});
