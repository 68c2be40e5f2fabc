import { describe, expect, it } from 'vitest';
import { findInstalls } from '../../../src/openclaw/install.ts';
import { findMeant, meantOf } from '../../../src/openclaw/installations.ts';
import type { ToldInstallation } from '../../../src/system/world.ts';
import type { MemoryEntry } from '../../support/memory-world.ts';
import { HOME, installed, machine, STATE } from '../facts/homes.ts';

const UNITS = `${HOME}/.config/systemd/user`;
const SYSTEM = '/etc/systemd/system';
const UNIT = 'openclaw-gateway.service';
const START = 'ExecStart=/usr/bin/node /usr/lib/node_modules/openclaw/dist/index.js gateway --port 18789\n';
const enabled = (folder: string, name: string) => ({ [`${folder}/default.target.wants/${name}`]: '' });
/** A unit of this user that starts by itself. */
const unit = (settings = '', name = UNIT) => ({
  [`${UNITS}/${name}`]: `[Service]\n${START}${settings}`,
  ...enabled(UNITS, name),
});
const config = (stateDir: string) => ({ [`${stateDir}/openclaw.json`]: '{}' });
const PASSWD =
  'root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\nclaw:x:998:998::/srv/claw:/usr/sbin/nologin\n';

/** A gateway that runs, as `/proc` shows it. */
function running(
  pid: number,
  env: Record<string, string>,
  more: { uid?: number; argv?: string[]; container?: boolean } = {},
): Record<string, MemoryEntry> {
  const { uid = 1000, argv = ['openclaw-gateway'], container = false } = more;
  const readable = uid === 1000 || uid === 0;
  return {
    [`/proc/${pid}/cmdline`]: `${argv.join('\0')}\0`,
    [`/proc/${pid}/stat`]: { content: `${pid} (a ) name) S 1 ${'0 '.repeat(17)}777 0`, uid },
    ...(readable
      ? {
          [`/proc/${pid}/environ`]: Object.entries({ HOME, ...env })
            .map(([name, value]) => `${name}=${value}\0`)
            .join(''),
        }
      : {}),
    [`/proc/${pid}/ns/mnt`]: { link: container ? 'mnt:[2]' : 'mnt:[1]' },
    [`/proc/${pid}/cgroup`]: container ? '0::/system.slice/docker-0123.scope\n' : '0::/user.slice\n',
    '/proc/self/ns/mnt': { link: 'mnt:[1]' },
    '/proc/self/cgroup': '0::/user.slice\n',
  };
}

interface Row {
  readonly what: string;
  readonly files: Record<string, MemoryEntry>;
  readonly env?: Record<string, string>;
  readonly home?: string;
  readonly told?: ToldInstallation;
  readonly version?: string;
  /** The state directory that is meant, or guessed. */
  readonly meant: string;
  readonly runBy?: readonly string[];
  /** What a child of ours is given. */
  readonly childEnv?: Record<string, string>;
  readonly typed?: string;
  /** Words of why it is not clear. */
  readonly unclear?: RegExp;
  readonly others?: readonly string[];
}

const at = (stateDir: string) => ({ OPENCLAW_STATE_DIR: stateDir, OPENCLAW_CONFIG_PATH: `${stateDir}/openclaw.json` });

/** Another place than our shell leads to: who works there, and how a child of ours and a person get there. */
const ledTo = (meant: string, ...runBy: string[]) => ({
  meant,
  runBy,
  childEnv: at(meant),
  typed: `OPENCLAW_STATE_DIR=${meant}`,
});

/** One by its unit, one that runs elsewhere. */
const TWO: Row['files'] = {
  ...config(STATE),
  ...config('/srv/oc'),
  ...unit(),
  ...running(4711, { OPENCLAW_STATE_DIR: '/srv/oc' }),
};

