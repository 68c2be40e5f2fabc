import { createHash } from 'node:crypto';
import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import { actionKinds, type ConfigEditParams } from '../../../src/actions/index.ts';
import { refuseBlocked, warningsFor } from '../../../src/doctor/gate.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { type Edit, edit } from '../../../src/json5/index.ts';
import { defaultAnswers, planFor, renewalFor, withTokenEnd } from '../../../src/methods/index.ts';
import type { Answers } from '../../../src/methods/types.ts';
import { fingerprint, Secret } from '../../../src/system/secret.ts';
import { type FactsInput, factsFor, STATE } from '../../support/facts-for.ts';

const PROVIDERS = `models: { providers: { 'claude-bridge': { baseUrl: 'http://127.0.0.1:3457/v1', models: [{ id: 'claude-opus-4', name: 'x' }] } } }`;
const MODEL = `model: { primary: 'claude-bridge/claude-opus-4', fallbacks: ['claude-bridge/claude-sonnet-4'] }`;
const ALIASES = `models: { 'claude-bridge/claude-opus-4': { alias: 'Opus' } }`;
const LIST = `{ agents: { defaults: { ${MODEL}, ${ALIASES} }, list: [{ id: 'main', default: true }, { id: 'lite', model: 'claude-bridge/claude-sonnet-4' }] }, ${PROVIDERS} }`;
const ENTRIES = `{ agents: { defaults: { ${MODEL}, ${ALIASES}, modelPolicy: { allow: ['claude-bridge/claude-opus-4'] } }, ownership: 'explicit', entries: { main: {}, lite: { model: 'claude-bridge/claude-sonnet-4' } } }, ${PROVIDERS}, meta: { migrations: { modelPolicyAllowlist: true } } }`;

const plan = async (input: FactsInput, change: Partial<Answers> = {}, options = {}) => {
  const facts = await factsFor(input);
  refuseBlocked(facts);
  return planFor(facts, { ...defaultAnswers(facts), ...change }, options);
};

/** The config after every step of the plan that edits it. */
function configAfter(made: Awaited<ReturnType<typeof plan>>, text: string) {
  const own = made.actions.filter(({ params }) => (params as ConfigEditParams).file === `${STATE}/openclaw.json`);
  const done = own.reduce((now, { params }) => edit(now, (params as ConfigEditParams).edits as Edit[]), text);
  return json5.parse(done);
}
/** Params of the step at `index`. */
function paramsOf<T>(made: Awaited<ReturnType<typeof plan>>, index: number): T {
  const action = made.actions[index];
  if (!action) throw new Error(`The plan has no step ${index}.`);
  return action.params as T;
}
const ids = (made: Awaited<ReturnType<typeof plan>>) => made.actions.map(({ id }) => id);
const argvs = (made: Awaited<ReturnType<typeof plan>>) =>
  made.actions.flatMap(({ params }) => {
    const argv = (params as { program?: { argv: string[] } | null }).program?.argv;
    return argv ? [argv.slice(1).join(' ')] : [];
  });

