import { describe, expect, it } from 'vitest';
import { readPlatform } from '../../../src/facts/platform.ts';
import { probe } from '../../../src/facts/probe.ts';
import { limit, makeReader } from '../../../src/facts/reader.ts';
import { findRefreshers, looksLikeRefresher } from '../../../src/facts/refreshers.ts';
import { findShadows } from '../../../src/facts/shadows.ts';
import { readDotEnv } from '../../../src/openclaw/dot-env.ts';
import { findMeant } from '../../../src/openclaw/installations.ts';
import type { StateFacts } from '../../../src/openclaw/records.ts';
import { known } from '../../../src/system/fact.ts';
import { Cancelled, Problem } from '../../../src/system/problem.ts';
import { HOME, machine, STATE, TOKEN } from './homes.ts';

const state = (owner: number) => ({ stateDir: STATE, owner }) as StateFacts;

describe('a probe', () => {
  it('turns every failure into a fact', async () => {
    const never = new Promise<never>(() => {});
    expect(await probe(() => never, { timeoutMs: 5 })).toMatchObject({ known: false, reason: 'timed out' });
    expect(await probe(() => Promise.reject(new Error(`boom ${TOKEN}`)), { timeoutMs: 1000 })).toEqual({
      known: false,
      reason: 'crashed',
      detail: 'boom sk-ant-oat01-…0001',
    });
    const problem = new Problem('x', 'It cannot be read.', { why: 'EACCES' });
    expect(await probe(() => Promise.reject(problem), { timeoutMs: 1000 })).toMatchObject({
      reason: 'unreadable',
      detail: 'It cannot be read. EACCES',
    });
  });

  it('aborts its children when it is late, and throws only when the run was cancelled', async () => {
    let aborted = false;
    const work = (signal: AbortSignal) =>
      new Promise<never>(() => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      });
    await probe(work, { timeoutMs: 5 });
    expect(aborted).toBe(true);
    const stop = new AbortController();
    const running = probe(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Cancelled()))),
      { timeoutMs: 60_000, signal: stop.signal },
    );
    stop.abort();
    await expect(running).rejects.toBeInstanceOf(Cancelled);
    await expect(probe(async () => known(1, 'x'), { timeoutMs: 1, signal: stop.signal })).rejects.toThrow('Cancelled');
  });
});

describe('the reader', () => {
  it('reads each file once and knows the hashes of all it was asked for', async () => {
    let reads = 0;
    const world = machine({ files: { '/a': 'x' } });
    const read = (path: string) => {
      reads++;
      return world.files.read(path);
    };
    const files = { ...world.files, read };
    const reader = makeReader({ ...world, files });
    await Promise.all([reader.read('/a'), reader.read('/a'), reader.read('/gone')]);
    expect(reads).toBe(2);
    expect(await reader.hashes()).toEqual({
      '/a': '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      '/gone': null,
    });
  });

  it('runs no more than it may at a time', async () => {
    let now = 0;
    let most = 0;
    const gate = limit(3);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        gate(async () => {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setTimeout(resolve, 1));
          now--;
        }),
      ),
    );
    expect(most).toBe(3);
  });
});

