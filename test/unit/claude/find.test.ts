import { describe, expect, test } from 'vitest';
import { canOpenBrowser } from '../../../src/claude/browser.ts';
import { signInEnvironment } from '../../../src/claude/environment.ts';
import { bestClaude, canLogIn, findClaude, hasAuthCommand, readSignIn } from '../../../src/claude/find.ts';
import type { ClaudeInstall } from '../../../src/claude/records.ts';
import { compareVersions } from '../../../src/openclaw/version.ts';
import type { RunOptions } from '../../../src/system/world.ts';
import { type MemoryWorldOptions, memoryWorld } from '../../support/memory-world.ts';

const program = { content: '#!/bin/sh\n', mode: 0o755 };

function worldWith(options: MemoryWorldOptions, env: Record<string, string> = {}) {
  const path = { PATH: '/home/ana/bin:/usr/bin:relative::/usr/bin/' };
  return memoryWorld({ ...options, overrides: { env: { ...path, ...env }, ...options.overrides } });
}

async function found(world: ReturnType<typeof memoryWorld>): Promise<ClaudeInstall[]> {
  const fact = await findClaude(world);
  if (!fact.known) throw new Error(fact.detail);
  return fact.value;
}

describe('findClaude', () => {
  test('says where it looked when there is none', async () => {
    expect(await findClaude(worldWith({}))).toMatchObject({ known: false, reason: 'absent' });
  });

  test('PATH order decides which wins; others are listed after it', async () => {
    const world = worldWith({
      files: {
        '/home/ana/.local/bin/claude': { link: '/home/ana/.local/share/claude/versions/2.1.329' },
        '/home/ana/.local/share/claude/versions/2.1.329': program,
        '/home/ana/bin/claude': program,
        '/usr/bin/claude': { link: '/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js' },
        '/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js': program,
        '/usr/lib/node_modules/@anthropic-ai/claude-code/package.json':
          '{"name":"@anthropic-ai/claude-code","version":"2.0.77"}',
      },
      commands: { '/home/ana/bin/claude --version': { stdout: '2.1.36 (Claude Code)\n' } },
    });
    expect(await found(world)).toMatchObject([
      { path: '/home/ana/bin/claude', version: '2.1.36', wins: true },
      { path: '/usr/bin/claude', version: '2.0.77', wins: false },
      { path: '/home/ana/.local/bin/claude', version: '2.1.329', wins: false },
    ]);
    expect(world.ran).toHaveLength(1);
  });

  test('one program by two paths is one', async () => {
    const world = worldWith({
      files: { '/home/ana/bin/claude': { link: '/usr/bin/claude' }, '/usr/bin/claude': program },
      commands: { claude: { stdout: '2.1.329 (Claude Code)' } },
    });
    expect(await found(world)).toHaveLength(1);
  });

  test('a folder or a plain file of that name is none', async () => {
    const world = worldWith({
      files: { '/home/ana/bin/claude/x': 'x', '/usr/bin/claude': { content: '', mode: 0o644 } },
    });
    expect((await findClaude(world)).known).toBe(false);
  });

  test.each(['"/home/ana/npm"', '~/npm', '$HOME/npm'])('outside PATH: the npm prefix %s', async (prefix) => {
    const world = worldWith({
      files: { '/home/ana/.npmrc': `color=true\nprefix = ${prefix}\n`, '/home/ana/npm/bin/claude': program },
    });
    expect(await found(world)).toMatchObject([{ path: '/home/ana/npm/bin/claude', version: null, wins: false }]);
  });

  test('a program that does not answer has no version', async () => {
    const world = worldWith({
      files: { '/usr/bin/claude': program },
      commands: { claude: { outcome: 'timed out', exitCode: null } },
    });
    expect(await found(world)).toMatchObject([{ version: null }]);
  });

  test('an npm package whose install script did not run is told apart, and never chosen', async () => {
    const folder = '/usr/lib/node_modules/@anthropic-ai/claude-code';
    const world = worldWith({
      files: {
        '/usr/bin/claude': { link: `${folder}/bin/claude.exe` },
        [`${folder}/bin/claude.exe`]: {
          content: 'echo "Error: claude native binary not installed." >&2\n',
          mode: 0o755,
        },
        [`${folder}/package.json`]: '{"name":"@anthropic-ai/claude-code","version":"2.1.329"}',
      },
    });
    const installs = await found(world);
    expect(installs).toMatchObject([{ version: null, broken: expect.stringContaining(`node ${folder}/install.cjs`) }]);
    expect(bestClaude(installs)).toBeNull();
  });
});