describe('how the token is stored', () => {
  it.each(['2026.1.24-3', '2026.2.17', '2026.4.29', '2026.5.20'])(
    '%s: in the JSON file of every agent',
    async (version) => {
      const made = await plan({ version, config: LIST });
      const stores = made.actions.filter(({ id }) => id.startsWith('store-token'));
      expect(stores.map(({ touches }) => touches.map(({ path }) => path))).toEqual([
        // With what OpenClaw copies out of it.
        ['agents/main/agent/auth-profiles.json', 'agents/main/agent/auth.json', 'agents/lite/agent/auth.json'].map(
          (name) => `${STATE}/${name}`,
        ),
        [`${STATE}/agents/lite/agent/auth-profiles.json`],
      ]);
      expect(argvs(made)).toEqual([]);
      expect(configAfter(made, LIST).auth.profiles).toEqual({
        'anthropic:default': { provider: 'anthropic', mode: 'token' },
      });
    },
  );

  it.each(['2026.1.24-3', '2026.2.17', '2026.6.1', '2026.7.1', '2026.9.6'])(
    '%s: nowhere outside of the state directory',
    async (version) => {
      const config = `{ agents: { list: [{ id: 'main', default: true, agentDir: '/srv/agent' }, { id: 'lite' }] } }`;
      await expect(plan({ version, config })).rejects.toMatchObject({
        code: 'agent-outside',
        what: expect.stringContaining('/srv/agent'),
        more: { next: 'clawauth-setup apply --method setup-token --agent lite' },
      });
      const made = await plan({ version, config }, { agents: ['lite'] });
      // A copy that OpenClaw makes there of what is ours is looked for; nothing is put there.
      const written = made.actions.flatMap(({ params }) => (params as ConfigEditParams).file ?? []);
      expect(written.filter((path) => path.startsWith('/srv'))).toEqual([]);
    },
  );

  it('for no new agent whose id is no folder of OpenClaw', async () => {
    for (const newAgent of ['../../.ssh', 'Work Bot', '']) {
      const change = { role: 'agent', newAgent } as const;
      await expect(plan({ version: '2026.2.17', config: LIST }, change)).rejects.toMatchObject({
        code: 'bad-agent-id',
      });
    }
  });

  it.each(['2026.2.17', '2026.6.1', '2026.7.35', '2026.9.6'])(
    '%s: for no new agent whose folder is a link that leads out of the state directory',
    async (version) => {
      const links = { [`${STATE}/agents/claude/agent`]: '/srv/agent' };
      const change = { role: 'agent', newAgent: 'claude' } as const;
      await expect(plan({ version, config: LIST, links }, change)).rejects.toMatchObject({
        code: 'agent-outside',
        what: expect.stringContaining('/srv/agent'),
      });
      const other = { role: 'agent', newAgent: 'other' } as const;
      expect(ids(await plan({ version, config: LIST, links }, other))).not.toEqual([]);
    },
  );

  const pasteFor = (id: string) =>
    `models auth --agent ${id} paste-token --provider anthropic --profile-id anthropic:default`;

  it.each([
    ['2026.5.22', ['main', 'lite']],
    ['2026.6.1', ['main', 'lite']],
    // The others read the store of main.
    ['2026.6.5', ['main']],
    ['2026.7.35', ['main']],
  ])('%s: by paste-token for %j, named behind auth', async (version, agents) => {
    const made = await plan({ version, config: LIST });
    expect(argvs(made)).toEqual(agents.map(pasteFor));
    const json = made.actions.some(({ touches }) => touches.some(({ path }) => path.endsWith('auth-profiles.json')));
    expect(json).toBe(version < '2026.6.5');
  });

  it.each(['2026.7.1', '2026.9.6'])(
    '%s: also for an agent that has the profile in a store of its own',
    async (version) => {
      const config = version === '2026.9.6' ? ENTRIES : LIST;
      const own = (agent: string) => ({ agent, store: `${STATE}/agents/${agent}/agent/openclaw-agent.sqlite` });
      const profiles = [own('main'), own('lite')];
      const made = await plan({ version, config, profiles }, {}, { hasSecret: true });
      expect(argvs(made).map((argv) => /--agent (\S+)/.exec(argv)?.[1])).toEqual(['main', 'lite']);
      const read = await plan(
        { version, config, profiles: [own('main'), { ...own('main'), agent: 'lite' }] },
        {},
        { hasSecret: true },
      );
      expect(argvs(read)).toHaveLength(1);
    },
  );

  it.each(['2026.6.1', '2026.7.1', '2026.9.6'])(
    '%s: proved when all is done, by the question of the checks',
    async (version) => {
      const made = await plan({ version, config: version === '2026.9.6' ? ENTRIES : LIST });
      const { readBack, readBackLast } = paramsOf<{ readBack: { argv: string[] }; readBackLast?: boolean }>(made, 0);
      expect([readBack.argv.slice(1).join(' '), readBackLast]).toEqual(['models status --agent main --json', true]);
    },
  );

  it.each([
    ['2026.5.22', true],
    ['2026.6.1', true],
    ['2026.6.5', false],
  ])('%s: a store in a file is taken back entry by entry where others wrote into it: %s', async (version, inFile) => {
    const made = await plan({ version, config: LIST });
    const { shared } = paramsOf<{ shared?: { file: string; keys: string[][] }[] }>(made, 0);
    if (!inFile) return expect(shared).toBeUndefined();
    expect(shared?.map(({ file }) => file)).toEqual([
      `${STATE}/agents/main/agent/auth-profiles.json`,
      `${STATE}/agents/main/agent/auth-state.json`,
    ]);
    for (const { keys } of shared ?? []) expect(keys).toContainEqual(['profiles']);
  });

  it.each(['2026.8.1', '2026.8.2', '2026.9.6'])(
    '%s: once, into the shared store, however many agents there are',
    async (version) => {
      const made = await plan({ version, config: ENTRIES });
      expect(argvs(made)).toEqual([
        'models auth paste-token --provider anthropic --profile-id anthropic:default --agent main',
      ]);
      const undo = paramsOf<{ undo: { program?: { argv: string[] } } }>(made, 0).undo.program?.argv.slice(1);
      expect(undo?.join(' ')).toBe(
        version === '2026.8.1' ? undefined : 'models auth logout anthropic:default --yes --agent main',
      );
    },
  );

  it.each([
    ['2026.7.35', LIST, 0, []],
    ['2026.9.6', ENTRIES.replace(/, modelPolicy: {[^}]*}/, '').replace(/, meta: .*$/, ' }'), 1, [true]],
    ['2026.9.6', ENTRIES, 1, [undefined]],
  ] as const)(
    '%s: knows the allowlist that the first write makes of the models',
    async (version, config, made, anew) => {
      const { actions } = await plan({ version, config });
      const all = (id: string) => actions.find((action) => action.id === id)?.params;
      const { keepText } = all('store-token-main') as { keepText: { copies?: unknown[] }[] };
      expect(keepText[0]?.copies ?? []).toHaveLength(made);
      // One that stands although the models are the allowlist goes with another way in the same run.
      const { copies = [] } = all('use-claude') as ConfigEditParams;
      expect(copies.map((copy) => copy.anew)).toEqual(anew);
      for (const { to } of copies) expect(to).toEqual(['agents', 'defaults', 'modelPolicy', 'allow']);
    },
  );

  it('2026.9.6: for chosen agents other than the default, into the store of each', async () => {
    const made = await plan({ version: '2026.9.6', config: ENTRIES }, { agents: ['lite'] });
    expect(argvs(made)).toEqual([
      'models auth paste-token --provider anthropic --profile-id anthropic:default --agent lite',
    ]);
  });

  it('gives the end of the token in hours, and never the token itself', async () => {
    const made = await plan({ version: '2026.9.6', config: ENTRIES }, { tokenExpires: Date.UTC(2027, 10, 21) });
    expect(argvs(made)[0]).toContain('--expires-in 8760h');
    const token = new Secret('sk-ant-oat01-FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKE');
    expect(JSON.stringify(await plan({ version: '2026.2.17', config: LIST }, {}, { token }))).not.toContain('FAKE');
  });

  describe('says at an undo that may not touch the database what stays and what to run', () => {
    const anthropic = { agent: 'main', id: 'anthropic:default', provider: 'anthropic', type: 'token' };
    const hint = async (version: string, renewed: boolean, config: string, index = 0) => {
      const made = await plan({ version, config, profiles: renewed ? [anthropic] : [] }, {}, { hasSecret: true });
      return paramsOf<{ undo: { otherwise: string } }>(made, index).undo.otherwise;
    };
    const again =
      'Where the file was open, run  openclaw gateway stop  and then  clawauth-setup undo  again. Where it was written to since,';

    it('2026.9.6, a renewed token', async () => {
      expect(await hint('2026.9.6', true, ENTRIES)).toBe(
        `The new token stays in ${STATE}/state/openclaw.sqlite as anthropic:default, and the old one is not put back. ${again} remove it:  openclaw models auth logout anthropic:default --yes --agent main  or put the old one back, if you have it:  openclaw models auth paste-token --provider anthropic --profile-id anthropic:default --agent main`,
      );
    });

    it('2026.7.1, which cannot take one out', async () => {
      expect(await hint('2026.7.1', false, LIST)).toBe(
        `The token stays in ${STATE}/agents/main/agent/openclaw-agent.sqlite as anthropic:default. ${again} put another one in its place:  openclaw models auth --agent main paste-token --provider anthropic --profile-id anthropic:default  (OpenClaw 2026.7.1 has no command that removes a token).`,
      );
    });
  });

  it('does not log out a profile that it only renewed', async () => {
    const made = await plan({ version: '2026.9.6', config: ENTRIES, profiles: [{}] }, {}, { hasSecret: true });
    expect(paramsOf<{ undo: { program?: unknown } }>(made, 0).undo.program).toBeUndefined();
  });

  it('leaves a key or login of the same name alone and puts the token in front of it', async () => {
    const made = await plan({ version: '2026.9.6', config: ENTRIES, profiles: [{ type: 'api_key' }] });
    expect(argvs(made)[0]).toContain('--profile-id anthropic:setup-token');
    expect(configAfter(made, ENTRIES).auth.order.anthropic).toEqual(['anthropic:setup-token', 'anthropic:default']);
  });

  it('clears old failures of the profile, and a stored order that leaves it out', async () => {
    const order = { place: 1, from: 'store' as const };
    const made = await plan(
      { version: '2026.2.17', config: LIST, profiles: [{ errorCount: 3, wins: false, order }] },
      { agents: ['main'] },
      { hasSecret: true },
    );
    const { edits } = paramsOf<ConfigEditParams>(made, 0);
    const store = {
      version: 1,
      profiles: {},
      order: { anthropic: ['x', 'anthropic:default'] },
      usageStats: { 'anthropic:default': { errorCount: 3 } },
    };
    const after = json5.parse(edit(JSON.stringify(store), edits as Edit[]));
    expect(after.usageStats).toEqual({});
    expect(after.order.anthropic).toEqual(['anthropic:default', 'x']);
  });
});

