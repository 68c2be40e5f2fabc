import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { actionKinds, configEdit } from '../../../src/actions/index.ts';
import type { Around } from '../../../src/engine/disk.ts';
import { type Engine, openEngine } from '../../../src/engine/index.ts';
import { parse } from '../../../src/json5/index.ts';
import { makePlan } from '../../../src/plan/index.ts';
import { crashesOf } from '../../support/home-copy.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

vi.setConfig({ testTimeout: 600_000 });

/** What OpenClaw 2026.6.5 does when a command reads its config, see `settlesOf`. */
const GUARD = `
good=$(sed 's/.*"bytes":\\([0-9]*\\).*/\\1/' "$2")
now=$(wc -c < "$1")
if [ "$good" -ge 512 ] && [ "$now" -lt $((good / 2)) ]; then cp "$1.bak" "$1"
else printf '{"entries":{"%s":{"lastKnownGood":{"bytes":%d}}}}' "$1" "$now" > "$2"; fi
`;

let at: TempWorld;
let engine: Engine;
let config: string;
let health: string;
beforeEach(() => {
  at = tempWorld({ inMemory: true });
  engine = engineAt();
});
afterEach(() => at.remove());

const read = () => execFileSync('sh', [at.path('guard.sh'), config, health]);

const engineAt = (around?: Around) =>
  openEngine({ world: at.world, kinds: actionKinds, version: '0.0.0', ...(around ? { around } : {}) });

/** A config with a block of this many bytes, which the guard has seen, and beside it the copy that it would put back. */
function home(block: number): string {
  const text = `{\n  model: 'bridge/opus', // kept\n  block: '${'x'.repeat(block)}',\n}\n`;
  config = at.write('openclaw.json', text);
  health = at.write('config-health.json', JSON.stringify({ entries: { [config]: { lastKnownGood: { bytes: 0 } } } }));
  at.write('guard.sh', GUARD);
  read();
  writeFileSync(`${config}.bak`, text);
  return text;
}

const withoutBlock = () =>
  configEdit('shrink', {
    forward: { headline: 'Shrink' },
    backward: { headline: 'Grow' },
    file: config,
    name: 'openclaw.json',
    edits: [{ op: 'delete', path: ['block'] }],
    settles: {
      as: config,
      notes: { file: health, database: at.path('none.sqlite'), node: process.execPath },
      read: { argv: ['/bin/sh', at.path('guard.sh'), config, health], timeoutMs: 30_000 },
    },
  });

it.each([0, 100, 480, 600, 5000])('lets OpenClaw get used to a config without its %i bytes', async (block) => {
  const text = home(block);
  const receipt = await engine.apply(makePlan([withoutBlock()], {}), { title: 'test' });
  expect(receipt.outcome).toBe('applied');
  const left = readFileSync(config, 'utf8');
  expect(parse(left)).toMatchObject({ ok: true, value: { model: 'bridge/opus' } });
  expect(left).not.toContain('block');
  expect(left).toMatch(/ \/\/ kept\n\}\n$/);
  read();
  expect(readFileSync(config, 'utf8')).toBe(left);

  await engine.undo();
  expect(readFileSync(config, 'utf8')).toBe(text);
});

it('does the same when a run is taken back that made it longer', async () => {
  home(5000);
  const long = readFileSync(config, 'utf8');
  const short = long.replace(/x+/, '');
  writeFileSync(config, short);
  writeFileSync(health, JSON.stringify({ entries: { [config]: { lastKnownGood: { bytes: short.length } } } }));
  const action = withoutBlock();
  const grow = { ...action.params, edits: [{ op: 'set' as const, path: ['block'], value: 'x'.repeat(5000) }] };
  await engine.apply(makePlan([{ ...action, params: grow }], {}), { title: 'test' });
  read();
  expect(readFileSync(config, 'utf8')).toContain('xxx');
  await engine.undo();
  read();
  expect(readFileSync(config, 'utf8')).toBe(short);
});

it('is resumed or taken back after a crash at any change of the disk', async () => {
  const text = home(1200);
  const crashes = await crashesOf(at.home, (around) =>
    engineAt(around).apply(makePlan([withoutBlock()], {}), { title: 'test' }),
  );
  let padded = 0;
  for (const [n, crash] of crashes.entries()) {
    crash.putBack();
    if (readFileSync(config, 'utf8').endsWith('\n\n')) padded += 1;
    if ((await engine.pending()) !== null) await engine.recover(n % 2 === 0 ? 'resume' : 'undo');
    const left = readFileSync(config, 'utf8');
    expect([text, text.replace(/ {2}block.*\n/, '')], crash.call).toContain(left);
    read();
    expect(readFileSync(config, 'utf8'), crash.call).toBe(left);
    await engine.undoAll({ title: 'test' }).catch(() => {});
    expect(readFileSync(config, 'utf8'), crash.call).toBe(text);
  }
  expect(crashes.length).toBeGreaterThan(30);
  expect(padded).toBeGreaterThan(3);
});
