import { chmod, copyFile, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { breakHome, endedProfiles } from './broken.ts';

/** The release whose habits the stand-in has. */
export const SANDBOX_RELEASE = '2026.9.6';
const CLAUDE_RELEASE = '2.1.329';

/** Makes the home, the programs and OpenClaw's state below `root` (an empty folder). */
export async function fillHome(
  root: string,
  options: {
    readonly assets: string;
    readonly node: string;
    readonly port: number;
    /** Claude does not answer in it, see {@link breakHome}. */
    readonly broken?: boolean;
  },
): Promise<void> {
  const { assets, node, port, broken = false } = options;
  const home = join(root, 'home');
  const state = join(home, '.openclaw');
  for (const directory of ['bin', 'tmp', 'run', 'home/.config', 'home/.cache', 'home/.local/share', 'home/workspace']) {
    await mkdir(join(root, directory), { recursive: true, mode: 0o700 });
  }
  await mkdir(join(home, '.local', 'state'), { recursive: true, mode: 0o700 });
  await mkdir(join(home, 'workspace-lite'), { mode: 0o700 });
  for (const agent of ['main', 'lite']) {
    await mkdir(join(state, 'agents', agent, 'agent'), { recursive: true, mode: 0o700 });
    await mkdir(join(state, 'agents', agent, 'sessions'), { recursive: true, mode: 0o700 });
  }
  await chmod(state, 0o700);

  const sample = join(assets, broken ? 'broken.json5' : 'openclaw.json5');
  const config = (await readFile(sample, 'utf8')).replace('18789', String(port));
  await writeFile(join(state, 'openclaw.json'), config, { mode: 0o600 });
  await writeFile(join(home, '.crontab'), '# m h dom mon dow command\n30 3 * * * ~/bin/backup.sh\n', { mode: 0o600 });
  // Claude Code leaves this at its first start; without it nobody asks it for its login.
  await writeFile(join(home, '.claude.json'), '{}\n', { mode: 0o600 });
  await mkdir(join(home, '.claude'), { mode: 0o700 });
  const login = { accessToken: 'a-login', refreshToken: 'of-the-sandbox', expiresAt: Date.now() + 8 * 3_600_000 };
  await writeFile(join(home, '.claude', '.credentials.json'), JSON.stringify({ claudeAiOauth: login }), {
    mode: 0o600,
  });

  const openclaw = join(root, 'lib', 'node_modules', 'openclaw');
  await mkdir(openclaw, { recursive: true });
  await cp(join(assets, 'lib'), join(openclaw, 'lib'), { recursive: true });
  await program(join(assets, 'openclaw.mjs'), join(openclaw, 'openclaw.mjs'));
  // The real 2026.9.6 asks for Node 24.16; the stand-in runs on whatever runs us.
  await manifest(openclaw, 'openclaw', SANDBOX_RELEASE, './openclaw.mjs');
  const plugin = join(openclaw, 'dist', 'extensions', 'anthropic');
  await mkdir(plugin, { recursive: true });
  await writeFile(join(plugin, 'openclaw.plugin.json'), `${JSON.stringify(catalogue(), null, 2)}\n`);

  const claude = join(root, 'lib', 'node_modules', '@anthropic-ai', 'claude-code');
  await mkdir(claude, { recursive: true });
  await program(join(assets, 'claude.mjs'), join(claude, 'cli.mjs'));
  await manifest(claude, '@anthropic-ai/claude-code', CLAUDE_RELEASE, './cli.mjs');

  const bin = join(root, 'bin');
  await symlink(node, join(bin, 'node'));
  await symlink('../lib/node_modules/openclaw/openclaw.mjs', join(bin, 'openclaw'));
  await symlink('../lib/node_modules/@anthropic-ai/claude-code/cli.mjs', join(bin, 'claude'));
  await program(join(assets, 'crontab.mjs'), join(bin, 'crontab'));
  const now = Date.now();
  await writeStore(state, openclaw, assets, broken ? endedProfiles(now) : {});
  if (broken) await breakHome(home, now);
}

/** The models that 2026.9.6 ships, in the place and shape of its plugin manifest. */
function catalogue(): object {
  const current = ['opus-5-5', 'fable-5-1', 'fable-5', 'opus-5', 'sonnet-5', 'mythos-5', 'haiku-4-5'];
  const models = [...current.map((id) => ({ id: `claude-${id}` })), { id: 'claude-opus-4-8', status: 'deprecated' }];
  return { id: 'anthropic', modelCatalog: { providers: { anthropic: { models } } } };
}

async function program(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o755);
}

async function manifest(folder: string, name: string, version: string, bin: string): Promise<void> {
  const content = { name, version, type: 'module', bin, engines: { node: '>=20.12' } };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`);
}

/** The database with the six cron jobs, written by the stand-in's own code so that there is one writer of it. */
async function writeStore(state: string, openclaw: string, assets: string, profiles: object): Promise<void> {
  const writer: {
    writeStore(store: { profiles: object; jobs: unknown }, stateDirectory: string): void;
  } = await import(pathToFileURL(join(openclaw, 'lib', 'state.mjs')).href);
  const now = Date.now();
  const jobs: Record<string, unknown>[] = JSON.parse(await readFile(join(assets, 'cron.json'), 'utf8'));
  const dated = jobs.map((job) => ({ ...job, createdAtMs: now, updatedAtMs: now }));
  writer.writeStore({ profiles, jobs: dated }, state);
}