describe('which models', () => {
  it.each([
    ['2026.2.17', LIST],
    ['2026.7.1', LIST],
    ['2026.9.6', ENTRIES],
  ])('%s: everything on Claude, nothing else changed', async (version, text) => {
    const after = configAfter(await plan({ version, config: text }), text);
    expect(after.agents.defaults.model).toEqual({
      primary: 'anthropic/claude-opus-5',
      fallbacks: ['anthropic/claude-sonnet-5'],
    });
    const lite = after.agents.list?.[1] ?? after.agents.entries.lite;
    expect(lite.model).toBe('anthropic/claude-sonnet-5');
    expect(after.agents.defaults.models['anthropic/claude-opus-5']).toEqual({ alias: 'Opus' });
    expect(after.agents.defaults.models['claude-bridge/claude-opus-4']).toEqual({});
    expect(after.models).toEqual(json5.parse(text).models);
    const allowed = after.agents.defaults.modelPolicy?.allow ?? Object.keys(after.agents.defaults.models);
    for (const ref of ['claude-opus-5', 'claude-sonnet-5', 'claude-haiku-4-5'])
      expect(allowed).toContain(`anthropic/${ref}`);
    expect(allowed).toContain('claude-bridge/claude-opus-4');
  });

  it('makes no allowlist where there was none', async () => {
    const text = `{ agents: { defaults: { ${MODEL} } }, ${PROVIDERS} }`;
    expect(
      configAfter(await plan({ version: '2026.4.29', config: text }), text).agents.defaults.models,
    ).toBeUndefined();
  });

  it('names everything in use where an asked-for alias makes one', async () => {
    const text = `{ agents: { defaults: { model: 'openai/gpt-5' } } }`;
    const made = await plan({ version: '2026.4.29', config: text }, { aliases: { Opus: 'anthropic/claude-opus-5' } });
    expect(Object.keys(configAfter(made, text).agents.defaults.models)).toContain('openai/gpt-5');
  });

  it('fallback only: the old default stays first', async () => {
    const after = configAfter(await plan({ version: '2026.9.6', config: ENTRIES }, { role: 'fallback' }), ENTRIES);
    expect(after.agents.defaults.model).toEqual({
      primary: 'claude-bridge/claude-opus-4',
      fallbacks: ['anthropic/claude-opus-5', 'anthropic/claude-sonnet-5', 'claude-bridge/claude-sonnet-4'],
    });
    expect(after.agents.entries.lite.model).toBe('claude-bridge/claude-sonnet-4');
  });

  it('a separate agent: added in the shape of the release, before its store', async () => {
    const old = await plan({ version: '2026.7.1', config: LIST }, { role: 'agent' });
    expect(ids(old)).toEqual(['use-claude', 'store-token-claude']);
    expect(configAfter(old, LIST).agents.list[2]).toMatchObject({
      id: 'claude',
      model: { primary: 'anthropic/claude-opus-5' },
    });
    const now = configAfter(await plan({ version: '2026.9.6', config: ENTRIES }, { role: 'agent' }), ENTRIES);
    expect(now.agents.entries.claude.model.primary).toBe('anthropic/claude-opus-5');
    expect(now.agents.defaults.model).toEqual(json5.parse(ENTRIES).agents.defaults.model);
    const bare = configAfter(await plan({ version: '2026.7.1', config: '{}' }, { role: 'agent' }), '{}');
    expect(bare.agents.list.map(({ id }: { id: string }) => id)).toEqual(['main', 'claude']);
  });

  it('only the chosen agents', async () => {
    const after = configAfter(await plan({ version: '2026.2.17', config: LIST }, { agents: ['lite'] }), LIST);
    expect(after.agents.defaults.model).toEqual(json5.parse(LIST).agents.defaults.model);
    expect(after.agents.list[1].model).toEqual({
      primary: 'anthropic/claude-opus-5',
      fallbacks: ['anthropic/claude-sonnet-5'],
    });
  });

  it('never in the place of a reference: a secret kept elsewhere would lie in clear text', async () => {
    for (const version of ['2026.4.29', '2026.7.1', '2026.9.6']) {
      const config = version < '2026.8' ? LIST : ENTRIES;
      const input = { version, config, profiles: [{ reference: 'env MY_TOKEN', masked: null }] };
      const facts = await factsFor(input);
      const options = { hasSecret: true, secret: new Secret(`sk-ant-oat01-FAKE${'x'.repeat(91)}`) };
      for (const make of [planFor, renewalFor]) {
        expect(() => make(facts, { ...defaultAnswers(facts), profileId: 'anthropic:default' }, options)).toThrow(
          /points to env MY_TOKEN/,
        );
      }
      const storedOrders = { known: false as const, reason: 'unreadable' as const, detail: 'no SQLite' };
      const held = await factsFor({ version, config, profiles: [{}] });
      for (const make of [planFor, renewalFor]) {
        const answers = { ...defaultAnswers(held), profileId: 'anthropic:default' };
        expect(make(held, answers, options).actions).not.toEqual([]);
        expect(() => make({ ...held, storedOrders }, answers, options)).toThrow(/points to one is not known/);
      }
      const inDotEnv = structuredClone(facts);
      if (inDotEnv.state.known) Object.assign(inDotEnv.state.value, { variables: [{ name: 'MY_TOKEN', line: 3 }] });
      for (const make of [planFor, renewalFor]) {
        expect(() => make(inDotEnv, { ...defaultAnswers(inDotEnv), profileId: 'anthropic:default' }, options)).toThrow(
          expect.objectContaining({
            message: expect.stringContaining(
              'points to env MY_TOKEN, which is set in /home/ana/.openclaw/.env, line 3',
            ),
            more: expect.objectContaining({ next: expect.stringContaining('+3 /home/ana/.openclaw/.env') }),
          }),
        );
      }
      const other = planFor(facts, { ...defaultAnswers(facts), profileId: 'anthropic:plan' }, options);
      expect(other.actions.some(({ id }) => id.startsWith('store-token'))).toBe(true);
    }
  });

  it('warns where a Node without SQLite cannot tell whether the token that it replaces is a reference', async () => {
    const facts = await factsFor({ version: '2026.7.1', config: LIST, profiles: [{}] });
    const blind = { ...facts, storedOrders: { known: false as const, reason: 'absent' as const, detail: 'no SQLite' } };
    const codes = (of: Facts, answers: Partial<Answers>, stores: boolean) =>
      warningsFor(of, { ...defaultAnswers(of), ...answers }, stores).map(({ code }) => code);
    expect(codes(blind, { profileId: 'anthropic:default' }, true)).toContain('reference-unread');
    expect(codes(blind, { profileId: 'anthropic:default' }, false)).not.toContain('reference-unread');
    expect(codes(blind, { profileId: 'anthropic:new' }, true)).not.toContain('reference-unread');
    expect(codes(facts, { profileId: 'anthropic:default' }, true)).not.toContain('reference-unread');
  });

  it.each(['2026.2.17', '2026.6.1', '2026.7.1', '2026.9.6'])(
    '%s: sends no token to whoever a provider block names: block and copies go before it is stored',
    async (version) => {
      for (const url of ['http://127.0.0.1:8317', 'https://relay.example/v1', 'http://api.anthropic.com']) {
        const text = `{ models: { providers: { Anthropic: { baseUrl: '${url}', models: [] }, other: {} } } }`;
        const made = await plan({ version, config: text, modelCopies: { main: { anthropic: { baseUrl: url } } } });
        const names = ids(made);
        const stored = names.findIndex((id) => id.startsWith('store-token'));
        expect(names.indexOf('drop-anthropic-block')).toBeLessThan(stored);
        expect(names.indexOf('anthropic-copies')).toBeLessThan(stored);
        expect(Math.min(names.indexOf('drop-anthropic-block'), names.indexOf('anthropic-copies'))).toBeGreaterThan(-1);
        expect(configAfter(made, text).models.providers).toEqual({ other: {} });
        const told = made.actions[names.indexOf('drop-anthropic-block')]?.params;
        expect(JSON.stringify(told)).toContain(url);
      }
    },
  );

  it('leaves an anthropic block that leads to Anthropic', async () => {
    const text = `{ models: { providers: { anthropic: { baseUrl: 'https://api.anthropic.com', models: [] } } } }`;
    expect(ids(await plan({ version: '2026.9.6', config: text }))).not.toContain('drop-anthropic-block');
  });

  it('removes an anthropic block whose /v1 would be doubled, as a step of its own', async () => {
    const text = `{ models: { providers: { anthropic: { baseUrl: 'https://api.anthropic.com/v1', models: [] } } } }`;
    const made = await plan({ version: '2026.4.29', config: text });
    expect(ids(made)).toContain('drop-anthropic-block');
    expect(configAfter(made, text).models.providers).toEqual({});
  });
});

