import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  actionKinds,
  crontabLines,
  dropVariable,
  fileMode,
  lineHash,
  moveVariable,
  removeFile,
  unitProgram,
} from '../../../src/actions/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { previewPlan } from '../../../src/plan/index.ts';
import { realWorld } from '../../../src/system/real-world.ts';
import { planOf } from '../../support/edit-kind.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

const words = { forward: { headline: 'Fix it' }, backward: { headline: 'Take it back' } };
const SECRET = `sk-ant-api03-FAKE${'FAKE'.repeat(20)}keyA`;

let temp: TempWorld;
beforeEach(() => {
  temp = tempWorld();
});
afterEach(() => temp.remove());

const engine = () => openEngine({ world: temp.world, kinds: actionKinds, version: 'test' });
const apply = (action: Action) => engine().apply(planOf(action), { title: 'Fix' });
const read = (path: string) => readFileSync(path, 'utf8');
const tree = () => treeOf(temp.home, { skip: ['.local'] });

describe('a variable', () => {
  const drop = (file: string) => dropVariable('drop', { ...words, file, name: 'ANTHROPIC_API_KEY' });

  it.each([
    ['a .env file', `A=1\nANTHROPIC_API_KEY=${SECRET}\nB=2\n`, 'A=1\nB=2\n'],
    ['a profile', `export ANTHROPIC_API_KEY="${SECRET}"\nalias x=y\n`, 'alias x=y\n'],
    ['fish', `set -gx ANTHROPIC_API_KEY ${SECRET}\nset -gx PATH /bin\n`, 'set -gx PATH /bin\n'],
    ['a last line without its end', `A=1\nANTHROPIC_API_KEY=${SECRET}`, 'A=1\n'],
    ['its like by name', `MY_ANTHROPIC_API_KEY=1\nANTHROPIC_API_KEY=${SECRET}\n`, 'MY_ANTHROPIC_API_KEY=1\n'],
  ])('goes from %s and comes back byte for byte', async (_, before, after) => {
    const file = temp.write('x/.env', before);
    const laid = tree();
    const receipt = await apply(drop(file));
    expect(receipt.outcome).toBe('applied');
    expect(read(file)).toBe(after);
    await engine().undo(receipt.id);
    expect(tree()).toEqual(laid);
  });

  it('goes back at the end of a file that somebody changed since, and not where it was set again', async () => {
    const file = temp.write('.env', `A=1\nANTHROPIC_API_KEY=${SECRET}\nB=2\n`);
    const receipt = await apply(drop(file));
    writeFileSync(file, 'A=1\nB=3');
    await engine().undo(receipt.id);
    expect(read(file)).toBe(`A=1\nB=3\nANTHROPIC_API_KEY=${SECRET}\n`);
    const again = await apply(drop(file));
    writeFileSync(file, 'ANTHROPIC_API_KEY=other\n');
    const undone = await engine().undo(again.id);
    expect(undone.outcome).toBe('partly applied');
    expect(read(file)).toBe('ANTHROPIC_API_KEY=other\n');
  });

  it.each([
    ['a value that goes on', `ANTHROPIC_API_KEY="${SECRET}\nmore"\n`],
    ['a continued line', `export ANTHROPIC_API_KEY=${SECRET} \\\n  B=2\n`],
    ['another command beside it', `export ANTHROPIC_API_KEY=${SECRET}; export B=2\n`],
  ])('is left alone in %s', async (_, text) => {
    const file = temp.write('.profile', text);
    const receipt = await apply(drop(file));
    expect(receipt).toMatchObject({ outcome: 'put back', steps: [{ problem: { code: 'variable-not-alone' } }] });
    expect(read(file)).toBe(text);
  });

  it('is written down nowhere', async () => {
    const file = temp.write('.env', `ANTHROPIC_API_KEY=${SECRET}\n`);
    const receipt = await apply(drop(file));
    expect(JSON.stringify(receipt)).not.toContain('FAKEFAKE');
  });
});

