import { join } from 'node:path';
import { userUnits } from '../openclaw/gateway-units.ts';
import { type Fact, known, unknown } from '../system/fact.ts';
import { redact } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import type { Refresher } from './types.ts';

const CLAUDE = /claude|anthropic|openclaw|clawdbot|moltbot/i;
const REFRESH = /sync|refresh|renew|re-?auth/i;
const CREDENTIAL = /token|oauth|credential|auth/i;
/** The files whose copying makes two owners of one login. */
const LOGIN_FILES = /\.credentials\.json|auth-profiles\.json/;
/** The gateway, proxies and ourselves carry such words and refresh nothing. */
const NOT_ONE = /clawauth-setup|(openclaw|clawdbot)[- ]gateway|gateway (run|start)|claude-max-api-proxy/i;

/**
 * Whether a command line or unit keeps a copy of a Claude login fresh, as older guides had people set up: it touches the
 * login's file, or one of its programs is named after that. A job that merely asks Claude to sync something is none.
 */
export function looksLikeRefresher(line: string): boolean {
  if (NOT_ONE.test(line) || !CLAUDE.test(line)) return false;
  if (LOGIN_FILES.test(line) || /\bmodels auth\b.*\brefresh\b/.test(line)) return true;
  const names = line.split(/[\s"'=;|&()]+/).map((word) => word.slice(word.lastIndexOf('/') + 1));
  return names.some((name) => REFRESH.test(name) && (CREDENTIAL.test(name) || CLAUDE.test(name)));
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
