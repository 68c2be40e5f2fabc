import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Cancelled } from '../../src/system/problem.ts';
import type { World } from '../../src/system/world.ts';
import { type TempWorld, tempWorld } from './temp-world.ts';

interface Answer {
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/**
 * Stands in for `systemctl --user` and `journalctl`: units are read when it is told to, as systemd does. All its state
 * are files of `home`, so that a copy of the home is one of the manager too. In this process, as a sweep of crashes asks
 * it thousands of times.
 */
function manage(home: string, program: string, words: readonly string[]): Answer {
  const units = join(home, '.config', 'systemd', 'user');
  const state = (name: string) => join(home, 'manager', name);
  const has = (name: string) => existsSync(state(name));
  const forget = (...names: string[]) => {
    for (const name of names) rmSync(state(name), { force: true });
  };
  if (program === 'journalctl') return has('log') ? { exitCode: 0, stdout: readFileSync(state('log'), 'utf8') } : GONE;
  const [verb = '', ...more] = words.filter((word) => word !== '--user');
  const [unit = ''] = more.filter((word) => word !== '--now');
  const now = more[0] === '--now';
  if (verb !== 'is-active') appendFileSync(state('calls'), `${verb} ${unit}\n`);
  if (has(`fail-${verb}`)) return { exitCode: 1, stderr: `Failed to ${verb} ${unit}: Connection refused\n` };
  const start = (): Answer => {
    if (!has(`known-${unit}`)) return { exitCode: 5, stderr: `Unit ${unit} not found.\n` };
    if (has(`limit-${unit}`) && has(`failed-${unit}`)) {
      return { exitCode: 1, stderr: 'Start request repeated too quickly.\n' };
    }
    forget(`running-${unit}`, `failed-${unit}`, `waiting-${unit}`);
    const text = readFileSync(state(`known-${unit}`), 'utf8');
    writeFileSync(state(`${text.includes('BROKEN') ? 'failed' : 'running'}-${unit}`), text);
    return DONE;
  };
  switch (verb) {
    case 'daemon-reload':
      forget(...readdirSync(join(home, 'manager')).filter((name) => name.startsWith('known-')));
      for (const name of existsSync(units) ? readdirSync(units) : []) {
        if (name.endsWith('.service')) copyFileSync(join(units, name), state(`known-${name}`));
      }
      return DONE;
    case 'enable': {
      const wants = join(units, 'default.target.wants');
      mkdirSync(wants, { recursive: true });
      rmSync(join(wants, unit), { force: true });
      symlinkSync(join(units, unit), join(wants, unit));
      return now && !has(`running-${unit}`) && !has(`waiting-${unit}`) ? start() : DONE;
    }
    case 'start':
      return has(`running-${unit}`) ? DONE : start();
    case 'restart':
      return start();
    case 'stop':
      if (!has(`known-${unit}`)) return { exitCode: 5, stderr: `Unit ${unit} not loaded.\n` };
      forget(`running-${unit}`, `waiting-${unit}`);
      return DONE;
    case 'reset-failed':
      if (!has(`failed-${unit}`)) return GONE;
      forget(`failed-${unit}`);
      return DONE;
    case 'is-active':
      if (has(`running-${unit}`)) return { exitCode: 0, stdout: 'active\n' };
      if (has(`waiting-${unit}`)) return { exitCode: 3, stdout: 'activating\n' };
      return { exitCode: 3, stdout: has(`failed-${unit}`) ? 'failed\n' : 'inactive\n' };
    default:
      return { exitCode: 64 };
  }
}
const DONE: Answer = { exitCode: 0 };
const GONE: Answer = { exitCode: 1 };

/** A home whose service manager keeps all its state under `~/manager`. */
export interface FakeManager {
  readonly temp: TempWorld;
  readonly world: World;
  /** The unit as the running service was started with it; null when it does not run. */
  running(unit: string): string | null;
  /** What the manager was told since the last call, `verb unit`. */
  calls(): string[];
  /** `verb` fails from now on, until it is {@link fix}ed. */
  fail(verb: string): void;
  fix(verb: string): void;
  /** What the service wrote. */
  log(text: string): void;
  /** Takes the manager's programs away. */
  vanish(): void;
}

/** This world with a service manager that keeps all its state under `~/manager`. `vanished`: its programs are gone. */
export function managed(given: World, vanished: () => boolean = () => false): World {
  mkdirSync(join(given.home, 'manager'), { recursive: true });
  const { processes } = given;
  return {
    ...given,
    processes: {
      async run([name, ...words], run) {
        if (name !== 'systemctl' && name !== 'journalctl') return processes.run([name, ...words], run);
        if (run.signal?.aborted) throw new Cancelled();
        const ran = { signal: null, stdout: '', stderr: '', durationMs: 1 };
        if (vanished()) return { ...ran, exitCode: null, outcome: 'not found' };
        return { ...ran, ...manage(given.home, name, words), outcome: 'exited' };
      },
    },
  };
}

/** `port` counts as open while `unit` runs. */
export function fakeManager(unit: string, options: { readonly inMemory?: boolean } = {}): FakeManager {
  const temp = tempWorld(options);
  const state = (name: string) => temp.path('manager', name);
  let vanished = false;
  const world: World = {
    ...managed(temp.world, () => vanished),
    network: { listening: async () => existsSync(state(`running-${unit}`)) },
  };
  return {
    temp,
    world,
    running: (name) => (existsSync(state(`running-${name}`)) ? readFileSync(state(`running-${name}`), 'utf8') : null),
    calls() {
      const told = existsSync(state('calls')) ? readFileSync(state('calls'), 'utf8') : '';
      rmSync(state('calls'), { force: true });
      return told.split('\n').flatMap((line) => line.trim() || []);
    },
    fail: (verb) => writeFileSync(state(`fail-${verb}`), ''),
    fix: (verb) => rmSync(state(`fail-${verb}`), { force: true }),
    log: (text) => writeFileSync(state('log'), text),
    vanish: () => (vanished = true),
  };
}
