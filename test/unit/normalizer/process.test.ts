import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, until } from '../../support/normalizer.ts';
import { processesWith } from '../../support/processes.ts';

/** The program that a service starts, as it is bundled. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-normalizer-')));
const program = join(folder, 'normalizer.js');
const keyFile = join(folder, 'key');
const work = join(folder, 'work');
const FAKE = resolve('test/support/fake-claude.mjs');

beforeAll(async () => {
  const { metafile } = await build({
    entryPoints: ['src/normalizer/entry.ts'],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.12',
    minify: true,
    metafile: true,
  });
  // It runs for months beside a gateway: only Node's own modules and a few files of ours.
  expect(
    Object.keys(metafile.inputs).filter((file) => !/^src\/(normalizer\/|system\/|claude\/login\.ts)/.test(file)),
  ).toEqual([]);
  expect(statSync(program).size).toBeLessThan(60_000);
  writeFileSync(keyFile, `${KEY}\n`, { mode: 0o600 });
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function start(...args: string[]): Started {
  const child = spawn(process.execPath, [program, ...args], {
    env: { HOME: folder, PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return { child, output: () => output, ended: new Promise((done) => child.on('close', done)) };
}

const usual = ['--port', '0', '--key-file', keyFile, '--claude', FAKE, '--work-dir', work];

async function portOf({ output }: Started): Promise<number> {
  await until(() => /address=127\.0\.0\.1:\d+/.test(output()));
  return Number(/address=127\.0\.0\.1:(\d+)/.exec(output())?.[1]);
}

describe('the program', () => {
  it('serves, and ends with 0 on SIGTERM after the last answer', async () => {
    const one = start(...usual);
    const port = await portOf(one);
    const ask = (prompt: string) =>
      fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}` },
        body: JSON.stringify({ model: 'opus', messages: [{ role: 'user', content: prompt }] }),
      });
    expect((await ask('SAY:hello;')).status).toBe(200);
    expect(statSync(work).mode & 0o777).toBe(0o700);
    const last = ask('DO:slower;SAY:bye;');
    const health = async () =>
      (await (
        await fetch(`http://127.0.0.1:${port}/health`, { headers: { authorization: `Bearer ${KEY}` } })
      ).json()) as { running: number };
    await until(async () => (await health()).running === 1);
    one.child.kill('SIGTERM');
    expect(await (await last).text()).toContain('"bye"');
    expect(await one.ended).toBe(0);
    expect(one.output()).toMatch(/ info stopping\n.* info request .*outcome=ok.*\n.* info stopped\n$/s);
    expect(one.output()).not.toContain(KEY);
  });

  it('leaves no claude behind when it is killed itself', async () => {
    const one = start(...usual);
    const port = await portOf(one);
    // Its answer has begun: a child of this moment may be made and not yet watched.
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify({ model: 'opus', stream: true, messages: [{ role: 'user', content: 'DO:deaf;DO:start;' }] }),
    });
    await answer.body?.getReader().read();
    const children = async () => (await processesWith(work)).filter((line) => line.includes('fake-claude.mjs --print'));
    expect(await children()).toHaveLength(1);
    one.child.kill('SIGKILL');
    await until(async () => (await children()).length === 0);
  });

  it.skipIf(process.platform !== 'linux')(
    'stays below 250 MB with 200 clients that ask as much as they may',
    async () => {
      const one = start(...usual);
      const port = await portOf(one);
      const content = `${'é "x"\\n'.repeat(700_000)}SAY:all of it;`;
      const body = Buffer.from(JSON.stringify({ model: 'opus', messages: [{ role: 'user', content }] }));
      expect(body.length).toBeGreaterThan(7_000_000);
      const headers = { authorization: `Bearer ${KEY}`, 'content-length': body.length };
      const answers: (readonly [status: number | undefined, whole: boolean])[] = [];
      const calls = Array.from({ length: 200 }, () => {
        const where = { host: '127.0.0.1', port, method: 'POST', path: '/v1/chat/completions', headers, agent: false };
        const call = request(where, async (answer) => {
          let text = '';
          for await (const chunk of answer.setEncoding('utf8')) text += chunk;
          answers.push([answer.statusCode, text.includes('all of it')]);
        });
        call.on('error', () => {});
        call.end(body);
        return call;
      });
      // All of them are there; each answer makes room for the next body.
      await until(() => answers.length >= 8);
      expect(answers).toEqual(answers.map(() => [200, true]));
      const most = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${one.child.pid}/status`, 'utf8'))?.[1]);
      for (const call of calls) call.destroy();
      expect(most / 1024).toBeLessThan(250);
      one.child.kill();
      await one.ended;
    },
  );

  it.skipIf(process.platform !== 'linux')('listens on loopback only', async () => {
    const one = start(...usual);
    const port = await portOf(one);
    // The same port on every address: free, unless somebody listens on all of them.
    const other = createServer();
    await new Promise<void>((done, fail) => {
      other.once('error', fail);
      other.listen(port, '127.0.0.2', done);
    });
    other.close();
    one.child.kill();
    await one.ended;
  });

  it('says that it is not ready when Claude Code is signed out, and serves on', async () => {
    const signedOut = join(folder, 'signed-out');
    writeFileSync(signedOut, `#!/bin/sh\nFAKE_SIGNED_OUT=1 exec ${process.execPath} ${FAKE} "$@"\n`, { mode: 0o700 });
    const one = start(...usual.slice(0, 4), '--claude', signedOut, '--work-dir', work);
    await until(() => /warn not_ready says=".*auth login"/.test(one.output()));
    one.child.kill();
    expect(await one.ended).toBe(0);
  });

  it.each([
    ['no key file', ['--claude', FAKE, '--work-dir', work], /--key-file FILE is missing/],
    [
      'a relative claude',
      ['--key-file', keyFile, '--claude', 'claude', '--work-dir', work],
      /--claude needs an absolute path/,
    ],
    ['an unknown flag', ['--nonsense'], /nonsense/],
    ['a bad number', [...usual, '--runs', '0'], /--runs is a number from 1 to 64/],
    ['a bad model', [...usual, '--model', 'x=--y'], /--model takes ID=NAME/],
    ['an absent key file', ['--key-file', join(folder, 'none'), ...usual.slice(4)], /cannot be read \(ENOENT\)/],
  ])('ends with 2 for %s', async (_what, args, message) => {
    const one = start(...args);
    expect(await one.ended).toBe(2);
    expect(one.output()).toMatch(message);
  });

  it('ends with 2 for a key that others can read, or a weak one', async () => {
    const open = join(folder, 'open-key');
    writeFileSync(open, KEY);
    chmodSync(open, 0o644);
    const one = start('--key-file', open, ...usual.slice(4));
    expect(await one.ended).toBe(2);
    expect(one.output()).toMatch(/chmod 600/);
    const weak = join(folder, 'weak-key');
    writeFileSync(weak, 'short', { mode: 0o600 });
    const other = start('--key-file', weak, ...usual.slice(4));
    expect(await other.ended).toBe(2);
  });

  it('ends with 2 for a working directory with something in it', async () => {
    const full = join(folder, 'full');
    mkdirSync(full, { mode: 0o700 });
    writeFileSync(join(full, 'CLAUDE.md'), 'x');
    const one = start(...usual.slice(0, 6), '--work-dir', full);
    expect(await one.ended).toBe(2);
    expect(one.output()).toMatch(/it is not empty/);
    expect(existsSync(join(full, 'CLAUDE.md'))).toBe(true);
  });

  it('ends with 1 when the port is taken, and says by what to find out', async () => {
    const one = start(...usual);
    const port = await portOf(one);
    const two = start('--port', String(port), ...usual.slice(2));
    expect(await two.ended).toBe(1);
    expect(two.output()).toMatch(new RegExp(`Port ${port} is in use`));
    one.child.kill();
    await one.ended;
  });

  it('explains itself', async () => {
    const one = start('--help');
    expect(await one.ended).toBe(0);
    expect(one.output()).toContain('--upstream NAME');
  });
});