describe('cron jobs', () => {
  const jobs = [
    { model: 'claude-bridge/claude-opus-4', consecutiveErrors: 3 },
    { model: null },
    { model: 'claude-bridge/claude-opus-4', system: true },
    { model: 'openai/gpt-5' },
    { model: 'claude-bridge/claude-opus-4', kind: 'systemEvent' },
  ];

  it('are edited in the file while the gateway is down', async () => {
    const made = await plan({ version: '2026.2.17', config: LIST, jobs });
    const step = made.actions.find(({ id }) => id === 'cron-jobs')?.params as ConfigEditParams;
    expect(step.edits).toEqual([
      { op: 'set', path: ['jobs', 0, 'payload', 'model'], value: 'anthropic/claude-opus-5' },
      { op: 'set', path: ['jobs', 0, 'state', 'consecutiveErrors'], value: 0 },
    ]);
  });

  it.each(['2026.2.17', '2026.9.6'])('%s: are changed through a running gateway, and back', async (version) => {
    const made = await plan({ version, config: version === '2026.9.6' ? ENTRIES : LIST, jobs, gateway: true });
    const step = made.actions.find(({ id }) => id.startsWith('cron-'))?.params as {
      program: { argv: string[] };
      undo: { by: string; program: { argv: string[] } };
    };
    expect(step.program.argv.slice(1)).toEqual(['cron', 'edit', 'job-0', '--model', 'anthropic/claude-opus-5']);
    expect(step.undo.program.argv.slice(-1)).toEqual(['claude-bridge/claude-opus-4']);
    expect(ids(made).filter((id) => id.startsWith('cron-'))).toHaveLength(1);
  });

  it('get the model that was named for them, else one of the family that they have', async () => {
    const refs = ['claude-opus-4', 'claude-sonnet-4', 'claude-haiku-4'].map((id) => `claude-bridge/${id}`);
    const input = { version: '2026.2.17', config: LIST, jobs: refs.map((model) => ({ model })) };
    const models = async (changes: Partial<Answers>) => {
      const step = (await plan(input, changes)).actions.find(({ id }) => id === 'cron-jobs')
        ?.params as ConfigEditParams;
      return step.edits.map((one) => ('value' in one ? one.value : null));
    };
    expect((await models({})).map((ref) => /opus|sonnet|haiku/.exec(String(ref))?.[0])).toEqual([
      'opus',
      'sonnet',
      'haiku',
    ]);
    expect(new Set(await models({ cronModel: 'anthropic/claude-sonnet-5' }))).toEqual(
      new Set(['anthropic/claude-sonnet-5']),
    );
  });

  it('can be left out', async () => {
    const made = await plan({ version: '2026.2.17', config: LIST, jobs }, { cron: 'keep' });
    expect(ids(made).some((id) => id.startsWith('cron'))).toBe(false);
  });
});

