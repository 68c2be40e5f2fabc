import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bestOf, claudeName, parseClaudeId, rankClaudeIds, shippedCatalogue } from '../../../src/openclaw/catalogue.ts';
import { failureOf } from '../../../src/openclaw/cli.ts';
import { cronPaths, readCronFiles, readCronJobs } from '../../../src/openclaw/cron.ts';
import { type GatewayUnit, unitSettings } from '../../../src/openclaw/gateway-units.ts';
import { readModelsStatus } from '../../../src/openclaw/models-status.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/openclaw/${name}`, import.meta.url), 'utf8'));

describe('a command without an answer', () => {
  it('says in one line why there was none', () => {
    const ran = {
      exitCode: 1,
      signal: null,
      stdout: '',
      stderr: 'hint\nError: boom\n',
      outcome: 'exited',
      durationMs: 3,
    } as const;
    expect(failureOf(ran, 'openclaw x')).toBe('openclaw x ended with exit code 1: Error: boom');
    expect(failureOf({ ...ran, outcome: 'timed out', durationMs: 120_000 }, 'x')).toBe('x did not answer within 120 s');
    expect(failureOf({ ...ran, outcome: 'not found' }, 'x')).toBe('x could not be started');
  });
});

describe('models status', () => {
  it.each(['2026.1.24-3', '2026.2.17', '2026.4.29', '2026.9.6'])('of %s is read the same way', (version) => {
    const status = readModelsStatus(fixture(`models-status-${version}.json`));
    expect(status.resolvedDefault).toMatch(/^anthropic\/claude-opus/);
    expect(status.fallbacks).toEqual(['claude-max-proxy/claude-sonnet-4']);
    expect(status.aliases.bridge).toBe('claude-max-proxy/claude-opus-4');
    expect(status.profiles).toEqual([
      {
        id: 'anthropic:default',
        provider: 'anthropic',
        type: 'token',
        status: 'static',
        expiresAt: null,
        ...(version === '2026.9.6' ? { effective: true, place: 0 } : { effective: null }),
      },
    ]);
    expect(status.storePath).toMatch(version === '2026.9.6' ? /state\/openclaw\.sqlite$/ : /auth-profiles\.json$/);
  });

  it('gives an empty record for anything else', () => {
    expect(readModelsStatus('x')).toMatchObject({ resolvedDefault: null, profiles: [], unusable: null });
  });
});

describe('cron jobs', () => {
  const row = (id: string, more: object = {}) => ({
    id,
    name: id,
    enabled: true,
    payload: { kind: 'agentTurn', model: 'p/m' },
    state: {},
    ...more,
  });

  it('reads the file and the sidecar', () => {
    const jobs = readCronFiles(
      JSON.stringify({
        version: 1,
        jobs: [row('a', { agentId: 'main' }), row('b', { state: { consecutiveErrors: 2 } }), 7],
      }),
      JSON.stringify({ jobs: { a: { state: { consecutiveErrors: 4 } } } }),
    );
    expect(jobs).toMatchObject([
      {
        id: 'a',
        name: 'a',
        agent: 'main',
        enabled: true,
        kind: 'agentTurn',
        model: 'p/m',
        system: false,
        consecutiveErrors: 4,
      },
      {
        id: 'b',
        name: 'b',
        agent: null,
        enabled: true,
        kind: 'agentTurn',
        model: 'p/m',
        system: false,
        consecutiveErrors: 2,
      },
    ]);
  });

  it("marks OpenClaw's own jobs", () => {
    const [job] = readCronJobs({
      jobs: [{ id: 'h', declarationKey: 'heartbeat:main', payload: { kind: 'heartbeat' } }],
    });
    expect(job).toMatchObject({ system: true, kind: 'heartbeat', model: null });
  });

  it('looks where cron.store says', () => {
    expect(cronPaths({ cron: { store: '~/jobs/cron.json' } }, { stateDir: '/s' }, '/home/ana')).toEqual({
      jobs: '/home/ana/jobs/cron.json',
      state: '/home/ana/jobs/jobs-state.json',
    });
    expect(cronPaths({}, { stateDir: '/s' }, '/home/ana').jobs).toBe('/s/cron/jobs.json');
  });
});