describe('a variable that moves', () => {
  const line = `ANTHROPIC_API_KEY=${SECRET}\n`;
  const move = (from: string, to: string) => moveVariable('move', { ...words, from, to, name: 'ANTHROPIC_API_KEY' });

  it.each([
    ['a file that is there', 'A=1', `A=1\n${line}`],
    ['a new file, readable by its owner alone', null, line],
  ])('goes to %s and comes back byte for byte', async (_, there, then) => {
    const [from, to] = [temp.write('ws/.env', `B=2\n${line}`), temp.path('state/.env')];
    if (there !== null) temp.write('state/.env', there);
    const laid = tree();
    const preview = JSON.stringify(
      await previewPlan(planOf(move(from, to)), { world: temp.world, kinds: actionKinds }),
    );
    const receipt = await apply(move(from, to));
    expect([read(from), read(to), statSync(to).mode & 0o777]).toEqual(['B=2\n', then, 0o600]);
    expect(preview + JSON.stringify(receipt)).not.toContain('FAKEFAKE');
    await engine().undo(receipt.id);
    expect(tree()).toEqual(laid);
  });

  it('comes back alone where both files were changed since', async () => {
    const [from, to] = [temp.write('ws/.env', line), temp.write('state/.env', 'A=1\n')];
    const receipt = await apply(move(from, to));
    writeFileSync(from, 'B=3\n');
    writeFileSync(to, `A=2\n${line}C=4\n`);
    await engine().undo(receipt.id);
    expect([read(from), read(to)]).toEqual([`B=3\n${line}`, 'A=2\nC=4\n']);
  });

  it('stays where the other file sets it, where the line is not its own, and where it is gone', async () => {
    for (const [of, there, code] of [
      [line, line, 'variable-moved'],
      [`ANTHROPIC_API_KEY="${SECRET}\nmore"\n`, 'A=1\n', 'variable-not-alone'],
      ['B=2\n', 'A=1\n', 'variable-moved'],
    ] as const) {
      const [from, to] = [temp.write('ws/.env', of), temp.write('state/.env', there)];
      expect(await apply(move(from, to))).toMatchObject({ outcome: 'put back', steps: [{ problem: { code } }] });
      expect([read(from), read(to)]).toEqual([of, there]);
    }
  });
});

describe('lines of the crontab', () => {
  const line = '0 */3 * * * python3 sync-token.py';
  const secretive = `*/30 * * * * TOKEN=${SECRET} push-token.sh`;
  const table = `# mine\n${line}\n${secretive}\n5 4 * * * backup.sh\n`;

  beforeEach(() => {
    const script = '#!/bin/sh\ncase "$1" in -l) cat "$HOME/table";; -) cat > "$HOME/table";; esac\n';
    temp.write('bin/crontab', script, 0o755);
    temp.write('table', table);
    // Children find the stand-in first.
    const env = { ...temp.world.env, PATH: `${temp.path('bin')}:${process.env.PATH}` };
    temp = { ...temp, world: realWorld({ home: temp.home, env, cwd: temp.home }) };
  });

  const off = (lines: readonly string[]) => crontabLines('off', { ...words, lines: lines.map(lineHash) });

  it('become comments and count again, a credential in one of them untouched', async () => {
    const masked = secretive.replace(/sk-ant-\S+/, 'sk-ant-api03-…keyA');
    const receipt = await apply(off([line, masked]));
    expect(receipt.steps.map(({ problem }) => problem)).toEqual([undefined]);
    const mark = '# off by clawauth-setup: ';
    expect(read(temp.path('table'))).toBe(`# mine\n${mark}${line}\n${mark}${secretive}\n5 4 * * * backup.sh\n`);
    expect(JSON.stringify(receipt)).not.toContain('FAKEFAKE');
    await engine().undo(receipt.id);
    expect(read(temp.path('table'))).toBe(table);
  });

  it('that somebody took away meanwhile are told', async () => {
    const receipt = await apply(off(['1 1 * * * gone']));
    expect(receipt.steps[0]?.notes.join()).toMatch(/does not hold these lines any more/);
    expect(read(temp.path('table'))).toBe(table);
  });
});

