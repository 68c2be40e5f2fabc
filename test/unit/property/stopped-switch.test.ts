import { expect, test, vi } from 'vitest';
import { actionKinds } from '../../../src/actions/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { homeFacts } from '../../../src/history/overview.ts';
import { ComingBack } from '../../support/coming-back.ts';

vi.setConfig({ testTimeout: 600_000 });

/** The configuration, the random key of the proxy by one name. */
const configOf = ({ home: { read, files } }: ComingBack): string =>
  JSON.stringify(read(files.config)).replace(/"[\w-]{43}"/g, '"KEY"');
const holdsToken = ({ home: { read, files } }: ComingBack) => JSON.stringify(read(files.main)).includes('sk-ant-oat01');
/** What the overview says of the run of the way in force. */
async function unfinished({ home: { world } }: ComingBack) {
  const engine = openEngine({ world, kinds: actionKinds, version: '1' });
  return (await homeFacts({ world, engine }, await gatherFacts(world, { slow: false }))).unfinished;
}

test.each(['setup-token', 'proxy'] as const)(
  'a stopped switch to the %s goes on with the rest of the old way',
  async (to) => {
    const from = to === 'proxy' ? 'setup-token' : 'proxy';
    const straight = new ComingBack();
    for (const way of [from, to] as const) await straight.happens({ do: 'switch', to: way, keepOld: false });
    const wanted = configOf(straight);
    straight.remove();

    let halfway = 0;
    for (let at = 4; at <= 160; at += 8) {
      const machine = new ComingBack();
      try {
        await machine.happens({ do: 'switch', to: from, keepOld: false });
        await machine.happens({ do: 'crash', in: 'switch', at, torn: false, end: 'leave' });
        const left = machine.bytes(/\.local/);
        if (holdsToken(machine) && configOf(machine).includes('claude-max-proxy')) {
          halfway += 1;
          const told = await unfinished(machine);
          expect(told, `after call ${at}`).not.toBe(null);
          if (to === 'proxy') expect(told?.needsSecret).toBe(false);
        }
        await machine.happens({ do: 'switch', to, keepOld: false });
        expect(await unfinished(machine), `after call ${at}`).toBe(null);
        machine.check();
        expect(configOf(machine), `after call ${at}`).toBe(wanted);
        expect(holdsToken(machine), `after call ${at}`).toBe(to === 'setup-token');
        if (at % 16 === 4) {
          await machine.happens({ do: 'undo' });
          expect(machine.bytes(/\.local/), `undone after call ${at}`).toEqual(left);
        }
        await machine.uninstall();
        machine.check();
        machine.checkGone();
      } finally {
        machine.remove();
      }
    }
    expect(halfway).toBeGreaterThan(0);
  },
);

test('a stopped switch to another credential of the same store goes on with it', async () => {
  let halfway = 0;
  for (let at = 52; at <= 180; at += 8) {
    const machine = new ComingBack();
    try {
      await machine.happens({ do: 'switch', to: 'setup-token', keepOld: false });
      await machine.happens({ do: 'crash', in: 'switch', to: 'api-key', at, torn: false, end: 'leave' });
      const left = machine.bytes(/\.local/);
      if ((await unfinished(machine)) !== null) halfway += 1;
      await machine.happens({ do: 'switch', to: 'api-key', keepOld: false });
      expect(await unfinished(machine), `after call ${at}`).toBe(null);
      machine.check();
      expect(holdsToken(machine), `after call ${at}`).toBe(false);
      await machine.happens({ do: 'undo' });
      expect(machine.bytes(/\.local/), `undone after call ${at}`).toEqual(left);
      await machine.uninstall();
      machine.check();
      machine.checkGone();
    } finally {
      machine.remove();
    }
  }
  expect(halfway).toBeGreaterThan(0);
});

test('an undo of a switch that was cut off and left as it is leaves nothing after an uninstall', async () => {
  for (let at = 16; at <= 88; at += 6) {
    const machine = new ComingBack();
    try {
      await machine.happens({ do: 'switch', to: 'proxy', keepOld: false });
      await machine.happens({ do: 'switch', to: 'setup-token', keepOld: false });
      await machine.happens({ do: 'crash', in: 'undo', at, torn: false, end: 'leave' });
      await machine.happens({ do: 'person', what: 'key' });
      await machine.uninstall();
      machine.check();
      machine.checkGone();
    } catch (error) {
      throw new Error(`After call ${at}: ${(error as Error).message}`);
    } finally {
      machine.remove();
    }
  }
});

test('a first set-up that was cut off and kept is told of, whatever is not done', async () => {
  let cronOnly = 0;
  for (let at = 4; at <= 100; at += 4) {
    const machine = new ComingBack();
    try {
      await machine.happens({ do: 'crash', in: 'apply', at, torn: false, end: 'leave' });
      const [run] = await openEngine({ world: machine.home.world, kinds: actionKinds, version: '1' }).backups();
      if (run?.inForce !== true) continue;
      const told = await unfinished(machine);
      expect(told !== null, `after call ${at}`).toBe(run.outcome === 'partly applied');
      if (told?.notDone === 1 && told.needsSecret === false) cronOnly += 1;
    } finally {
      machine.remove();
    }
  }
  expect(cronOnly).toBeGreaterThan(0);
});
