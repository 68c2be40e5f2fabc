import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude, type SignInState, startSignIn } from '../../../src/claude/index.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { factValue } from '../../../src/system/fact.ts';
import { snapshot } from '../../support/run-packed.ts';

let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-test-'));
  sandbox = await openSandbox({
    at: join(folder, 'sandbox'),
    env: { ...process.env, ANTHROPIC_API_KEY: 'must-not-reach-it', OPENCLAW_STATE_DIR: '/nowhere' },
  });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the sandbox', () => {
  it('looks like a machine with a bridge, two agents and six cron jobs', async () => {
    const facts = await gatherFacts(sandbox.world, { slow: true });
    expect(factValue(facts.release)).toMatchObject({ version: '2026.9.6', generation: 'G3' });
    expect(factValue(facts.state)?.stateDir).toBe(join(sandbox.root, 'home', '.openclaw'));
    const config = factValue(facts.config);
    expect(config?.agents.map((agent) => agent.id)).toEqual(['main', 'lite']);
    expect(config?.primary).toBe('claude-max-proxy/claude-opus-4');
    expect(config?.providers.map((provider) => [provider.id, provider.bridge])).toEqual([['claude-max-proxy', true]]);
    expect(factValue(facts.validation)).toMatchObject({ valid: true });
    const cron = factValue(facts.cron);
    expect(cron?.jobs).toHaveLength(6);
    expect(cron?.jobs.filter((job) => job.system)).toHaveLength(1);
    expect(cron?.jobs.filter((job) => job.model?.startsWith('claude-max-proxy/'))).toHaveLength(4);
    expect(factValue(facts.gateway)).toMatchObject({ running: true });
    expect(factValue(facts.claudeSignIn)).toMatchObject({ loggedIn: true, plan: 'max' });
    expect(factValue(facts.modelsStatus)?.resolvedDefault).toBe('claude-max-proxy/claude-opus-4');
    expect(factValue(facts.catalogue)?.anthropic).toContain('claude-opus-5-5');
    expect(factValue(facts.shadows)).toEqual([]);
  });

  it('keeps everything below its folder', async () => {
    const { home, env } = sandbox.world;
    const paths = Object.entries(env).filter(([name]) => /^(HOME|TMPDIR|XDG_|PATH)/.test(name));
    for (const [, value] of [...paths, ['home', home]]) expect(value?.startsWith(sandbox.root)).toBe(true);
    expect(env.ANTHROPIC_API_KEY).toBeUndefined();
    expect(env.OPENCLAW_STATE_DIR).toBeUndefined();
    writeFileSync(join(folder, 'mine'), 'mine');
    const outside = () => Object.entries(snapshot(folder)).filter(([path]) => !path.startsWith('./sandbox'));
    const before = outside();
    await sandbox.world.processes.run(['openclaw', 'models', 'status', '--json'], { timeoutMs: 60_000 });
    await sandbox.world.processes.run(['crontab', '-'], { timeoutMs: 60_000, stdin: '# empty\n' });
    expect(outside()).toEqual(before);
  });

  it('is found again by its folder, and takes no other', async () => {
    const again = await openSandbox({ at: sandbox.root });
    expect(again.world.home).toBe(sandbox.world.home);
    await again.close();
    await expect(openSandbox({ at: folder })).rejects.toMatchObject({ code: 'sandbox-not-empty' });
  });

  it('signs in on the screens of Claude Code', async () => {
    const claude = factValue(await findClaude(sandbox.world))?.find((install) => install.wins);
    const session = startSignIn({ world: sandbox.world, claude: claude?.path ?? '' });
    const until = (wanted: (state: SignInState) => boolean) =>
      new Promise<SignInState>((resolve, reject) => {
        const look = (state: SignInState) => {
          if (wanted(state)) resolve(state);
          else if (state.at === 'exited' || state.at === 'unavailable') reject(new Error(JSON.stringify(state)));
        };
        session.subscribe(look);
        look(session.state);
      });
    const first = await until((state) => state.at === 'waiting for code');
    if (first.at !== 'waiting for code') throw new Error('no prompt');
    expect(new URL(first.url).hostname).toBe('claude.sandbox.invalid');

    session.submitCode('only-half');
    const refused = await until((state) => state.at === 'waiting for code' && state.refused !== null);
    expect(refused).toMatchObject({ refused: expect.stringContaining('full code') });

    session.submitCode('some#other');
    const error = await until((state) => state.at === 'error');
    expect(error).toMatchObject({ canRetry: true, message: expect.stringContaining('Try again') });
    session.retry();
    const second = await until((state) => state.at === 'waiting for code' && state.url !== first.url);
    expect(second.at).toBe('waiting for code');

    session.submitCode('sandbox#sandbox');
    const done = await until((state) => state.at === 'token');
    if (done.at !== 'token') throw new Error('no token');
    expect(done.secret.length).toBe(108);
    done.secret.reveal((value) => expect(value).toMatch(/^sk-ant-oat01-FAKE[\w-]+$/));
  });
});
