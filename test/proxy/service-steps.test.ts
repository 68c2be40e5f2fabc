import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyFile, randomKey } from '../../src/actions/index.ts';
import type { Action, Receipt } from '../../src/engine/types.ts';
import { makePlan } from '../../src/plan/index.ts';
import { memoryFor, type ServicePlace, type ServiceSpec, unitName } from '../../src/services/spec.ts';
import { dropInStep, removeForeignServiceStep, serviceStep } from '../../src/services/steps.ts';
import { runtimeDirectory, unitFile } from '../../src/services/systemd.ts';
import { buildEngineChild } from '../support/build-engine-child.ts';
import { installClaude } from '../support/claude-stand-in.ts';
import { until } from '../support/processes.ts';
import { installNode } from '../support/releases.ts';
import { bootUserSystemd, canBoot, type UserSystemd } from '../support/systemd.ts';
import { treeOf } from '../support/tree.ts';

// The engine installs our services into a real `systemd --user`, as that user, and takes them away again.

const app = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-steps-')));
let systemd: UserSystemd;
let place: ServicePlace;
let port: number;
let programs: Record<string, string>;

const NODE = '/run/programs/node/node';
const UNIT = unitName('normalizer');
const words = { forward: { headline: 'Do' }, backward: { headline: 'Undo' } };

