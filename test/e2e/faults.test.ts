import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { APPLY, faultySandbox, TOKEN } from '../support/faulty-sandbox.ts';
import { type Finished, runPacked } from '../support/run-packed.ts';

/** What goes wrong around the program, and what a person reads then. */
const packed = inject('packed');
const { node, around, sandbox, config, run, open, files, misbehave, refused } = faultySandbox();

describe('OpenClaw', () => {
  /** Nothing stays of a run whose program failed, and its own words are there. */
  async function putBack(words: RegExp): Promise<void> {
    const before = files();
    const failed = await run(APPLY);
    expect(failed.code, failed.err).toBe(1);
    expect(failed.out).toContain('everything was put back as it was');
    expect(failed.err).toMatch(words);
    expect(files()).toEqual(before);
  }

  it('crashes: its error is told', async () => {
    await open();
    misbehave("if (process.argv.includes('paste-token')) { console.error('openclaw: boom'); process.exit(7); }");
    await putBack(/failed with exit code 7\.\n\s+openclaw: boom\n\s+Next: /);
  });

  it('ends well without having saved', async () => {
    await open();
    misbehave(
      "if (process.argv.includes('paste-token')) { console.log('Auth profile: anthropic:default (anthropic/token)'); process.exit(0); }",
    );
    await putBack(/does not show what was just saved/);
  });

  it('saves, and cannot be asked about it', async () => {
    await open();
    misbehave("if (process.argv.includes('status')) throw new Error('no answer today');");
    await putBack(/Error: no answer today/);
  });

  it('prints junk around its JSON', async () => {
    await open();
    misbehave('console.log(\'(node:1) Warning: {"not": json}\\n[plugins] loading {"x":1} ...\');');
    const done = await run(APPLY);
    expect(done.code, done.err).toBe(0);
  });

  it('is gone at the undo: our files go back, and the rest is named', async () => {
    await open();
    expect((await run(APPLY)).code).toBe(0);
    rmSync(join(sandbox(), 'bin', 'openclaw'));
    const undone = await run(['undo']);
    expect(undone.code).toBe(3);
    expect(undone.err).toMatch(/could not be run\.\n\s+\S+\/openclaw is not there \(any more\)/);
    expect(readFileSync(config(), 'utf8')).toContain("primary: 'claude-max-proxy/claude-opus-4'");
  });

  it('is not installed', async () => {
    await open();
    rmSync(join(sandbox(), 'bin', 'openclaw'));
    expect(await refused(1)).toContain('OpenClaw was not found');
  });
});

describe('a run', () => {
  it('that was killed is told by status, refused by apply, and taken back by undo', async () => {
    await open();
    const before = files();
    const killed = await run(APPLY, { killAt: /3\/\d+ / });
    expect(killed.signal).toBe('SIGKILL');
    const status = await run(['status']);
    expect(status.out).toMatch(/interrupted after 2 of \d+ steps[\s\S]*clawauth-setup undo --sandbox-at /);
    const again = await run(APPLY);
    expect(again.code).toBe(4);
    expect(again.err).toContain('--resume');
    const undone = await run(['undo']);
    expect(undone.code, undone.err).toBe(0);
    expect(files()).toEqual(before);
    expect((await run(['status', '--json'])).out).not.toContain('interrupted');
  });

  it('beside another one is refused', async () => {
    await open();
    let other: Promise<Finished> | undefined;
    const first = await run(APPLY, {
      onErr: (text) => {
        if (/1\/\d+ Store/.test(text)) other ??= run(['undo']);
      },
    });
    expect(first.code, first.err).toBe(0);
    const second = await (other as Promise<Finished>);
    expect(second.code).toBe(5);
    expect(second.err).toMatch(/Another clawauth-setup \(process \d+\)/);
  });

  it('repeated with the same token has nothing to do, with another one stores that, and both are taken back', async () => {
    await open();
    expect((await run(APPLY)).code).toBe(0);
    const same = await run([...APPLY, '--json']);
    expect(JSON.parse(same.out).steps).toEqual([]);
    const other = await run([...APPLY, '--json'], { input: `sk-ant-oat01-FAKE${'R'.repeat(91)}` });
    expect(other.code, other.err).toBe(0);
    expect(JSON.parse(other.out).receipt.steps).toHaveLength(1);
    expect((await run(['undo'])).code).toBe(0);
    expect((await run(['undo'])).code).toBe(0);
    const nothing = await run(['undo']);
    expect(nothing.code, nothing.err).toBe(0);
    expect(nothing.out).toContain('There is nothing to undo.');
  });

  it('with a damaged receipt is undone from its journal; with both damaged it is listed and the rest works', async () => {
    await open();
    expect((await run(APPLY)).code).toBe(0);
    const [id = ''] = (await run(['undo', '--list'])).out.split(' ', 1);
    const at = join(sandbox(), 'home', '.local', 'state', 'clawauth-setup', 'runs', id);
    writeFileSync(join(at, 'receipt.json'), '{{{');
    expect((await run(['undo'])).code).toBe(0);
    writeFileSync(join(at, 'receipt.json'), '{{{');
    writeFileSync(join(at, 'journal.jsonl'), '{{{');
    expect((await run(['undo', '--list'])).out).toContain('unreadable');
    const named = await run(['undo', id]);
    expect(named.code).toBe(1);
    expect(named.err).toContain('receipt-unreadable');
  });
});

