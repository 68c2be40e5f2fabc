import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { installNode } from '../support/releases.ts';
import { bootUserSystemd, canBoot, type UserSystemd } from '../support/systemd.ts';

// The weekly reminder under a real `systemd --user`: the packed program switches it on, systemd's own clock rings.

const TIMER = 'clawauth-setup-reminder.timer';
const SERVICE = 'clawauth-setup-reminder.service';
const DAY = 86_400_000;
const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

const packed = inject('packed');
let systemd: UserSystemd;

beforeAll(async () => {
  if (!canBoot) return;
  const node = dirname(realpathSync(join(await installNode(), 'node')));
  const app = dirname(packed.cli);
  for (const folder of [app, dirname(app)]) chmodSync(folder, 0o755);
  systemd = await bootUserSystemd({ app: dirname(app), node });
});
afterAll(async () => {
  systemd?.close();
});

async function ours(...args: string[]) {
  const done = await systemd.run(['/run/programs/node/node', '/run/programs/app/dist/cli.js', ...args, '--json']);
  expect(done.code, done.stdout + done.stderr).toBe(0);
  return JSON.parse(done.stdout);
}

const ctl = async (...args: string[]) => (await systemd.run(['systemctl', '--user', ...args])).stdout.trim();
const inHome = (...names: string[]) => join(systemd.homeOutside, ...names);

/** What the test itself puts beside a unit, so that the clock rings now and what is said can be read. */
function dropIn(unit: string, text: string): void {
  let folder = systemd.homeOutside;
  for (const name of ['.config', 'systemd', 'user', `${unit}.d`]) {
    folder = join(folder, name);
    if (existsSync(folder)) continue;
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, systemd.uid, systemd.uid);
  }
  writeFileSync(join(folder, 'test.conf'), text);
  chownSync(join(folder, 'test.conf'), systemd.uid, systemd.uid);
}

/** Lets the timer elapse at once and waits until what it starts has run to its end; gives what it said. */
async function rings(): Promise<string> {
  const said = inHome('said');
  writeFileSync(said, '');
  chownSync(said, systemd.uid, systemd.uid);
  const ended = () => ctl('show', '-P', 'ExecMainExitTimestampMonotonic', SERVICE);
  const before = await ended();
  dropIn(TIMER, '[Timer]\nOnCalendar=\nOnActiveSec=1ms\nAccuracySec=1ms\nRandomizedDelaySec=0\n');
  dropIn(SERVICE, '[Service]\nStandardOutput=append:/run/home/said\n');
  await ctl('daemon-reload');
  await ctl('restart', TIMER);
  for (let looks = 1; (await ended()) === before; looks++) {
    // A millisecond can be over before the manager has armed the timer: then it never elapses.
    if (looks % 100 === 0) await ctl('restart', TIMER);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await ctl('show', '-P', 'Result', SERVICE)).toBe('success');
  return readFileSync(said, 'utf8');
}

/** Every file below the home but the program's own record. */
function files(folder = systemd.homeOutside): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (path.endsWith('/.local/state') || entry.name === 'said' || entry.name === 'test.conf') return [];
    return entry.isDirectory() ? files(path) : [path.slice(systemd.homeOutside.length)];
  });
}

describe.runIf(canBoot)('the weekly reminder', () => {
  let bare: string[];

  it('is on: enabled, waiting for its day, and known to the manager as it was written', async () => {
    bare = files();
    const on = await ours('remind', '--on', '--yes', '--token-expires', day(20));
    expect(on.reminder).toBe('on');
    expect(await ctl('is-enabled', TIMER)).toBe('enabled');
    expect(await ctl('is-active', TIMER)).toBe('active');
    expect(await ctl('show', '-P', 'TimersCalendar', TIMER)).toContain('OnCalendar=Mon *-*-* 10:00:00');
    expect(await ctl('show', '-P', 'NeedDaemonReload', SERVICE)).toBe('no');
  });

  it('says when the token ends once the clock rings', async () => {
    expect(await rings()).toMatch(new RegExp(`ends in (19|20) days \\(${day(20)}\\)\\. Run: npx clawauth-setup renew`));
  });

  it('takes another number of days while it is on, and says nothing before them', async () => {
    expect(await ours('remind', '--on', '--yes', '--warn-days', '10')).toMatchObject({ reminder: 'on' });
    expect(await ours('remind')).toMatchObject({ reminder: 'on', warnDays: 10 });
    expect(await rings()).toBe('');
    expect(await ctl('is-enabled', TIMER)).toBe('enabled');
  });

  it('is still on after a reboot', async () => {
    await systemd.reboot();
    expect(await ctl('is-enabled', TIMER)).toBe('enabled');
    expect(await ctl('is-active', TIMER)).toBe('active');
  });

  it('is gone once it is off: from the manager and from the disk', async () => {
    await systemd.run(['rm', '-r', ...[TIMER, SERVICE].map((unit) => `/run/home/.config/systemd/user/${unit}.d`)]);
    expect(await ours('remind', '--off')).toMatchObject({ reminder: 'off' });
    expect(await ctl('is-active', TIMER)).toBe('inactive');
    expect(await ctl('show', '-P', 'LoadState', TIMER)).toBe('not-found');
    expect(await ctl('list-timers', '--all', '--no-legend')).not.toContain('clawauth');
    expect(files()).toEqual(bare);
    expect(await ours('remind', '--off')).toMatchObject({ reminder: 'off' });
  });
});