beforeAll(async () => {
  if (!canBoot) return;
  chmodSync(app, 0o755);
  await build({
    entryPoints: ['src/normalizer/entry.ts'],
    outfile: join(app, 'normalizer.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.12',
  });
  const child = await buildEngineChild('steps-child');
  copyFileSync(child, join(app, 'steps-child.mjs'));
  rmSync(dirname(child), { recursive: true });
  const node = dirname(realpathSync(join(await installNode(), 'node')));
  const claude = dirname(realpathSync(await installClaude('2.1.329')));
  programs = { app, node, claude };
  systemd = await bootUserSystemd(programs);
  const { home, uid } = systemd;
  place = { manager: 'systemd-user', home, user: 'ada', uid, systemd: 252, configHome: join(home, '.config') };
  port = 20_000 + Math.floor(Math.random() * 10_000);
  mkdirSync(join(systemd.homeOutside, '.config/systemd/user'), { recursive: true });
  for (const path of ['.config', '.config/systemd', '.config/systemd/user']) {
    chownSync(join(systemd.homeOutside, path), uid, uid);
  }
});

afterAll(() => {
  if (!canBoot) return;
  systemd?.close();
  rmSync(app, { recursive: true, force: true });
});

/** The engine inside, as the user. */
async function engine(what: 'apply' | 'undo' | 'redo' | 'put-back', actions: readonly Action[] = []): Promise<Receipt> {
  const plan = join(app, 'plan.json');
  writeFileSync(plan, JSON.stringify(makePlan(actions, {})), { mode: 0o644 });
  const script = `exec "$0" "$@" < /run/programs/app/plan.json`;
  // The machine's services are root's to install, who has a home of its own.
  const env = place.manager === 'systemd-system' ? { HOME: '/run/root' } : {};
  const ran = await systemd.run(['sh', '-c', script, NODE, CHILD, what], env);
  const receipt = JSON.parse(ran.stdout || JSON.stringify({ thrown: ran.stderr }));
  if (receipt.thrown !== undefined) throw new Error(receipt.thrown);
  return receipt;
}
const CHILD = '/run/programs/app/steps-child.mjs';

const data = (...names: string[]) => join(systemd.home, DATA, ...names);
const DATA = 'data/clawauth-setup';

function spec(argv?: readonly string[]): ServiceSpec {
  const own = [
    data('runtime/1/normalizer.mjs'),
    '--port',
    String(port),
    '--key-file',
    data('normalizer.key'),
    '--claude',
    '/run/programs/claude/claude',
    '--work-dir',
    `${runtimeDirectory('normalizer', place)}/work`,
  ];
  return {
    id: 'normalizer',
    argv: [NODE, ...(argv ?? own)],
    env: {},
    path: ['/usr/bin', '/bin'],
    wants: [],
    before: ['openclaw-gateway.service'],
    memoryMb: memoryFor(2),
  };
}

function steps(argv?: readonly string[]): Action[] {
  const runtime = readFileSync(join(app, 'normalizer.mjs'));
  return [
    randomKey('key', { ...words, file: data('normalizer.key') }),
    copyFile('runtime', {
      ...words,
      from: '/run/programs/app/normalizer.mjs',
      sha256: createHash('sha256').update(runtime).digest('hex'),
      file: data('runtime/1/normalizer.mjs'),
      mode: 0o600,
    }),
    serviceStep('normalizer', spec(argv), place, { port }),
  ];
}

/** What the real Claude Code keeps does not count (it may be at work), nor the folder that the engine's own backups lie in. */
const home = () =>
  treeOf(systemd.homeOutside, { skip: ['.local/state', '.cache', '.npm', /^\.claude/] }).filter(
    (line) => !/^(?:\.local folder| )/.test(line),
  );

async function show(...properties: string[]): Promise<Record<string, string>> {
  const ran = await systemd.run(['systemctl', '--user', 'show', UNIT, `--property=${properties.join(',')}`]);
  return Object.fromEntries(
    ran.stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );
}
const pid = async () => Number((await show('MainPID')).MainPID);

function open(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A manager may take a moment to forget a unit that it does not find any more. */
async function notKnown(...scope: string[]): Promise<void> {
  for (const list of ['list-units', 'list-unit-files']) {
    await until(async () => {
      const ran = await systemd.run(['systemctl', ...scope, list, '--all', '--no-legend', '--plain']);
      return ran.code === 0 && !ran.stdout.includes('clawauth');
    });
  }
}

/** Nothing of ours anywhere: on the disk, in the manager, among the processes. */
async function nothingLeft(): Promise<void> {
  await notKnown('--user');
  expect((await systemd.run(['ls', `/run/user/${systemd.uid}`])).stdout).not.toContain('clawauth');
  expect((await systemd.run(['pgrep', '-f', 'normalizer'])).stdout).toBe('');
  expect(await open()).toBe(false);
}

describe.runIf(canBoot)('the engine and a real systemd', () => {
  let before: string[];

  it('installs, enables and starts, and waits until the port is open', async () => {
    before = home();
    const receipt = await engine('apply', steps());
    expect(receipt).toMatchObject({ outcome: 'applied' });
    expect(await open()).toBe(true);
    expect(await show('ActiveState', 'UnitFileState', 'NRestarts')).toEqual({
      ActiveState: 'active',
      UnitFileState: 'enabled',
      NRestarts: '0',
    });
    const verified = await systemd.run(['systemd-analyze', '--user', 'verify', unitFile('normalizer', place)]);
    expect(verified).toEqual({ code: 0, stdout: '', stderr: '' });
    const key = statSync(join(systemd.homeOutside, DATA, 'normalizer.key'));
    expect([key.mode & 0o777, key.uid]).toEqual([0o600, systemd.uid]);
  });

  it('changes nothing when it is applied again', async () => {
    const running = await pid();
    const there = home();
    expect(await engine('apply', steps())).toMatchObject({ outcome: 'applied' });
    expect(await pid()).toBe(running);
    expect(home()).toEqual(there);
    await engine('undo');
    // It stood before: the undo of the second one leaves it running.
    expect(await show('ActiveState', 'UnitFileState')).toEqual({ ActiveState: 'active', UnitFileState: 'enabled' });
    await until(open);
  });

  it('comes back after kill -9, and after a restart of the manager', async () => {
    const killed = await pid();
    await systemd.run(['kill', '-9', String(killed)]);
    await until(async () => (await pid()) !== killed && (await open()));
    await systemd.reboot();
    await until(open);
    expect(await show('ActiveState', 'NRestarts')).toEqual({ ActiveState: 'active', NRestarts: '0' });
  });

  it('is started again when its definition is another one, and put back when that one does not start', async () => {
    const running = await pid();
    const there = home();
    const broken = ['-e', 'console.error("the first line"); console.error("no such flag: --oops"); process.exit(1)'];
    const receipt = await engine('apply', [serviceStep('normalizer', spec(broken), place, { port })]);
    expect(receipt).toMatchObject({ outcome: 'put back' });
    const problem = receipt.steps[0]?.problem;
    expect(problem?.code).toBe('service-not-started');
    expect(problem?.why).toContain('the first line\nno such flag: --oops');
    expect(problem?.next).toBe(`journalctl --user-unit=${UNIT} --no-pager --quiet --output=cat --lines=40`);
    expect(home()).toEqual(there);
    await until(open);
    expect(await pid()).not.toBe(running);
    expect(await show('ActiveState', 'UnitFileState')).toEqual({ ActiveState: 'active', UnitFileState: 'enabled' });
  });

  it('goes without a trace, and is brought back by the undo of that', async () => {
    expect(await engine('undo')).toMatchObject({ outcome: 'applied', steps: [{ outcome: { notes: [] } }, {}, {}] });
    await nothingLeft();
    expect(home()).toEqual(before);
    expect(await engine('redo')).toMatchObject({ outcome: 'applied' });
    await until(open);
    expect(await show('ActiveState', 'UnitFileState')).toEqual({ ActiveState: 'active', UnitFileState: 'enabled' });
    await engine('undo');
    await nothingLeft();
    expect(home()).toEqual(before);
  });

  it('leaves nothing of a service that never starts', async () => {
    for (const argv of [['-e', 'console.error("not today"); process.exit(2)'], undefined]) {
      // The second one has no key file: the real normalizer says so and ends.
      const receipt = await engine('apply', [serviceStep('normalizer', spec(argv), place, { port })]);
      expect(receipt).toMatchObject({ outcome: 'put back' });
      expect(receipt.steps[0]?.problem?.why).toContain(argv === undefined ? 'Cannot find module' : 'not today');
      await nothingLeft();
      expect(home()).toEqual(before);
    }
  });

  it('leaves nothing when the engine is killed while the service starts', async () => {
    const unit = join(systemd.homeOutside, '.config/systemd/user', UNIT);
    // A program that never opens its port: the engine waits for it.
    const dying = engine('apply', [
      serviceStep('normalizer', spec(['-e', 'setTimeout(() => {}, 1e8)']), place, { port }),
    ]);
    const died = expect(dying).rejects.toThrow();
    await until(async () => existsSync(unit) && (await show('ActiveState')).ActiveState === 'active');
    const [child = ''] = (await systemd.run(['pgrep', '-f', CHILD])).stdout.split('\n');
    await systemd.run(['kill', '-9', child]);
    await died;
    expect(await engine('put-back')).toMatchObject({ outcome: 'put back' });
    await nothingLeft();
    expect(home()).toEqual(before);
  });

  it('goes from a manager that has lost the unit', async () => {
    await engine('apply', steps());
    rmSync(join(systemd.homeOutside, '.config/systemd/user', UNIT));
    await systemd.run(['systemctl', '--user', 'daemon-reload']);
    expect(await engine('undo')).toMatchObject({ outcome: 'applied' });
    // systemd forgot with the unit that this folder, in memory only, was to go with it.
    await systemd.run(['rm', '-r', `/run/user/${systemd.uid}/clawauth-normalizer`]);
    await nothingLeft();
    expect(home()).toEqual(before);
  });

  it('puts ours in the place of a service that a guide made, and back', async () => {
    const GUIDE = 'openclaw-content-normalizer.service';
    const file = join(systemd.home, '.config/systemd/user', GUIDE);
    const outside = join(systemd.homeOutside, '.config/systemd/user', GUIDE);
    const server = `require("http").createServer((q, s) => s.end("guide")).listen(${port}, "127.0.0.1")`;
    writeFileSync(outside, `[Service]\nExecStart=${NODE} -e '${server}'\n\n[Install]\nWantedBy=default.target\n`);
    chownSync(outside, systemd.uid, systemd.uid);
    await systemd.run(['systemctl', '--user', 'enable', '--now', GUIDE]);
    await until(open);
    const there = home();
    const links = [join(systemd.home, '.config/systemd/user/default.target.wants', GUIDE)];
    const foreign = { name: GUIDE, file, links, because: 'Ours does its work.' };
    expect(await engine('apply', [removeForeignServiceStep(foreign, place), ...steps()])).toMatchObject({
      outcome: 'applied',
    });
    expect(existsSync(outside)).toBe(false);
    expect(await fetchText()).not.toBe('guide');
    await engine('undo');
    expect(home()).toEqual(there);
    await until(open);
    expect(await fetchText()).toBe('guide');
    const enabled = await systemd.run(['systemctl', '--user', 'is-enabled', GUIDE]);
    expect(enabled.stdout.trim()).toBe('enabled');
    await systemd.run(['systemctl', '--user', 'disable', '--now', GUIDE]);
    rmSync(outside);
    await systemd.run(['systemctl', '--user', 'daemon-reload']);
  });

  it('sets a variable for the gateway’s unit and takes it back', async () => {
    const gateway = 'openclaw-gateway.service';
    const unit = join(systemd.homeOutside, '.config/systemd/user', gateway);
    writeFileSync(unit, '[Service]\nExecStart=/bin/sleep 600\n');
    chownSync(unit, systemd.uid, systemd.uid);
    await systemd.run(['systemctl', '--user', 'daemon-reload']);
    const there = home();
    const environment = async () =>
      (await systemd.run(['systemctl', '--user', 'show', gateway, '--property=Environment'])).stdout.trim();
    const why = 'Its supervisor starts it again; it must not do that itself as well.';
    await engine('apply', [dropInStep(gateway, place, { OPENCLAW_NO_RESPAWN: '1' }, why)]);
    expect(await environment()).toBe('Environment=OPENCLAW_NO_RESPAWN=1');
    const verified = await systemd.run([
      'systemd-analyze',
      '--user',
      'verify',
      join(place.configHome, 'systemd/user', gateway),
    ]);
    expect(verified).toEqual({ code: 0, stdout: '', stderr: '' });
    await engine('undo');
    expect(await environment()).toBe('Environment=');
    expect(home()).toEqual(there);
  });
});

describe.runIf(canBoot)('the engine and the systemd of a machine', () => {
  const system = (...words: string[]) => systemd.run(['systemctl', ...words]);
  const property = async (name: string) =>
    (await system('show', UNIT, `--property=${name}`)).stdout.trim().slice(name.length + 1);

  beforeAll(async () => {
    systemd.close();
    systemd = await bootUserSystemd(programs, { as: 'machine' });
    place = { ...place, manager: 'systemd-system', home: systemd.home };
  });

  it('installs a service of the user there, which comes back, and goes without a trace', async () => {
    const before = home();
    const receipt = await engine('apply', steps());
    expect(receipt.steps.map(({ problem }) => problem?.why ?? problem)).toEqual([undefined, undefined, undefined]);
    expect(await open()).toBe(true);
    expect((await system('is-enabled', UNIT)).stdout.trim()).toBe('enabled');
    const verified = await systemd.run(['systemd-analyze', 'verify', unitFile('normalizer', place)]);
    expect(verified).toEqual({ code: 0, stdout: '', stderr: '' });
    const status = await systemd.run(['cat', `/proc/${await property('MainPID')}/status`]);
    expect(status.stdout).toMatch(/^Uid:\t4321\t/m);
    expect(status.stdout).toMatch(/^CapBnd:\t0+$/m);

    const killed = await property('MainPID');
    await systemd.run(['kill', '-9', killed]);
    await until(async () => (await property('MainPID')) !== killed && (await open()));

    const broken = ['-e', 'console.error("not on this machine"); process.exit(1)'];
    const failed = await engine('apply', [serviceStep('normalizer', spec(broken), place, { port })]);
    expect(failed).toMatchObject({ outcome: 'put back' });
    expect(failed.steps[0]?.problem?.why).toContain('not on this machine');
    await until(open);

    expect(await engine('undo')).toMatchObject({ outcome: 'applied', steps: [{ outcome: { notes: [] } }, {}, {}] });
    await notKnown();
    expect((await systemd.run(['find', '/etc/systemd/system', '/run/clawauth-normalizer'])).stdout).toBe(
      '/etc/systemd/system\n',
    );
    expect(await open()).toBe(false);
    expect(home()).toEqual(before);
  });
});

async function fetchText(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/health`)).text();
}
