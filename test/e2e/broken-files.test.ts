import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
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
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript of the sandbox
import { readDatabase, writeDatabase } from '../../assets/sandbox/lib/sqlite.mjs';
import { APPLY, faultySandbox } from '../support/faulty-sandbox.ts';

/** What is wrong with the files of OpenClaw, and what a person reads then. */
const { around, state, config, run, open, files, refused } = faultySandbox();

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
    expect(undone.out).toContain('Not everything could be undone');
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

/** The configuration as a value, without the key that OpenClaw itself keeps. */
function json(text: string): unknown {
  const { meta: _, ...rest } = json5.parse<Record<string, unknown>>(text);
  return rest;
}
