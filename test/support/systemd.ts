import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removeTree } from './tree.ts';

/**
 * A real `systemd --user` for one throw-away user, in namespaces of its own: nothing of this machine's services is
 * seen or touched. Its journal is its own too. Needs root, systemd and cgroup 2; `null` where that is not so.
 */
export interface UserSystemd {
  /** The user's home as it is seen inside. Not under /tmp, which services may not share. */
  readonly home: string;
  /** The same folder as it is seen here. */
  readonly homeOutside: string;
  readonly uid: number;
  /** Runs a program inside, as that user, with the environment that a login has. */
  run(argv: readonly string[], env?: Record<string, string | undefined>): Promise<Finished>;
  /** The words before a command that make it run inside, as that user. */
  readonly enter: readonly string[];
  /** Ends every process inside and starts the manager again, as a reboot does: the runtime directory is new. */
  reboot(): Promise<void>;
  close(): void;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not a user of this machine: its name exists only inside. */
const UID = 4321;

export const canBoot =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', [
    '--mount',
    '--pid',
    '--fork',
    '--mount-proc',
    '--cgroup',
    'mount',
    '-t',
    'cgroup2',
    'x',
    '/sys/fs/cgroup',
  ]).status === 0 &&
  spawnSync('/lib/systemd/systemd', ['--version']).status === 0;

/**
 * `programs`: folders that are shown to the user under `/run/programs/<name>`. `as: 'root'`: the manager itself runs as
 * root, so that it can do what the machine's own systemd does (User=, sandboxes). `as: 'machine'`: it is the machine's
 * own systemd, with nothing in it but a few empty targets; `/etc/systemd/system` is empty and goes with it. In both `run`
 * is root's.
 */
