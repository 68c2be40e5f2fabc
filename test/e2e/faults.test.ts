import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { describe, expect, inject, it } from 'vitest';
// @ts-expect-error plain JavaScript of the sandbox
import { readDatabase, writeDatabase } from '../../assets/sandbox/lib/sqlite.mjs';
import { APPLY, faultySandbox, TOKEN } from '../support/faulty-sandbox.ts';
import { type Finished, runPacked, snapshot } from '../support/run-packed.ts';

/** What goes wrong around the program, and what a person reads then. */
const packed = inject('packed');
const { node, around, sandbox, state, config, run, open, files, misbehave } = faultySandbox();

/** Runs `apply`, which has to refuse: nothing is written, and the answer says what, why and what to type. */
async function refused(code: number, args: readonly string[] = APPLY): Promise<string> {
  const before = snapshot(state());
  const [plain, json] = [await run(args), await run([...args, '--json'])];
  expect(snapshot(state())).toEqual(before);
  expect(plain.code, plain.err).toBe(code);
  expect(plain.err).toMatch(/✘ .+\n(?:.*\n)*? {2}Next: \S+/);
  const answer = JSON.parse(json.out);
  expect(answer).toMatchObject({ schema: 1, ok: false, exitCode: code });
  expect(answer.problem.next).toBeTruthy();
  for (const text of [plain.out, plain.err, json.out, json.err]) expect(text).not.toContain('FAKEQQQQ');
  return plain.err;
}

