import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
// @ts-expect-error plain JavaScript of the sandbox
import { readDatabase as readTables } from '../../assets/sandbox/lib/sqlite.mjs';
import { type Finished, filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const readDatabase: (path: string) => Record<string, unknown[][]> | null = readTables;
const packed = inject('packed');
const nodes = inject('nodes');
/** What does not depend on the Node is tried on this one only. */
const newest = Object.keys(nodes).at(-1);

/** Two distinct fakes: a scan can tell which run a leak came from. */
const token = fake('A');

function fake(letter: string): string {
  return `sk-ant-oat01-FAKE${letter.repeat(91)}`;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-e2e-'));
});
afterEach(() => removeTree(folder));

describe.each(Object.entries(nodes))('the packed program on Node %s, without a terminal', (line, node) => {
  const once = it.runIf(line === newest);
  const sandbox = () => join(folder, 'sandbox');
  const home = () => join(sandbox(), 'home');
  const state = () => join(home(), '.openclaw');
  const run = (args: readonly string[], input?: string): Promise<Finished> =>
    runPacked(node, packed.cli, args, input === undefined ? { home: folder } : { home: folder, input });
  const inSandbox = (args: readonly string[], input?: string) => run([...args, '--sandbox-at', sandbox()], input);
  const apply = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--no-live-check'];

  /** Credentials and cron jobs as OpenClaw's store has them, without the moments of writing. */
  function rows(): unknown {
    const tables = readDatabase(join(state(), 'state', 'openclaw.sqlite')) ?? {};
    const text = JSON.stringify(Object.entries(tables).map(([name, all]) => [name, all.map((row) => row.slice(0, 2))]));
    return text.replace(/\\"updatedAtMs\\":\d+/g, '');
  }

  function withoutDatabase(all: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(all).filter(([path]) => !/\.sqlite(-wal|-shm)?$/.test(path)));
  }

  function noToken(...runs: readonly Finished[]): void {
    for (const { out, err } of runs) expect(`${out}${err}`).not.toContain('FAKEAAAA');
  }

  it('answers --version and --help', async () => {
    const version = await run(['--version']);
    expect(version).toMatchObject({ code: 0, err: '' });
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain('Usage: clawauth-setup');
  });

  once('ends with 2 on a wrong command line and says what was meant', async () => {
    const wrong = await run(['aply', '--yes']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('Did you mean "apply"?');
    expect(wrong.err).toContain('Next: clawauth-setup apply');
    expect(wrong.out).toBe('');
    const unknown = await inSandbox(['apply', '--method', 'setup-tokn']);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('There is no way to sign in called "setup-tokn".');
  });

  once('ends with 4 and names the flag when an answer is missing', async () => {
    const bare = await run([]);
    expect(bare.code).toBe(4);
    expect(bare.err).toContain('--method');
    const noMethod = await inSandbox(['apply', '--yes']);
    expect(noMethod.code).toBe(4);
    expect(noMethod.err).toContain('--method');
    const noYes = await inSandbox(['apply', '--method', 'setup-token', '--token-stdin'], token);
    expect(noYes.code).toBe(4);
    expect(noYes.err).toContain('Confirmation needed, but there is no terminal. Add --yes.');
    const noToken = await inSandbox(['apply', '--method', 'setup-token', '--yes']);
    expect(noToken.code).toBe(4);
    expect(noToken.err).toContain('--token-stdin');
  });

  once('says commands that run where npx fetched it', async () => {
    // As npm 11 lays it out.
    const runner = join(folder, '.npm', '_npx', 'e6dde9911163e020');
    const own = join('node_modules', 'clawauth-setup');
    cpSync(join(packed.folder, own), join(runner, own), { recursive: true });
    const manifest = { dependencies: { 'clawauth-setup': '^1.0.0' }, _npx: { packages: ['clawauth-setup'] } };
    writeFileSync(join(runner, 'package.json'), JSON.stringify(manifest));
    const byNpx = (args: readonly string[], input = '') =>
      runPacked(node, join(runner, own, 'dist', 'cli.js'), args, { home: folder, input });
    expect((await byNpx(['undo', '20261128-120000-abcd'])).err).toContain('Next: npx clawauth-setup undo --list\n');
    expect((await byNpx(['undo', '--what'])).err).toMatch(/Next: npx clawauth-setup /);
    const applied = await byNpx([...apply, '--sandbox-at', sandbox()], token);
    expect(applied.code, applied.err).toBe(0);
    expect(applied.out).toMatch(/Undo: npx clawauth-setup undo \S+ --sandbox-at /);
    expect(applied.err).toContain('again      npx clawauth-setup --sandbox-at');
    expect(applied.out + applied.err).not.toMatch(/(?<!npx )clawauth-setup (undo|status|--sandbox)/);
  });

  it('applies, finds nothing to do the second time, and takes everything back', async () => {
    const before = await inSandbox(['plan', '--method', 'setup-token', '--json']);
    expect(before.code).toBe(0);
    const plan = JSON.parse(before.out);
    expect(plan).toMatchObject({ schema: 1, command: 'plan', ok: true });
    expect(plan.steps.length).toBeGreaterThan(0);
    const start = snapshot(state());
    const rowsBefore = rows();
    const text = readFileSync(join(state(), 'openclaw.json'), 'utf8');

    const dry = await inSandbox(['apply', '--method', 'setup-token', '--dry-run']);
    expect(dry.code).toBe(0);
    expect(snapshot(state())).toEqual(start);

    const done = await inSandbox([...apply, '--json'], token);
    expect(done.code, done.err).toBe(0);
    const answer = JSON.parse(done.out);
    expect(answer).toMatchObject({
      schema: 1,
      command: 'apply',
      ok: true,
      exitCode: 0,
      receipt: { outcome: 'applied' },
    });
    const after = readFileSync(join(state(), 'openclaw.json'), 'utf8');
    for (const comment of text.match(/\/\/ .*|\/\*.*?\*\//g) ?? []) expect(after).toContain(comment);
    expect(after).toContain('anthropic/claude-');
    expect(statSync(join(state(), 'openclaw.json')).mode & 0o777).toBe(0o600);

    const again = await inSandbox(['apply', '--method', 'setup-token', '--json', '--yes', '--no-live-check']);
    expect(again.code, again.err).toBe(0);
    expect(JSON.parse(again.out).steps).toEqual([]);

    const listed = await inSandbox(['undo', '--list', '--json']);
    expect(JSON.parse(listed.out).runs).toHaveLength(1);
    const undone = await inSandbox(['undo', '--json']);
    expect(undone.code, undone.err).toBe(0);
    expect(JSON.parse(undone.out)).toMatchObject({ command: 'undo', receipt: { undoes: answer.receipt.id } });
    // What OpenClaw's own writer leaves beside the config (rotated .bak copies) is a new file of the run: gone again.
    // The database is not replaced under a program that may use it: its rows are what they were, dates aside.
    expect(withoutDatabase(snapshot(state()))).toEqual(withoutDatabase(start));
    expect(rows()).toEqual(rowsBefore);

    noToken(before, dry, done, again, listed, undone);
    const kept = join(home(), '.local', 'state', 'clawauth-setup');
    expect(existsSync(kept)).toBe(true);
    // A backup of OpenClaw's own store may hold what that store held; nothing else may.
    expect(filesWith(kept, 'FAKEAAAA').filter((path) => !path.includes('/blobs/'))).toEqual([]);
    expect(filesWith(join(home(), '.config'), 'FAKEAAAA')).toEqual([]);
  });

  once('touches nothing outside the sandbox', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const outside = () => {
      const all = snapshot(folder);
      return Object.fromEntries(Object.entries(all).filter(([path]) => !path.startsWith('./sandbox')));
    };
    const before = outside();
    const done = await inSandbox(apply, token);
    expect(done.code, done.err).toBe(0);
    expect(done.err).toContain('Sandbox: a throw-away home');
    expect(done.err).toContain(`rm -rf ${sandbox()}`);
    await inSandbox(['status']);
    await inSandbox(['undo']);
    expect(outside()).toEqual(before);
  });

  once('refuses to fill a folder that is not its own', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const refused = await run(['status', '--sandbox-at', folder]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('not empty');
  });

  once('names what was pasted instead of a token, and stores nothing', async () => {
    await inSandbox(['plan', '--method', 'setup-token']);
    const start = snapshot(state());
    for (const [pasted, word] of [
      ['sk-ant-api03-FAKEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'API key'],
      [token.slice(0, 79), '79 characters'],
      ['', 'Nothing'],
    ] as const) {
      const refused = await inSandbox(apply, pasted);
      expect(refused.code).toBe(2);
      expect(refused.err.toLowerCase()).toContain(word.toLowerCase());
      noToken(refused);
    }
    expect(snapshot(state())).toEqual(start);
  });

  once('reads the token from a file and warns when others can read it', async () => {
    const file = join(folder, 'token.txt');
    writeFileSync(file, `${token}\n`);
    chmodSync(file, 0o644);
    const args = ['apply', '--method', 'setup-token', '--yes', '--no-live-check', '--token-file', 'token.txt'];
    const done = await inSandbox(args);
    expect(done.code, done.err).toBe(0);
    expect(done.err).toContain('chmod 600');
    noToken(done);
  });

  once('takes answers from a file, flags first', async () => {
    const file = join(folder, 'answers.json');
    writeFileSync(file, JSON.stringify({ method: 'setup-token', role: 'everything', cron: 'keep' }));
    const planned = await inSandbox(['plan', '--json', '--answers', 'answers.json', '--role', 'fallback']);
    expect(planned.code, planned.err).toBe(0);
    expect(JSON.parse(planned.out).answers).toMatchObject({ method: 'setup-token', role: 'fallback', cron: 'keep' });
    writeFileSync(file, JSON.stringify({ metod: 'setup-token' }));
    const wrong = await inSandbox(['plan', '--answers', 'answers.json']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('Did you mean "method"?');
  });

  once('writes nothing when the config does not parse, and says where', async () => {
    await inSandbox(['plan', '--method', 'setup-token']);
    const config = join(state(), 'openclaw.json');
    writeFileSync(config, readFileSync(config, 'utf8').replace("mode: 'local',", "mode: 'local"));
    const start = snapshot(state());
    const failed = await inSandbox(apply, token);
    expect(failed.code).toBe(1);
    expect(failed.err).toMatch(/openclaw\.json:\d+:\d+/);
    expect(failed.err).not.toContain('    at ');
    expect(snapshot(state())).toEqual(start);
  });

  once.each([
    ['takes back', ['undo'], undefined],
    ['finishes', ['apply', '--resume', '--token-stdin'], token],
  ] as const)('%s a run that was killed in the middle', async (_what, way, input) => {
    await inSandbox(['plan', '--method', 'setup-token']);
    const start = withoutDatabase(snapshot(state()));
    const rowsBefore = rows();
    const killed = await runPacked(node, packed.cli, [...apply, '--sandbox-at', sandbox()], {
      home: folder,
      input: token,
      killAt: /^ {2}3\/\d/m,
    });
    expect(killed.signal).toBe('SIGKILL');
    const refused = await inSandbox(['apply', '--method', 'setup-token', '--yes', '--json']);
    expect(refused.code).toBe(4);
    expect(JSON.parse(refused.out).problem).toMatchObject({
      code: 'leftover',
      next: `clawauth-setup undo --sandbox-at ${sandbox()}`,
    });
    const recovered = await inSandbox(way, input);
    expect(recovered.code, recovered.err).toBe(0);
    if (way[0] === 'undo') {
      expect(withoutDatabase(snapshot(state()))).toEqual(start);
      expect(rows()).toEqual(rowsBefore);
    } else {
      const again = await inSandbox(['apply', '--method', 'setup-token', '--yes', '--json']);
      expect(JSON.parse(again.out).steps).toEqual([]);
      expect((await inSandbox(['undo'])).code).toBe(0);
      expect(withoutDatabase(snapshot(state()))).toEqual(start);
    }
    noToken(killed, refused, recovered);
  });

  once.each(['SIGINT', 'SIGTERM'] as const)('puts everything back on %s in the middle', async (signal) => {
    await inSandbox(['plan', '--method', 'setup-token']);
    const start = withoutDatabase(snapshot(state()));
    const stopped = await runPacked(node, packed.cli, [...apply, '--json', '--sandbox-at', sandbox()], {
      home: folder,
      input: token,
      killAt: /^ {2}3\/\d/m,
      killWith: signal,
    });
    expect(stopped.code, stopped.err).toBe(130);
    expect(JSON.parse(stopped.out)).toMatchObject({ ok: false, exitCode: 130, receipt: { outcome: 'put back' } });
    expect(withoutDatabase(snapshot(state()))).toEqual(start);
  });

  once('is healthy after apply by its own check', async () => {
    expect((await inSandbox(apply, token)).code).toBe(0);
    const status = await inSandbox(['status', '--json']);
    expect(JSON.parse(status.out)).toMatchObject({ schema: 1 });
    noToken(status);
    const check = await inSandbox(['status', '--check']);
    expect(check.code, check.out).toBe(0);
  });
});

describe('the packed program on a Node that is too old', () => {
  it.each(inject('oldNodes'))('says so on %s instead of failing to read itself', async (_line, node) => {
    const said = await runPacked(node, packed.cli, ['--version'], { home: folder });
    expect(said.code).toBe(1);
    expect(said.err).toMatch(/^clawauth-setup needs Node 20\.12 or newer; this is \d+\./);
    expect(said.out).toBe('');
  });
});

describe('the tarball', () => {
  it('is small and brings nothing but the optional pseudo-terminal', () => {
    expect(packed.bytes).toBeLessThan(760 * 1024);
    const manifest = JSON.parse(readFileSync(join(packed.cli, '../../package.json'), 'utf8'));
    expect(manifest.dependencies ?? {}).toEqual({});
    const installed = readdirSync(join(packed.folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed.sort()).toEqual(['@lydell', 'clawauth-setup']);
  });
});