describe('around the plan', () => {
  it('restarts a running gateway only where the release needs it, and after an undo too', async () => {
    expect(ids(await plan({ version: '2026.6.1', config: LIST, gateway: true }))).toEqual([
      'gateway-after-undo',
      'store-token-main',
      'store-token-lite',
      'use-claude',
      'gateway-restart',
    ]);
    expect(ids(await plan({ version: '2026.6.1', config: LIST }))).not.toContain('gateway-restart');
    expect(ids(await plan({ version: '2026.7.1', config: LIST, gateway: true }))).not.toContain('gateway-restart');
  });

  it('offers the doctor for a stray credential file, first and by itself', async () => {
    const input = { version: '2026.9.6', config: ENTRIES, strays: [`${STATE}/agents/main/agent/auth-profiles.json`] };
    expect(ids(await plan(input))[0]).toBe('doctor-fix');
    expect(ids(await plan(input, { doctorFix: false }))).not.toContain('doctor-fix');
    // The doctor turns a list of agents into entries: an edit inside the list would bring a second roster.
    const made = await plan({ ...input, config: LIST });
    const last = made.actions.find(({ id }) => id === 'use-claude')?.params as ConfigEditParams;
    expect(last.edits.map(({ path }) => path.slice(0, 3))).toContainEqual(['agents', 'list', 1]);
    expect(last.moves).toEqual([
      { from: ['agents', 'list', 0], to: ['agents', 'entries', 'main'] },
      { from: ['agents', 'list', 1], to: ['agents', 'entries', 'lite'] },
    ]);
    const added = await plan({ ...input, config: LIST }, { role: 'agent', newAgent: 'claude' });
    const { list } = configAfter(added, LIST).agents;
    expect(list.map(({ id }: { id: string }) => id)).toEqual(['main', 'lite']);
  });

  it('is empty when everything is so, whatever the role', async () => {
    const stored: FactsInput['profiles'] = [
      { masked: 'sk-ant-oat01-…FAKE' },
      { agent: 'lite', masked: 'sk-ant-oat01-…FAKE' },
    ];
    for (const [version, text] of [
      ['2026.2.17', LIST],
      ['2026.9.6', ENTRIES],
    ] as const) {
      const facts: Facts = await factsFor({ version, config: text });
      for (const role of ['everything', 'fallback'] as const) {
        const answers = { ...defaultAnswers(facts), role };
        const after = JSON.stringify(configAfter(planFor(facts, answers), text));
        const declared = JSON.stringify({
          ...JSON.parse(after),
          auth: { profiles: { 'anthropic:default': { provider: 'anthropic', mode: 'token' } } },
        });
        const again = await factsFor({ version, config: declared, profiles: stored });
        expect(planFor(again, answers).actions).toEqual([]);
        expect(planFor(again, defaultAnswers(again)).actions).toEqual([]);
        const same = new Secret(`sk-ant-oat01-${'x'.repeat(90)}FAKE`);
        expect(planFor(again, answers, { hasSecret: true, secret: same }).actions).toEqual([]);
        const other = new Secret(`sk-ant-oat01-${'x'.repeat(90)}ELSE`);
        expect(planFor(again, answers, { hasSecret: true, secret: other }).actions.length).toBeGreaterThan(0);
      }
    }
  });

  it('is empty for a separate agent that is there already', async () => {
    const facts = await factsFor({ version: '2026.9.6', config: ENTRIES });
    const answers = { ...defaultAnswers(facts), role: 'agent' as const };
    const config = JSON.stringify({
      ...configAfter(planFor(facts, answers), ENTRIES),
      auth: { profiles: { 'anthropic:default': { provider: 'anthropic', mode: 'token' } } },
    });
    expect(planFor(await factsFor({ version: '2026.9.6', config }), answers).actions).toEqual([]);
  });

  // Followed on 2026.8.2 and 2026.9.6: `doctor --fix` fixes the first and ends with 1 on the others.
  it.each([
    [
      'multi-agent rosters require agents.ownership="explicit" or one legacy default=true marker; add agents.ownership="explicit" or run openclaw doctor',
      'Add  ownership: "explicit"  to agents',
      'openclaw doctor --fix',
    ],
    [
      'agents.ownership=explicit cannot be combined with a legacy default=true marker',
      'Remove  default: true  from every agent',
      `\${EDITOR:-nano} +1 ${STATE}/openclaw.json`,
    ],
    [
      'agents.entries must contain at most one default=true entry (found 2)',
      'Keep  default: true  in one agent only',
      `\${EDITOR:-nano} +1 ${STATE}/openclaw.json`,
    ],
    ['Unrecognized key: "lastTouchedAt"', 'An older OpenClaw wrote it.', 'openclaw doctor --fix'],
    ['Unrecognized key: "bogus"', 'accepts no change until this is fixed', 'openclaw doctor --fix'],
  ])('refuses what OpenClaw refuses, with what fixes it: %s', async (message, why, next) => {
    const input = {
      version: '2026.9.6',
      config: LIST,
      issues: [{ path: message.includes('lastTouchedAt') ? 'meta' : 'agents.ownership', message }],
    };
    await expect(plan(input)).rejects.toMatchObject({
      code: 'config-invalid',
      what: expect.stringContaining(message),
      more: { next, why: expect.stringContaining(why) },
    });
  });

  it('marks no agent as the default where owners are named: 2026.9.6 refuses both together', async () => {
    const named = `{ agents: { ownership: 'explicit', list: [{ id: 'main' }, { id: 'lite' }] } }`;
    const after = configAfter(await plan({ version: '2026.9.6', config: named }, { role: 'agent' }), named);
    expect(after.agents.list.map(({ id }: { id: string }) => id)).toEqual(['main', 'lite', 'claude']);
    expect(JSON.stringify(after)).not.toContain('default":true');
  });

  it('carries the hashes of what it touches, and only steps that the registry knows', async () => {
    const made = await plan({ version: '2026.9.6', config: ENTRIES });
    expect(made.madeFrom).toEqual({ [`${STATE}/openclaw.json`]: 'c0ffee' });
    for (const action of made.actions) {
      const kind = actionKinds.get(action.kind);
      expect(kind?.parse(JSON.parse(JSON.stringify(action.params)), action.schema)).toEqual(action.params);
    }
  });
});