describe('bestClaude', () => {
  const install = (version: string, wins = false): ClaudeInstall => ({
    path: version,
    realPath: version,
    version,
    wins,
  });

  test('the one that wins', () => {
    expect(bestClaude([install('2.1.9'), install('2.0.0', true)])?.version).toBe('2.0.0');
  });
  test('else the newest', () => {
    expect(bestClaude([install('2.1.9'), install('2.1.41'), install('2.0.77')])?.version).toBe('2.1.41');
  });
  test('none', () => expect(bestClaude([])).toBeNull());
});

describe('readSignIn', () => {
  const install: ClaudeInstall = {
    path: '/usr/bin/claude',
    realPath: '/usr/bin/claude',
    version: '2.1.329',
    wins: true,
  };
  const started = { '/home/ana/.claude.json': '{}' };

  test.each(['2.1.36', '2.0.77', null])('never asks %s, which would take it as a prompt', async (version) => {
    const world = worldWith({ files: started });
    expect(await readSignIn(world, { ...install, version })).toMatchObject({ known: false });
    expect(world.ran).toEqual([]);
  });

  test('starts nothing where it was never started: its first start writes files', async () => {
    const world = worldWith({});
    expect(await readSignIn(world, install)).toMatchObject({ known: true, value: { loggedIn: false } });
    expect(world.ran).toEqual([]);
  });

  test('starts nothing where only its credentials are left, with which it is signed in', async () => {
    const world = worldWith({ files: { '/home/ana/.claude/.credentials.json': login(3_600_000) } });
    expect(await readSignIn(world, install)).toMatchObject({ value: { loggedIn: true, authMethod: 'claude.ai' } });
    expect(world.ran).toEqual([]);
  });

  test('exit 1 with an answer is an answer', async () => {
    const stdout = 'warning: something\n{"loggedIn":false,"authMethod":"none","apiProvider":"firstParty"}\n';
    const world = worldWith({ files: started, commands: { claude: { exitCode: 1, stdout } } });
    expect(await readSignIn(world, install)).toMatchObject({ value: { loggedIn: false, authMethod: 'none' } });
  });

  test('the plan and the address', async () => {
    const stdout = '{"loggedIn":true,"authMethod":"claude.ai","email":"ana@example.com","subscriptionType":"max"}';
    const world = worldWith({ files: started, commands: { claude: { stdout } } });
    expect(await readSignIn(world, install)).toMatchObject({
      value: { loggedIn: true, authMethod: 'claude.ai', email: 'ana@example.com', plan: 'max' },
    });
  });

  const login = (left: number) =>
    JSON.stringify({ claudeAiOauth: { refreshToken: 'x', expiresAt: Date.UTC(2026, 10, 21) + left } });

  test.each([
    ['~/.claude', '/home/ana/.claude', {}, started],
    ['its own folder', '/home/ana/cc', { CLAUDE_CONFIG_DIR: '/home/ana/cc' }, { '/home/ana/cc/.claude.json': '{}' }],
  ])('is not asked where it would renew its login: %s', async (_where, folder, env, files) => {
    const path = `${folder}/.credentials.json`;
    const commands = { claude: { stdout: '{"loggedIn":true,"authMethod":"claude.ai"}' } };
    for (const left of [-86_400_000, 0, 300_000]) {
      const world = worldWith({ files: { ...files, [path]: login(left) }, commands }, env);
      expect(await readSignIn(world, install)).toMatchObject({ value: { loggedIn: true, renewsAtNextUse: true } });
      expect(world.ran).toEqual([]);
    }
    const world = worldWith({ files: { ...files, [path]: login(3_600_000) }, commands }, env);
    expect(await readSignIn(world, install)).toMatchObject({ value: { loggedIn: true, authMethod: 'claude.ai' } });
    expect(world.ran).toHaveLength(1);
  });

  test('is not asked while its login is being written', async () => {
    const world = worldWith({ files: { ...started, '/home/ana/.claude/.credentials.json': '{"claudeAi' } });
    expect(await readSignIn(world, install)).toMatchObject({ known: false, reason: 'unreadable' });
    expect(world.ran).toEqual([]);
  });

  test('is left to run where it takes too long', async () => {
    let asked: RunOptions | undefined;
    const answer = (_argv: readonly string[], options: RunOptions) => {
      asked = options;
      return { stdout: '{"loggedIn":true}' };
    };
    await readSignIn(worldWith({ files: started, commands: { claude: answer } }), install);
    expect(asked?.atTimeout).toBe('leave');
  });

  test.each([
    ['timed out', { outcome: 'timed out' as const, exitCode: null }],
    ['crashed', { stdout: 'Segmentation fault', exitCode: 139 }],
    ['crashed', { stdout: '{"loggedIn":"yes"}' }],
  ])('%s', async (reason, answer) => {
    const world = worldWith({ files: started, commands: { claude: answer } });
    expect(await readSignIn(world, install)).toMatchObject({ known: false, reason });
  });
});

