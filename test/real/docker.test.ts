import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type DockerProject, GATEWAY, makeDockerProject } from '../support/docker-project.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { wholeMatrix } from '../support/releases.ts';
import { filesWith, snapshot } from '../support/run-packed.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const KEY = `sk-ant-api03-FAKE${'Z7rT'.repeat(22)}abc`;

const packed = inject('packed');

/**
 * A project as OpenClaw's own Compose files make it, with a real Docker and a real release mounted into it. In the matrix
 * only: it needs root and packages of Debian, and each start of a gateway takes its time.
 */

describe.skipIf(!wholeMatrix).each(['2026.2.17', '2026.9.6'])(
  'OpenClaw %s in Docker Compose',
  MANY_PROGRAMS,
  (version) => {
    let at: DockerProject;
    const inFiles = version === '2026.2.17';
    const token = (...more: string[]) =>
      at.well(['apply', '--method', 'setup-token', '--token-stdin', '--yes', ...more], TOKEN);
    const key = (...more: string[]) => at.well(['apply', '--method', 'api-key', '--key-stdin', '--yes', ...more], KEY);

    beforeAll(async () => {
      const list = inFiles
        ? "list: [{ id: 'main', default: true }, { id: 'work', agentDir: '/home/node/.openclaw/agents/work/agent' }],"
        : '';
      const agents = `{ defaults: { model: { primary: 'google/gemini-3-pro' } }, ${list} }`;
      at = await makeDockerProject({ version, cli: packed.cli, agents });
    });
    afterAll(() => at?.close());

    it('is found and looked at without a flag', async () => {
      const told = await at.well(['status']);
      expect(JSON.stringify(told)).toContain(at.state);
      expect(told.facts.gateway.value.running).toBe(true);
      expect(told.facts.release.value.version).toBe(version);
    });

    it('takes a setup token, written by the user of the container', async () => {
      await token();
      expect(await at.judged()).toMatchObject({ model: expect.stringMatching(/^anthropic\/claude-opus-/) });
      expect((await at.judged()).ids).toContain('anthropic:default token');
      expect(at.foreign()).toEqual([]);
      expect(at.config()).toContain('// in a container');
      expect((await token('--dry-run')).steps).toEqual([]);
    });

    it('switches to an API key, and back', async () => {
      await key();
      expect((await at.judged()).ids).toContain('anthropic:api-key api_key');
      // A database that a gateway wrote to since is not put back, so an undo there cannot bring the old token back.
      if (inFiles) await at.well(['undo', '--yes']);
      else await token();
      await at.answers();
      expect((await at.judged()).ids).toContain('anthropic:default token');
      expect(at.foreign()).toEqual([]);
    });

    it('loses a variable of its project, and gets it back', async () => {
      const variable = async () => (await at.host.docker('exec', GATEWAY, 'env')).includes('ANTHROPIC_OAUTH_TOKEN=');
      expect(await variable()).toBe(true);
      await at.well(['doctor', '--fix', '--yes', '--id', 'env.oauth-token']);
      await at.answers();
      expect(await variable()).toBe(false);
      expect(readFileSync(join(at.project, '.env'), 'utf8')).toBe('');
      await at.well(['undo', '--yes']);
      await at.answers();
      expect(await variable()).toBe(true);
    });

    it('is set up while it is stopped, and stays stopped', async () => {
      await at.compose('stop');
      const before = snapshot(at.state, /-(wal|shm)$|\/cache\//);
      await key();
      expect(await at.status()).toBe('exited');
      expect(json5.parse(at.config()).agents.defaults.model.primary).toMatch(/^anthropic\/claude-opus-/);
      expect(at.foreign()).toEqual([]);
      await at.well(['undo', '--yes']);
      expect(await at.status()).toBe('exited');
      const now = snapshot(at.state, /-(wal|shm)$|\/cache\//);
      expect(Object.keys(now).filter((path) => now[path] !== before[path])).toEqual([]);
      expect(Object.keys(before).filter((path) => now[path] === undefined)).toEqual([]);
    });

    it('is uninstalled, and shows no secret on the way', async () => {
      await at.start();
      await token();
      await at.well(['uninstall', '--yes']);
      expect((await at.judged()).ids).not.toContain('anthropic:default token');
      expect(json5.parse(at.config()).agents.defaults).toEqual(json5.parse(at.text).agents.defaults);
      for (const secret of [TOKEN, KEY]) {
        expect(at.printed.join('\n')).not.toContain(secret);
        expect(filesWith(at.state, secret).filter((path) => !/\.sqlite/.test(path))).toEqual([]);
      }
    });
  },
);
