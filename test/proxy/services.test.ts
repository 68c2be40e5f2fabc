import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderAgent } from '../../src/services/launchd.ts';
import { findManager } from '../../src/services/manager.ts';
import { memoryFor, type ServicePlace, type ServiceSpec, unitName } from '../../src/services/spec.ts';
import { askService, lastLines } from '../../src/services/state.ts';
import { enableLink, renderUnit, runtimeDirectory, systemctl, unitFile } from '../../src/services/systemd.ts';
import { realWorld } from '../../src/system/real-world.ts';
import type { World } from '../../src/system/world.ts';
import { installMaxApi } from '../support/claude-max-api.ts';
import { installClaude } from '../support/claude-stand-in.ts';
import { type FakeAnthropic, fakeAnthropic } from '../support/fake-anthropic.ts';
import { ask, KEY } from '../support/normalizer.ts';
import { until } from '../support/processes.ts';
import { installNode } from '../support/releases.ts';
import { bootUserSystemd, canBoot, type UserSystemd } from '../support/systemd.ts';

// Our units under a real `systemd --user` of a user who is not root, with the real programs.

const app = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-services-')));
let api: FakeAnthropic;
let systemd: UserSystemd;
let place: ServicePlace;
let world: World;
let port: number;
let programs: Record<string, string>;

const NODE = '/run/programs/node/node';
const CLAUDE = '/run/programs/claude/claude';

beforeAll(async () => {
  if (!canBoot) return;
  chmodSync(app, 0o755);
  await build({
    entryPoints: ['src/normalizer/entry.ts'],
    outfile: join(app, 'normalizer.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.12',
  });
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
  api = await fakeAnthropic(() => ({ text: 'from claude' }));
  const claude = realpathSync(await installClaude('2.1.329'));
  const node = dirname(realpathSync(join(await installNode(), 'node')));
  const maxApi = join(await installMaxApi(), '../../../../..');
  programs = { app, node, claude: dirname(claude), 'max-api': maxApi };
  systemd = await bootUserSystemd(programs);
  const { home, uid } = systemd;
  place = { manager: 'systemd-user', home, user: 'ada', uid, systemd: 252, configHome: join(home, '.config') };
  port = 20_000 + Math.floor(Math.random() * 10_000);
  prepareHome();
  const host = realWorld({ home, env: {} });
  world = {
    ...host,
    uid,
    username: 'ada',
    home,
    env: { XDG_RUNTIME_DIR: `/run/user/${uid}` },
    processes: {
      run: (argv, options) =>
        host.processes.run([...systemd.enter, ...argv] as unknown as [string, ...string[]], options),
    },
  };
});

afterAll(async () => {
  if (!canBoot) return;
  systemd?.close();
  await api?.close();
  rmSync(app, { recursive: true, force: true });
});

/** The key, and a sign-in of Claude Code that is good for hours. */
function prepareHome(): void {
  put('.key', `${KEY}\n`);
  put(
    '.claude/.credentials.json',
    JSON.stringify({
      claudeAiOauth: {
        accessToken: `sk-ant-oat01-FAKE${'x'.repeat(91)}`,
        refreshToken: `sk-ant-ort01-FAKE${'x'.repeat(91)}`,
        expiresAt: Date.now() + 8 * 3600_000,
        scopes: ['user:inference'],
        subscriptionType: 'max',
      },
    }),
  );
}

/** A file in the user's home, as the user's. */
function put(name: string, text: string): string {
  const path = join(systemd.homeOutside, name);
  const made: string[] = [];
  for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder)) made.unshift(folder);
  for (const folder of made) {
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, systemd.uid, systemd.uid);
  }
  writeFileSync(path, text, { mode: 0o600 });
  chownSync(path, systemd.uid, systemd.uid);
  return join(systemd.home, name);
}

/** A path of the user's home as it is seen here. */
function outside(path: string): string {
  return systemd.homeOutside + path.slice(systemd.home.length);
}

function normalizer(): ServiceSpec {
  return {
    id: 'normalizer',
    argv: [
      NODE,
      '/run/programs/app/normalizer.js',
      '--port',
      String(port),
      '--key-file',
      join(systemd.home, '.key'),
      '--claude',
      CLAUDE,
      '--work-dir',
      `${runtimeDirectory('normalizer', place)}/work`,
      '--pass-env',
      'ANTHROPIC_BASE_URL',
    ],
    env: { ANTHROPIC_BASE_URL: api.url },
    path: ['/usr/local/bin', '/usr/bin', '/bin'],
    wants: [],
    before: ['openclaw-gateway.service'],
    memoryMb: memoryFor(2),
  };
}

