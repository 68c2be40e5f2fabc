import { chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bootDocker, type DockerHost, IMAGE } from './docker.ts';
import { freePort } from './free-port.ts';
import { until } from './processes.ts';
import { installRelease } from './releases.ts';
import { runPacked } from './run-packed.ts';
import { removeTree } from './tree.ts';

/** The user `node` of OpenClaw's images. */
export const UID = 1000;
export const GATEWAY = 'claw-openclaw-gateway-1';

export interface DockerProjectOptions {
  readonly version: string;
  /** The `cli.js` of the package. */
  readonly cli: string;
  /** `agents` of the configuration, as JSON5 text. */
  readonly agents: string;
  /** The folder that its own is made in; that of the system for such things unless told. */
  readonly under?: string;
  /** Beside those of OpenClaw's own files. */
  readonly mounts?: (home: string, host: DockerHost) => Promise<readonly string[]>;
  readonly environment?: (host: DockerHost) => Promise<Readonly<Record<string, string>>>;
}

export type DockerProject = Awaited<ReturnType<typeof makeDockerProject>>;

/**
 * A project as OpenClaw's own Compose files make it, in a Docker of its own, with a real release mounted into it; its
 * gateway runs. Our program runs beside it, on the host.
 */
export async function makeDockerProject({ version, cli, agents, ...more }: DockerProjectOptions) {
  const host = await bootDocker();
  const home = mkdtempSync(join(more.under ?? tmpdir(), 'clawauth-docker-home-'));
  const [project, state] = [join(home, 'claw'), join(home, 'claw-state')];
  mkdirSync(project);
  mkdirSync(state, { mode: 0o700 });
  const modules = dirname(dirname((await installRelease(version)).bin));
  const entry = version.startsWith('2026.2.') ? 'openclaw.mjs' : 'dist/index.js';
  const volumes = [
    ...((await more.mounts?.(home, host)) ?? []),
    `${state}:/home/node/.openclaw`,
    `${join(modules, 'openclaw')}:/app:ro`,
    `${modules}:/node_modules:ro`,
  ];
  const given = (await more.environment?.(host)) ?? {};
  const service = {
    image: IMAGE,
    // As in OpenClaw's own file. 2026.2.17 ends after some changes of its configuration, and leaves the start to others.
    restart: 'unless-stopped',
    environment: { HOME: '/home/node', OPENCLAW_STATE_DIR: '/home/node/.openclaw', ...given },
    env_file: ['.env'],
    volumes,
    extra_hosts: ['host.docker.internal:host-gateway'],
    ports: [`${await freePort()}:18789`],
    command: ['node', entry, 'gateway', '--bind', 'lan', '--port', '18789'],
  };
  const clis = { image: IMAGE, volumes, entrypoint: ['node', entry], depends_on: ['openclaw-gateway'] };
  const services = { 'openclaw-gateway': service, 'openclaw-cli': clis };
  writeFileSync(join(project, '.env'), 'ANTHROPIC_OAUTH_TOKEN=sk-ant-oat01-FAKEfrom-an-older-guide\n');
  writeFileSync(join(project, 'docker-compose.yml'), JSON.stringify({ services }));
  const config = join(state, 'openclaw.json');
  const text = `{
  // in a container
  gateway: { mode: 'local', bind: 'lan', port: 18789, auth: { mode: 'token', token: 'FAKE-gateway-token-0123456789' } },
  agents: ${agents},
}
`;
  writeFileSync(config, text, { mode: 0o600 });
  for (const path of [state, config]) chownSync(path, UID, UID);

  const printed: string[] = [];
  const ours = async (args: readonly string[], input = '') => {
    const [enter, first, ...rest] = [...host.enter, process.execPath, cli, ...args];
    const done = await runPacked(enter, first as string, rest, { home, env: host.env, input });
    printed.push(done.out, done.err);
    return done;
  };
  const compose = (...args: string[]) => host.docker('compose', '-p', 'claw', '--project-directory', project, ...args);
  const start = async () => {
    await compose('up', '-d', 'openclaw-gateway');
    await answers();
  };
  const answers = () =>
    until(async () => {
      if ((await host.docker('inspect', '-f', '{{.State.Pid}}', GATEWAY)).trim() === '0') return false;
      const script = 'fetch("http://127.0.0.1:18789/").then(() => {}, () => process.exit(1))';
      return host.docker('exec', GATEWAY, 'node', '-e', `console.log(1); ${script}`).catch(() => false);
    });
  await start();
  return {
    host,
    home,
    state,
    project,
    /** The configuration as it was. */
    text,
    config: () => readFileSync(config, 'utf8'),
    /** What our program printed, all of it. */
    printed,
    ours,
    /** With `--json`: what it told, where it ended well. */
    well: async (args: readonly string[], input = '') => {
      const done = await ours([...args, '--json'], input);
      if (done.code !== 0) throw new Error(done.out + done.err);
      return JSON.parse(done.out);
    },
    compose,
    start,
    /** Until its gateway answers. */
    answers,
    status: async () => (await host.docker('inspect', '-f', '{{.State.Status}}', GATEWAY)).trim(),
    /** What the OpenClaw in the container says of its models; asked again where the container ends under the question. */
    judged: async () => {
      const told = await until(() =>
        host.docker('exec', GATEWAY, 'node', entry, 'models', 'status', '--json').catch(() => null),
      );
      const { auth, resolvedDefault } = JSON.parse(told.slice(told.indexOf('{')));
      const ids = auth.oauth.profiles.map((one: { profileId: string; type: string }) => `${one.profileId} ${one.type}`);
      return { ids: ids.sort() as string[], model: resolvedDefault as string };
    },
    /** Whatever in the folder is not the container's user's. */
    foreign: (folder = state) => foreignIn(folder),
    close: async () => {
      await host.close();
      removeTree(home);
    },
  };
}

function foreignIn(path: string): string[] {
  const stat = lstatSync(path);
  const own = stat.uid === UID && stat.gid === UID ? [] : [path];
  const below = stat.isDirectory() ? readdirSync(path).flatMap((name) => foreignIn(join(path, name))) : [];
  return [...own, ...below];
}
