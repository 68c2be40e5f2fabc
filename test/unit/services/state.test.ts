import { describe, expect, it } from 'vitest';
import { findManager } from '../../../src/services/manager.ts';
import { choosePorts } from '../../../src/services/ports.ts';
import { pathNotes } from '../../../src/services/programs.ts';
import { askService, fromLaunchd, fromSystemd, lastLines } from '../../../src/services/state.ts';
import type { FileStat, Ran, World } from '../../../src/system/world.ts';

const exited = (stdout: string, exitCode = 0, stderr = ''): Ran => ({
  exitCode,
  signal: null,
  stdout,
  stderr,
  outcome: 'exited',
  durationMs: 1,
});

/** A world where programs answer from a table, by their words joined. */
function world(
  answers: Record<string, Ran>,
  more: Partial<World> & { folders?: Record<string, number> } = {},
): World & { ran: string[] } {
  const ran: string[] = [];
  const folder = (uid: number): FileStat => ({ kind: 'directory', mode: 0o700, uid, gid: uid, size: 0, mtimeMs: 0 });
  return {
    ran,
    platform: 'linux',
    uid: 1000,
    username: 'ada',
    home: '/home/ada',
    env: { XDG_RUNTIME_DIR: '/run/user/1000' },
    files: {
      stat: async (path: string) => {
        const uid = (more.folders ?? { '/run/systemd/system': 0, '/run/user/1000': 1000 })[path];
        return uid === undefined ? null : folder(uid);
      },
      readText: async () => 'one\ntwo\n',
    },
    processes: {
      run: async (argv: readonly string[], options: { env?: Record<string, string> }) => {
        ran.push(argv.join(' ') + (options.env?.XDG_RUNTIME_DIR ? ` [${options.env.XDG_RUNTIME_DIR}]` : ''));
        const found = Object.entries(answers).find(([words]) => argv.join(' ').startsWith(words));
        return (
          found?.[1] ?? { exitCode: null, signal: null, stdout: '', stderr: '', outcome: 'not found', durationMs: 1 }
        );
      },
    },
    ...more,
  } as unknown as World & { ran: string[] };
}

describe('what systemd says', () => {
  it('is read from its properties', () => {
    const text =
      'Result=success\nNRestarts=3\nExecMainStatus=0\nMainPID=812\nLoadState=loaded\nActiveState=active\nSubState=running\nFragmentPath=/home/ada/.config/systemd/user/clawauth-normalizer.service\nUnitFileState=enabled\n';
    expect(fromSystemd('u', text)).toEqual({
      name: 'u',
      loaded: true,
      active: true,
      enabled: true,
      pid: 812,
      says: 'active (running)',
      restarts: 3,
      exitStatus: 0,
      file: '/home/ada/.config/systemd/user/clawauth-normalizer.service',
    });
  });

  it('tells a failure by its reason, and a missing unit', () => {
    expect(fromSystemd('u', 'LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=oom-kill\n').says).toBe(
      'failed (oom-kill)',
    );
    expect(fromSystemd('u', 'LoadState=not-found\nActiveState=inactive\nMainPID=0\n')).toMatchObject({
      loaded: false,
      says: 'not-found',
      pid: null,
    });
    expect(fromSystemd('u', 'LoadState=masked\nActiveState=inactive\n').says).toBe('masked');
  });

  it('is not made up when it cannot be asked', async () => {
    const here = world({ 'systemctl --user show': exited('', 1, 'Failed to connect to bus: No medium found\n') });
    expect(await askService(here, 'normalizer', { manager: 'systemd-user', uid: 1000 })).toEqual({
      known: false,
      why: 'Failed to connect to bus: No medium found',
    });
  });
});

describe('what launchd says', () => {
  const text = `gui/501/io.github.clawauth-setup.normalizer = {
\tactive count = 1
\tpath = /Users/ada/Library/LaunchAgents/io.github.clawauth-setup.normalizer.plist
\ttype = LaunchAgent
\tstate = running

\tprogram = /opt/homebrew/bin/node
\targuments = {
\t\t/opt/homebrew/bin/node
\t}

\tendpoints = {
\t\t"x" = {
\t\t\tstate = inactive
\t\t}
\t}

\truns = 2
\tpid = 4711
\tlast exit code = 1
}
`;

  it('is read from its top level', () => {
    expect(fromLaunchd('l', text)).toEqual({
      name: 'l',
      loaded: true,
      active: true,
      enabled: true,
      pid: 4711,
      says: 'running',
      restarts: 1,
      exitStatus: 1,
      file: '/Users/ada/Library/LaunchAgents/io.github.clawauth-setup.normalizer.plist',
    });
    expect(
      fromLaunchd(
        'l',
        text
          .replace('state = running', 'state = not running')
          .replace('last exit code = 1', 'last exit code = (never exited)'),
      ),
    ).toMatchObject({ active: false, says: 'not running', exitStatus: null });
  });

  it('an unknown job is absent', async () => {
    const here = world({ 'launchctl print gui/501/': exited('', 113, 'Could not find service') });
    const asked = await askService(here, 'normalizer', { manager: 'launchd', uid: 501 });
    expect(asked).toMatchObject({ known: true, state: { loaded: false, active: false } });
  });
});

