import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { SignInView } from '../../../components/services.ts';
import { actionKinds } from '../../../src/actions/index.ts';
import { writeFile } from '../../../src/actions/write-file.ts';
import { parse } from '../../../src/commands/args.ts';
import type { CommandContext } from '../../../src/commands/context.ts';
import { wizardServices } from '../../../src/commands/wizard-services.ts';
import { signInSession } from '../../../src/commands/wizard-sign-in.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { RunEvent } from '../../../src/engine/types.ts';
import { makePlan } from '../../../src/plan/index.ts';
import { until } from '../../support/processes.ts';
import { tempWorld } from '../../support/temp-world.ts';

const temp = tempWorld();
afterAll(() => temp.remove());

const world = { ...temp.world, told: { stateDir: '/srv/other oc' } };
const NEXT = "clawauth-setup status --state-dir '/srv/other oc'";

/** The wizard's services where a run is in force whose backups are gone, and the run's id. */
async function damaged() {
  const engine = await openEngine({ world, kinds: actionKinds, version: '0.0.0' });
  const words = { forward: { headline: 'Write' }, backward: { headline: 'Put back' } };
  const file = temp.write('own.txt', 'before\n');
  const action = writeFile('own', { ...words, file, content: '# ours\n', mode: 0o600, mark: '# ours' });
  const { id } = await engine.apply(makePlan([action], {}), { title: 'A run', about: { method: 'setup-token' } });
  const blobs = join(engine.root, 'blobs');
  for (const name of readdirSync(blobs)) rmSync(join(blobs, name), { recursive: true });
  const signal = new AbortController().signal;
  const context = { world, version: '0.0.0', args: parse([]), cwd: temp.home, signal, force: signal };
  return { id, signal, services: await wizardServices(context as CommandContext, () => {}) };
}

test('what the wizard says to run next is for the OpenClaw that was chosen, in an undo and an uninstall too', async () => {
  const { id, signal, services } = await damaged();
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => void events.push(event);
  const told = [
    await services.undo(id, onEvent, signal),
    await services.uninstall({ purge: false }, onEvent, signal, { onAsking: () => {}, onSlow: () => {} }),
    ...events.filter((event) => event.type === 'step failed'),
  ].map(({ problem }) => problem?.next);
  expect(told).toEqual([NEXT, NEXT, NEXT, NEXT]);
});

test('in a sandbox the stand-ins are named, so that nobody signs in with the real Claude Code', async () => {
  const inside = { ...temp.world, sandbox: temp.home };
  const views: SignInView[] = [];
  signInSession(inside, { path: temp.write('none', ''), version: null, wins: true, realPath: '' }, (view) =>
    views.push(view),
  );
  await until(() => views.some(({ state }) => state === 'failed'));
  expect(views.at(-1)).toMatchObject({ problem: { next: `${temp.home}/bin/claude setup-token` } });
});