describe('what an older release left', () => {
  const legacy = [`${STATE}/cron`, `${STATE}/credentials`];

  it.each(['2026.5.22', '2026.6.5', '2026.8.2', '2026.9.6'])(
    '%s: OpenClaw takes it over before any step of ours, with copies, and it is never taken back',
    async (version) => {
      const made = await plan({ version, config: version < '2026.8' ? LIST : ENTRIES, legacy });
      const [first, second] = made.actions;
      expect(first?.id).toBe('openclaw-migration');
      expect(second?.id).toMatch(/^store-token/);
      expect(argvs(made)[0]).toBe('models auth order get --provider anthropic --agent main --json');
      for (const path of legacy) expect(first?.touches).toContainEqual({ path, as: 'directory' });
      expect(paramsOf<{ undo: { by: string } }>(made, 0).undo.by).toBe('nothing');
    },
  );

  it('is left alone where no command of OpenClaw writes', async () => {
    expect(ids(await plan({ version: '2026.4.29', config: LIST, legacy }))).not.toContain('openclaw-migration');
    const done = await plan(
      { version: '2026.9.6', config: ENTRIES, legacy, profiles: [{}, { agent: 'lite' }] },
      { agents: ['main'] },
    );
    expect(ids(done)).not.toContain('store-token-main');
    expect(ids(done)).not.toContain('openclaw-migration');
  });
});