const TABLE: readonly Row[] = [
  { what: 'nothing but a shell', files: config(STATE), meant: STATE },
  { what: 'nothing at all: the default, not made by us alone', files: {}, meant: STATE },
  {
    what: 'a unit without variables',
    files: { ...config(STATE), ...unit() },
    meant: STATE,
    runBy: [UNIT],
  },
  {
    what: 'a unit that sets the state directory, and a stale ~/.openclaw',
    files: {
      ...config(STATE),
      ...config('/srv/oc'),
      ...unit(`Environment="OPENCLAW_STATE_DIR=/srv/oc" OTHER=1\n`),
    },
    ...ledTo('/srv/oc', UNIT),
  },
  {
    what: 'a drop-in over its unit',
    files: {
      ...config('/srv/b'),
      ...unit(`Environment=OPENCLAW_STATE_DIR=/srv/a\n`),
      [`${UNITS}/${UNIT}.d/10-state.conf`]: '[Service]\nEnvironment=OPENCLAW_STATE_DIR=/srv/b\n',
    },
    ...ledTo('/srv/b', UNIT),
  },
  {
    what: 'a file of variables over both, by the home of the user',
    files: {
      ...config(`${HOME}/claw`),
      ...unit(`EnvironmentFile=-%h/claw.env\nEnvironment=OPENCLAW_STATE_DIR=/srv/a\n`),
      [`${HOME}/claw.env`]: `# where\nOPENCLAW_STATE_DIR="${HOME}/claw"\n`,
    },
    ...ledTo(`${HOME}/claw`, UNIT),
  },
  {
    what: 'environment.d of the user',
    files: {
      ...config('/srv/oc'),
      ...unit(),
      [`${HOME}/.config/environment.d/oc.conf`]: 'OPENCLAW_STATE_DIR=/srv/oc\n',
    },
    ...ledTo('/srv/oc', UNIT),
  },
  {
    what: 'a unit of another name that starts a gateway',
    files: {
      ...config('/srv/oc'),
      [`${UNITS}/my-claw.service`]:
        '[Service]\nEnvironment=OPENCLAW_STATE_DIR=/srv/oc\nExecStart=/bin/sh -c "exec openclaw gateway"\n',
      ...enabled(UNITS, 'my-claw.service'),
    },
    ...ledTo('/srv/oc', 'my-claw.service'),
  },
  {
    what: 'a unit of a profile',
    files: {
      ...config(`${HOME}/.openclaw-work`),
      ...unit('', 'openclaw-gateway-work.service'),
    },
    meant: `${HOME}/.openclaw-work`,
    runBy: ['openclaw-gateway-work.service'],
    childEnv: { ...at(`${HOME}/.openclaw-work`), OPENCLAW_PROFILE: 'work' },
  },
  {
    what: 'a process under nohup or tmux',
    files: { ...config(STATE), ...config('/srv/oc'), ...running(4711, { OPENCLAW_STATE_DIR: '/srv/oc' }) },
    ...ledTo('/srv/oc', 'process 4711'),
  },
  {
    what: 'a process with another home',
    files: { ...config('/srv/oc/.openclaw'), ...running(4711, { HOME: '/srv/oc' }) },
    meant: '/srv/oc/.openclaw',
    runBy: ['process 4711'],
    childEnv: { ...at('/srv/oc/.openclaw'), HOME: '/srv/oc' },
    typed: 'HOME=/srv/oc OPENCLAW_STATE_DIR=/srv/oc/.openclaw',
  },
  {
    what: 'a process of another home, where ours was chosen by HOME=',
    files: { ...running(4711, { HOME: '/srv/oc' }) },
    home: '/home/ana/try',
    meant: '/home/ana/try/.openclaw',
  },
  {
    what: 'a process of another profile, by its command line',
    files: {
      ...config(`${HOME}/.openclaw-dev`),
      ...running(4711, {}, { argv: ['node', '/usr/bin/openclaw', '--dev', 'gateway', 'run'] }),
    },
    meant: `${HOME}/.openclaw-dev`,
    runBy: ['process 4711'],
    childEnv: { ...at(`${HOME}/.openclaw-dev`), OPENCLAW_PROFILE: 'dev' },
  },
  {
    what: 'a process of 2026.6.1, which has no more than a name, and listens',
    files: {
      ...config('/srv/oc'),
      ...running(4711, { OPENCLAW_STATE_DIR: '/srv/oc' }, { argv: ['openclaw'] }),
      '/proc/net/tcp': '  sl\n   0: 0100007F:4965 00000000:0000 0A 0:0 00:0 0 1000 0 4242 1\n',
      '/proc/4711/fd/19': { link: 'socket:[4242]' },
    },
    version: '2026.6.1',
    ...ledTo('/srv/oc', 'process 4711'),
  },
  {
    what: 'a command of 2026.6.1, which has the same name and does not listen',
    files: { ...config(STATE), ...running(4711, { OPENCLAW_STATE_DIR: '/srv/oc' }, { argv: ['openclaw'] }) },
    version: '2026.6.1',
    meant: STATE,
  },
  {
    what: 'a command that only asks a gateway',
    files: {
      ...config(STATE),
      ...running(4711, { OPENCLAW_STATE_DIR: '/srv/oc' }, { argv: ['node', '/usr/bin/openclaw', 'gateway', 'status'] }),
    },
    meant: STATE,
  },
  {
    what: 'two gateways, and a shell that names none',
    files: {
      ...config(STATE),
      ...config(`${HOME}/.openclaw-work`),
      ...unit(),
      ...unit('', 'openclaw-gateway-work.service'),
    },
    meant: STATE,
    runBy: [UNIT],
    unclear: /Several gateways/,
    others: [`${HOME}/.openclaw-work`],
  },
  {
    what: 'two gateways, and a shell that names one',
    files: TWO,
    env: { OPENCLAW_STATE_DIR: '/srv/oc' },
    meant: '/srv/oc',
    runBy: ['process 4711'],
    others: [STATE],
  },
  {
    what: 'two gateways, and --state-dir',
    files: TWO,
    told: { stateDir: '/srv/oc' },
    ...ledTo('/srv/oc', 'process 4711'),
    others: [STATE],
  },
  {
    what: 'a shell that leads where no gateway is',
    files: { ...config('/srv/oc'), ...config('/srv/shell'), ...running(4711, { OPENCLAW_STATE_DIR: '/srv/oc' }) },
    env: { OPENCLAW_STATE_DIR: '/srv/shell' },
    ...ledTo('/srv/oc', 'process 4711'),
    unclear: /\/srv\/shell, which no gateway uses/,
    others: ['/srv/shell'],
  },
  {
    what: 'a unit of the machine with another user',
    files: {
      ...config(STATE),
      '/etc/passwd': PASSWD,
      [`${SYSTEM}/${UNIT}`]: `[Service]\nUser=claw\n${START}`,
      [`${SYSTEM}/multi-user.target.wants/${UNIT}`]: '',
    },
    meant: STATE,
    unclear: /runs as claw, not as ana/,
  },
  {
    what: "a unit of the machine with our user, in root's manager",
    files: {
      '/etc/passwd': PASSWD,
      ...config('/srv/oc'),
      [`${SYSTEM}/${UNIT}`]: `[Service]\nUser=ana\nEnvironment=OPENCLAW_STATE_DIR=/srv/oc\n${START}`,
      [`${SYSTEM}/multi-user.target.wants/${UNIT}`]: '',
    },
    ...ledTo('/srv/oc', UNIT),
  },
  {
    what: 'a process of another user, and nothing of ours',
    files: { '/etc/passwd': PASSWD, ...running(4711, {}, { uid: 998 }) },
    meant: STATE,
    unclear: /process 4711\) runs as claw/,
  },
  {
    what: 'a process of another user, and an OpenClaw of ours',
    files: { ...config(STATE), '/etc/passwd': PASSWD, ...running(4711, {}, { uid: 998 }) },
    meant: STATE,
  },
  {
    what: 'a process in a container, and nothing of ours',
    files: { ...running(4711, { HOME: '/home/node' }, { container: true }) },
    meant: STATE,
    unclear: /runs in a container/,
  },
  {
    what: 'profiles without a gateway, and nothing in the default',
    files: { ...config(`${HOME}/.openclaw-work`) },
    meant: STATE,
    unclear: /no OpenClaw in .*\.openclaw, but there is one elsewhere/,
    others: [`${HOME}/.openclaw-work`],
  },
  {
    what: 'a unit that is not enabled and leads to nothing: `gateway start` would start it',
    files: {
      ...config(STATE),
      [`${UNITS}/${UNIT}`]: `[Service]\nExecStart=/usr/bin/openclaw gateway\nEnvironment=OPENCLAW_STATE_DIR=/gone\n`,
    },
    ...ledTo('/gone', UNIT),
  },
  {
    what: 'the unit of clawdbot that an update left, disabled',
    files: {
      ...config(STATE),
      [`${UNITS}/clawdbot-gateway.service`]: `[Service]\nExecStart=/usr/bin/clawdbot gateway\nEnvironment=CLAWDBOT_STATE_DIR=/gone\n`,
    },
    meant: STATE,
  },
];

