import type { Ran, World } from '../system/world.ts';
import { domain, launchctl } from './launchd.ts';
import { type ServiceId, type ServicePlace, serviceName } from './spec.ts';
import { systemctl } from './systemd.ts';

/** What the manager says about a service, now. Never told from our own files. */
export interface ServiceState {
  readonly name: string;
  /** The manager knows it. */
  readonly loaded: boolean;
  /** It runs. */
  readonly active: boolean;
  /** It will be started at the next boot or login. */
  readonly enabled: boolean;
  readonly pid: number | null;
  /** In the manager's words: `active (running)`, `failed (exit-code)`. */
  readonly says: string;
  /** Times it was started again after it ended by itself; null where the manager does not count. */
  readonly restarts: number | null;
  /** Exit status of the last run, where there was one. */
  readonly exitStatus: number | null;
  /** The file that the manager really uses. */
  readonly file: string | null;
}

export type AskedState =
  | { readonly known: true; readonly state: ServiceState }
  | { readonly known: false; readonly why: string };

const TIMEOUT = 10_000;

/** Asks the manager. `env` is what {@link managerEnv} found out. */
export async function askService(
  world: World,
  id: ServiceId | { readonly unit: string },
  place: Pick<ServicePlace, 'manager' | 'uid'>,
  options: { readonly env?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<AskedState> {
  const name = typeof id === 'string' ? serviceName(id, place.manager) : id.unit;
  const run = (argv: [string, ...string[]]) =>
    world.processes.run(argv, {
      timeoutMs: TIMEOUT,
      env: options.env,
      signal: options.signal,
    });
  if (place.manager === 'launchd') {
    const ran = await run(launchctl('print', `${domain(place)}/${name}`));
    if (ran.outcome !== 'exited') return { known: false, why: `launchctl could not be asked (${ran.outcome}).` };
    return { known: true, state: ran.exitCode === 0 ? fromLaunchd(name, ran.stdout) : absent(name) };
  }
  const ran = await run(systemctl(place, 'show', name, `--property=${PROPERTIES.join(',')}`));
  if (ran.outcome !== 'exited' || ran.exitCode !== 0) return { known: false, why: whyNoAnswer(ran) };
  return { known: true, state: fromSystemd(name, ran.stdout) };
}

const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'Result',
  'NRestarts',
  'MainPID',
  'ExecMainStatus',
  'FragmentPath',
];

/** Reads `systemctl show --property=…`. */
export function fromSystemd(name: string, text: string): ServiceState {
  const values = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const get = (key: string) => values.get(key) ?? '';
  const active = get('ActiveState');
  const result = get('Result');
  const detail = active === 'failed' && result !== '' && result !== 'success' ? result : get('SubState');
  return {
    name,
    loaded: get('LoadState') === 'loaded',
    active: active === 'active',
    enabled: get('UnitFileState') === 'enabled',
    pid: positive(get('MainPID')),
    says: get('LoadState') === 'loaded' ? `${active} (${detail})` : get('LoadState'),
    restarts: get('NRestarts') === '' ? null : Number(get('NRestarts')),
    exitStatus: get('ExecMainStatus') === '' ? null : Number(get('ExecMainStatus')),
    file: get('FragmentPath') || null,
  };
}

/** Reads `launchctl print gui/UID/LABEL`. */
export function fromLaunchd(name: string, text: string): ServiceState {
  // Top-level lines are indented once; deeper blocks repeat the same words for sockets and endpoints.
  const get = (key: string) => new RegExp(`^\\t${key} = (.*)$`, 'm').exec(text)?.[1] ?? '';
  const state = get('state');
  const last = /^(\d+)/.exec(get('last exit code'))?.[1];
  return {
    name,
    loaded: true,
    active: state === 'running',
    // A loaded agent comes back at the next login; a disabled one could not have been loaded.
    enabled: true,
    pid: positive(get('pid')),
    says: state === '' ? 'loaded' : state,
    restarts: get('runs') === '' ? null : Math.max(0, Number(get('runs')) - 1),
    exitStatus: last === undefined ? null : Number(last),
    file: get('path') || null,
  };
}

function absent(name: string): ServiceState {
  return {
    name,
    loaded: false,
    active: false,
    enabled: false,
    pid: null,
    says: 'not-found',
    restarts: null,
    exitStatus: null,
    file: null,
  };
}

function positive(text: string): number | null {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : null;
}

function whyNoAnswer(ran: Ran): string {
  const line = ran.stderr.trim().split('\n')[0] ?? '';
  return line === '' ? `systemctl gave no answer (${ran.outcome}).` : line;
}

/** The last lines a service wrote, oldest first, secrets masked. Empty when the manager keeps none. */
export async function lastLines(
  world: World,
  id: ServiceId,
  place: ServicePlace,
  options: { readonly lines?: number; readonly env?: Readonly<Record<string, string>>; readonly logFile?: string } = {},
): Promise<readonly string[]> {
  const count = options.lines ?? 10;
  const lines = (text: string | null) => (text ?? '').split('\n').filter((line) => line !== '');
  if (place.manager === 'launchd') {
    return lines(options.logFile === undefined ? null : await world.files.readText(options.logFile)).slice(-count);
  }
  const unit = [place.manager === 'systemd-user' ? '--user-unit' : '--unit', serviceName(id, place.manager)];
  const ran = await world.processes.run(
    ['journalctl', ...unit, '--no-pager', '--quiet', '--output=cat', `--lines=${count}`],
    { timeoutMs: TIMEOUT, env: options.env },
  );
  return ran.exitCode === 0 ? lines(ran.stdout) : [];
}
