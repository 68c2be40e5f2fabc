import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until, WAIT_MS } from './processes.ts';
import { cached } from './program-cache.ts';
import { installNode } from './releases.ts';
import { removeTree } from './tree.ts';

const run = promisify(execFile);

/** The image of the tests: Debian with a Node and a user `node`; the release is mounted at `/app`. */
export const IMAGE = 'local/openclaw';

/** A real Docker with Compose, in namespaces of its own: nothing of this machine's containers is seen or touched. */
export interface DockerHost {
  /** Variables by which a child finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** The words before a command that make it see the ports that containers publish. */
  readonly enter: readonly [string, ...string[]];
  /** Runs `docker …`; gives what it printed, throws where it fails. */
  docker(...args: readonly string[]): Promise<string>;
  /** Lets containers reach a port of our loopback; gives the one to ask at `host.docker.internal`. */
  reach(port: number): Promise<number>;
  close(): Promise<void>;
}

/** Debian packages that it needs. */
const PACKAGES = 'docker.io iptables debootstrap';

/** Needs root, a Debian with `PACKAGES`, and its package mirror the first time. */
export async function bootDocker(): Promise<DockerHost> {
  for (const program of ['dockerd', 'iptables', 'debootstrap']) {
    if (spawnSync(program, ['--version']).error !== undefined)
      throw new Error(`${program} is missing: apt-get install --no-install-recommends ${PACKAGES}`);
  }
  const [root, compose] = [await debian(), await composePlugin()];
  const folder = mkdtempSync(join(tmpdir(), 'clawauth-docker-'));
  const config = join(folder, 'config');
  mkdirSync(join(config, 'cli-plugins'), { recursive: true });
  copyFileSync(compose, join(config, 'cli-plugins', 'docker-compose'));
  chmodSync(join(config, 'cli-plugins', 'docker-compose'), 0o755);
  const socket = join(folder, 'docker.sock');
  const script = `ip link set lo up; exec dockerd --data-root ${folder}/data --exec-root ${folder}/exec --pidfile ${folder}/pid -H unix://${socket}`;
  const daemon = spawn('unshare', ['-n', '-m', '--propagation', 'private', 'sh', '-c', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-4000);
  });
  const env = { DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: config };
  const docker = async (...args: readonly string[]) => {
    const options = { env: { ...process.env, ...env }, timeout: WAIT_MS, maxBuffer: 64 << 20 };
    return (await run('docker', args, options)).stdout;
  };
  await until(
    () => docker('info').catch(() => false),
    () => `${daemon.exitCode ?? ''}${said}`,
  );
  await importImage(root, { ...process.env, ...env });
  const pid = readFileSync(join(folder, 'pid'), 'utf8').trim();
  const enter = ['nsenter', '-t', pid, '-n'] as const;
  const relays: (() => void)[] = [];
  return {
    env,
    enter,
    docker,
    reach: async (port) => {
      const relay = await relayTo(port, enter, join(folder, `${port}.sock`));
      relays.push(relay.close);
      return relay.port;
    },
    close: () => {
      for (const end of relays) end();
      return close(daemon, docker, folder);
    },
  };
}

/** In the other network: hands each connection to a socket in the file system, which both see. */
const RELAY = `const net = require('node:net');
const server = net.createServer((one) => {
  const other = net.connect(process.argv[1]);
  for (const [a, b] of [[one, other], [other, one]]) a.pipe(b).on('error', () => a.destroy());
});
server.listen(0, () => console.log(server.address().port));`;

async function relayTo(port: number, [nsenter, ...enter]: DockerHost['enter'], socket: string) {
  const server = createServer((one) => {
    const other = connect(port, '127.0.0.1');
    one.pipe(other).on('error', () => one.destroy());
    other.pipe(one).on('error', () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const child = spawn(nsenter, [...enter, process.execPath, '-e', RELAY, socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  const close = () => {
    child.kill();
    server.close();
  };
  return { port: Number(String(told)), close };
}

async function close(daemon: ChildProcess, docker: DockerHost['docker'], folder: string): Promise<void> {
  const all = (await docker('ps', '-a', '-q').catch(() => '')).split('\n').filter((id) => id !== '');
  if (all.length > 0) await docker('rm', '-f', ...all).catch(() => '');
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  if (daemon.pid !== undefined && daemon.exitCode === null) {
    process.kill(-daemon.pid, 'SIGTERM');
    await ended;
  }
  removeTree(folder);
}

/** A minimal Debian as a folder. */
async function debian(): Promise<string> {
  return join(
    await cached('docker-debian', async (into) => {
      const root = join(into, 'root');
      await run('debootstrap', ['--variant=minbase', '--include=ca-certificates,tini,procps', 'bookworm', root], {
        timeout: 900_000,
        maxBuffer: 64 << 20,
      });
      await run('chroot', [root, 'useradd', '-m', '-u', '1000', '-s', '/bin/bash', 'node']);
      await rm(join(root, 'dev'), { recursive: true, force: true });
      mkdirSync(join(root, 'dev'));
      await run('tar', ['-C', root, '-cf', join(into, 'root.tar'), '.']);
      await rm(root, { recursive: true, force: true });
    }),
    'root.tar',
  );
}

/** Compose v2 as one program: the Debian of these tests has only the old one in Python. */
async function composePlugin(): Promise<string> {
  const folder = await cached('docker-compose-trixie', async (into) => {
    mkdirSync(join(into, 'lists/partial'), { recursive: true });
    mkdirSync(join(into, 'cache/archives/partial'), { recursive: true });
    const list = join(into, 'trixie.list');
    writeFileSync(list, 'deb [trusted=yes] http://deb.debian.org/debian trixie main\n');
    const options = [
      `Dir::Etc::sourcelist=${list}`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::lists=${into}/lists`,
      `Dir::Cache=${into}/cache`,
    ].flatMap((option) => ['-o', option]);
    const apt = (...args: string[]) => run('apt-get', [...options, ...args], { cwd: into, maxBuffer: 64 << 20 });
    await apt('update');
    await apt('download', 'docker-compose');
    await run('sh', ['-c', 'dpkg -x docker-compose_*.deb x && cp x/usr/libexec/docker/cli-plugins/docker-compose . '], {
      cwd: into,
    });
    await run('rm', ['-rf', 'x', 'lists', 'cache'], { cwd: into });
  });
  return join(folder, 'docker-compose');
}

async function importImage(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  const node = join(await installNode(), '..', 'node', 'bin', 'node');
  if (!existsSync(node)) throw new Error(`${node} is not there`);
  const folder = mkdtempSync(join(tmpdir(), 'clawauth-image-'));
  try {
    copyFileSync(root, join(folder, 'root.tar'));
    const changes = ['USER node', 'WORKDIR /app', 'ENTRYPOINT ["/usr/bin/tini","--"]', 'ENV HOME=/home/node'];
    const words = changes.flatMap((change) => ['-c', change]);
    await run('docker', ['import', ...words, join(folder, 'root.tar'), `${IMAGE}:base`], { env });
    copyFileSync(node, join(folder, 'node'));
    await rm(join(folder, 'root.tar'));
    writeFileSync(
      join(folder, 'Dockerfile'),
      `FROM ${IMAGE}:base\nUSER root\nCOPY node /usr/local/bin/node\nUSER node\n`,
    );
    await run('docker', ['build', '-q', '-t', IMAGE, folder], { env: { ...env, DOCKER_BUILDKIT: '0' } });
  } finally {
    removeTree(folder);
  }
}