describe('which OpenClaw is meant', () => {
  it.each(TABLE)('$what', async (row) => {
    const { files, env = {}, home = HOME, told, version = '2026.9.6' } = row;
    const passwd = { '/etc/passwd': PASSWD };
    const world = machine({
      files: { ...passwd, ...files },
      overrides: { home, env: { HOME: home, PATH: '/usr/bin', ...env }, ...(told ? { told } : {}) },
    });
    const { found } = await findMeant(world, version);
    const { state } = found;
    expect(state.stateDir).toBe(row.meant);
    expect(state.runBy ?? []).toEqual(row.runBy ?? []);
    expect(state.env).toEqual(row.childEnv);
    expect(state.typed).toBe(row.typed);
    expect(state.unclear?.says ?? '').toMatch(row.unclear ?? /^$/);
    expect((state.others ?? []).map(({ stateDir }) => stateDir)).toEqual(row.others ?? []);
  });

  it('takes the port of its command line, and tells variables by the file that they stand in', async () => {
    const drop = `${UNITS}/${UNIT}.d/key.conf`;
    const world = machine({
      files: {
        ...config(STATE),
        [`${UNITS}/${UNIT}`]: `[Service]\n${START.replace('18789', '19999')}`,
        [drop]: '[Service]\nEnvironment=A=1 "ANTHROPIC_API_KEY=x y"\n',
        ...enabled(UNITS, UNIT),
      },
    });
    const meant = await findMeant(world, '2026.9.6');
    expect(meant.world.env.OPENCLAW_GATEWAY_PORT).toBe('19999');
    expect(meant.variables).toContainEqual({ name: 'ANTHROPIC_API_KEY', value: 'x y', file: drop, line: 2 });
  });

  it('of two releases on PATH takes the one that the gateway runs', async () => {
    const old = '/opt/old/lib/node_modules/openclaw';
    const world = machine({
      files: {
        ...installed('2026.9.6'),
        '/opt/old/bin/openclaw': { link: `${old}/entry.mjs` },
        [`${old}/entry.mjs`]: { content: '#!/usr/bin/env node\n', mode: 0o755 },
        [`${old}/package.json`]: JSON.stringify({ name: 'openclaw', version: '2026.2.17', engines: {} }),
        ...config(STATE),
        ...unit(),
      },
      overrides: { env: { HOME, PATH: '/opt/old/bin:/usr/bin' } },
    });
    const onPath = await findInstalls(world);
    expect(onPath.find(({ wins }) => wins)?.version).toBe('2026.2.17');
    const { installs } = await meantOf(world, onPath);
    expect(installs.find(({ wins }) => wins)).toMatchObject({ version: '2026.9.6', typed: '/usr/bin/openclaw' });
  });

  it.each([
    ['docker exec -it openclaw-gateway openclaw "$@"', 'docker'],
    ['exec podman run --rm openclaw openclaw "$@"', 'podman'],
    ['cd /srv/oc && docker compose run -T --rm openclaw-cli "$@"', 'docker'],
    ['# docker exec in a comment\nexec /usr/lib/node_modules/openclaw/entry.mjs "$@"', undefined],
    ['echo "use docker exec"\nexec /usr/lib/node_modules/openclaw/entry.mjs "$@"', undefined],
  ])('tells a wrapper into a container: %s', async (line, container) => {
    const files = { ...installed('2026.9.6'), '/opt/oc/openclaw': { content: `#!/bin/sh\n${line}\n`, mode: 0o755 } };
    const world = machine({ files, overrides: { env: { HOME, PATH: '/opt/oc:/usr/bin' } } });
    expect((await findInstalls(world)).find(({ wins }) => wins)?.container).toBe(container);
  });
});
