import { describe, expect, it } from 'vitest';
import { actionKinds } from '../../../src/actions/index.ts';
import { planFix } from '../../../src/doctor/fix.ts';
import { judge } from '../../../src/doctor/index.ts';
import { readCronJobs } from '../../../src/openclaw/cron.ts';
import { factsFor } from '../../support/facts-for.ts';
import { memoryWorld } from '../../support/memory-world.ts';

/** As `cron list --json` of 2026.9.6 tells of a job that OpenClaw switched off. */
const off = (id: string, reason: string) => ({
  ...{ id, name: `job ${id}`, enabled: false, payload: { kind: 'agentTurn' } },
  state: { consecutiveErrors: 10, lastError: 'HTTP 401', autoDisabled: { reason, atMs: 1, consecutiveErrors: 10 } },
});
const person = { id: 'p', name: 'job p', enabled: false, state: { consecutiveErrors: 4 } };

async function found(rows: readonly object[], gateway: boolean) {
  const jobs = readCronJobs({ jobs: rows });
  const facts = await factsFor({ version: '2026.9.6', config: '{}', jobs, gateway });
  const { findings } = judge(facts, Date.parse(facts.takenAt));
  return { facts, findings: findings.filter(({ id }) => id === 'cron.switched-off') };
}

describe('cron jobs that OpenClaw switched off', () => {
  it('are enabled through the gateway, and disabled again by an undo', async () => {
    const { facts, findings } = await found(
      [off('a', 'consecutive-failures'), off('b', 'consecutive-failures'), person],
      true,
    );
    expect(findings).toMatchObject([
      { says: expect.stringContaining('job a, job b'), byHand: expect.stringMatching(/cron enable a$/) },
    ]);
    const { plan } = await planFix(facts, findings, memoryWorld(), { hasToken: false });
    const told = plan.actions.map(({ id, kind, params }) => {
      const { program, undo } = params as { program: { argv: string[] }; undo: { program: { argv: string[] } } };
      const words = actionKinds.get(kind)?.describe(params);
      return [id, words?.forward.headline, program.argv.slice(-3), undo.program.argv.slice(-3)];
    });
    expect(told).toEqual([
      ['enable-cron-a', 'Enable the cron job job a again', ['cron', 'enable', 'a'], ['cron', 'disable', 'a']],
      ['enable-cron-b', 'Enable the cron job job b again', ['cron', 'enable', 'b'], ['cron', 'disable', 'b']],
    ]);
  });

  it('are left to the person where the gateway does not run, and where their schedule is wrong', async () => {
    const stopped = await found([off('a', 'consecutive-failures')], false);
    expect(stopped.findings.map(({ repairs }) => repairs)).toEqual([undefined]);
    const wrong = await found([off('a', 'consecutive-failures'), off('s', 'schedule-errors')], true);
    expect(wrong.findings.map(({ says, repairs }) => [/: (job \w)/.exec(says)?.[1], repairs?.length])).toEqual([
      ['job a', 1],
      ['job s', undefined],
    ]);
    expect(wrong.findings[1]?.why).toContain('Correct the schedule first');
  });
});
