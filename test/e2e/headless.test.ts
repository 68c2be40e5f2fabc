import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Finished, filesWith, runPacked, snapshot } from '../support/run-packed.ts';

const packed = inject('packed');
const nodes = inject('nodes');

/** Two distinct fakes: a scan can tell which run a leak came from. */
const token = fake('A');

function fake(letter: string): string {
  return `sk-ant-oat01-FAKE${letter.repeat(91)}`;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-e2e-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(Object.entries(nodes))('the packed program on Node %s, without a terminal', (_line, node) => {
  const sandbox = () => join(folder, 'sandbox');
  const home = () => join(sandbox(), 'home');
  const state = () => join(home(), '.openclaw');
  const run = (args: readonly string[], input?: string): Promise<Finished> =>
    runPacked(node, packed.cli, args, input === undefined ? { home: folder } : { home: folder, input });
  const inSandbox = (args: readonly string[], input?: string) => run([...args, '--sandbox-at', sandbox()], input);
  const apply = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--no-live-check'];

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

  it('ends with 2 on a wrong command line and says what was meant', async () => {
    const wrong = await run(['aply', '--yes']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('Did you mean "apply"?');
    expect(wrong.err).toContain('Next: clawauth-setup apply');
    expect(wrong.out).toBe('');
  });

  it('ends with 4 and names the flag when an answer is missing', async () => {
    const bare = await run([]);
    expect(bare.code).toBe(4);
    expect(bare.err).toContain('--method');
    const noMethod = await inSandbox(['apply', '--yes']);
    expect(noMethod.code).toBe(4);
    expect(noMethod.err).toContain('--method');
    const noYes = await inSandbox(['apply', '--method', 'setup-token', '--token-stdin'], token);
    expect(noYes.code).toBe(4);
    expect(noYes.err).toContain('--yes');
    const noToken = await inSandbox(['apply', '--method', 'setup-token', '--yes']);
    expect(noToken.code).toBe(4);
    expect(noToken.err).toContain('--token-stdin');
  });

  it('applies, finds nothing to do the second time, and takes everything back', async () => {
    const before = await inSandbox(['plan', '--method', 'setup-token', '--json']);
    expect(before.code).toBe(0);
    const plan = JSON.parse(before.out);
    expect(plan).toMatchObject({ schema: 1, command: 'plan', ok: true });
    expect(plan.steps.length).toBeGreaterThan(0);
    const start = snapshot(state());
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

    const again = await inSandbox([...apply, '--json'], token);
    expect(again.code, again.err).toBe(0);
    expect(JSON.parse(again.out).steps).toEqual([]);

    const listed = await inSandbox(['undo', '--list', '--json']);
    expect(JSON.parse(listed.out).runs).toHaveLength(1);
    const undone = await inSandbox(['undo', '--json']);
    expect(undone.code, undone.err).toBe(0);
    expect(JSON.parse(undone.out)).toMatchObject({ command: 'undo', receipt: { undoes: answer.receipt.id } });
    // What OpenClaw's own writer leaves beside the config (rotated .bak copies) is a new file of the run: gone again.
    expect(snapshot(state())).toEqual(start);

    noToken(before, dry, done, again, listed, undone);
    const kept = join(home(), '.local', 'state', 'clawauth-setup');
    expect(existsSync(kept)).toBe(true);
    // A backup of OpenClaw's own store may hold what that store held; nothing else may.
    expect(filesWith(kept, 'FAKEAAAA').filter((path) => !path.includes('/blobs/'))).toEqual([]);
    expect(filesWith(join(home(), '.config'), 'FAKEAAAA')).toEqual([]);
  });

  it('touches nothing outside the sandbox', async () => {
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

  it('refuses to fill a folder that is not its own', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const refused = await run(['status', '--sandbox-at', folder]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('not empty');
  });

  it('names what was pasted instead of a token, and stores nothing', async () => {
    await inSandbox(['plan', '--method', 'setup-token']);
    const start = snapshot(state());
    for (const [pasted, word] of [
      ['sk-ant-api03-FAKEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'API key'],
      [token.slice(0, 79), 'cut'],
      ['', 'Nothing'],
    ] as const) {
      const refused = await inSandbox(apply, pasted);
      expect(refused.code).toBe(2);
      expect(refused.err.toLowerCase()).toContain(word.toLowerCase());
      noToken(refused);
    }
    expect(snapshot(state())).toEqual(start);
  });

  it('reads the token from a file and warns when others can read it', async () => {
    const file = join(folder, 'token.txt');
    writeFileSync(file, `${token}\n`);
    chmodSync(file, 0o644);
    const args = ['apply', '--method', 'setup-token', '--yes', '--no-live-check', '--token-file', 'token.txt'];
    const done = await inSandbox(args);
    expect(done.code, done.err).toBe(0);
    expect(done.err).toContain('chmod 600');
    noToken(done);
  });

  it('takes answers from a file, flags first', async () => {
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

  it('writes nothing when the config does not parse, and says where', async () => {
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

  it('is healthy after apply by its own check', async () => {
    expect((await inSandbox(apply, token)).code).toBe(0);
    const status = await inSandbox(['status', '--json']);
    expect(JSON.parse(status.out)).toMatchObject({ schema: 1 });
    noToken(status);
    const check = await inSandbox(['status', '--check']);
    expect(check.code, check.out).toBe(0);
  });
});