describe('catalogue', () => {
  it('ranks families, then versions, then undated ids; unknown families and the end of the line last', () => {
    const ids = [
      'claude-3-5-sonnet-20241022',
      'claude-haiku-4-5',
      'claude-opus-4-5-20251101',
      'claude-sonnet-5',
      'claude-mythos-5',
      'claude-opus-5',
      'claude-opus-4-5',
      'claude-opus-5-5',
      'claude-3-5-sonnet-latest',
      'claude-sonnet-4-6',
      'claude-opus-5',
    ];
    const ranked = rankClaudeIds(ids);
    expect(ranked).toEqual([
      'claude-opus-5-5',
      'claude-opus-5',
      'claude-opus-4-5',
      'claude-opus-4-5-20251101',
      'claude-sonnet-5',
      'claude-sonnet-4-6',
      'claude-3-5-sonnet-20241022',
      'claude-3-5-sonnet-latest',
      'claude-haiku-4-5',
      'claude-mythos-5',
    ]);
    expect(bestOf('sonnet', ranked)).toBe('claude-sonnet-5');
    expect(bestOf('haiku', ['claude-opus-5'])).toBeUndefined();
    expect(parseClaudeId('gpt-5.5')).toBeNull();
  });

  it('are called as people call the models', () => {
    const names = [
      ['anthropic/claude-opus-5-5', 'Claude Opus 5.5'],
      ['anthropic/claude-sonnet-5', 'Claude Sonnet 5'],
      ['anthropic/claude-haiku-4-5-20251001', 'Claude Haiku 4.5'],
      ['claude-cli/claude-opus-4-6[1m]', 'Claude Opus 4.6'],
      ['claude-max-proxy/opus', 'Claude Opus'],
      ['openai/gpt-5.5', 'openai/gpt-5.5'],
    ] as const;
    for (const [ref, name] of names) expect(claudeName(ref)).toBe(name);
  });

  it('reads the plugin manifest, deprecated ids last', async () => {
    const models = [
      { id: 'claude-opus-4-8', status: 'deprecated' },
      { id: 'claude-haiku-4-5' },
      { id: 'claude-opus-5' },
      {},
    ];
    const file = '/p/dist/extensions/anthropic/openclaw.plugin.json';
    const manifest = JSON.stringify({ modelCatalog: { providers: { anthropic: { models } } } });
    expect(await shippedCatalogue(memoryWorld({ files: { [file]: manifest } }).files.readText, '/p')).toEqual({
      ids: ['claude-opus-5', 'claude-haiku-4-5', 'claude-opus-4-8'],
      from: file,
    });
  });

  it('reads the model library of older releases, hoisted or nested', async () => {
    const source = `export const MODELS = { "x": { "claude-y": { id: "claude-y", api: "a", provider: "other" } },
      "anthropic": { "claude-opus-4-6": {
        id: "claude-opus-4-6",
        name: "Opus",
        provider: "anthropic",
        cost: { input: 1 } } } }`;
    const library = 'node_modules/@mariozechner/pi-ai/dist/models.generated.js';
    for (const [root, file] of [
      ['/g/node_modules/openclaw', `/g/${library}`],
      ['/g/node_modules/openclaw', `/g/node_modules/openclaw/${library}`],
    ] as const) {
      expect(await shippedCatalogue(memoryWorld({ files: { [file]: source } }).files.readText, root)).toEqual({
        ids: ['claude-opus-4-6'],
        from: file,
      });
    }
    expect(await shippedCatalogue(memoryWorld().files.readText, '/p')).toBeNull();
  });
});

describe('service units', () => {
  const unit = (manager: GatewayUnit['manager'], text: string) =>
    unitSettings(memoryWorld(), { manager, name: 'x', file: '/x', text, dropIns: [] });

  it('reads the command and environment of a systemd unit', async () => {
    const text = [
      '[Service]',
      'ExecStart="/opt/node 24/bin/node" /opt/openclaw/dist/index.js \\',
      '  gateway --port 18789',
      'Environment=HOME=/home/ana "PATH=/usr/bin:/bin"',
      'Environment="ANTHROPIC_API_KEY=x"',
    ].join('\n');
    const { argv, variables } = await unit('systemd-user', text);
    expect(argv.slice(0, 3)).toEqual(['/opt/node 24/bin/node', '/opt/openclaw/dist/index.js', 'gateway']);
    expect(variables).toEqual([
      { name: 'HOME', value: '/home/ana', file: '/x', line: 4 },
      { name: 'PATH', value: '/usr/bin:/bin', file: '/x', line: 4 },
      { name: 'ANTHROPIC_API_KEY', value: 'x', file: '/x', line: 5 },
    ]);
  });

  it('reads a launch agent', async () => {
    const text = `<plist><dict>
<key>ProgramArguments</key><array><string>/opt/homebrew/bin/node</string><string>a&amp;b</string></array>
<key>EnvironmentVariables</key>
<dict>
  <key>ANTHROPIC_BASE_URL</key>
  <string>http://x</string>
</dict></dict></plist>`;
    const { argv, variables } = await unit('launchd', text);
    expect(argv).toEqual(['/opt/homebrew/bin/node', 'a&b']);
    expect(variables).toEqual([{ name: 'ANTHROPIC_BASE_URL', value: 'http://x', file: '/x', line: 5 }]);
  });
});
