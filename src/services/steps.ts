import { join } from 'node:path';
import { type Program, retireService, type ServicePrograms, service, unitProgram } from '../actions/index.ts';
import type { Action, Words } from '../engine/types.ts';
import { shellQuote } from '../text.ts';
import { agentDirectory, agentFile, agentLog, domain, launchctl, renderAgent } from './launchd.ts';
import { type ServiceId, type ServicePlace, type ServiceSpec, serviceName } from './spec.ts';
import {
  dropInFile,
  enableLink,
  renderDropIn,
  renderUnit,
  renderUnset,
  systemctl,
  unitFile,
  unitFolder,
} from './systemd.ts';

type Env = Readonly<Record<string, string>>;

/** Stands in every unit, drop-in and launch agent of ours. */
export const SERVICE_MARK = 'Made by clawauth-setup';

/** A service takes this long to open its port at most, Node's start on a slow board included. */
const READY_MS = 30_000;
const LOG_LINES = 40;

const TITLES: Readonly<Record<ServiceId, string>> = {
  normalizer: 'the normalizer',
  'claude-max-api': 'claude-max-api-proxy',
  'claude-sync': 'the login sync',
};

/**
 * Installs, enables and starts one service, waits for its port, and takes all of it away again. `port` is the one that
 * it listens on, where it does; `env` what the manager's command needs besides our environment (`FoundManager.env`). Throws
 * `Problem('unit-unwritable')` for a path that no unit file can hold.
 */
export function serviceStep(
  id: ServiceId,
  spec: ServiceSpec,
  place: ServicePlace,
  options: {
    readonly port?: number;
    readonly env?: Env;
    /** Start it again even where its definition stays: its key or its program is another now. */
    readonly again?: boolean;
    /** A service of ours is there, and an undo brings it back. */
    readonly replaces?: boolean;
    /** Files that it writes itself and that go with it, beside its log. */
    readonly leaves?: readonly string[];
    /** What a person should know before, one sentence each: linger, a path that may go. */
    readonly notes?: readonly string[];
  },
): Action {
  const name = serviceName(id, place.manager);
  const launchd = place.manager === 'launchd';
  const file = launchd ? agentFile(id, place) : unitFile(id, place);
  const leaves = [...(launchd ? [agentLog(id, place)] : []), ...(options.leaves ?? [])];
  return service(`service-${id}`, {
    forward: {
      headline: `Run ${TITLES[id]} as a service`,
      because: ['It starts at boot and comes back by itself.', ...(options.notes ?? [])].join(' '),
    },
    backward: {
      headline: options.replaces
        ? `Put the service of ${TITLES[id]} back as it was`
        : `Stop ${TITLES[id]} and remove its service`,
    },
    name,
    file,
    content: launchd ? renderAgent(withSafeEnv(spec), place) : renderUnit(withSafeEnv(spec), place),
    mode: 0o644,
    mark: SERVICE_MARK,
    links: launchd ? [] : [enableLink(id, place)],
    ...(launchd ? { folders: [agentDirectory(id, place), join(agentLog(id, place), '..')] } : {}),
    ...(leaves.length > 0 ? { leaves } : {}),
    programs: launchd
      ? agentPrograms(name, file, place, agentLog(id, place), options.env)
      : unitPrograms(name, place, options.env),
    ...(options.again ? { again: true } : {}),
    ready: options.port === undefined ? null : { port: options.port, timeoutMs: READY_MS },
  });
}

/**
 * claude-max-api-proxy hands the prompt to `claude -p` as it is, which reads the file that an `@/path` in it names and
 * sends it along (measured with 2.1.329). The variable keeps it from that.
 */
function withSafeEnv(spec: ServiceSpec): ServiceSpec {
  if (spec.id !== 'claude-max-api') return spec;
  return { ...spec, env: { ...spec.env, CLAUDE_CODE_DISABLE_ATTACHMENTS: '1' } };
}

/** One line that runs the service in a shell, for those who have no manager or a supervisor of their own. */
export function foregroundCommand(spec: ServiceSpec): string {
  const env = { PATH: spec.path.join(':'), ...withSafeEnv(spec).env };
  const words = Object.entries(env).map(([name, value]) => `${name}=${shellQuote(value)}`);
  const argv = spec.argv.map((word) =>
    // A runtime directory that systemd would make.
    word.startsWith('%t/') ? `"\${XDG_RUNTIME_DIR:-\${TMPDIR:-/tmp}}"${shellQuote(word.slice(2))}` : shellQuote(word),
  );
  return ['env', ...words, ...argv].join(' ');
}

/** A service that a guide or a person set up, as it lies on the disk. */
export interface ForeignService {
  /** Unit (`claude-max-api.service`) or label of the launch agent. */
  readonly name: string;
  readonly file: string;
  /** What `enableLinksOf` found. */
  readonly links: readonly string[];
  /** Why it has to go, one sentence. */
  readonly because: string;
}

/** Stops a service of somebody else and takes its file and links away; an undo brings back all of it, and that it ran. */
export function removeForeignServiceStep(
  { name, file, links, because }: ForeignService,
  place: ServicePlace,
  options: { readonly env?: Env } = {},
): Action {
  const programs =
    place.manager === 'launchd'
      ? agentPrograms(name, file, place, null, options.env)
      : foreignPrograms(name, place, options.env);
  return retireService(`retire-${name}`, {
    forward: { headline: `Stop ${name} and remove it`, because },
    backward: { headline: `Bring ${name} back` },
    name,
    file,
    links: [...links],
    programs,
  });
}

