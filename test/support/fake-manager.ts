import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../../src/system/world.ts';
import { type TempWorld, tempWorld } from './temp-world.ts';

/** Stands in for `systemctl --user` and `journalctl`: units are read when it is told to, as systemd does. */
const SYSTEMCTL = `#!/bin/sh
cd "$HOME/manager" || exit 1
units="$HOME/.config/systemd/user"
[ "$1" = --user ] && shift
verb=$1; shift
now=; [ "$1" = --now ] && { now=1; shift; }
unit=$1
[ "$verb" = is-active ] || echo "$verb $unit" >> calls
[ -e "fail-$verb" ] && { echo "Failed to $verb $unit: Connection refused" >&2; exit 1; }
start() {
  [ -e "known-$unit" ] || { echo "Unit $unit not found." >&2; exit 5; }
  [ -e "limit-$unit" ] && [ -e "failed-$unit" ] && { echo "Start request repeated too quickly." >&2; exit 1; }
  rm -f "running-$unit" "failed-$unit" "waiting-$unit"
  if grep -q BROKEN "known-$unit"; then touch "failed-$unit"; else cp "known-$unit" "running-$unit"; fi
}
case $verb in
  daemon-reload)
    rm -f known-*
    for file in "$units"/*.service; do [ -e "$file" ] && cp "$file" "known-$(basename "$file")"; done
    exit 0 ;;
  enable)
    mkdir -p "$units/default.target.wants" && ln -sf "$units/$unit" "$units/default.target.wants/$unit"
    [ -n "$now" ] && [ ! -e "running-$unit" ] && [ ! -e "waiting-$unit" ] && start; exit 0 ;;
  start) [ -e "running-$unit" ] || start ;;
  restart) start ;;
  stop) [ -e "known-$unit" ] || { echo "Unit $unit not loaded." >&2; exit 5; }; rm -f "running-$unit" "waiting-$unit" ;;
  reset-failed) [ -e "failed-$unit" ] || exit 1; rm "failed-$unit" ;;
  is-active)
    [ -e "running-$unit" ] && { echo active; exit 0; }
    [ -e "waiting-$unit" ] && { echo activating; exit 3; }
    [ -e "failed-$unit" ] && { echo failed; exit 3; }
    echo inactive; exit 3 ;;
  *) exit 64 ;;
esac
`;
const JOURNALCTL = `#!/bin/sh
cat "$HOME/manager/log" 2>/dev/null
`;

/** A home whose service manager is a pair of shell scripts with all their state under `~/manager`. */
export interface FakeManager {
  readonly temp: TempWorld;
  readonly world: World;
  /** The unit as the running service was started with it; null when it does not run. */
  running(unit: string): string | null;
  /** What the manager was told since the last call, `verb unit`. */
  calls(): string[];
  /** `verb` fails from now on, until it is {@link mend}ed. */
  fail(verb: string): void;
  mend(verb: string): void;
  /** What the service wrote. */
  log(text: string): void;
  /** Takes the manager's programs away. */
  vanish(): void;
}

/** `port` counts as open while `unit` runs. */
export function fakeManager(unit: string, options: { readonly inMemory?: boolean } = {}): FakeManager {
  const temp = tempWorld(options);
  const state = (name: string) => temp.path('manager', name);
  mkdirSync(temp.path('manager'));
  mkdirSync(temp.path('bin'));
  const program = (name: string, text: string) => {
    writeFileSync(temp.path('bin', name), text);
    chmodSync(temp.path('bin', name), 0o755);
  };
  program('systemctl', SYSTEMCTL);
  program('journalctl', JOURNALCTL);
  const { processes } = temp.world;
  const world: World = {
    ...temp.world,
    network: { listening: async () => existsSync(state(`running-${unit}`)) },
    processes: {
      // The real shells, by their whole paths: /dev/shm may be mounted noexec, and this machine may have a systemctl.
      run: ([name, ...words], run) =>
        name === 'systemctl' || name === 'journalctl'
          ? processes
              .run(['/bin/sh', join(temp.path('bin'), name), ...words], run)
              .then((ran) =>
                existsSync(temp.path('bin', name)) ? ran : { ...ran, outcome: 'not found', exitCode: null },
              )
          : processes.run([name, ...words], run),
    },
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
    mend: (verb) => rmSync(state(`fail-${verb}`), { force: true }),
    log: (text) => writeFileSync(state('log'), text),
    vanish: () => rmSync(temp.path('bin'), { recursive: true }),
  };
}
