import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { printableRow } from '../../src/system/printable.ts';
import { type Finished, runPacked } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// Names and words that others chose, with sequences that would write to the clipboard, clear the screen, turn the text
// around or forge a row of ours. No command may hand them on as they are.

const packed = inject('packed');
const CLIPBOARD = '\u001b]52;c;cm0gLXJm\u0007';
const FORGED = '\n✔ Healthy: all is well';
const hostile = (name: string) => `${name}${CLIPBOARD}\u009b2J\u202e${FORGED}`;
const PROVIDER = hostile('bridge');
const TOKEN = `sk-ant-oat01-FAKE${'A'.repeat(91)}`;

let folder: string;
let home: string;
let programs: string;
const put = (path: string, text: string, mode = 0o600) => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode });
};

/** An OpenClaw of a release whose files we write ourselves; what it prints is as hostile as the config. */
function fill(): void {
  const root = join(folder, 'openclaw');
  put(join(root, 'package.json'), JSON.stringify({ name: 'openclaw', version: '2026.4.29', type: 'module' }));
  const said = JSON.stringify(`Error: ${hostile('it broke')}\n`);
  put(join(root, 'openclaw.mjs'), `#!/usr/bin/env node\nprocess.stderr.write(${said});\nprocess.exit(1);\n`);
  programs = join(folder, 'bin');
  mkdirSync(programs);
  put(join(programs, 'openclaw'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'openclaw.mjs')}' "$@"\n`);
  chmodSync(join(programs, 'openclaw'), 0o755);
  const state = join(home, '.openclaw');
  const ref = `${PROVIDER}/${hostile('opus')}`;
  put(
    join(state, 'openclaw.json'),
    JSON.stringify({
      agents: {
        defaults: { model: { primary: ref, fallbacks: [ref] }, models: { [ref]: { alias: hostile('Opus') } } },
        list: [{ id: 'main', default: true }, { id: 'lite', model: ref }, { id: hostile('third') }],
      },
      models: {
        providers: {
          [PROVIDER]: {
            baseUrl: `http://127.0.0.1:9/v1#${CLIPBOARD}`,
            api: 'openai-completions',
            models: [{ id: hostile('opus'), name: hostile('Opus') }],
          },
        },
      },
    }),
  );
  const profiles = { [hostile('anthropic:x')]: { type: 'token', provider: 'anthropic', token: TOKEN } };
  put(join(state, 'agents', 'main', 'agent', 'auth-profiles.json'), JSON.stringify({ version: 1, profiles }));
  const job = {
    id: hostile('job'),
    name: hostile('daily'),
    enabled: true,
    payload: { kind: 'agentTurn', message: hostile('hi'), model: ref },
    state: { consecutiveErrors: 3, lastError: hostile('failed') },
  };
  put(join(state, 'cron', 'jobs.json'), JSON.stringify({ version: 1, jobs: [job] }));
  put(join(state, '.env'), `ANTHROPIC_API_KEY=${CLIPBOARD}\n`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-hostile-'));
  home = join(folder, 'home');
  fill();
});
afterAll(() => removeTree(folder));

const run = (args: readonly string[], input?: string) =>
  runPacked(process.execPath, packed.cli, args, {
    home,
    env: { PATH: `${programs}:/usr/bin:/bin` },
    ...(input === undefined ? {} : { input }),
  });

function harmless({ out, err }: Finished, json: boolean): void {
  const text = `${out}${err}`;
  expect(text.match(/(?![\n\t])[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu)).toBe(null);
  if (!json) expect(text.split('\n').filter((row) => row.startsWith('✔ Healthy'))).toEqual([]);
}

const setup = ['--method', 'setup-token', '--primary', 'anthropic/claude-opus-5'];
const apply = ['apply', ...setup, '--token-stdin', '--yes', '--no-live-check'];

describe('text of others', () => {
  it.each(
    [
      ['status'],
      ['status', '--details'],
      ['status', '--json'],
      ['plan', '--method', 'setup-token'],
      ['plan', '--method', 'setup-token', '--json'],
      ['plan', '--method', 'proxy', '--service', 'none'],
      ['plan', '--method', 'setup-token', '--agent', hostile('nobody')],
      ['plan', '--method', 'setup-token', '--primary', `${PROVIDER}/x`],
      ['apply', '--answers', hostile('/nowhere')],
      [hostile('command')],
      ['report'],
      ['report', '--json'],
      ['uninstall', '--dry-run'],
    ].map((args) => [printableRow(args.join(' ')), args] as const),
  )('reaches the terminal as text in: %s', async (_, args) => {
    harmless(await run(args), args.includes('--json'));
  });

  it('does so in a run, in its list, in its undo, and when a receipt was tampered with', async () => {
    const applied = await run(apply, `${TOKEN}\n`);
    harmless(applied, false);
    const runs = join(home, '.local', 'state', 'clawauth-setup', 'runs');
    const [id = ''] = readdirSync(runs);
    expect(id).not.toBe('');
    harmless(await run(['undo', '--list']), false);
    harmless(await run(['uninstall', '--dry-run']), false);
    const receipt = join(runs, id, 'receipt.json');
    const told = JSON.parse(readFileSync(receipt, 'utf8'));
    writeFileSync(receipt, JSON.stringify({ ...told, title: hostile('A run') }));
    for (const args of [
      ['undo', '--list'],
      ['undo', '--list', '--json'],
      ['backups', 'verify'],
      ['undo', '--yes'],
    ]) {
      harmless(await run(args), args.includes('--json'));
    }
  });
});