/** Replaces the program that a systemd unit not made by us starts; see `unitProgram`. */
export function unitProgramStep(
  id: string,
  unit: { readonly name: string; readonly file: string; readonly from: string; readonly to: string },
  place: ServicePlace,
  words: { readonly forward: Words; readonly backward: Words },
  options: { readonly env?: Env } = {},
): Action {
  return unitProgram(id, { ...words, ...unit, programs: unitPrograms(unit.name, place, options.env) });
}

/**
 * Sets variables for a unit that is not ours, by a drop-in. They hold from its next start on. `options.env` is what
 * the manager's command needs besides our environment.
 */
export function dropInStep(
  unit: string,
  place: ServicePlace,
  env: Env,
  why: string,
  options: { readonly env?: Env } = {},
): Action {
  const names = Object.keys(env).join(', ');
  return service(`drop-in-${unit}`, {
    forward: { headline: `Set ${names} for ${unit}`, because: why },
    backward: { headline: `Remove ${names} from ${unit}` },
    name: unit,
    file: dropInFile(unit, place),
    content: renderDropIn(env, why),
    mode: 0o644,
    mark: SERVICE_MARK,
    links: [],
    programs: { ...NOTHING, reload: told(systemctl(place, 'daemon-reload'), options.env) },
    ready: null,
  });
}

/** Keeps a variable from a unit that is not ours, by a drop-in. It holds from the unit's next start on. */
export function unsetStep(
  unit: string,
  place: ServicePlace,
  name: string,
  words: Words,
  options: { readonly env?: Env } = {},
): Action {
  return service(`unset-${name}-${unit}`, {
    forward: words,
    backward: { headline: `Give ${name} to ${unit} again` },
    name: unit,
    file: join(unitFolder(place), `${unit}.d`, `clawauth-setup-without-${name}.conf`),
    content: renderUnset(name, 'Found by clawauth-setup doctor.'),
    mode: 0o644,
    mark: SERVICE_MARK,
    links: [],
    programs: { ...NOTHING, reload: told(systemctl(place, 'daemon-reload'), options.env) },
    ready: null,
  });
}

const NOTHING = { reload: null, enable: null, restart: null, stop: null, forget: null, log: null };

// ── what the managers are told ───────────────────────────────────────────────────────────────────────────────────────

function told(argv: readonly string[], env: Env | undefined, exitCodes: readonly number[] = [0]): Program {
  return {
    argv: [...argv],
    ...(env === undefined ? {} : { env: { ...env } }),
    // A service may take a minute and a half to end (systemd's own limit).
    timeoutMs: 120_000,
    ...(exitCodes.length === 1 ? {} : { exitCodes: [...exitCodes] }),
  };
}

/** 5: the unit is not loaded (systemctl(1), "Exit status"); one that is gone already needs no stopping. */
const NOT_LOADED = [0, 5];

function unitPrograms(unit: string, place: ServicePlace, env: Env | undefined): ServicePrograms {
  const scope = place.manager === 'systemd-user' ? `--user-unit=${unit}` : `--unit=${unit}`;
  return {
    reload: told(systemctl(place, 'daemon-reload'), env),
    enable: told(systemctl(place, 'enable', '--now', unit), env),
    restart: told(systemctl(place, 'restart', unit), env),
    stop: told(systemctl(place, 'stop', unit), env, NOT_LOADED),
    // 1 where there is nothing to forget.
    forget: told(systemctl(place, 'reset-failed', unit), env, [0, 1, ...NOT_LOADED.slice(1)]),
    log: told(['journalctl', scope, '--no-pager', '--quiet', '--output=cat', `--lines=${LOG_LINES}`], env),
    active: told(systemctl(place, 'is-active', unit), env),
  };
}

/** Its links come back as files: only its start is left to ask for. */
function foreignPrograms(unit: string, place: ServicePlace, env: Env | undefined): ServicePrograms {
  return { ...unitPrograms(unit, place, env), enable: told(systemctl(place, 'start', unit), env) };
}

/** `$1` is `gui/UID`, `$2` the label, `$3` the plist. A job that was just booted out may be in the way for a second. */
const BOOTSTRAP = `launchctl enable "$1/$2"
n=0
until launchctl bootstrap "$1" "$3"; do
  n=$((n + 1)); [ "$n" -lt 10 ] || exit 1; sleep 1
done`;
const SCRIPTS = {
  enable: `launchctl print "$1/$2" >/dev/null 2>&1 && exit 0\n${BOOTSTRAP}`,
  restart: `launchctl bootout "$1/$2" >/dev/null 2>&1\n${BOOTSTRAP}`,
  // Loaded and waiting to be started again is not gone.
  active: `said=$(launchctl print "$1/$2" 2>/dev/null) || { echo inactive; exit 3; }
case "$said" in *'state = running'*) echo active ;; *) echo activating; exit 3 ;; esac`,
};

/** 3 and 113: launchd knows no such job. */
const NO_SUCH_JOB = [0, 3, 113];

function agentPrograms(
  label: string,
  file: string,
  place: Pick<ServicePlace, 'uid'>,
  log: string | null,
  env: Env | undefined,
): ServicePrograms {
  const script = (text: string) => told(['/bin/sh', '-c', text, 'sh', domain(place), label, file], env);
  return {
    reload: null,
    enable: script(SCRIPTS.enable),
    restart: script(SCRIPTS.restart),
    stop: told(launchctl('bootout', `${domain(place)}/${label}`), env, NO_SUCH_JOB),
    forget: null,
    log: log === null ? null : told(['tail', '-n', String(LOG_LINES), log], env),
    active: script(SCRIPTS.active),
  };
}