export async function bootUserSystemd(
  programs: Readonly<Record<string, string>> = {},
  { as = 'user' }: { readonly as?: 'user' | 'root' | 'machine' } = {},
): Promise<UserSystemd> {
  const uid = as === 'user' ? UID : 0;
  const scope = as === 'machine' ? [] : ['--user'];
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-systemd-')));
  chmodSync(folder, 0o755);
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  chownSync(home, UID, UID);
  const script = join(folder, 'boot.sh');
  const binds = Object.entries(programs).map(
    ([name, path]) => `mkdir -p /run/programs/${name}; mount --bind '${path}' /run/programs/${name}`,
  );
  const manager = join(folder, 'manager.sh');
  const cgroup = basename(folder);
  writeFileSync(
    script,
    `#!/bin/sh
set -e
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/systemd/system /run/user/${uid} /run/home
chmod 700 /run/user/${uid}; chown ${uid}:${uid} /run/user/${uid}
mount --bind ${home} /run/home
${binds.join('\n')}
cp /etc/passwd /run/passwd; echo 'ada:x:${UID}:${UID}::/run/home:/bin/sh' >> /run/passwd; mount --bind /run/passwd /etc/passwd
cp /etc/group /run/group; echo 'ada:x:${UID}:' >> /run/group; mount --bind /run/group /etc/group
mount -t tmpfs -o mode=755 tmpfs /var/log
mkdir -p /var/log/journal /run/systemd/journald.conf.d /run/systemd/journal
touch /run/systemd/journal/flushed
printf '[Journal]\\nStorage=persistent\\nReadKMsg=no\\nAudit=no\\nForwardToSyslog=no\\nForwardToWall=no\\n' > /run/systemd/journald.conf.d/here.conf
# A control group of its own becomes the root of what is inside: several of these may run at once.
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /sys/fs/cgroup/${cgroup}.$1
echo '+memory +pids' > /sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true
echo $$ > /sys/fs/cgroup/${cgroup}.$1/cgroup.procs
umount /sys/fs/cgroup
exec unshare --cgroup ${manager}
`,
    { mode: 0o755 },
  );
  writeFileSync(manager, as === 'machine' ? MACHINE_MANAGER : userManager(uid), { mode: 0o755 });
  let boots = 0;
  let inside = await boot();

  async function boot(): Promise<{ readonly child: ChildProcess; readonly pid: number }> {
    const spaces = ['--mount', '--pid', '--fork', '--mount-proc', '--cgroup', '--uts', '--ipc', '--kill-child'];
    const child = spawn('unshare', [...spaces, script, String(boots++)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    for (let tries = 0; tries < 1200; tries++) {
      const pid = Number((await execute(['pgrep', '-P', String(child.pid)])).stdout.trim().split('\n')[0]);
      if (pid > 0) {
        const state = await execute([...enterWords(pid), 'systemctl', ...scope, 'is-system-running']);
        if (state.stdout.trim() === 'running') return { child, pid };
      }
      if (child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`systemd --user did not come up:\n${output}`);
  }

  function enterWords(pid: number): string[] {
    const env = [
      'HOME=/run/home',
      'USER=ada',
      'LOGNAME=ada',
      'PATH=/usr/local/bin:/usr/bin:/bin',
      `XDG_RUNTIME_DIR=/run/user/${uid}`,
    ];
    return [
      'nsenter',
      '-t',
      String(pid),
      '-m',
      '-p',
      '-C',
      'setpriv',
      '--reuid',
      String(uid),
      '--regid',
      String(uid),
      '--clear-groups',
      'env',
      '-i',
      ...env,
    ];
  }

  const end = async () => {
    const { child } = inside;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await gone;
  };

  return {
    home: '/run/home',
    homeOutside: home,
    uid: UID,
    get enter() {
      return enterWords(inside.pid);
    },
    run(argv, env = {}) {
      const words = Object.entries(env).map(([name, value]) =>
        value === undefined ? ['-u', name] : [`${name}=${value}`],
      );
      return execute([...enterWords(inside.pid), ...(words.length > 0 ? ['env', ...words.flat()] : []), ...argv]);
    },
    async reboot() {
      await end();
      inside = await boot();
    },
    close() {
      inside.child.kill('SIGKILL');
      const groups = `/sys/fs/cgroup/${cgroup}.*`;
      const remove = `for try in 1 2 3 4 5; do find ${groups} -depth -type d -exec rmdir {} + 2>/dev/null && break; sleep 0.2; done`;
      spawnSync('unshare', ['--mount', 'sh', '-c', `mount -t cgroup2 cgroup2 /sys/fs/cgroup && ${remove}`]);
      removeTree(folder);
    },
  };
}

function execute(argv: readonly string[]): Promise<Finished> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    execFile(file, args, { encoding: 'utf8', timeout: 120_000, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Runs `systemd --user` in the control group that it has on a machine: the journal tells by it whose lines it gets. */
function userManager(uid: number): string {
  return `#!/bin/sh
set -e
${JOURNAL}
cgroup=/sys/fs/cgroup/user.slice/user-${uid}.slice/user@${uid}.service
mkdir -p $cgroup/init.scope
chown -R ${uid}:${uid} $cgroup
echo $$ > $cgroup/init.scope/cgroup.procs
for above in . user.slice user.slice/user-${uid}.slice; do
  echo '+memory +pids' > /sys/fs/cgroup/$above/cgroup.subtree_control 2>/dev/null || true
done
setpriv --reuid ${uid} --regid ${uid} --clear-groups env -i HOME=/run/home USER=ada LOGNAME=ada PATH=/usr/local/bin:/usr/bin:/bin XDG_RUNTIME_DIR=/run/user/${uid} SYSTEMD_LOG_TARGET=console /lib/systemd/systemd --user &
wait
`;
}

const JOURNAL = `mount -t cgroup2 cgroup2 /sys/fs/cgroup
/lib/systemd/systemd-journald &
for try in 1 2 3 4 5 6 7 8 9 10; do [ -S /run/systemd/journal/stdout ] && break; sleep 0.2; done`;

/** Becomes the first process of its own machine, whose kernel's settings it cannot change. */
const MACHINE_MANAGER = `#!/bin/sh
set -e
mount -t tmpfs -o mode=755 tmpfs /etc/systemd/system
mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys
mkdir -p /run/base-units
for target in sysinit basic shutdown multi-user network-online; do
  printf '[Unit]\\nDefaultDependencies=no\\n' > /run/base-units/$target.target
done
printf '[Unit]\\nRequires=multi-user.target\\nAfter=multi-user.target\\n' > /run/base-units/default.target
${JOURNAL}
exec env -i container=clawauth PATH=/usr/local/bin:/usr/bin:/bin SYSTEMD_UNIT_PATH=/etc/systemd/system:/run/base-units /lib/systemd/systemd --system --log-target=console --show-status=0
`;