describe('the last lines', () => {
  const place = {
    manager: 'systemd-user',
    home: '/home/ada',
    user: 'ada',
    uid: 1000,
    systemd: 252,
    configHome: '/home/ada/.config',
  } as const;
  it('come from the journal of that unit, or from a log file', async () => {
    const here = world({ 'journalctl --user-unit clawauth-normalizer.service': exited('a\nb\n') });
    expect(await lastLines(here, 'normalizer', place)).toEqual(['a', 'b']);
    expect(await lastLines(here, 'normalizer', { ...place, manager: 'launchd' }, { logFile: '/x', lines: 1 })).toEqual([
      'two',
    ]);
    expect(await lastLines(world({}), 'normalizer', place)).toEqual([]);
  });
});

describe('finding the manager', () => {
  const version = { 'systemctl --version': exited('systemd 252 (252.38-1)\n+PAM') };
  const fine = {
    ...version,
    'systemctl --user show': exited('Version=252\n'),
    'loginctl show-user': exited('Linger=yes\n'),
  };

  it("takes the person's own systemd", async () => {
    expect(await findManager(world(fine), 'none')).toEqual({
      ok: true,
      manager: 'systemd-user',
      because: "ada's own systemd answers",
      systemd: 252,
      env: {},
      notes: [],
    });
  });

  it("takes the machine's when OpenClaw's gateway is there", async () => {
    expect(await findManager(world(fine), 'systemd-system')).toMatchObject({
      manager: 'systemd-system',
      notes: [{ next: 'sudo clawauth-setup' }],
    });
    expect(await findManager(world(fine, { uid: 0 }), 'systemd-system')).toMatchObject({ notes: [] });
  });

  it('offers linger', async () => {
    const found = await findManager(world({ ...fine, 'loginctl show-user': exited('Linger=no\n') }), 'none');
    expect(found).toMatchObject({
      ok: true,
      notes: [{ says: expect.stringContaining('linger is off'), next: 'loginctl enable-linger ada' }],
    });
  });

  it('finds the runtime directory that su took away', async () => {
    const here = world(fine, { env: {} });
    expect(await findManager(here, 'none')).toMatchObject({
      ok: true,
      env: { XDG_RUNTIME_DIR: '/run/user/1000', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus' },
      notes: [{ says: expect.stringContaining('XDG_RUNTIME_DIR is not set') }],
    });
    expect(here.ran).toContain('systemctl --user show --property=Version [/run/user/1000]');
  });

  it("does not use another user's runtime directory", async () => {
    const here = world(fine, { uid: 1001, username: 'bob' });
    const found = await findManager(here, 'none');
    expect(found).toMatchObject({ ok: false, help: expect.stringContaining('loginctl enable-linger bob') });
  });

  it('says so without systemd, and when it does not answer', async () => {
    expect(await findManager(world({}, { folders: {} }), 'none')).toMatchObject({
      ok: false,
      because: expect.stringContaining('not started by systemd'),
    });
    const dead = {
      ...version,
      'systemctl --user show': exited('', 1, 'Failed to connect to bus: Connection refused\n'),
    };
    expect(await findManager(world(dead), 'none')).toMatchObject({
      ok: false,
      because: "ada's own systemd does not answer: Failed to connect to bus: Connection refused.",
    });
  });

  it('takes launchd on macOS', async () => {
    expect(await findManager(world({}, { platform: 'darwin' }), 'none')).toMatchObject({
      ok: true,
      manager: 'launchd',
    });
  });
});

describe('ports', () => {
  const busy = (...ports: number[]) => ({
    network: { listening: async (_host: string, port: number) => ports.includes(port) },
  });

  it('are the usual ones, or the next that are free, with the reason', async () => {
    expect(await choosePorts(world({}, busy()))).toEqual({ normalizer: 3457, claudeMaxApi: 3459, notes: [] });
    expect(await choosePorts(world({}, busy(3457)))).toEqual({
      normalizer: 3459,
      claudeMaxApi: 3461,
      // The other one went out of the way of ours, which is nobody's news.
      notes: ['Port 3457 is taken by another program; 3459 is used.'],
    });
    expect(await choosePorts(world({}, busy(3457)), [3457])).toMatchObject({ normalizer: 3457 });
    await expect(choosePorts(world({}, { network: { listening: async () => true } }))).rejects.toThrow(
      /No port from 3457/,
    );
  });
});

describe('notes on paths', () => {
  it.each([
    ['/home/ada/.nvm/versions/node/v24.1.0/bin/node', /one version of nvm/],
    ['/home/ada/.local/share/fnm/node-versions/v24/installation/bin/node', /one version of fnm/],
    ['/run/user/1000/fnm_multishells/12_34/bin/node', /one shell of fnm/],
    ['/home/ada/.volta/bin/node', /volta's switch/],
    ['/home/ada/.local/share/mise/installs/node/24/bin/node', /mise/],
    ['/home/ada/.npm/_npx/abc/node_modules/.bin/claude', /npm's cache/],
  ])('%s', (path, says) => {
    expect(pathNotes(path, 'node', '/home/ada')[0]?.says).toMatch(says);
  });

  it('has nothing to say about a system path', () => {
    expect(pathNotes('/usr/bin/node', 'node', '/home/ada')).toEqual([]);
    expect(pathNotes('/home/ada/.local/bin/claude', 'claude', '/home/ada')).toEqual([]);
  });
});