async function control(...words: string[]): Promise<void> {
  const ran = await systemd.run(systemctl(place, ...words));
  expect(ran, words.join(' ')).toMatchObject({ code: 0 });
}

async function state(id: 'normalizer' | 'claude-max-api' = 'normalizer') {
  const asked = await askService(world, id, place);
  if (!asked.known) throw new Error(asked.why);
  return asked.state;
}

async function answers(body: object = ask('hi')): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}` },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
  return (JSON.parse(text) as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? '';
}

async function up(): Promise<void> {
  await until(
    async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => null))?.status === 200,
    async () => ({ state: await state(), lines: await lastLines(world, 'normalizer', place) }),
  );
}

describe.runIf(canBoot)('the normalizer as a user service', () => {
  it('has a unit that systemd-analyze has nothing to say about', async () => {
    const file = put('.config/systemd/user/clawauth-normalizer.service', renderUnit(normalizer(), place));
    expect(file).toBe(unitFile('normalizer', place));
    const ran = await systemd.run(['systemd-analyze', '--user', 'verify', file]);
    expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('finds the manager', async () => {
    const there = {
      ...world,
      files: {
        ...world.files,
        stat: async () => ({ kind: 'directory', mode: 0o700, uid: systemd.uid, gid: 0, size: 0, mtimeMs: 0 }),
      },
    } as World;
    expect(await findManager(there, 'none')).toMatchObject({
      ok: true,
      manager: 'systemd-user',
      systemd: expect.any(Number),
    });
    const su = { ...there, env: {} };
    expect(await findManager(su, 'none')).toMatchObject({
      ok: true,
      env: { XDG_RUNTIME_DIR: `/run/user/${systemd.uid}` },
    });
  });

  it('starts, answers with the real Claude Code, and is enabled', async () => {
    await control('daemon-reload');
    await control('enable', '--now', unitName('normalizer'));
    await up();
    expect(await answers()).toBe('from claude');
    expect(await state()).toMatchObject({
      active: true,
      enabled: true,
      loaded: true,
      says: 'active (running)',
      file: unitFile('normalizer', place),
    });
    expect(linkExists(outside(enableLink('normalizer', place)))).toBe(true);
  });

  it('answers streams and two at once, and leaves no child but the one that it has started ahead', async () => {
    const texts = await Promise.all([answers(), answers(), answers()]);
    expect(texts).toEqual(['from claude', 'from claude', 'from claude']);
    // They may take a moment to go away after their last word.
    await until(async () => (await systemd.run(['pgrep', '-fc', 'claude --print'])).stdout.trim() === '1');
  });

  it("is hardened where a person's own systemd can do it", async () => {
    const ran = await systemd.run(
      systemctl(
        place,
        'show',
        unitName('normalizer'),
        '--property=NoNewPrivileges,ProtectSystem,PrivateTmp,MemoryMax,RestrictSUIDSGID,SystemCallFilter',
      ),
    );
    expect(ran.stdout).toContain('NoNewPrivileges=yes');
    expect(ran.stdout).toMatch(/^SystemCallFilter=.*\bread\b/m);
    expect(ran.stdout).not.toMatch(/^SystemCallFilter=.*\b(mount|ptrace|bpf)\b/m);
    expect(ran.stdout).toContain(`MemoryMax=${memoryFor(2) * 1024 * 1024}`);
    const { pid } = await state();
    const status = await systemd.run(['cat', `/proc/${pid}/status`]);
    expect(status.stdout).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status.stdout).toMatch(/^Seccomp:\t2$/m);
  });

  it('takes its children with it when it is killed', async () => {
    api.answer = () => ({ hang: true });
    const before = (await state()).pid;
    const seen = api.seen.length;
    const asked = answers().catch(() => 'cut off');
    const children = async () => (await systemd.run(['pgrep', '-f', 'claude --print'])).stdout.trim();
    await until(() => api.seen.length > seen);
    expect(await children()).not.toBe('');
    await systemd.run(['kill', '-9', String(before)]);
    expect(await asked).toBe('cut off');
    await until(async () => (await children()) === '');
    api.answer = () => ({ text: 'from claude' });
    await until(async () => (await state()).pid !== before && (await state()).active);
    await up();
  });

  it('comes back after kill -9', async () => {
    const before = (await state()).pid;
    await systemd.run(['kill', '-9', String(before)]);
    await until(async () => {
      const now = await state();
      return now.active && now.pid !== before;
    });
    await up();
    const after = await state();
    expect(after.pid).not.toBe(before);
    expect(after.restarts).toBe(2);
    expect(await answers()).toBe('from claude');
  });

  it('comes back after a reboot', async () => {
    await systemd.reboot();
    await up();
    expect(await answers()).toBe('from claude');
    expect(await state()).toMatchObject({ active: true, enabled: true, restarts: 0 });
  });

  it('is not started again and again when it is told wrongly', async () => {
    await control('stop', unitName('normalizer'));
    chmodSync(join(systemd.homeOutside, '.key'), 0o644);
    await systemd.run(systemctl(place, 'start', unitName('normalizer')));
    await until(async () => (await state()).says.startsWith('failed'));
    expect(await state()).toMatchObject({ active: false, says: 'failed (exit-code)', exitStatus: 2, restarts: 0 });
    chmodSync(join(systemd.homeOutside, '.key'), 0o600);
    await control('start', unitName('normalizer'));
    await up();
  });

  it('gets arguments and variables as they were meant', async () => {
    const odd = 'a b $HOME $' + '{HOME} %h "q" \'s\' \\ é;#';
    const script = 'printf "%s\\n" "$1" "$ODD" > "$HOME/got"; sleep 600';
    const text = renderUnit(
      { ...normalizer(), argv: ['/bin/sh', '-c', script, 'sh', odd], env: { ODD: odd }, before: [] },
      place,
    );
    put('.config/systemd/user/clawauth-odd.service', text.replace('RuntimeDirectory=clawauth-normalizer\n', ''));
    await control('daemon-reload');
    await control('start', 'clawauth-odd.service');
    await until(async () => existsSync(join(systemd.homeOutside, 'got')));
    await until(async () => readFileSync(join(systemd.homeOutside, 'got'), 'utf8').split('\n').length === 3);
    expect(readFileSync(join(systemd.homeOutside, 'got'), 'utf8')).toBe(`${odd}\n${odd}\n`);
    await control('kill', '--signal=SIGKILL', 'clawauth-odd.service');
    await control('stop', 'clawauth-odd.service');
    rmSync(join(systemd.homeOutside, '.config/systemd/user/clawauth-odd.service'));
    rmSync(join(systemd.homeOutside, 'got'));
  });

  it('goes without a trace', async () => {
    await control('disable', '--now', unitName('normalizer'));
    rmSync(outside(unitFile('normalizer', place)));
    await control('daemon-reload');
    expect(await state()).toMatchObject({ loaded: false, active: false, enabled: false, says: 'not-found' });
    expect(linkExists(outside(enableLink('normalizer', place)))).toBe(false);
    const left = await systemd.run(['sh', '-c', 'ls /run/user/4321; ls -A $HOME/.config/systemd/user; ls -A $HOME']);
    expect(left.stdout).not.toContain('clawauth');
  });
});

describe.runIf(canBoot)('claude-max-api-proxy as a user service', () => {
  it('answers behind the normalizer, which starts after it', async () => {
    const upstreamPort = port + 1;
    const proxy: ServiceSpec = {
      id: 'claude-max-api',
      argv: [
        NODE,
        '/run/programs/max-api/node_modules/claude-max-api-proxy/dist/server/standalone.js',
        String(upstreamPort),
      ],
      env: { ANTHROPIC_BASE_URL: api.url, CLAUDE_CODE_DISABLE_ATTACHMENTS: '1' },
      path: ['/run/programs/claude', '/usr/bin', '/bin'],
      wants: [],
      before: [],
      memoryMb: memoryFor(2),
    };
    const front: ServiceSpec = {
      ...normalizer(),
      argv: [
        NODE,
        '/run/programs/app/normalizer.js',
        '--upstream',
        'claude-max-api',
        '--port',
        String(port),
        '--upstream-port',
        String(upstreamPort),
        '--key-file',
        join(systemd.home, '.key'),
      ],
      wants: [unitName('claude-max-api')],
    };
    for (const spec of [proxy, front]) {
      const file = put(`.config/systemd/user/${unitName(spec.id)}`, renderUnit(spec, place));
      expect(file).toBe(unitFile(spec.id, place));
    }
    for (const spec of [proxy, front]) {
      expect(await systemd.run(['systemd-analyze', '--user', 'verify', unitFile(spec.id, place)])).toEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
    }
    await control('daemon-reload');
    // Only the front is started: it brings the one behind it.
    await control('enable', '--now', unitName('normalizer'));
    await up();
    await until(async () => (await state('claude-max-api')).active);
    let last = '';
    await until(
      async () => {
        last = await answers().catch(({ message }: Error) => message);
        return last === 'from claude';
      },
      () => last,
    );
    await control('disable', '--now', unitName('normalizer'), unitName('claude-max-api'));
  });
});

describe.runIf(canBoot)('the unit of the machine', () => {
  it('is verified without a word, and Claude Code lives inside everything that it takes away', async () => {
    systemd.close();
    systemd = await bootUserSystemd(programs, { as: 'root' });
    const system: ServicePlace = { ...place, home: systemd.home, manager: 'systemd-system' };
    prepareHome();
    const front = normalizer();
    // The manager here is one of a user, so /run is not its to give: a private /tmp is.
    const argv = front.argv.map((word) => (word.startsWith('%t/') ? '/tmp/work' : word)) as [string, ...string[]];
    const text = renderUnit({ ...front, argv, before: [] }, system);
    for (const line of ['User=ada', 'CapabilityBoundingSet=', 'ProtectSystem=strict', 'WantedBy=multi-user.target']) {
      expect(text.split('\n')).toContain(line);
    }
    const file = put('.config/systemd/user/clawauth-normalizer.service', text);
    expect(await systemd.run(['systemd-analyze', 'verify', file])).toEqual({ code: 0, stdout: '', stderr: '' });
    await control('daemon-reload');
    await control('start', unitName('normalizer'));
    await up();
    expect(await Promise.all([answers(), answers()])).toEqual(['from claude', 'from claude']);
    const { pid } = await state();
    const inside = await systemd.run([
      'nsenter',
      '-t',
      String(pid),
      '-m',
      'sh',
      '-c',
      'touch /usr/x /etc/x 2>&1; ls -A /tmp; touch /run/home/.probe && echo home-writable',
    ]);
    expect(inside.stdout).toMatch(/\/usr\/x.*Read-only file system/);
    expect(inside.stdout).toMatch(/\/etc\/x.*Read-only file system/);
    expect(inside.stdout).toMatch(/^work$/m);
    expect(inside.stdout).toContain('home-writable');
    const status = await systemd.run(['cat', `/proc/${pid}/status`]);
    expect(status.stdout).toMatch(/^CapBnd:\t0+$/m);
    expect(status.stdout).toMatch(/^Uid:\t4321\t/m);
    await control('stop', unitName('normalizer'));
  });
});

describe('a launch agent', () => {
  it('is read back by a plist parser as it was meant', async () => {
    const spec = {
      id: 'normalizer',
      argv: ['/opt/node', '/x & <y>/n.js', '--port', '3457'],
      env: { A: '"<&>"' },
      path: ['/usr/bin'],
      wants: [],
      before: [],
      memoryMb: 1,
    } as const;
    const text = renderAgent(spec, {
      manager: 'launchd',
      home: '/Users/ada',
      user: 'ada',
      uid: 501,
      systemd: null,
      configHome: '/Users/ada/.config',
    });
    const file = join(app, 'agent.plist');
    writeFileSync(file, text);
    const script = 'import json,plistlib,sys; print(json.dumps(plistlib.load(open(sys.argv[1],"rb"))))';
    expect(JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' }))).toMatchObject({
      Label: 'io.github.clawauth-setup.normalizer',
      ProgramArguments: spec.argv,
      EnvironmentVariables: { A: '"<&>"', PATH: '/usr/bin' },
      KeepAlive: true,
      RunAtLoad: true,
      WorkingDirectory: '/Users/ada/Library/Application Support/clawauth-setup/run/normalizer',
    });
  });
});

function linkExists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
