import { describe, expect, it } from 'vitest';
import type { ClaudeInside } from '../../../src/claude/records.ts';
import { judge } from '../../../src/doctor/index.ts';
import {
  containerArgv,
  containerRestart,
  containerRuns,
  inContainer,
  onHost,
} from '../../../src/openclaw/container.ts';
import { meantAnywhere } from '../../../src/openclaw/container-meant.ts';
import { findContainers, releaseIn } from '../../../src/openclaw/containers.ts';
import type { OpenClawInstall } from '../../../src/openclaw/records.ts';
import { factValue, known, unknown } from '../../../src/system/fact.ts';
import { withFiles } from '../../../src/system/overlay.ts';
import type { ToldInstallation } from '../../../src/system/world.ts';
import { cannedFacts, NOW } from '../../support/canned-facts.ts';
import { containerWith } from '../../support/container.ts';
import { memoryWorld } from '../../support/memory-world.ts';

/** As `docker inspect` of 20.10 answers, without what nobody reads. */
function inspected(more: {
  readonly name?: string;
  readonly status?: string;
  readonly env?: readonly string[];
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[] | null;
  readonly user?: string;
  readonly state?: string;
  readonly labels?: Record<string, string>;
  readonly network?: string;
}) {
  const { name = 'claw-gateway-1', status = 'running', state = '/home/ana/claw' } = more;
  const cmd = more.cmd ?? ['node', 'dist/index.js', 'gateway', '--bind', 'lan', '--port', '18789'];
  const entrypoint = more.entrypoint === undefined ? ['/usr/bin/tini', '--'] : more.entrypoint;
  const [path, ...args] = [...(entrypoint ?? []), ...cmd];
  return {
    Name: `/${name}`,
    Path: path,
    Args: args,
    Image: 'sha256:1',
    State: { Status: status, Pid: status === 'running' ? 4711 : 0, StartedAt: '2026-11-20T00:00:00Z' },
    HostConfig: {
      NetworkMode: more.network ?? 'claw_default',
      PortBindings: { '18789/tcp': [{ HostIp: '', HostPort: '18790' }] },
    },
    Mounts: [
      { Type: 'bind', Source: state, Destination: '/home/node/.openclaw', RW: true },
      { Type: 'bind', Source: '/home/ana/work', Destination: '/home/node/.openclaw/workspace', RW: true },
    ],
    Config: {
      User: more.user ?? 'node',
      Env: ['HOME=/home/node', 'PATH=/usr/bin', ...(more.env ?? [])],
      Cmd: cmd,
      Entrypoint: entrypoint,
      Image: 'openclaw:local',
      WorkingDir: '/app',
      Labels: more.labels ?? {},
    },
  };
}

const COMPOSE = {
  'com.docker.compose.project': 'claw',
  'com.docker.compose.project.working_dir': '/home/ana/claw-project',
  'com.docker.compose.project.config_files': '/home/ana/claw-project/a.yml,/home/ana/claw-project/b.yml',
  'com.docker.compose.service': 'openclaw-gateway',
  'com.docker.compose.oneoff': 'False',
};

/** A tar as `docker cp … -` writes it, with one file in it. */
function tar(content: string): string {
  const size = Buffer.byteLength(content).toString(8).padStart(11, '0');
  return `${`package.json`.padEnd(124, '\0')}${size}\0`.padEnd(512, '\0') + content.padEnd(1024, '\0');
}

const PACKAGE = tar(JSON.stringify({ name: 'openclaw', version: '2026.9.6', extra: { nested: {} } }, null, 2));

function machine(
  containers: readonly ReturnType<typeof inspected>[],
  more: {
    files?: Record<string, string | { content?: string; uid?: number }>;
    told?: ToldInstallation;
    ps?: object;
  } = {},
) {
  const ids = containers.map((_, index) => `${index}`.repeat(64));
  return memoryWorld({
    files: { '/usr/bin/docker': { mode: 0o755 }, '/home/ana/claw/openclaw.json': '{}', ...more.files },
    commands: {
      'docker ps': more.ps ?? { stdout: ids.join('\n') },
      'docker inspect': { stdout: JSON.stringify(containers) },
      'docker cp': ({ 3: from = '' }) =>
        /:\/app\/package\.json$/.test(from) ? { stdout: PACKAGE } : { exitCode: 1, stderr: 'Could not find the file' },
    },
    overrides: {
      env: { HOME: '/home/ana', PATH: '/usr/bin:/bin', DOCKER_HOST: 'unix:///run/docker.sock' },
      ...(more.told === undefined ? {} : { told: more.told }),
    },
  });
}

