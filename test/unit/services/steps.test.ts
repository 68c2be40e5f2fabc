import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionKinds, type ServiceParams } from '../../../src/actions/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { makePlan } from '../../../src/plan/index.ts';
import type { ServicePlace, ServiceSpec } from '../../../src/services/spec.ts';
import { foregroundCommand, removeForeignServiceStep, serviceStep } from '../../../src/services/steps.ts';
import type { World } from '../../../src/system/world.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

const LABEL = 'io.github.clawauth-setup.normalizer';

/**
 * Stands in for launchctl as launchctl(1) describes it: `bootstrap` of a loaded job fails with 5, one that was just
 * booted out is in the way for a moment, `bootout` and `print` of an unknown one fail with 3 and 113. It was never run
 * beside the real one.
 */
const LAUNCHCTL = `#!/bin/sh
cd "$HOME/launchd" || exit 1
echo "$*" >> calls
case $1 in
  enable) rm -f "disabled-\${2##*/}" ;;
  bootstrap)
    label=$(sed -n '/<key>Label/{n;s/.*<string>\\(.*\\)<.string>.*/\\1/p;}' "$3")
    [ -e leaving ] && { rm leaving; echo 'Bootstrap failed: 37: Operation already in progress' >&2; exit 37; }
    [ -e "loaded-$label" ] && { echo 'Bootstrap failed: 5: Input/output error' >&2; exit 5; }
    log=$(sed -n '/<key>StandardOutPath/{n;s/.*<string>\\(.*\\)<.string>.*/\\1/p;}' "$3")
    work=$(sed -n '/<key>WorkingDirectory/{n;s/.*<string>\\(.*\\)<.string>.*/\\1/p;}' "$3")
    cp "$3" "loaded-$label"
    [ -d "$work" ] || exit 0
    if grep -q BROKEN "$3"; then echo 'cannot start' >> "$log"; else echo up >> "$log"; touch "running-$label"; fi ;;
  bootout)
    [ -e "loaded-\${2##*/}" ] || { echo 'Boot-out failed: 3: No such process' >&2; exit 3; }
    rm -f "loaded-\${2##*/}" "running-\${2##*/}"; touch leaving ;;
  print)
    [ -e "loaded-\${2##*/}" ] || { echo 'Could not find service' >&2; exit 113; }
    if [ -e "running-\${2##*/}" ]; then printf '\\tstate = running\\n'; else printf '\\tstate = spawn scheduled\\n'; fi ;;
esac
exit 0
`;

let at: TempWorld;
let world: World;
let place: ServicePlace;

beforeEach(() => {
  at = tempWorld();
  mkdirSync(at.path('launchd'));
  mkdirSync(at.path('bin'));
  writeFileSync(at.path('bin', 'launchctl'), LAUNCHCTL);
  chmodSync(at.path('bin', 'launchctl'), 0o755);
  world = {
    ...at.world,
    network: { listening: async () => existsSync(at.path('launchd', `running-${LABEL}`)) },
    processes: {
      run: (argv, options) =>
        at.world.processes.run(argv, {
          ...options,
          env: { PATH: `${at.path('bin')}:${process.env.PATH}`, ...options.env },
        }),
    },
  };
  place = {
    manager: 'launchd',
    home: at.home,
    user: 'ada',
    uid: 501,
    systemd: null,
    configHome: at.path('.config'),
  };
});
afterEach(() => at.remove());

const spec = (program = '/opt/node', more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  id: 'normalizer',
  argv: [program, '/n.mjs'],
  env: {},
  path: ['/usr/bin', '/bin'],
  wants: [],
  before: [],
  memoryMb: 512,
  ...more,
});
const step = (program?: string) => serviceStep('normalizer', spec(program), place, { port: 3457 });
const engine = () => openEngine({ world, kinds: actionKinds, version: '1' });
const apply = (...steps: Action[]) => engine().apply(makePlan(steps, {}), { title: 'T' });
const tree = () => treeOf(at.home, { skip: ['.local', 'launchd', 'bin'] });
const loaded = (label = LABEL) =>
  existsSync(at.path('launchd', `loaded-${label}`))
    ? readFileSync(at.path('launchd', `loaded-${label}`), 'utf8')
    : null;
const running = (label = LABEL) => existsSync(at.path('launchd', `running-${label}`));

