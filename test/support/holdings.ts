import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { installNode } from './releases.ts';

/**
 * What a person keeps in an OpenClaw: each entry names one cron job, pairing, session or credential, wherever it lies now
 * (`cron daily-brief`, `credential main anthropic:default`), or one order that an agent's store holds.
 */
export type Holdings = readonly string[];

/**
 * Read from the places where an OpenClaw looks: the files of older releases and the rows of the databases, never from the
 * `….migrated` copies, which nobody reads. Databases are opened as copies, so that a look leaves no trace.
 */
const SCRIPT = `
const { DatabaseSync } = require('node:sqlite');
const fs = require('node:fs');
const path = require('node:path');
const root = process.argv[1];
const found = new Set();
const json = (file) => { try { return JSON.parse(fs.readFileSync(file, 'utf8')); } catch { return null; } };
const walk = (folder) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
  const file = path.join(folder, entry.name);
  return entry.isDirectory() ? walk(file) : entry.isFile() ? [file] : [];
});
const channel = (name) => /^([^-]+)/.exec(name)[1];
const orders = (agent, state) => { for (const [name, ids] of Object.entries(state?.order ?? {})) found.add('order ' + agent + ' ' + name + ' ' + ids); };
const profiles = (agent, store) => { for (const id of Object.keys(store?.profiles ?? {})) found.add('credential ' + agent + ' ' + id); };
const temp = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'holdings-'));
const rows = (file, read) => {
  const copy = path.join(temp, 'copy.sqlite');
  for (const end of ['', '-wal', '-shm']) {
    fs.rmSync(copy + end, { force: true });
    if (fs.existsSync(file + end)) fs.copyFileSync(file + end, copy + end);
  }
  const db = new DatabaseSync(copy);
  const all = (table) => { try { return db.prepare('select * from ' + table).all(); } catch { return []; } };
  try { read(all); } catch {} finally { db.close(); }
};
for (const file of walk(root)) {
  const name = path.relative(root, file);
  const base = path.basename(file);
  const agent = /^agents\\/([^/]+)\\//.exec(name)?.[1];
  if (name === 'cron/jobs.json') for (const job of json(file)?.jobs ?? []) found.add('cron ' + job.name);
  if (/^credentials\\/.*allowFrom\\.json$/.test(name)) for (const who of json(file)?.allowFrom ?? []) found.add('allowed ' + channel(base) + ' ' + who);
  if (/^credentials\\/.*pairing\\.json$/.test(name)) for (const one of json(file)?.requests ?? []) found.add('pairing ' + channel(base) + ' ' + one.id);
  if (name === 'devices/paired.json') for (const id of Object.keys(json(file) ?? {})) found.add('device ' + id);
  if (/^agents\\/[^/]+\\/sessions\\/sessions\\.json$/.test(name)) for (const one of Object.values(json(file) ?? {})) found.add('session ' + one.sessionId);
  if (/^agents\\/[^/]+\\/sessions\\/[^/]+\\.jsonl$/.test(name)) found.add('session ' + base.replace(/\\.jsonl$/, ''));
  if (/^agents\\/[^/]+\\/agent\\/auth-profiles\\.json$/.test(name)) { profiles(agent, json(file)); orders(agent, json(file)); }
  if (/^agents\\/[^/]+\\/agent\\/auth-state\\.json$/.test(name)) orders(agent, json(file));
  if (/^agents\\/[^/]+\\/agent\\/openclaw-agent\\.sqlite$/.test(name)) rows(file, (all) => {
    for (const { store_json } of all('auth_profile_store')) profiles(agent, JSON.parse(store_json));
    for (const { state_json } of all('auth_profile_state')) orders(agent, JSON.parse(state_json));
    for (const { session_id } of all('session_windows')) found.add('session ' + session_id);
  });
  if (name === 'state/openclaw.sqlite') rows(file, (all) => {
    for (const row of all('cron_jobs')) if (!row.declaration_key) found.add('cron ' + row.name);
    for (const row of all('channel_pairing_allow_entries')) found.add('allowed ' + row.channel_key + ' ' + row.entry);
    for (const row of all('channel_pairing_requests')) found.add('pairing ' + row.channel_key + ' ' + row.request_id);
    for (const row of all('device_pairing_paired')) found.add('device ' + row.device_id);
    for (const row of all('config_machine_state')) if (row.state_key === 'authProfiles.store') profiles('main', JSON.parse(row.value_json));
  });
}
fs.rmSync(temp, { recursive: true });
process.stdout.write(JSON.stringify([...found].sort()));
`;

export async function holdingsOf(stateDir: string): Promise<Holdings> {
  const node = join(await installNode(), 'node');
  return JSON.parse(execFileSync(node, ['--no-warnings', '-e', SCRIPT, stateDir], { encoding: 'utf8' })) as string[];
}

/** What is not there any more. Empty is the invariant of every run, undo, switch and uninstall. */
export async function lostSince(before: Holdings, stateDir: string): Promise<Holdings> {
  const now = new Set(await holdingsOf(stateDir));
  return before.filter((one) => !now.has(one));
}