const found = async (...containers: ReturnType<typeof inspected>[]) =>
  (await findContainers(machine(containers))).found.map(({ container }) => container);

const HOST_INSTALL: OpenClawInstall = {
  path: '/usr/bin/openclaw',
  realPath: '/usr/bin/openclaw',
  command: 'openclaw',
  version: '2026.9.6',
  packageRoot: '/usr/lib/node_modules/openclaw',
  wins: true,
  node: { path: '/usr/bin/node', version: '24.1.0', wants: null, ok: true },
};

const meant = async (world: ReturnType<typeof machine>, installs: readonly OpenClawInstall[] = []) => {
  const { meant: it, installs: all } = await meantAnywhere(world, installs);
  const { state } = it.found;
  return {
    container: state.container?.name,
    stateDir: state.stateDir,
    unclear: state.unclear?.says,
    others: (state.others ?? []).map(({ target }) => target),
    version: all.find(({ wins }) => wins)?.version,
    state,
  };
};

describe('containers of OpenClaw', () => {
  it('are the same in whatever order Docker tells their mounts', async () => {
    const one = inspected({});
    const [first, other] = [await found(one), await found({ ...one, Mounts: one.Mounts.toReversed() })];
    expect(first).toHaveLength(1);
    expect(other).toEqual(first);
  });

  it('are told by what they start and mount', async () => {
    const [one, ...rest] = await found(
      inspected({ labels: COMPOSE }),
      inspected({ name: 'claw-cli', cmd: ['node', 'dist/index.js'] }),
      inspected({ name: 'once', labels: { ...COMPOSE, 'com.docker.compose.oneoff': 'True' } }),
      inspected({ name: 'kong-gateway', cmd: ['kong', 'gateway'] }),
      { ...inspected({ name: 'no-state' }), Mounts: [] },
    );
    expect(rest).toEqual([]);
    expect(one).toMatchObject({
      name: 'claw-gateway-1',
      entry: ['node', 'dist/index.js'],
      workdir: '/app',
      uid: 1000,
      stateDir: '/home/node/.openclaw',
      port: 18790,
      gatewayPort: 18789,
      env: { DOCKER_HOST: 'unix:///run/docker.sock' },
      compose: { service: 'openclaw-gateway', files: ['/home/ana/claw-project/a.yml', '/home/ana/claw-project/b.yml'] },
    });
  });

  it.each([
    [['openclaw', 'gateway'], null, ['openclaw']],
    [['node', 'openclaw.mjs', 'gateway', '--allow-unconfigured'], null, ['node', 'openclaw.mjs']],
    [['sh', '-c', 'cd /app && exec node dist/index.js gateway run'], null, ['node', 'dist/index.js']],
    [
      ['gateway', '--port', '18789'],
      ['node', '/app/openclaw.mjs'],
      ['node', '/app/openclaw.mjs'],
    ],
    [['clawdbot', 'gateway'], ['docker-entrypoint.sh'], ['clawdbot']],
  ])('are started by %j', async (cmd, entrypoint, entry) => {
    expect((await found(inspected({ cmd, entrypoint })))[0]?.entry).toEqual(entry);
  });

  it('come running first, and one on the network of the machine has its own port', async () => {
    const all = await found(inspected({ name: 'b', status: 'exited' }), inspected({ name: 'a', network: 'host' }));
    expect(all.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(all[0]).toMatchObject({ port: 18789, hostNetwork: true });
  });

  it('give no variable away but paths and the port', async () => {
    const secret = 'ANTHROPIC_API_KEY=sk-ant-api03-FAKEkey';
    const env = [secret, 'OPENCLAW_GATEWAY_TOKEN=hush', 'OPENCLAW_WORKSPACE_DIR=/home/ana/work'];
    const [one] = await found(inspected({ env }));
    expect(one?.places).toEqual({ OPENCLAW_WORKSPACE_DIR: '/home/ana/work' });
    expect(JSON.stringify(one)).not.toMatch(/FAKEkey|hush/);
  });

  it('are not asked for without a socket, and say why they cannot be', async () => {
    expect(await findContainers(memoryWorld({ files: { '/usr/bin/docker': { mode: 0o755 } } }))).toEqual({ found: [] });
    const ps = { exitCode: 1, stderr: 'permission denied while trying to connect to the Docker daemon socket' };
    expect((await findContainers(machine([], { ps }))).refused).toMatchObject({ runtime: 'docker', mayNot: true });
  });

  it('tell their release from the package, also where it is no JSON on one line', async () => {
    const world = machine([inspected({})]);
    const [one] = (await findContainers(world)).found;
    if (one === undefined) throw new Error('not found');
    expect(await releaseIn(world, one.container)).toEqual({ name: 'openclaw', version: '2026.9.6', root: '/app' });
  });
});

describe('a path', () => {
  it('lies where the deepest mount says', async () => {
    const [one] = await found(inspected({}));
    if (one === undefined) throw new Error('not found');
    expect(onHost(one, '/home/node/.openclaw/agents/main')).toBe('/home/ana/claw/agents/main');
    expect(onHost(one, '/home/node/.openclaw/workspace/a')).toBe('/home/ana/work/a');
    expect(onHost(one, '/home/node/.openclaw-other')).toBeNull();
    expect(inContainer(one, '/home/ana/claw/openclaw.json')).toBe('/home/node/.openclaw/openclaw.json');
    expect(inContainer(one, '/etc/hosts')).toBe('/etc/hosts');
  });
});

describe('a call of OpenClaw in a container', () => {
  const words = async (more: Parameters<typeof inspected>[0]) => {
    const [one] = await found(inspected(more));
    if (one === undefined) throw new Error('not found');
    return containerArgv(one, ['models', 'status'], { NO_COLOR: '1', FORCE_COLOR: null }).join(' ');
  };

  it('runs in the one that runs', async () => {
    expect(await words({ labels: COMPOSE })).toBe(
      'docker exec -i -e NO_COLOR=1 claw-gateway-1 node dist/index.js models status',
    );
  });

  it('starts no stopped gateway: Compose makes one beside it', async () => {
    expect(await words({ labels: COMPOSE, status: 'exited' })).toBe(
      'docker compose -p claw --project-directory /home/ana/claw-project -f /home/ana/claw-project/a.yml -f /home/ana/claw-project/b.yml run -T --rm --no-deps -e NO_COLOR=1 --entrypoint node openclaw-gateway dist/index.js models status',
    );
  });

  it('does the same without Compose, with the same folders, user and places', async () => {
    expect(await words({ status: 'exited' })).toBe(
      'docker run --rm -i --volumes-from claw-gateway-1 -u node -w /app -e HOME=/home/node -e OPENCLAW_STATE_DIR=/home/node/.openclaw -e NO_COLOR=1 --entrypoint node openclaw:local dist/index.js models status',
    );
  });

  it('is asked whether it runs by a word of its runtime', () => {
    expect(containerRuns(containerWith())).toEqual(['docker', 'inspect', '-f', '{{.State.Running}}', 'claw']);
  });

  it('restarts it, and makes it anew where its environment changed', async () => {
    const [one] = await found(inspected({ labels: COMPOSE }));
    const [alone] = await found(inspected({}));
    if (one === undefined || alone === undefined) throw new Error('not found');
    expect(containerRestart(one, false).join(' ')).toBe('docker restart claw-gateway-1');
    expect(containerRestart(one, true).join(' ')).toMatch(/ up -d --no-deps --force-recreate openclaw-gateway$/);
    expect(containerRestart(alone, true).join(' ')).toBe('docker restart claw-gateway-1');
  });
});

describe('which OpenClaw is meant', () => {
  const here = { '/home/ana/.openclaw/openclaw.json': '{}' };
  const two = [inspected({}), inspected({ name: 'second', state: '/srv/second', status: 'exited' })];

  it('is the only container where nothing is installed', async () => {
    expect(await meant(machine([inspected({})]))).toMatchObject({
      container: 'claw-gateway-1',
      stateDir: '/home/ana/claw',
      unclear: undefined,
      version: '2026.9.6',
    });
  });

  it('is the one that runs, of two', async () => {
    const it = await meant(machine(two));
    expect(it).toMatchObject({ container: 'claw-gateway-1', unclear: undefined, others: ['second'] });
  });

  it('has to be said where two run', async () => {
    const both = [inspected({}), inspected({ name: 'second', state: '/srv/second' })];
    expect((await meant(machine(both))).unclear).toMatch(/Several containers/);
    const told = await meant(machine(both, { told: { target: 'second' } }));
    expect(told).toMatchObject({ container: 'second', stateDir: '/srv/second', unclear: undefined });
  });

  it('has to be said where one is installed without a gateway and another runs in a container', async () => {
    const world = machine([inspected({})], { files: here });
    expect(await meant(world, [HOST_INSTALL])).toMatchObject({
      container: undefined,
      unclear: 'OpenClaw is installed here, and also runs in a container.',
      others: ['claw-gateway-1'],
    });
    const host = machine([inspected({})], { files: here, told: { target: 'host' } });
    expect(await meant(host, [HOST_INSTALL])).toMatchObject({ container: undefined, unclear: undefined });
  });

  it('is the installed one where no container runs', async () => {
    const world = machine([inspected({ status: 'exited' })], { files: here });
    expect(await meant(world, [HOST_INSTALL])).toMatchObject({ container: undefined, unclear: undefined });
  });

  it('is the container where that has the very folder of this home', async () => {
    const world = machine([inspected({ state: '/home/ana/.openclaw' })], { files: here });
    expect(await meant(world)).toMatchObject({ container: 'claw-gateway-1', stateDir: '/home/ana/.openclaw' });
    expect(await meant(world, [HOST_INSTALL])).toMatchObject({ container: 'claw-gateway-1' });
  });

  it('is the same where what is looked at is only how it would be', async () => {
    const world = machine([inspected({})]);
    const wouldBe = withFiles(world, new Map());
    expect((await meantAnywhere(wouldBe, [], world.processes)).meant.found.state).toMatchObject({
      stateDir: '/home/ana/claw',
      container: { name: 'claw-gateway-1' },
    });
  });

  it('is nowhere under a name that no container has', async () => {
    const it = await meant(machine([inspected({})], { told: { target: 'nope' } }));
    expect(it).toMatchObject({
      unclear: 'There is no container "nope" that runs OpenClaw.',
      others: ['claw-gateway-1'],
    });
  });
});

describe('the doctor of a container', () => {
  const ids = async (world: ReturnType<typeof machine>, change: Parameters<typeof cannedFacts>[0] = {}) => {
    const { state } = await meant(world);
    const base = factValue(cannedFacts().state);
    const facts = cannedFacts({ state: known({ ...base, ...state }, 'x'), ...change });
    return judge(facts, NOW).findings.filter(({ id }) => /^(container|user|openclaw)\./.test(id));
  };

  it('has nothing to say of one that is well', async () => {
    expect(await ids(machine([inspected({ env: ['OPENCLAW_STATE_DIR=/home/node/.openclaw'] })]))).toEqual([]);
  });

  it('finds paths and the port of this machine in its environment', async () => {
    const env = [
      'OPENCLAW_WORKSPACE_DIR=/home/ana/work',
      'OPENCLAW_GATEWAY_PORT=18790',
      'OPENCLAW_CONFIG_DIR=/home/ana/claw',
    ];
    const found = await ids(machine([inspected({ env, labels: COMPOSE })]));
    expect(found.map(({ id }) => id)).toEqual(['container.host-path', 'container.port']);
    expect(found[0]).toMatchObject({ next: expect.stringContaining('/home/ana/claw-project/a.yml') });
  });

  it('finds what belongs to somebody else', async () => {
    const files = { '/home/ana/claw/agents/main/agent/auth-profiles.json': { content: '{}', uid: 0 } };
    const [one] = await ids(machine([inspected({})], { files }));
    expect(one).toMatchObject({
      id: 'container.foreign-files',
      says: expect.stringContaining('auth-profiles.json does not belong to uid 1000'),
      next: 'sudo chown -R 1000:1000 /home/ana/claw',
    });
  });

  it('finds one that cannot stay up', async () => {
    const [one] = await ids(machine([inspected({ status: 'restarting' })]));
    expect(one).toMatchObject({ id: 'container.restarting', next: 'docker logs --tail 50 claw-gateway-1' });
  });

  it.each([
    ['lost', 'warning', /ends with the container claw-gateway-1/, '/home/ana/claw-project/a.yml'],
    ['read-only', 'error', /is mounted read-only/, '/home/ana/claw-project/a.yml'],
    ['not writable', 'error', /uid 1000 may not write/, '/home/ana/claw-project/a.yml'],
  ] as const)('finds a login of Claude Code that is %s', async (fate, level, says, next) => {
    const config = factValue(cannedFacts().config);
    const runs = { ...config, runtime: 'claude-cli' } as NonNullable<typeof config>;
    const told: ClaudeInside = {
      claude: known([], 'x'),
      ...{ claudeSignIn: unknown('waiting', ''), claudeLogin: unknown('waiting', '') },
      ...{ uid: 1000, login: { fate, path: '/home/node/.claude' } },
    };
    const world = machine([inspected({ labels: COMPOSE })]);
    const found = await ids(world, { claudeInside: known(told, 'x'), config: known(runs, 'x') });
    expect(found).toMatchObject([{ id: 'container.claude-login', verdict: level, says: expect.stringMatching(says) }]);
    expect(found[0]?.next).toContain(next);
    expect(await ids(world, { claudeInside: known(told, 'x') })).toEqual([]);
  });
});
