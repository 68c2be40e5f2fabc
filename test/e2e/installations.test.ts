import { cpSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { type LivingHome, livingHome } from '../support/living-home.ts';
import { type PtyProgram, startPty } from '../support/pty.ts';
import { runPacked, snapshot } from '../support/run-packed.ts';
import { KEYS } from '../support/terminal.ts';
import { enterThrough, left, moveTo, PATIENCE } from '../support/wizard-pty.ts';

const packed = inject('packed');
const [node = process.execPath] = Object.values(inject('nodes'));
const TOKEN = `sk-ant-oat01-FAKE${'I'.repeat(91)}`;

let home: LivingHome;
let program: PtyProgram | null;
beforeEach(() => {
  home = livingHome();
  program = null;
});
afterEach(() => {
  program?.kill('SIGKILL');
  home.remove();
});

const env = () => ({ PATH: `${home.path('bin')}:/usr/bin:/bin`, HOME: home.home });
const headless = (...args: string[]) =>
  runPacked(node, packed.cli, [...args, '--json'], { home: home.home, env: env(), input: TOKEN });

it('asks on the first screen which of two installations is meant, and sets that one up', async () => {
  const [work, play] = [home.path('.openclaw-work'), home.path('.openclaw-play')];
  renameSync(home.stateDir, work);
  cpSync(work, play, { recursive: true });
  const before = snapshot(play);

  program = startPty(node, [packed.cli], { columns: 100, rows: 40, cwd: home.home, env: env() });
  const at = program;
  await at.waitForText('This cannot go on yet', PATIENCE);
  expect(at.screen()).toMatch(/▸ ~\/\.openclaw-play +no gateway uses it/);
  expect(at.screen()).toMatch(/~\/\.openclaw +not there yet: it would be a new one/);
  expect(at.screen()).toContain(`--state-dir ${play}`);
  at.type(KEYS.down);
  await at.waitForText('▸ ~/.openclaw-work', PATIENCE);
  at.type(KEYS.enter);
  await at.waitForText('Found on this machine', PATIENCE);
  await at.waitForText(/continue/, PATIENCE);
  expect(at.screen()).toContain('~/.openclaw-work');
  at.type(KEYS.enter);
  await at.waitForText(/▸ Setup token .*⏎ next/s, PATIENCE);
  at.type(KEYS.enter);
  await at.waitForText('paste the token', PATIENCE);
  at.paste(TOKEN);
  await at.waitForText('use it', PATIENCE);
  at.type(KEYS.enter);
  await enterThrough(at, [
    'You have a token',
    'What should OpenClaw use Claude for?',
    'Models and agents',
    /steps will change/,
  ]);
  await at.waitForText(/Does it work\?/, PATIENCE);
  await moveTo(at, 'No, only the free checks');
  at.type(KEYS.enter);
  // This OpenClaw cannot be started, so no check of it can be content.
  await at.waitForText('It does not work yet', PATIENCE);
  expect(at.screen()).toContain('openclaw --profile work doctor');
  await moveTo(at, 'Keep it like this');
  at.type(KEYS.enter);
  await at.waitForText('▸ Leave', PATIENCE);
  at.type(KEYS.enter);
  await left(at, TOKEN.slice(0, 24));

  expect(readFileSync(`${work}/openclaw.json`, 'utf8')).toContain('anthropic/claude-opus-');
  expect(readFileSync(`${work}/agents/main/agent/auth-profiles.json`, 'utf8')).toContain(TOKEN);
  expect(snapshot(play)).toEqual(before);
  expect(existsSync(home.stateDir)).toBe(false);
});

it('makes no folder of an OpenClaw that is not installed, and says how to install it', async () => {
  renameSync(home.path('bin', 'openclaw'), home.path('elsewhere'));
  renameSync(home.stateDir, home.path('moved'));
  const before = snapshot(home.home);
  const done = await headless('apply', '--method', 'setup-token', '--token-stdin', '--yes');
  expect(done.code, done.out + done.err).not.toBe(0);
  expect(JSON.parse(done.out).problem).toMatchObject({ next: 'npm install -g openclaw' });
  expect(snapshot(home.home)).toEqual(before);
});