test.each([
  ['2.1.41', true],
  ['2.1.40', false],
  ['2.2.0', true],
  ['3.0.0-beta', true],
  ['1.9.99', false],
  [null, false],
])('claude auth in %s: %s', (version, expected) => {
  expect(hasAuthCommand(version)).toBe(expected);
});

test('versions compare by number', () => {
  expect(compareVersions('2.1.9', '2.1.10')).toBeLessThan(0);
  expect(compareVersions('2.1.9 (Claude Code)', '2.1.9')).toBe(0);
  expect(compareVersions('junk', '0.0.1')).toBeLessThan(0);
});

test('the environment of a sign-in', () => {
  const env = { HOME: '/home/ana', ANTHROPIC_API_KEY: 'x', CLAUDECODE: '1', HTTPS_PROXY: 'http://p', TERM: 'dumb' };
  const made = signInEnvironment(worldWith({}, env), { TERM: 'xterm-256color' });
  expect(made.changes).toEqual({ ANTHROPIC_API_KEY: undefined, CLAUDECODE: undefined, TERM: 'xterm-256color' });
  expect(made.whole).toMatchObject({ HOME: '/home/ana', HTTPS_PROXY: 'http://p', TERM: 'xterm-256color' });
  expect(Object.keys(made.whole)).not.toContain('ANTHROPIC_API_KEY');
});

test.each([
  [{}, 'linux', false],
  [{ DISPLAY: ':0' }, 'linux', true],
  [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
  [{ DISPLAY: ':0', SSH_CONNECTION: '1 2 3 4' }, 'linux', false],
  [{ BROWSER: 'firefox' }, 'linux', true],
  [{ BROWSER: 'true', DISPLAY: ':0' }, 'linux', false],
  [{}, 'darwin', true],
  [{ SSH_CONNECTION: '1 2 3 4' }, 'darwin', false],
] as const)('a browser with %j on %s: %s', (env, platform, expected) => {
  expect(canOpenBrowser(worldWith({ overrides: { env, platform } }))).toBe(expected);
});

test.each([
  ['2.1.100', false],
  ['2.1.125', false],
  ['2.1.126', true],
  ['2.1.329', true],
  [null, false],
])('%s can be signed in from here: %s', (version, expected) => {
  expect(canLogIn(version)).toBe(expected);
});