describe('an order that a store holds', () => {
  const orders = { main: ['anthropic:k'], lite: ['anthropic:k', 'anthropic:default'] };

  it.each(['2026.6.5', '2026.7.1', '2026.9.6'])(
    '%s: is set anew by OpenClaw itself, ours first, for every agent',
    async (version) => {
      const made = await plan({ version, config: version < '2026.8' ? LIST : ENTRIES, storedOrders: orders });
      expect(argvs(made).filter((argv) => argv.includes(' order '))).toEqual([
        'models auth order set --provider anthropic --agent main anthropic:default anthropic:k',
        'models auth order set --provider anthropic --agent lite anthropic:default anthropic:k',
      ]);
      const { undo: taking } = paramsOf<{ undo: { program: { argv: string[] } } }>(
        made,
        ids(made).indexOf('auth-order-main'),
      );
      const undo = taking.program.argv;
      expect(undo.slice(1).join(' ')).toBe('models auth order set --provider anthropic --agent main anthropic:k');
      // The profile has to be there before an order can name it.
      expect(ids(made).indexOf('auth-order-main')).toBeGreaterThan(
        ids(made).findIndex((id) => id.startsWith('store-token')),
      );
    },
  );

  it.each(['2026.5.28', '2026.6.1'])('%s: is edited in the file that holds it', async (version) => {
    const made = await plan({ version, config: LIST, storedOrders: orders });
    const { file, edits } = paramsOf<ConfigEditParams>(made, ids(made).indexOf('auth-order-lite'));
    expect(file).toBe(`${STATE}/agents/lite/agent/auth-state.json`);
    const text = '{"version":1,"order":{"anthropic":["anthropic:k","anthropic:default"]}}';
    expect(json5.parse(edit(text, edits as Edit[])).order.anthropic).toEqual(['anthropic:default', 'anthropic:k']);
  });

  it('stays where ours is first already', async () => {
    const made = await plan({ version: '2026.9.6', config: ENTRIES, storedOrders: { main: ['anthropic:default'] } });
    expect(argvs(made).filter((argv) => argv.includes(' order '))).toEqual([]);
  });
});