describe('platform', () => {
  it('tells WSL, containers and sudo', async () => {
    const wsl = machine({ files: { '/proc/sys/kernel/osrelease': '6.6.0-microsoft-standard-WSL2' } });
    expect(await readPlatform(wsl, undefined)).toMatchObject({ value: { os: 'linux', wsl: true, container: null } });
    const docker = machine({ files: { '/.dockerenv': '' } });
    expect(await readPlatform(docker, undefined)).toMatchObject({ value: { container: 'docker' } });
    const root = machine({
      files: { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\n' },
      overrides: { uid: 0, username: 'root', env: { SUDO_USER: 'ana' } },
    });
    expect(await readPlatform(root, state(1000))).toMatchObject({
      value: { stateOwner: 'ana', sudoUser: 'ana' },
    });
    expect(await readPlatform(machine(), state(1000))).not.toMatchObject({ value: { stateOwner: expect.anything() } });
    const windows = machine({ overrides: { platform: 'win32', uid: -1 } });
    expect(await readPlatform(windows, undefined)).toMatchObject({
      value: { os: 'windows' },
    });
  });
});

describe('variables that shadow a credential', () => {
  it('are found in every place where a program reads them, never with their value', async () => {
    const unit = `${HOME}/.config/systemd/user/openclaw-gateway.service`;
    const settings = `${HOME}/.claude/settings.json`;
    const world = machine({
      files: {
        [`${STATE}/.env`]: `# note\nANTHROPIC_BASE_URL=http://127.0.0.1:9\nOTHER=1\nANTHROPIC_OAUTH_TOKEN='${TOKEN}'\n`,
        [unit]: `[Service]\nEnvironment="ANTHROPIC_API_KEY=${TOKEN}"\n`,
        [`${HOME}/.claude/settings.json`]: JSON.stringify({
          env: { ANTHROPIC_AUTH_TOKEN: 'abc', ANTHROPIC_BASE_URL: 'https://relay.test', ANTHROPIC_OAUTH_TOKEN: TOKEN },
        }),
      },
      overrides: { env: { ANTHROPIC_API_KEY: TOKEN, ANTHROPIC_OAUTH_TOKEN: ' ', CLAUDE_CODE_OAUTH_TOKEN: TOKEN } },
    });
    const config = { env: { vars: { ANTHROPIC_API_KEY: 'sk-ant-api03-x' } } };
    const { unit: ofGateway, variables } = await findMeant(world, '2026.9.6');
    const context = { config, state: state(1000), version: '2026.9.6', wants: null, configPath: '/c.json' };
    const found = await findShadows(world, { ...context, unit: ofGateway, variables });
    expect(found).toMatchObject({
      value: [
        { name: 'ANTHROPIC_API_KEY', where: 'environment', readers: ['OpenClaw', 'Claude Code'] },
        { name: 'CLAUDE_CODE_OAUTH_TOKEN', where: 'environment', readers: ['Claude Code'] },
        { name: 'ANTHROPIC_OAUTH_TOKEN', where: `${STATE}/.env`, line: 4, shape: 'token', readers: ['OpenClaw'] },
        { name: 'ANTHROPIC_API_KEY', where: '/c.json', shape: 'api key', readers: ['OpenClaw'] },
        { name: 'ANTHROPIC_API_KEY', where: unit, line: 2, shape: 'token', readers: ['OpenClaw'] },
        { name: 'ANTHROPIC_AUTH_TOKEN', where: settings, shape: 'other', readers: ['Claude Code'] },
        { name: 'ANTHROPIC_BASE_URL', where: settings, shape: 'url', readers: ['Claude Code'] },
      ],
    });
    expect(JSON.stringify(found)).not.toContain('FAKE');
  });

  it('reads the forms of a .env file', () => {
    expect(readDotEnv('A=1\r\n export B = "x # y" # z\n#C=1\nD=\'q\'\nE=a b # c\nnot a line')).toEqual([
      { name: 'A', value: '1', line: 1 },
      { name: 'B', value: 'x # y', line: 2 },
      { name: 'D', value: 'q', line: 4 },
      { name: 'E', value: 'a b', line: 5 },
    ]);
  });
});

describe('refreshers of older guides', () => {
  it.each([
    ['*/30 * * * * ~/.openclaw/scripts/sync-claude-token.sh', true],
    ['0 * * * * /usr/local/bin/claude-oauth-refresh >/dev/null', true],
    ['0 3 * * * openclaw models auth refresh', true],
    ['15 * * * * /home/ana/.openclaw/scripts/refresh-token.sh', true],
    ['*/5 * * * * sync-claude-login.sh && systemctl --user restart openclaw-gateway', true],
    ['sync-oauth-token.service /usr/local/bin/sync-oauth-token.sh', true],
    ['15 * * * * cp ~/.claude/.credentials.json ~/.openclaw/x', true],
    ['0 8 * * * claude -p "sync my notes and refresh the token list"', false],
    ['0 8 * * * ~/.openclaw/scripts/sync-photos.sh', false],
    ['0 8 * * * openclaw agent --message "count tokens"', false],
    ['@reboot openclaw gateway run --token abc', false],
    ['0 3 * * * backup-home', false],
    ['0 3 * * * sync-photos', false],
    ['* * * * * npx claude-max-api-proxy --token x', false],
  ])('%s → %s', (line, expected) => {
    expect(looksLikeRefresher(line)).toBe(expected);
  });

  it('are looked for in crontab, user units and launch agents', async () => {
    const units = `${HOME}/.config/systemd/user`;
    const linux = machine({
      files: {
        [`${units}/claude-token-sync.timer`]: '[Timer]\nOnCalendar=hourly\nUnit=claude-token-sync.service\n',
        [`${units}/claude-token-sync.service`]: '[Service]\nExecStart=/home/ana/sync.sh\n',
        [`${units}/openclaw-gateway.service`]: '[Service]\nExecStart=node gateway --token x\n',
      },
      commands: {
        'crontab -l': { stdout: `# claude refresh\nMAILTO=x\n5 * * * * PASS=FAKE claude-refresh ${TOKEN}\n` },
      },
    });
    const found = await findRefreshers(linux, new AbortController().signal, true);
    expect(found).toMatchObject({
      value: [
        { kind: 'crontab', line: 3, text: '5 * * * * PASS=… claude-refresh sk-ant-oat01-…0001' },
        {
          kind: 'systemd',
          where: `${units}/claude-token-sync.timer`,
          units: [{ name: 'claude-token-sync.timer' }, { name: 'claude-token-sync.service' }],
        },
      ],
    });
    const mac = machine({
      files: {
        [`${HOME}/Library/LaunchAgents/com.me.claude-refresh.plist`]: '<string>/usr/bin/true</string>',
        [`${HOME}/Library/LaunchAgents/ai.openclaw.gateway.plist`]: '<string>openclaw</string><string>gateway</string>',
      },
      overrides: { platform: 'darwin' },
    });
    expect(await findRefreshers(mac, new AbortController().signal, false)).toMatchObject({
      value: [{ kind: 'launchd', where: expect.stringContaining('claude-refresh') }],
    });
  });
});
