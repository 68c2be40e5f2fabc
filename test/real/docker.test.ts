import { chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bootDocker, type DockerHost, IMAGE } from '../support/docker.ts';
import { freePort } from '../support/free-port.ts';
import { MANY_PROGRAMS, until } from '../support/processes.ts';
import { installRelease } from '../support/releases.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const KEY = `sk-ant-api03-FAKE${'Z7rT'.repeat(22)}abc`;
const UID = 1000;
const GATEWAY = 'claw-openclaw-gateway-1';

const packed = inject('packed');

/**
 * A project as OpenClaw's own Compose files make it, with a real Docker and a real release mounted into it. In the matrix
 * only: it needs root and packages of Debian, and each start of a gateway takes its time.
 */
const inMatrix = process.env.CLAWAUTH_MATRIX === '1';
describe.skipIf(!inMatrix).each(['2026.2.17', '2026.9.6'])(
  'OpenClaw %s in Docker Compose',
  MANY_PROGRAMS,
  (version) => {
    let host: DockerHost;
    let home: string;
    let state: string;
    let project: string;
    let text: string;
    const printed: string[] = [];
    const inFiles = version === '2026.2.17';
    const config = () => join(state, 'openclaw.json');
    const read = () => readFileSync(config(), 'utf8');

    const ours = async (args: readonly string[], input = '') => {
      const [enter, first, ...rest] = [...host.enter, process.execPath, packed.cli, ...args];
      const done = await runPacked(enter, first as string, rest, { home, env: host.env, input });
      printed.push(done.out, done.err);
      return done;
    };
    const well = async (args: readonly string[], input = '') => {
      const done = await ours([...args, '--json'], input);
      expect(done.code, done.out + done.err).toBe(0);
      return JSON.parse(done.out);
    };
    const token = (...more: string[]) =>
      well(['apply', '--method', 'setup-token', '--token-stdin', '--yes', ...more], TOKEN);
    const key = (...more: string[]) => well(['apply', '--method', 'api-key', '--key-stdin', '--yes', ...more], KEY);
    const compose = (...args: string[]) =>
      host.docker('compose', '-p', 'claw', '--project-directory', project, ...args);
    const entry = inFiles ? 'openclaw.mjs' : 'dist/index.js';
    /** What the OpenClaw in the container says of its models. */
    const judged = async () => {
      const told = await host.docker('exec', GATEWAY, 'node', entry, 'models', 'status', '--json');
      const { auth, resolvedDefault } = JSON.parse(told.slice(told.indexOf('{')));
      const ids = auth.oauth.profiles.map((one: { profileId: string; type: string }) => `${one.profileId} ${one.type}`);
      return { ids: ids.sort(), model: resolvedDefault };
    };
    const answers = (pid = '') =>
      until(async () => {
        const now = (await host.docker('inspect', '-f', '{{.State.Pid}}', GATEWAY)).trim();
        if (now === '0' || now === pid) return false;
        const script = 'fetch("http://127.0.0.1:18789/").then(() => {}, () => process.exit(1))';
        return host.docker('exec', GATEWAY, 'node', '-e', `console.log(1); ${script}`).catch(() => false);
      });
    const status = async () => (await host.docker('inspect', '-f', '{{.State.Status}}', GATEWAY)).trim();
    /** Of the state, whatever is not the container's user's. */
    const foreign = () => {
      const found: string[] = [];
      const visit = (path: string) => {
        const stat = lstatSync(path);
        if (stat.uid !== UID || stat.gid !== UID) found.push(path);
        if (stat.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
      };
      visit(state);
      return found;
    };

    beforeAll(async () => {
      host = await bootDocker();
      home = mkdtempSync(join(tmpdir(), 'clawauth-docker-home-'));
      project = join(home, 'claw');
      state = join(home, 'claw-state');
      mkdirSync(project);
      mkdirSync(state, { mode: 0o700 });
      const modules = dirname(dirname((await installRelease(version)).bin));
      const port = await freePort();
      const mounts = [
        `${state}:/home/node/.openclaw`,
        `${join(modules, 'openclaw')}:/app:ro`,
        `${modules}:/node_modules:ro`,
      ];
      writeFileSync(join(project, '.env'), 'ANTHROPIC_OAUTH_TOKEN=sk-ant-oat01-FAKEfrom-an-older-guide\n');
      const service = {
        image: IMAGE,
        environment: { HOME: '/home/node', OPENCLAW_STATE_DIR: '/home/node/.openclaw' },
        env_file: ['.env'],
        volumes: mounts,
        ports: [`${port}:18789`],
        command: ['node', entry, 'gateway', '--bind', 'lan', '--port', '18789'],
      };
      const cli = { image: IMAGE, volumes: mounts, entrypoint: ['node', entry], depends_on: ['openclaw-gateway'] };
      writeFileSync(
        join(project, 'docker-compose.yml'),
        JSON.stringify({ services: { 'openclaw-gateway': service, 'openclaw-cli': cli } }),
      );
      text = `{
  // in a container
  gateway: { mode: 'local', bind: 'lan', port: 18789, auth: { mode: 'token', token: 'FAKE-gateway-token-0123456789' } },
  agents: {
    defaults: { model: { primary: 'google/gemini-3-pro' } },
    ${inFiles ? "list: [{ id: 'main', default: true }, { id: 'work', agentDir: '/home/node/.openclaw/agents/work/agent' }]," : ''}
  },
}
`;
      writeFileSync(config(), text, { mode: 0o600 });
      for (const path of [state, config()]) chownSync(path, UID, UID);
      await compose('up', '-d', 'openclaw-gateway');
      await answers();
    });
    afterAll(async () => {
      await host?.close();
      if (home !== undefined) removeTree(home);
    });

    it('is found and looked at without a flag', async () => {
      const told = await well(['status']);
      expect(JSON.stringify(told)).toContain(state);
      expect(told.facts.gateway.value.running).toBe(true);
      expect(told.facts.release.value.version).toBe(version);
    });

    it('takes a setup token, written by the user of the container', async () => {
      await token();
      expect(await judged()).toMatchObject({ model: expect.stringMatching(/^anthropic\/claude-opus-/) });
      expect((await judged()).ids).toContain('anthropic:default token');
      expect(foreign()).toEqual([]);
      expect(read()).toContain('// in a container');
      expect((await token('--dry-run')).steps).toEqual([]);
    });

    it('switches to an API key, and back', async () => {
      await key();
      expect((await judged()).ids).toContain('anthropic:api-key api_key');
      // A database that a gateway wrote to since is not put back, so an undo there cannot bring the old token back.
      if (inFiles) await well(['undo', '--yes']);
      else await token();
      await answers();
      expect((await judged()).ids).toContain('anthropic:default token');
      expect(foreign()).toEqual([]);
    });

    it('loses a variable of its project, and gets it back', async () => {
      const variable = async () => (await host.docker('exec', GATEWAY, 'env')).includes('ANTHROPIC_OAUTH_TOKEN=');
      expect(await variable()).toBe(true);
      await well(['doctor', '--fix', '--yes', '--id', 'env.oauth-token']);
      await answers();
      expect(await variable()).toBe(false);
      expect(readFileSync(join(project, '.env'), 'utf8')).toBe('');
      await well(['undo', '--yes']);
      await answers();
      expect(await variable()).toBe(true);
    });

    it('is set up while it is stopped, and stays stopped', async () => {
      await compose('stop');
      const before = snapshot(state, /-(wal|shm)$|\/cache\//);
      await key();
      expect(await status()).toBe('exited');
      expect(json5.parse(read()).agents.defaults.model.primary).toMatch(/^anthropic\/claude-opus-/);
      expect(foreign()).toEqual([]);
      await well(['undo', '--yes']);
      expect(await status()).toBe('exited');
      const now = snapshot(state, /-(wal|shm)$|\/cache\//);
      expect(Object.keys(now).filter((path) => now[path] !== before[path])).toEqual([]);
      expect(Object.keys(before).filter((path) => now[path] === undefined)).toEqual([]);
    });

    it('is uninstalled, and shows no secret on the way', async () => {
      await compose('up', '-d', 'openclaw-gateway');
      await answers();
      await token();
      await well(['uninstall', '--yes']);
      expect((await judged()).ids).not.toContain('anthropic:default token');
      expect(json5.parse(read()).agents.defaults).toEqual(json5.parse(text).agents.defaults);
      for (const secret of [TOKEN, KEY]) {
        expect(printed.join('\n')).not.toContain(secret);
        expect(filesWith(state, secret).filter((path) => !/\.sqlite/.test(path))).toEqual([]);
      }
    });
  },
);
