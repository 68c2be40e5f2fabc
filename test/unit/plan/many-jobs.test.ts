import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { actionKinds } from '../../../src/actions/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { planHere, recordFor } from '../../../src/history/switch.ts';
import { defaultAnswers } from '../../../src/methods/index.ts';
import { previewPlan } from '../../../src/plan/index.ts';
import { Secret } from '../../../src/system/secret.ts';
import { type LivingHome, livingHome } from '../../support/living-home.ts';

const COUNT = 60_000;
const BRIDGE = 'claude-bridge/claude-opus-4';
const PRIMARY = 'anthropic/claude-opus-5';

let home: LivingHome;
beforeEach(() => {
  home = livingHome();
});
afterEach(() => home.remove());

/** The models that the jobs ask for, and how many ask for each. */
function models(): Record<string, number> {
  const { jobs } = JSON.parse(readFileSync(home.files.jobs, 'utf8')) as { jobs: { payload: { model: string } }[] };
  const counts: Record<string, number> = {};
  for (const { payload } of jobs) counts[payload.model] = (counts[payload.model] ?? 0) + 1;
  return counts;
}

it('sixty thousand cron jobs are shown, pointed to Claude, and back', { timeout: 180_000 }, async () => {
  const jobs = Array.from({ length: COUNT }, (_, index) => ({
    id: `job-${index}`,
    enabled: true,
    payload: { kind: 'agentTurn', model: BRIDGE },
  }));
  writeFileSync(home.files.jobs, `${JSON.stringify({ version: 1, jobs }, null, 2)}\n`);
  const before = readFileSync(home.files.jobs, 'utf8');

  const { world } = home;
  const engine = openEngine({ world, kinds: actionKinds, version: '1' });
  const facts = await gatherFacts(world, { slow: false });
  const answers = { ...defaultAnswers(facts, 'setup-token'), primary: PRIMARY, fallbacks: [], tokenExpires: null };
  const token = new Secret(`sk-ant-oat01-FAKE${'J'.repeat(91)}`);
  const plan = await planHere({ world, engine }, facts, answers, { hasSecret: true, secret: token }, null);
  const preview = await previewPlan(plan, { world, kinds: actionKinds });
  const changes = preview.steps.flatMap((step) => step.changes).filter((change) => 'file' in change);
  expect(changes.find(({ file }) => file === home.files.jobs)).toMatchObject({ added: COUNT, removed: COUNT });

  const receipt = await engine.apply(plan, { ...recordFor(answers, null), secrets: { token } });
  expect(receipt.outcome).toBe('applied');
  expect(models()).toEqual({ [PRIMARY]: COUNT });

  expect((await engine.undo()).outcome).toBe('applied');
  expect(readFileSync(home.files.jobs, 'utf8')).toBe(before);
});
