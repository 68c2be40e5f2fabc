import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facts } from '../../src/facts/types.ts';
import { asking } from '../../src/methods/asking.ts';
import { choice, type OwnQuestion } from '../../src/methods/question.ts';
import type { Refs } from '../../src/methods/refs.ts';
import type { Answers, Method, Role } from '../../src/methods/types.ts';
import type { inSandbox } from '../support/in-sandbox.ts';
import { KEYS, mount } from '../support/terminal.ts';

// A way to sign in that only this test knows: what a folder under `src/methods` holds, and its entry in both lists.

const FLAVOURS = ['sweet', 'sour'] as const;

const flavour: OwnQuestion<(typeof FLAVOURS)[number]> = {
  key: 'flavour',
  ...choice('flavour', 'NAME', FLAVOURS),
  about: 'Flavour of the toy: sweet or sour',
  ask: 'Which flavour? (sweet, sour)',
  usual: 'sweet',
  label: 'Flavour',
  title: 'Which flavour?',
  asked: () => true,
  row: (_facts, answers) => ({ aside: `as ${answers.flavour} as it gets` }),
  options: { sweet: { label: 'Sweet' }, sour: { label: 'Sour' } },
};
const toyQuestions = { id: 'toy', signsIn: 'this machine' as const, questions: [flavour] };