describe('the configuration', () => {
  it('does not parse: the place, and an editor to fix it', async () => {
    await open();
    writeFileSync(config(), readFileSync(config(), 'utf8').replace('fallbacks: [', 'fallbacks ['));
    const said = await refused(1);
    expect(said).toMatch(/openclaw\.json:17:19\n {2}17 │ {9}fallbacks \[\n {5}│ {19}\^/);
    expect(said).toContain('EDITOR:-nano} +17 ');
    expect(said).not.toContain('..\n');
    const status = await run(['status', '--check']);
    expect(status.code).toBe(1);
    expect(status.out).not.toContain('no default model is set');
    expect(status.out).toMatch(/Agents +not known: the configuration does not parse \(line 17\)/);
  });

  it('is empty, a folder, or refused by OpenClaw', async () => {
    await open();
    const text = readFileSync(config(), 'utf8');
    writeFileSync(config(), '');
    expect(await refused(1)).toContain('config-unparseable');
    rmSync(config());
    mkdirSync(config());
    const folderSaid = await refused(1);
    expect(folderSaid).toContain('is a folder, a file was expected');
    expect(folderSaid).not.toContain('OpenClaw was not found');
    rmSync(config(), { recursive: true });
    const roster = text.replace(
      / {4}ownership: [\s\S]*?\n {2}\},\n\n {2}talk/,
      "    list: [{ id: 'main' }, { id: 'lite' }],\n  },\n\n  talk",
    );
    expect(roster).not.toBe(text);
    writeFileSync(config(), roster);
    const said = await refused(1);
    expect(said).toContain('multi-agent rosters');
    expect(said).toMatch(/Next: \S+\/bin\/openclaw doctor --fix/);
  });

  it('holds bytes that are not UTF-8, is a pipe, or a link to itself', async () => {
    await open();
    const bytes = readFileSync(config());
    writeFileSync(config(), Buffer.concat([Buffer.from('// f\xfcr mich\n', 'latin1'), bytes]));
    expect(await refused(1)).toMatch(/openclaw\.json is not UTF-8: line 1, column 5/);
    rmSync(config());
    symlinkSync('openclaw.json', config());
    const loop = await refused(1);
    expect(loop).toContain('leads back to itself');
    expect(loop).not.toContain('OpenClaw was not found');
    rmSync(config());
    execFileSync('mkfifo', [config()]);
    const pipe = await refused(1);
    expect(pipe).toMatch(/openclaw\.json is a pipe, a file was expected/);
    rmSync(config());
    writeFileSync(config(), bytes);
    expect((await run(APPLY)).code).toBe(0);
  });

  it('is a link: it stays one, what it leads to is edited, and undo gives both back', async () => {
    await open();
    const real = around('dotfiles.json5');
    renameSync(config(), real);
    symlinkSync('../../../dotfiles.json5', config());
    const before = files();
    const text = readFileSync(real, 'utf8');
    const done = await run(APPLY);
    expect(done.code, done.err).toBe(0);
    expect(lstatSync(config()).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain('anthropic/claude-opus');
    expect(readFileSync(real, 'utf8')).toContain('// my bridge, works most of the time');
    expect((await run(['undo'])).code).toBe(0);
    expect(files()).toEqual(before);
    expect(json(readFileSync(real, 'utf8'))).toEqual(json(text));
  });

  it('starts with a byte order mark and ends lines with CRLF: both stay', async () => {
    await open();
    writeFileSync(config(), `\uFEFF${readFileSync(config(), 'utf8').replaceAll('\n', '\r\n')}`);
    const done = await run(APPLY);
    expect(done.code, done.err).toBe(0);
    const text = readFileSync(config(), 'utf8');
    expect(text.startsWith('\uFEFF//')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('is as it was edited since after an undo, and again after the undo of that', async () => {
    await open();
    expect((await run(APPLY)).code).toBe(0);
    writeFileSync(config(), readFileSync(config(), 'utf8').replace("every: '1h'", "every: '2h' /* mine */"));
    expect((await run(['undo'])).code).toBe(0);
    expect(readFileSync(config(), 'utf8')).toContain("every: '2h' /* mine */");
    expect(readFileSync(config(), 'utf8')).toContain("primary: 'claude-max-proxy/claude-opus-4'");
    const [id = ''] = (await run(['undo', '--list'])).out.split(' ', 1);
    expect((await run(['undo', id])).code).toBe(0);
    expect(readFileSync(config(), 'utf8')).toContain("primary: 'anthropic/claude-opus");
    expect(readFileSync(config(), 'utf8')).toContain('/* mine */');
  });

  it('was written since an undo: that is not undone, and the answers are applied again', async () => {
    await open();
    expect((await run(APPLY)).code).toBe(0);
    expect((await run(['undo'])).code).toBe(0);
    const text = readFileSync(config(), 'utf8').replace("every: '1h'", "every: '2h' /* mine */");
    writeFileSync(config(), text);
    const [id = ''] = (await run(['undo', '--list'])).out.split(' ', 1);
    const said = await run(['undo', id]);
    expect(said.code).toBe(1);
    expect(said.err).toMatch(/openclaw\.json was changed since[\s\S]*Nothing was changed/);
    expect(said.err).toMatch(/Next: clawauth-setup apply --method setup-token .*--token-stdin --yes --sandbox-at /);
    expect(readFileSync(config(), 'utf8')).toBe(text);
  });

  it('is broken at the undo: it is left alone, and said', async () => {
    await open();
    expect((await run(APPLY)).code).toBe(0);
    appendFileSync(config(), '{ broken');
    const text = readFileSync(config(), 'utf8');
    const undone = await run(['undo']);
    expect(undone.code).toBe(3);
    expect(undone.err).toContain('does not parse');
    expect(undone.out).toContain('Not all of it could be undone');
    expect(undone.err).toContain('▲ left in place');
    expect(undone.out).toMatch(/Next: clawauth-setup undo \S+ --sandbox-at /);
    expect(readFileSync(config(), 'utf8')).toBe(text);
  });
});

describe('the database of credentials', () => {
  it('was written to since a switch: an undo says so without a tick, and how to have the token again', async () => {
    await open();
    expect((await run(APPLY)).code).toBe(0);
    const proxy = ['apply', '--method', 'proxy', '--service', 'none', '--yes', '--no-live-check'];
    const switched = await run(proxy);
    expect([0, 3], switched.err).toContain(switched.code);
    const database = join(state(), 'state', 'openclaw.sqlite');
    const { config_machine_state: rows = [], cron_jobs: jobs = [] } = readDatabase(database) ?? {};
    const mine = ['mine', JSON.stringify({ id: 'mine', name: 'mine', payload: { kind: 'agentTurn' } }), 1];
    writeDatabase(database, {
      config_machine_state: { columns: ['state_key TEXT', 'value_json TEXT', 'updated_at_ms INTEGER'], rows },
      cron_jobs: { columns: ['job_id TEXT', 'job_json TEXT', 'updated_at INTEGER'], rows: [...jobs, mine] },
    });
    const undone = await run(['undo']);
    expect(undone.code, undone.err).toBe(3);
    expect(undone.err).toMatch(/▲ left in place\n.*openclaw\.sqlite was written to since/);
    expect(undone.err).not.toContain('✔ left in place');
    expect(undone.out).toMatch(/Next: clawauth-setup apply --method setup-token .*--token-stdin --yes --sandbox-at /);
  });
});

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

/** The configuration as a value, without the key that OpenClaw itself keeps. */
function json(text: string): unknown {
  const { meta: _, ...rest } = json5.parse<Record<string, unknown>>(text);
  return rest;
}
