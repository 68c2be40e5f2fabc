import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { Cancelled } from '../../../src/system/problem.ts';
import { Secret } from '../../../src/system/secret.ts';
import { until } from '../../support/processes.ts';
import { tempEach } from '../../support/temp-each.ts';

const TOKEN = `sk-ant-oat01-FAKE${'x1'.repeat(45)}`;
const temp = tempEach();

const node = (code: string): [string, ...string[]] => [process.execPath, '-e', code];

/** Gone, or only waiting for its parent to take note. */
async function ended(pid: number): Promise<boolean> {
  const stat = await temp.world.files.readText(`/proc/${pid}/stat`);
  if (stat !== null) return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

test('a child sees the given environment and nothing of ours', async () => {
  process.env.CLAWAUTH_LEAK = 'leak';
  const ran = await temp.world.processes.run(node('console.log(JSON.stringify(process.env))'), {
    timeoutMs: 60_000,
    env: { ADDED: 'yes', PATH: undefined },
  });
  delete process.env.CLAWAUTH_LEAK;
  expect(JSON.parse(ran.stdout)).toEqual({ HOME: temp.home, ADDED: 'yes' });
  expect(ran).toMatchObject({ exitCode: 0, outcome: 'exited', signal: null });
});

test('a non-zero exit and a death by signal are answers', async () => {
  expect(await temp.world.processes.run(node('process.exit(7)'), { timeoutMs: 60_000 })).toMatchObject({
    exitCode: 7,
    outcome: 'exited',
  });
  expect(
    await temp.world.processes.run(node('process.kill(process.pid,"SIGKILL")'), { timeoutMs: 60_000 }),
  ).toMatchObject({ exitCode: null, signal: 'SIGKILL', outcome: 'killed' });
});

test('a missing program and one that may not run are told apart', async () => {
  expect(await temp.world.processes.run(['no-such-program-here'], { timeoutMs: 60_000 })).toMatchObject({
    exitCode: null,
    outcome: 'not found',
  });
  const file = temp.write('plain', 'text', 0o600);
  expect(await temp.world.processes.run([file], { timeoutMs: 60_000 })).toMatchObject({
    exitCode: null,
    outcome: 'not started',
  });
});

test('the secret on stdin arrives, and its echo comes back masked', async () => {
  const ran = await temp.world.processes.run(
    node('process.stdin.on("data",d=>{process.stdout.write(d);process.stderr.write(d+" "+d.length)})'),
    { timeoutMs: 60_000, stdin: new Secret(TOKEN) },
  );
  expect(ran.stderr).toContain(` ${TOKEN.length}`);
  expect(ran.stdout + ran.stderr).not.toContain('FAKE');
  const odd = await temp.world.processes.run(node('process.stdin.pipe(process.stdout)'), {
    timeoutMs: 60_000,
    stdin: new Secret('not-a-known-shape'),
  });
  expect(odd.stdout).toBe('…');
});

test('a child that never reads a large stdin does not fail the run', async () => {
  const ran = await temp.world.processes.run(node('process.exit(0)'), {
    timeoutMs: 60_000,
    stdin: 'x'.repeat(4 * 1024 * 1024),
  });
  expect(ran).toMatchObject({ exitCode: 0, outcome: 'exited' });
});

test('output beyond the cap is dropped without blocking the child', async () => {
  const ran = await temp.world.processes.run(node('process.stdout.write("a".repeat(3e6),()=>process.exit(3))'), {
    timeoutMs: 60_000,
    maxOutputBytes: 1000,
  });
  expect(ran.exitCode).toBe(3);
  expect(ran.stdout).toBe('a'.repeat(1000));
});

const PARENT = (file: string, ignoreTerm: boolean) => `
  const g = require('child_process').spawn(process.execPath, ['-e',
    '${ignoreTerm ? 'process.on("SIGTERM",()=>{});' : ''}require("fs").writeFileSync(${JSON.stringify(file)},String(process.pid));setInterval(()=>{},1e3)'],
    {stdio:'inherit'});
  ${ignoreTerm ? 'process.on("SIGTERM",()=>{});' : ''} setInterval(()=>{},1e3)`;

test('a timeout kills the child and its children, even those deaf to SIGTERM', async () => {
  for (const deaf of [false, true]) {
    const file = temp.path(`pid-${deaf}`);
    // The timeout has to fall after the grandchild is up, whatever the machine: so it is an abort in the next test,
    // and here a timeout long enough to be seen to have been the cause.
    const ran = await temp.world.processes.run(node(PARENT(file, deaf)), { timeoutMs: 3_000 });
    expect(ran).toMatchObject({ outcome: 'timed out', exitCode: null });
    const pid = Number(await temp.world.files.readText(file));
    if (pid > 0) await until(() => ended(pid));
  }
});

test('an abort kills the group and throws Cancelled', async () => {
  const file = temp.path('pid');
  const abort = new AbortController();
  const running = temp.world.processes.run(node(PARENT(file, false)), { timeoutMs: 600_000, signal: abort.signal });
  await until(async () => Boolean(await temp.world.files.readText(file)));
  abort.abort();
  await expect(running).rejects.toBeInstanceOf(Cancelled);
  const pid = Number(await temp.world.files.readText(file));
  await until(() => ended(pid));
  await expect(temp.world.processes.run(node(''), { timeoutMs: 60_000, signal: abort.signal })).rejects.toBeInstanceOf(
    Cancelled,
  );
});

/** Writes its number, and into another file what it was told to do once it was asked to. */
const SLOW = (file: string) => `
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => require('fs').writeFileSync(${JSON.stringify(file)} + '.signal', name));
  require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid));
  const timer = setInterval(() => {
    if (!require('fs').existsSync(${JSON.stringify(file)} + '.go')) return;
    clearInterval(timer);
    process.stdout.write('x'.repeat(200000));
    process.stdout.end(() => require('fs').writeFileSync(${JSON.stringify(file)} + '.done', ''));
  }, 20)`;

test('a child that is to be left is not waited for, never signalled, and comes to its end', async () => {
  const { files, processes } = temp.world;
  const slow = temp.path('slow');
  const ran = await processes.run(node(SLOW(slow)), { timeoutMs: 500, atTimeout: 'leave' });
  expect(ran).toMatchObject({ outcome: 'timed out', exitCode: null });
  const stopped = temp.path('stopped');
  const abort = new AbortController();
  const running = processes.run(node(SLOW(stopped)), { timeoutMs: 600_000, signal: abort.signal, atTimeout: 'leave' });
  await until(async () => Boolean(await files.readText(stopped)));
  abort.abort();
  await expect(running).rejects.toBeInstanceOf(Cancelled);
  for (const file of [slow, stopped]) {
    await until(async () => Boolean(await files.readText(file)));
    temp.write(`${file.slice(temp.home.length + 1)}.go`, '');
    await until(async () => (await files.lstat(`${file}.done`)) !== null);
    expect(await files.lstat(`${file}.signal`)).toBeNull();
  }
});

test('a child that is to be left outlives a parent that ends, and does not keep it', async () => {
  const file = temp.path('outlives');
  const bundle = temp.path('parent.mjs');
  await build({
    stdin: {
      contents: `import { realWorld } from './src/system/real-world.ts';
        const ran = await realWorld().processes.run([process.execPath, '-e', process.argv[2]], { timeoutMs: 500, atTimeout: 'leave' });
        console.log(ran.outcome);`,
      resolveDir: resolve(import.meta.dirname, '../../..'),
    },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: bundle,
  });
  const parent = await temp.world.processes.run([process.execPath, bundle, SLOW(file)], { timeoutMs: 60_000 });
  expect(parent).toMatchObject({ outcome: 'exited', exitCode: 0, stdout: 'timed out\n' });
  const pid = Number(await until(async () => await temp.world.files.readText(file)));
  expect(await ended(pid)).toBe(false);
  temp.write('outlives.go', '');
  await until(() => ended(pid));
  expect(await temp.world.files.lstat(`${file}.signal`)).toBeNull();
});

test('a daemon that keeps the pipes open does not hold the answer, and lives on', async () => {
  const ran = await temp.world.processes.run(
    node(`const c=require('child_process').spawn(process.execPath,['-e','setInterval(()=>{},1e3)'],{stdio:'inherit',detached:true});
      console.log(c.pid);c.unref();process.exit(0)`),
    { timeoutMs: 600_000 },
  );
  const pid = Number(ran.stdout);
  expect(ran.exitCode).toBe(0);
  expect(await ended(pid)).toBe(false);
  process.kill(pid, 'SIGKILL');
});

test('reading: absent is null, links are seen and followed, other failures are Problems', async () => {
  const file = temp.write('dir/file', 'text', 0o640);
  symlinkSync('file', temp.path('dir/link'));
  symlinkSync('loop', temp.path('dir/loop'));
  const { files } = temp.world;
  expect(await files.read(temp.path('none'))).toBeNull();
  expect(await files.lstat(`${file}/under`)).toBeNull();
  expect(await files.list(file)).toBeNull();
  expect(await files.list(temp.path('dir'))).toEqual(['file', 'link', 'loop']);
  expect(await files.lstat(temp.path('dir/link'))).toMatchObject({ kind: 'symlink' });
  expect(await files.stat(temp.path('dir/link'))).toMatchObject({ kind: 'file', mode: 0o640, size: 4 });
  expect(await files.readlink(temp.path('dir/link'))).toBe('file');
  expect(await files.readlink(file)).toBeNull();
  expect(await files.realpath(temp.path('dir/link'))).toBe(file);
  await expect(files.read(temp.path('dir/loop'))).rejects.toMatchObject({ code: 'link-loop' });
  await expect(files.read(temp.path('dir'))).rejects.toMatchObject({ code: 'not-a-file' });
  expect(await files.writable(temp.path('dir/new'))).toBe(true);
  expect(await files.writable(temp.path('none/new'))).toBe(false);
  mkdirSync(temp.path('bin'));
  writeFileSync(temp.path('bin/tool'), '', { mode: 0o755 });
  expect(await files.executable(temp.path('bin/tool'))).toBe(true);
  expect(await files.executable(temp.path('bin'))).toBe(false);
});

test('sleeping ends early with Cancelled', async () => {
  const abort = new AbortController();
  const sleeping = temp.world.clock.sleep(600_000, abort.signal);
  abort.abort();
  await expect(sleeping).rejects.toBeInstanceOf(Cancelled);
});