describe('input', () => {
  it.each([
    ['an unknown run', ['undo', 'nope'], 'no-such-run'],
    ['a day that does not exist', [...APPLY, '--token-expires', '2027-02-31'], 'bad-flag'],
    ['a token that has ended', [...APPLY, '--token-expires', '2020-01-01'], 'token-expired'],
    ['an unknown agent', [...APPLY, '--agent', 'nobody'], 'unknown-agent'],
    ['an unknown method', ['apply', '--method', 'magic', '--token-stdin', '--yes'], 'unknown-method'],
    ['a malformed alias', [...APPLY, '--alias', 'opus'], 'bad-flag'],
    ['two ways to give a token', [...APPLY, '--token-file', 'x'], 'usage'],
  ])('%s is a usage error', async (_what, args, code) => {
    await open();
    const said = await refused(2, args);
    expect(said).toContain(`(${code})`);
  });

  it.each([
    ['{ "method": ', /answers\.json is not JSON[\s\S]*answers\.json:1:/],
    ["{ method: 'setup-token' }", /is not JSON: comments, single quotes/],
    ['{"method":"setup-token","primary":"opus"}', /primary: --primary takes provider\/model/],
    ['{"method":"setup-token","later":1}', /unknown answer "later"/],
    ['{"schema":2,"method":"setup-token"}', /is of schema 2/],
  ])('an answers file with %s is refused', async (content, words) => {
    await open();
    const path = around('answers.json');
    writeFileSync(path, content);
    expect(await refused(2, ['apply', '--answers', path, '--token-stdin', '--yes'])).toMatch(words);
  });

  it('an answers file or a token may come from a pipe', async () => {
    await open();
    const script = `exec '${node}' '${packed.cli}' apply --answers <(echo '{"method":"setup-token"}') --token-file <(echo ${TOKEN}) --dry-run --sandbox-at '${sandbox()}'`;
    const done = await runPacked('/bin/bash', '-c', [script], { home: around() });
    expect(done.code, done.err).toBe(0);
    expect(done.out).toContain('Store the token');
  });

  it('an answers file may start with a byte order mark, a token file may be quoted and end in CRLF', async () => {
    await open();
    writeFileSync(around('answers.json'), '\uFEFF{"method":"setup-token"}');
    writeFileSync(around('token.txt'), `\uFEFF"${TOKEN}"\r\n`, { mode: 0o600 });
    const args = ['apply', '--answers', 'answers.json', '--token-file', 'token.txt', '--dry-run'];
    const done = await run(args);
    expect(done.code, done.err).toBe(0);
    expect(done.err).not.toContain('chmod');
  });
});

describe('the surroundings', () => {
  it('have no temporary folder for a sandbox', async () => {
    const env = { TMPDIR: around('none') };
    const said = await runPacked(node, packed.cli, ['status', '--sandbox'], { home: around(), env });
    expect(said.code).toBe(1);
    expect(said.err).toContain('Next: clawauth-setup --sandbox-at');
  });

  it.skipIf(process.getuid?.() === 0)('have a home that cannot be written', async () => {
    const home = around('home');
    mkdirSync(home, { mode: 0o500 });
    const said = await runPacked(node, packed.cli, ['undo'], { home });
    chmodSync(home, 0o700);
    expect(said.code).toBe(1);
    expect(said.err).toContain('permission denied');
  });

  it('are native Windows: WSL2 is named before anything else', async () => {
    const disguise = around('windows.cjs');
    writeFileSync(disguise, "Object.defineProperty(process, 'platform', { value: 'win32' });");
    const env = { NODE_OPTIONS: `--require ${disguise}` };
    const said = await runPacked(node, packed.cli, ['apply', '--yes'], { home: around(), env });
    expect(said.code).toBe(1);
    expect(said.err).toContain('wsl --install');
  });
});