describe('the end of a new token', () => {
  const DAY = 86_400_000;
  const YEAR = 365 * DAY;
  const old = new Secret(`sk-ant-oat01-FAKE${'old0'.repeat(22)}tail`);
  const fresh = new Secret(`sk-ant-oat01-FAKE${'new1'.repeat(22)}tail`);
  const whole = { fingerprint: old.reveal(fingerprint), masked: old.toString() };
  const end = async (input: FactsInput, token?: Secret, given: Partial<Answers> = {}) => {
    const facts = await factsFor(input);
    const options = token === undefined ? {} : { hasSecret: true, secret: token };
    const { tokenExpires } = withTokenEnd(facts, { ...defaultAnswers(facts), ...given }, given, options);
    return { ends: tokenExpires, now: Date.parse(facts.takenAt) };
  };

  it.each(['2026.2.17', '2026.5.22', '2026.9.6'])('%s: is a year away, whatever the old one ends', async (version) => {
    const config = '{}';
    const now = Date.parse((await factsFor({ version, config })).takenAt);
    for (const profiles of [
      [],
      [{ expires: null }],
      [{ expires: now + 10 * DAY }],
      [{ expires: now - DAY, rejected: 'expired' }],
    ]) {
      const { ends } = await end({ version, config, profiles: profiles.map((one) => ({ ...whole, ...one })) }, fresh);
      expect(ends).toBe(now + YEAR);
    }
  });

  it('is what was said about it, "unknown" too', async () => {
    const input = { version: '2026.2.17', config: '{}', profiles: [{ ...whole, expires: 5 }] };
    expect((await end(input, fresh, { tokenExpires: 7 })).ends).toBe(7);
    expect((await end(input, fresh, { tokenExpires: null })).ends).toBeNull();
  });

  it('stays the stored one for a token that is stored already, past it or not', async () => {
    const input = { version: '2026.2.17', config: '{}' };
    const { now } = await end(input);
    for (const expires of [now + 10 * DAY, null]) {
      expect((await end({ ...input, profiles: [{ ...whole, expires }] }, old)).ends).toBe(expires);
    }
    const past = await factsFor({ ...input, profiles: [{ ...whole, expires: now - DAY, rejected: 'expired' }] });
    const options = { hasSecret: true, secret: old };
    const answers = withTokenEnd(past, defaultAnswers(past), {}, options);
    expect(() => planFor(past, answers, options)).toThrow(/has ended already/);
  });

  it('a token with the same last four characters is another one where all of it can be read', async () => {
    const config = '{}';
    const seen = [{ ...whole, expires: null }];
    const facts = await factsFor({ version: '2026.2.17', config, profiles: seen });
    const stores = (token: Secret) =>
      planFor(facts, defaultAnswers(facts), { hasSecret: true, secret: token }).actions.some(({ id }) =>
        id.startsWith('store-token'),
      );
    expect(stores(fresh)).toBe(true);
    expect(stores(old)).toBe(false);
  });

  it('the hash of a token is compared with what is stored, and refused where only its end can be seen', async () => {
    const hashOf = (token: Secret) =>
      new Secret(`sha256:${token.reveal((text) => createHash('sha256').update(text).digest('hex'))}`);
    const stores = (facts: Facts, token: Secret) =>
      planFor(facts, defaultAnswers(facts), { hasSecret: true, secret: hashOf(token) }).actions.some(({ id }) =>
        id.startsWith('store-token'),
      );
    const facts = await factsFor({ version: '2026.2.17', config: '{}', profiles: [{ ...whole, expires: null }] });
    expect(stores(facts, old)).toBe(false);
    expect(stores(facts, fresh)).toBe(true);
    const unseen = await factsFor({ version: '2026.9.6', config: '{}', profiles: [{ masked: whole.masked }] });
    expect(() => stores(unseen, old)).toThrow(/cannot be compared/);
  });
});