describe('a launch agent of ours', () => {
  const log = () => at.path('Library/Logs/clawauth-setup/normalizer.log');

  it('is loaded with the folders that it needs, and goes with them and its log', async () => {
    const before = tree();
    expect(await apply(step())).toMatchObject({ outcome: 'applied' });
    expect(loaded()).toContain('/opt/node');
    expect(running()).toBe(true);
    expect(readFileSync(log(), 'utf8')).toBe('up\n');
    // The service writes on, until it is stopped.
    writeFileSync(log(), 'up\nand running\n');
    expect(await engine().undo()).toMatchObject({ outcome: 'applied', steps: [{ outcome: { notes: [] } }] });
    expect(loaded()).toBeNull();
    expect(tree()).toEqual(before);
  });

  it('is loaded again when its definition is another one, and put back when that one does not start', async () => {
    await apply(step());
    await apply(step());
    expect(await apply(step('/opt/node22'))).toMatchObject({ outcome: 'applied' });
    expect(loaded()).toContain('/opt/node22');
    const receipt = await apply(step('/opt/BROKEN'));
    expect(receipt).toMatchObject({
      outcome: 'put back',
      steps: [{ problem: { code: 'service-not-started', why: expect.stringContaining('cannot start') } }],
    });
    expect(loaded()).toContain('/opt/node22');
    expect(running()).toBe(true);
    const undone = await engine().undo();
    expect(undone.steps[0]?.outcome?.notes).toEqual([]);
    expect(loaded()).not.toContain('/opt/node22');
    expect(existsSync(log())).toBe(true);
    await engine().undoAll({ title: 'all' });
    expect(loaded()).toBeNull();
  });

  it('leaves nothing when it never starts', async () => {
    const before = tree();
    expect(await apply(step('/opt/BROKEN'))).toMatchObject({ outcome: 'put back' });
    expect(loaded()).toBeNull();
    expect(tree()).toEqual(before);
  });

  it('keeps a log folder that holds somebody’s file', async () => {
    await apply(step());
    at.write('Library/Logs/clawauth-setup/notes.txt', 'mine');
    const undone = await engine().undo();
    expect(undone.outcome).toBe('applied');
    expect(tree().filter((line) => line.startsWith('Library/') && line.includes(' file '))).toEqual([
      expect.stringContaining('notes.txt'),
    ]);
  });
});

it('a launch agent of a guide goes and comes back, loaded as it was', async () => {
  const name = 'com.claude-max-api';
  const file = at.write(
    `Library/LaunchAgents/${name}.plist`,
    `<plist><dict>\n<key>Label</key>\n<string>${name}</string>\n<key>WorkingDirectory</key>\n<string>${at.home}</string>\n<key>StandardOutPath</key>\n<string>/dev/null</string>\n</dict></plist>\n`,
  );
  const foreign = { name, file, links: [], because: 'Ours does its work.' };
  for (const load of [true, false]) {
    if (load) await world.processes.run(['launchctl', 'bootstrap', 'gui/501', file], { timeoutMs: 10_000 });
    else await world.processes.run(['launchctl', 'bootout', `gui/501/${name}`], { timeoutMs: 10_000 });
    rmSync(at.path('launchd', 'leaving'), { force: true });
    const before = tree();
    await apply(removeForeignServiceStep(foreign, place));
    expect(loaded(name)).toBeNull();
    expect(existsSync(file)).toBe(false);
    expect(await engine().undo()).toMatchObject({ outcome: 'applied' });
    expect(running(name)).toBe(load);
    expect(tree()).toEqual(before);
  }
});

describe('steps of the managers', () => {
  const linux: ServicePlace = {
    manager: 'systemd-user',
    home: '/home/ada',
    user: 'ada',
    uid: 1000,
    systemd: 252,
    configHome: '/home/ada/.config',
  };
  const paramsOf = (action: Action) => action.params as ServiceParams;

  it('name every file before, and hand the manager what it needs', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/1000' };
    const action = serviceStep('normalizer', spec(), linux, { port: 3457, env });
    const units = '/home/ada/.config/systemd/user';
    expect(action.touches.map(({ path }) => path)).toEqual([
      `${units}/clawauth-normalizer.service`,
      `${units}/default.target.wants/clawauth-normalizer.service`,
    ]);
    const { programs } = paramsOf(action);
    for (const program of Object.values(programs)) expect(program?.env).toEqual(env);
    expect(programs.enable?.argv).toEqual(['systemctl', '--user', 'enable', '--now', 'clawauth-normalizer.service']);
    const system = serviceStep('normalizer', spec(), { ...linux, manager: 'systemd-system' }, { port: 3457 });
    expect(paramsOf(system).programs.stop?.argv).toEqual(['systemctl', 'stop', 'clawauth-normalizer.service']);
    expect(paramsOf(system).links).toEqual(['/etc/systemd/system/multi-user.target.wants/clawauth-normalizer.service']);
  });

  it('keep claude-max-api-proxy from reading files that a prompt names', () => {
    const max = spec('/opt/node', { id: 'claude-max-api' });
    for (const where of [linux, place]) {
      expect(paramsOf(serviceStep('claude-max-api', max, where, { port: 3459 })).content).toContain(
        'CLAUDE_CODE_DISABLE_ATTACHMENTS',
      );
    }
    expect(foregroundCommand(max)).toContain(' CLAUDE_CODE_DISABLE_ATTACHMENTS=1 ');
  });

  it('give a command for the foreground that a shell reads as it was meant', () => {
    const odd = `a b $HOME 'q' "d" \\ ;`;
    const show = 'console.log(JSON.stringify([process.argv.slice(1), process.env.ODD, process.env.PATH]))';
    const command = foregroundCommand(
      spec(process.execPath, { argv: [process.execPath, '-e', show, odd, '%t/run/work'], env: { ODD: odd } }),
    );
    const env = { HOME: '/h', PATH: '/nowhere:/usr/bin:/bin', XDG_RUNTIME_DIR: '/run/user/1 000' };
    const ran = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8', env });
    expect(JSON.parse(ran.stdout)).toEqual([[odd, '/run/user/1 000/run/work'], odd, '/usr/bin:/bin']);
  });
});
