import { join } from 'node:path';
import { command, type Program, writeFile } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { configHome, dataHome } from '../system/folders.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { isoDate } from '../text.ts';
import { domain, xml } from './launchd.ts';
import { dataFolder } from './own-files.ts';

export interface ReminderPlan {
  /** Unix ms when the token ends. */
  readonly ends: number;
  /** It says nothing until so many days before. */
  readonly warnDays: number;
}

type Manager = 'systemd' | 'launchd';

/** Stands in every file of the reminder. */
const MARK = 'Written by clawauth-setup: a weekly look at when the Claude token of OpenClaw ends.';
const UNIT = 'clawauth-setup-reminder';
const LABEL = 'io.github.clawauth-setup.reminder';

/** The service manager of this user. Throws `Problem('no-service-manager')`, which says how to do without. */
export async function serviceManager(world: World): Promise<Manager> {
  const argv: [string, ...string[]] | null =
    world.platform === 'linux'
      ? ['systemctl', '--user', 'show-environment']
      : world.platform === 'darwin'
        ? ['/bin/launchctl', 'print', domain(world)]
        : null;
  const ran = argv === null ? null : await world.processes.run(argv, { timeoutMs: 10_000 });
  if (ran?.exitCode === 0) return world.platform === 'darwin' ? 'launchd' : 'systemd';
  const said = ran?.stderr.trim().split('\n')[0];
  const name = world.platform === 'darwin' ? 'launchd' : 'systemd';
  throw new Problem('no-service-manager', `There is no ${name} for this user here, so nothing can run once a week.`, {
    why: `${said ? `It says: ${said}. ` : ''}Any scheduler will do: status --check exits with 2 when the token ends soon.`,
    next: 'clawauth-setup status --check --warn-days 30',
  });
}

/** Steps that put the reminder in place and start it. */
export function reminderSteps(world: World, manager: Manager, plan: ReminderPlan): Action[] {
  const script = scriptStep(world, plan);
  return manager === 'systemd' ? [...systemd(world, script)] : [...launchd(world, script)];
}

/** Only the script. `again`: with other days in it, where a reminder is on already. */
export function scriptStep(world: World, plan: ReminderPlan, again = false): Action {
  return writeFile('reminder-script', {
    forward: {
      headline: 'Write down when the token ends',
      because: 'The reminder reads nothing else and asks nobody.',
    },
    backward: { headline: again ? 'Put the reminder back as it was' : 'Remove the reminder’s script' },
    file: join(dataFolder(world), 'remind.sh'),
    content: script(world, plan),
    mode: 0o700,
    mark: MARK,
  });
}

function script(world: World, { ends, warnDays }: ReminderPlan): string {
  const day = isoDate(ends);
  const show =
    world.platform === 'darwin'
      ? `/usr/bin/osascript -e "display notification \\"$text\\" with title \\"OpenClaw\\"" >/dev/null 2>&1 || true`
      : `command -v notify-send >/dev/null 2>&1 && notify-send 'OpenClaw' "$text" >/dev/null 2>&1 || true`;
  return `#!/bin/sh
# ${MARK}
# It shows a desktop notification where there is a desktop, writes one line to the journal, and does nothing else.
# Away with it:  clawauth-setup remind --off
ends=${Math.floor(ends / 1000)} # ${day}
now=$(date +%s)
days=$(( (ends - now) / 86400 ))
[ "$days" -lt ${warnDays} ] || exit 0
if [ "$now" -ge "$ends" ]; then
  text='The Claude token of OpenClaw has ended. Run: npx clawauth-setup renew'
else
  text="The Claude token of OpenClaw ends in $days days (${day}). Run: npx clawauth-setup renew"
fi
printf '%s\\n' "$text"
${show}
`;
}