const LARGE = 'toy/large';
const SMALL = 'toy/small';
const refs: Refs = {
  best: { opus: LARGE, sonnet: SMALL },
  isOurs: (ref) => ref.startsWith('toy/'),
  old: { is: (ref) => /^(anthropic|claude-\w+)\//.test(ref), name: 'the method before' },
  sees: false,
};

async function toyMethod(): Promise<Method> {
  const { aliasesFor, freeAgentId, presentModels } = await import('../../src/methods/present-models.ts');
  const { modelSteps } = await import('../../src/methods/model-plan.ts');
  const { targetOf } = await import('../../src/methods/target.ts');
  const { factValue } = await import('../../src/system/fact.ts');
  const defaults = (facts: Facts, role?: Role): Answers => {
    const config = factValue(facts.config);
    return {
      schema: 1,
      method: 'toy',
      ...presentModels(config, refs, { first: LARGE, offered: () => true }, role),
      agents: [],
      newAgent: freeAgentId(config),
      aliases: config ? aliasesFor(config, refs, '2026.4.29') : {},
      cron: 'keep',
      cronModel: '',
      keepModel: [],
      profileId: '',
      tokenExpires: null,
      restartGateway: false,
      doctorFix: false,
      liveCheck: false,
      keepOld: false,
      flavour: 'sweet',
    };
  };
  return {
    ...toyQuestions,
    title: 'Toy',
    summary: 'a method of a test',
    paysFrom: 'nobody',
    notice: { date: '2026-11-28', text: 'It is a toy.', links: [] },
    availability: () => ({ ok: true, because: 'it is always here' }),
    models: () => [LARGE, SMALL],
    refs: () => refs,
    defaults,
    plan(facts, answers) {
      const target = targetOf(facts);
      const value = {
        baseUrl: `http://127.0.0.1:9/${answers.flavour ?? 'sweet'}`,
        api: 'openai-completions',
        models: [],
      };
      const there = target.config.providers.find(({ id }) => id === 'toy')?.baseUrl === value.baseUrl;
      const first = there ? [] : [{ op: 'set' as const, path: ['models', 'providers', 'toy'], value }];
      return modelSteps(target, answers, { ...refs, everything: 'Use the toy', first });
    },
    checks: () => [{ id: 'toy', ask: 'Is it a toy?', run: async () => [{ verdict: 'ok', says: 'It is a toy.' }] }],
  };
}

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
let folder: string;
let ours: ReturnType<typeof inSandbox>;
let config: () => { models: { providers?: { toy?: { baseUrl: string } } }; agents: { defaults: { model: unknown } } };
let text: () => string;
const before: { text?: string } = {};

beforeAll(async () => {
  (asking as (typeof toyQuestions)[]).push(toyQuestions);
  const { methods } = await import('../../src/methods/index.ts');
  (methods as Method[]).push(await toyMethod());
  const support = await import('../support/in-sandbox.ts');
  folder = mkdtempSync(join(tmpdir(), 'clawauth-test-'));
  ours = support.inSandbox(join(folder, 'sandbox'));
  text = () => readFileSync(join(folder, 'sandbox/home/.openclaw/openclaw.json'), 'utf8');
  config = () => json5.parse(text());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const primary = () => (config().agents.defaults.model as { primary?: string }).primary;

describe('a method of one folder', () => {
  it('stands in the help, and its flag is refused as any other', async () => {
    expect((await ours(['apply', '--help'])).out).toContain('Flavour of the toy: sweet or sour');
    const wrong = await ours(['apply', '--method', 'toy', '--flavour', 'salty', '--yes', '--json']);
    expect(wrong.code).toBe(2);
    expect(wrong.json().problem.what).toContain('--flavour takes one of sweet, sour');
  });

  it('is set up by flags; the same again is nothing to do', async () => {
    await ours(['status', '--json']);
    before.text = text();
    const flags = ['--method', 'toy', '--flavour', 'sour', '--yes', '--json'];
    const done = await ours(['apply', ...flags]);
    expect(done.code, done.out + done.err).toBe(0);
    expect(config().models.providers?.toy?.baseUrl).toBe('http://127.0.0.1:9/sour');
    expect(primary()).toBe(LARGE);
    expect((await ours(['plan', ...flags.slice(0, 4), '--json'])).json().steps).toEqual([]);
  });

  it('gives way to another and comes back as it was, in one run each', async () => {
    const to = await ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json'], { input: TOKEN });
    expect(to.code, to.out + to.err).toBe(0);
    expect(config().models.providers?.toy).toBeUndefined();
    expect(primary()).toMatch(/^anthropic\//);
    const answers = join(folder, 'answers.json');
    writeFileSync(answers, JSON.stringify({ schema: 1, method: 'toy' }));
    const back = await ours(['apply', '--answers', answers, '--yes', '--json']);
    expect(back.code, back.out + back.err).toBe(0);
    // The answer of the last time.
    expect(config().models.providers?.toy?.baseUrl).toBe('http://127.0.0.1:9/sour');
    expect(text()).not.toContain(TOKEN);
  });

  it('is taken back by an undo, and the rest by an uninstall', async () => {
    expect((await ours(['undo', '--yes', '--json'])).code).toBe(0);
    expect(primary()).toMatch(/^anthropic\//);
    const gone = await ours(['uninstall', '--yes', '--json']);
    expect(gone.code, gone.out + gone.err).toBe(0);
    expect(text()).toBe(before.text);
  });

  it('asks for a Claude Code that is signed in before it writes anything', async () => {
    const logOut = () =>
      execFileSync(join(folder, 'sandbox/bin/node'), [join(folder, 'sandbox/bin/claude'), 'auth', 'logout'], {
        env: { HOME: join(folder, 'sandbox/home') },
      });
    logOut();
    const refused = await ours(['apply', '--method', 'toy', '--yes', '--json']);
    expect(refused.code).toBe(1);
    expect(refused.json().problem).toMatchObject({
      code: 'claude-signed-out',
      next: `${join(folder, 'sandbox/bin/claude')} auth login`,
    });
    expect(text()).toBe(before.text);
    const typed = ['y', 'sandbox#sandbox', 'y'];
    const done = await ours(['apply', '--method', 'toy', '--json'], { typed });
    expect(done.code, done.out + done.err).toBe(0);
    expect(done.err).toContain('✔ Claude Code is signed in.');
    expect(primary()).toBe(LARGE);
    // Both runs, newest first: the sign-in goes as well.
    const gone = await ours(['uninstall', '--yes', '--json']);
    expect(gone.code, gone.out + gone.err).toBe(0);
    expect(text()).toBe(before.text);
    expect(readFileSync(join(folder, 'sandbox/home/.claude/.credentials.json'), 'utf8')).toBe('{}');
  });

  it('is chosen in the wizard, which signs in to Claude Code first, with its question on the models screen', async () => {
    const { App } = await import('../../components/app.tsx');
    const { createWizard } = await import('../../components/driver.ts');
    const { wizardServices } = await import('../../src/commands/wizard-services.ts');
    const { openSandbox } = await import('../../src/sandbox/index.ts');
    const { parse } = await import('../../src/commands/args.ts');
    const sandbox = await openSandbox({ at: join(folder, 'sandbox') });
    const never = new AbortController().signal;
    const streams = { stdin: process.stdin, out: () => {}, err: () => {}, stdinTty: true, stdoutTty: true };
    const context = { world: sandbox.world, version: '1.0.0', args: parse([]), streams, signal: never, force: never };
    const services = () => wizardServices({ ...context, cwd: folder }, () => {});
    const wizard = createWizard({ version: '1.0.0', services });
    const screen = mount(<App wizard={wizard} unicode colour={false} reader={false} now={() => performance.now()} />, {
      columns: 100,
      rows: 50,
    });
    try {
      await screen.waitForText('continue');
      await screen.type(KEYS.enter);
      await screen.waitForText('How should OpenClaw use Claude?');
      await screen.waitForText('Toy');
      for (let row = 0; row < asking.length && !/[▸❯›>] +Toy/.test(screen.screen()); row += 1)
        await screen.type(KEYS.down);
      await screen.type(KEYS.enter);
      await screen.waitForText('Sign in to Claude Code');
      await screen.waitForText('paste the code');
      await screen.type('sandbox#sandbox');
      await screen.type(KEYS.enter);
      await screen.waitForText('What should OpenClaw use Claude for?');
      await screen.type(KEYS.enter);
      await screen.waitForText('as sweet as it gets');
    } finally {
      screen.unmount();
      await sandbox.close();
    }
  });
});
