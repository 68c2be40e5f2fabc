import { join } from 'node:path';
import { userUnits } from '../openclaw/gateway.ts';
import { type Fact, known, unknown } from '../system/fact.ts';
import { redact } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import type { Refresher } from './types.ts';

const ABOUT_CLAUDE = /claude|anthropic|openclaw|clawdbot|moltbot/i;
const REFRESHES = /sync|refresh|renew|oauth|re-?auth|token|credential|auth-profiles/i;
/** The gateway and OpenClaw's own jobs, proxies, and ourselves: they carry such words and refresh nothing. */
const NOT_ONE = /clawauth-setup|openclaw[- ]gateway|clawdbot[- ]gateway|gateway (run|start)|claude-max-api-proxy/i;

/** Whether a command line or unit keeps a copy of a Claude login fresh, as older guides had people set up. */
export function looksLikeRefresher(text: string): boolean {
  return ABOUT_CLAUDE.test(text) && REFRESHES.test(text) && !NOT_ONE.test(text);
}

/** systemd user units and launch agents, read from disk. */
export async function unitRefreshers(world: World): Promise<Refresher[]> {
  if (world.platform === 'darwin') {
    return scan(world, join(world.home, 'Library/LaunchAgents'), /\.plist$/, 'launchd', (text) =>
      [...text.matchAll(/<string>([\s\S]*?)<\/string>/g)].map((match) => match[1]).join(' '),
    );
  }
  if (world.platform !== 'linux') return [];
  return scan(world, userUnits(world), /\.(service|timer|path)$/, 'systemd', (text) =>
    [...text.matchAll(/^(?:ExecStart|Unit|PathChanged|PathModified)\s*=\s*(.+)$/gm)].map((match) => match[1]).join(' '),
  );
}

async function scan(
  world: World,
  folder: string,
  names: RegExp,
  kind: 'systemd' | 'launchd',
  says: (text: string) => string,
): Promise<Refresher[]> {
  const found: Refresher[] = [];
  for (const name of (await world.files.list(folder)) ?? []) {
    if (!names.test(name)) continue;
    const file = join(folder, name);
    const text = says((await world.files.readText(file).catch(() => null)) ?? '');
    if (looksLikeRefresher(`${name} ${text}`)) found.push({ kind, where: file, text: redact(text) });
  }
  return found;
}

/** The person's crontab, through `crontab -l`. No crontab and no such program are both "none". */
export async function crontabRefreshers(world: World, signal: AbortSignal): Promise<Refresher[]> {
  if (world.platform === 'win32') return [];
  const ran = await world.processes.run(['crontab', '-l'], { timeoutMs: 5_000, signal });
  if (ran.exitCode !== 0) return [];
  return ran.stdout.split('\n').flatMap((line, index): Refresher[] => {
    const isJob = line.trim() !== '' && !line.trimStart().startsWith('#');
    if (!isJob || !looksLikeRefresher(line)) return [];
    return [{ kind: 'crontab', where: 'crontab', line: index + 1, text: redact(line.trim()) }];
  });
}

export async function findRefreshers(world: World, signal: AbortSignal, ask: boolean): Promise<Fact<Refresher[]>> {
  const units = await unitRefreshers(world).catch((error: unknown) =>
    error instanceof Error ? error.message : 'unreadable',
  );
  if (typeof units === 'string') return unknown('unreadable', units);
  const lines = ask ? await crontabRefreshers(world, signal) : [];
  return known([...lines, ...units], ask ? 'crontab -l, user units' : 'user units');
}