function systemd(world: World, scriptFile: Action): Action[] {
  const units = join(configHome(world), 'systemd', 'user');
  const timer = `${UNIT}.timer`;
  const run = join(dataFolder(world), 'remind.sh');
  const service = `# ${MARK}
[Unit]
Description=Say when the Claude token of OpenClaw ends

[Service]
Type=oneshot
ExecStart=/bin/sh "${escapeUnit(run)}"
`;
  const schedule = `# ${MARK}
[Unit]
Description=Once a week: when does the Claude token of OpenClaw end?

[Timer]
OnCalendar=Mon *-*-* 10:00
RandomizedDelaySec=1h
Persistent=true

[Install]
WantedBy=timers.target
`;
  const ctl = (...words: string[]): Program => ({ argv: ['systemctl', '--user', ...words], timeoutMs: 30_000 });
  // Whether a manager that is gone still knows a unit does not matter: an undo goes on.
  const quiet = (words: string): Program => ({
    argv: ['/bin/sh', '-c', `systemctl --user ${words} || true`],
    timeoutMs: 30_000,
  });
  return [
    only('reminder-forgotten', 'Tell systemd to forget the reminder', quiet('daemon-reload')),
    scriptFile,
    unitFile('reminder-service', join(units, `${UNIT}.service`), service),
    unitFile('reminder-timer', join(units, timer), schedule),
    call('reminder-read', 'Tell systemd of the new timer', ctl('daemon-reload'), []),
    call('reminder-on', 'Start the weekly timer', ctl('enable', '--now', timer), [
      join(units, 'timers.target.wants', timer),
      // systemd's own note of when a `Persistent` timer last rang: it stays behind for ever otherwise.
      join(dataHome(world), 'systemd', 'timers', `stamp-${timer}`),
    ]),
    only('reminder-off', 'Stop the weekly timer', quiet(`stop ${timer}`)),
  ];
}

function launchd(world: World, scriptFile: Action): Action[] {
  const plist = join(world.home, 'Library', 'LaunchAgents', `${LABEL}.plist`);
  const run = join(dataFolder(world), 'remind.sh');
  const content = `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${MARK} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${LABEL}</string>
  <key>ProgramArguments</key><array><string>/bin/sh</string><string>${xml(run)}</string></array>
  <key>StartCalendarInterval</key>
  <dict><key>Weekday</key><integer>1</integer><key>Hour</key><integer>10</integer></dict>
</dict>
</plist>
`;
  return [
    scriptFile,
    unitFile('reminder-agent', plist, content),
    call(
      'reminder-on',
      'Start the weekly reminder',
      { argv: ['/bin/launchctl', 'bootstrap', domain(world), plist], timeoutMs: 30_000 },
      [],
    ),
    only('reminder-off', 'Stop the weekly reminder', {
      argv: ['/bin/sh', '-c', `/bin/launchctl bootout ${domain(world)}/${LABEL} || true`],
      timeoutMs: 30_000,
    }),
  ];
}

function unitFile(id: string, file: string, content: string): Action {
  return writeFile(id, {
    forward: { headline: `Write ${file.slice(file.lastIndexOf('/') + 1)}` },
    backward: { headline: `Remove ${file.slice(file.lastIndexOf('/') + 1)}` },
    file,
    content,
    mode: 0o600,
    mark: MARK,
  });
}

/** Runs forwards only; the files that it makes go back by themselves. */
function call(id: string, headline: string, program: Program, files: readonly string[]): Action {
  return command(
    id,
    {
      forward: { headline },
      backward: { headline: `Undo: ${headline.charAt(0).toLowerCase()}${headline.slice(1)}` },
      program,
      keepText: [],
      outside: [],
      undo: { by: 'files', otherwise: 'clawauth-setup remind --off' },
    },
    files.map((path) => ({ path, as: 'file' })),
  );
}

/** Runs backwards only. */
function only(id: string, headline: string, program: Program): Action {
  return command(
    id,
    {
      forward: { headline: 'Note how to stop it again' },
      backward: { headline },
      program: null,
      keepText: [],
      outside: [],
      undo: { by: 'program', program, otherwise: program.argv.join(' ') },
    },
    [],
  );
}

/** `%` starts a specifier in a unit, `"` and `\` end or escape a quoted word, `$` a variable. */
function escapeUnit(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
}