describe('the program of a unit', () => {
  const GONE = '/gone/bin/node';
  const NODE = '/usr/bin/node';
  const unit = (program: string, more = '') =>
    `[Service]\nEnvironment=OPENCLAW_GATEWAY_TOKEN=FAKE-${GONE}\nExecStart=${program} /x/index.js gateway\n${more}`;

  /** systemctl writes down what it is told; the unit is in `state`. */
  function managed(state: string) {
    const script = `#!/bin/sh\necho "$*" >> "$HOME/told"\n[ "$1" = is-active ] && { echo ${state}; exit 3; }\nexit 0\n`;
    temp.write('bin/systemctl', script, 0o755);
    const env = { ...temp.world.env, PATH: `${temp.path('bin')}:${process.env.PATH}` };
    temp = { ...temp, world: realWorld({ home: temp.home, env, cwd: temp.home }) };
    const of = (...argv: [string, ...string[]]) => ({ argv, timeoutMs: 20_000 });
    const name = 'openclaw-gateway.service';
    const programs = {
      reload: of('systemctl', 'daemon-reload'),
      forget: of('systemctl', 'reset-failed', name),
      restart: of('systemctl', 'restart', name),
      active: { ...of('systemctl', 'is-active', name), exitCodes: [0, 3] },
      ...{ enable: null, stop: null, log: null },
    };
    return (file: string) => unitProgram('unit', { ...words, name, file, from: GONE, to: NODE, programs });
  }
  const told = () => read(temp.path('told')).trim().split('\n').slice(1);

  it.each([
    ['failed', ['daemon-reload', 'reset-failed openclaw-gateway.service', 'restart openclaw-gateway.service']],
    ['activating', ['daemon-reload', 'restart openclaw-gateway.service']],
    ['inactive', ['daemon-reload']],
  ])('is another one and comes back byte for byte, where the unit is %s', async (state, calls) => {
    const step = managed(state);
    const file = temp.write('units/g.service', unit(`-"${GONE}"`));
    const receipt = await apply(step(file));
    expect(receipt.outcome).toBe('applied');
    expect(read(file)).toBe(unit(`-"${NODE}"`));
    expect(told()).toEqual(calls);
    expect(JSON.stringify(receipt)).not.toContain('FAKE-');
    await engine().undo(receipt.id);
    expect(read(file)).toBe(unit(`-"${GONE}"`));
    expect(told().slice(calls.length)).toEqual(['daemon-reload']);
  });

  it('is put back alone where somebody changed the unit since, and left where it is another one again', async () => {
    const step = managed('inactive');
    const file = temp.write('units/g.service', unit(GONE));
    const receipt = await apply(step(file));
    writeFileSync(file, unit(NODE, 'Nice=5\n'));
    await engine().undo(receipt.id);
    expect(read(file)).toBe(unit(GONE, 'Nice=5\n'));
    const again = await apply(step(file));
    writeFileSync(file, unit('/opt/node'));
    expect((await engine().undo(again.id)).outcome).toBe('partly applied');
    expect(read(file)).toBe(unit('/opt/node'));
  });

  it('is previewed with the secrets around it masked', async () => {
    const step = managed('inactive');
    const file = temp.write('units/g.service', unit(GONE));
    const preview = JSON.stringify(await previewPlan(planOf(step(file)), { world: temp.world, kinds: actionKinds }));
    expect(preview).toContain(`-ExecStart=${GONE} /x/index.js gateway\\n+ExecStart=${NODE} /x/index.js gateway`);
    expect(preview).toContain('Environment=OPENCLAW_GATEWAY_TOKEN=…\\n');
    expect(preview).not.toContain('FAKE-');
  });

  it('that the unit does not start is refused', async () => {
    const step = managed('failed');
    const text = unit(`${GONE}-24`);
    const file = temp.write('units/g.service', text);
    expect(await apply(step(file))).toMatchObject({
      outcome: 'put back',
      steps: [{ problem: { code: 'unit-changed' } }],
    });
    expect(read(file)).toBe(text);
  });
});

describe('permissions', () => {
  it('are set and given back, whatever was written meanwhile; a later change of them stays', async () => {
    const file = temp.write('config.json', '{}\n', 0o644);
    const set = fileMode('mode', { ...words, file, mode: 0o600 });
    const mode = () => statSync(file).mode & 0o777;
    const first = await apply(set);
    expect(mode()).toBe(0o600);
    writeFileSync(file, '{ "a": 1 }\n');
    await engine().undo(first.id);
    expect([mode(), read(file)]).toEqual([0o644, '{ "a": 1 }\n']);
    const second = await apply(set);
    chmodSync(file, 0o640);
    const undone = await engine().undo(second.id);
    expect([mode(), undone.outcome]).toEqual([0o640, 'partly applied']);
  });
});

describe('a file', () => {
  it('goes, and comes back as it was', async () => {
    const file = temp.write('REAUTH_NEEDED', 'once\n', 0o640);
    const laid = tree();
    const receipt = await apply(removeFile('remove', { ...words, file }));
    expect(tree()).not.toEqual(laid);
    await engine().undo(receipt.id);
    expect(tree()).toEqual(laid);
  });
});
