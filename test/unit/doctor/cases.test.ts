import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/doctor/index.ts';
import type { Judgement } from '../../../src/doctor/types.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { unknown } from '../../../src/system/fact.ts';
import type { World } from '../../../src/system/world.ts';
import { type DoctorCase, layCase, NOW } from '../../support/doctor-home.ts';
import { healthy } from './cases/healthy.ts';

const cases: readonly DoctorCase[] = [...healthy];

/** What only OpenClaw could have told stays open: it is not run. */
async function factsOf(world: World, asks: boolean): Promise<Facts> {
  const disk = await gatherFacts(world, { slow: false });
  if (!asks) return disk;
  const asked = await gatherFacts(world, { slow: true });
  const open = unknown('waiting', 'not asked');
  const { profiles, cron, storedOrders, catalogue } = disk;
  return { ...asked, modelsStatus: open, validation: open, profiles, cron, storedOrders, catalogue };
}

async function judged(world: World, one: DoctorCase): Promise<Judgement> {
  const judgement = judge(await factsOf(world, one.asks === true), NOW);
  expect(judgement.notMade.filter(({ verdict }) => verdict === 'crashed')).toEqual([]);
  return judgement;
}

/** Ids of what is wrong, each once; that the gateway does not run is said of every case. */
const wrong = ({ findings }: Judgement) =>
  [...new Set(findings.filter(({ verdict }) => verdict !== 'info').map(({ id }) => id))]
    .filter((id) => id !== 'gateway.down')
    .sort();

describe('the doctor finds', () => {
  it.each(cases.map((one) => [`${one.title} (${one.release}): ${one.owes?.id ?? 'nothing'}`, one] as const))(
    '%s',
    async (_, one) => {
      const { world, remove } = layCase(one);
      try {
        const judgement = await judged(world, one);
        const { owes } = one;
        const owed = owes === null ? [] : [...(owes.level === 'info' ? [] : [owes.id]), ...(owes.and ?? [])];
        expect(wrong(judgement)).toEqual([...owed].sort());
        if (owes === null) return;
        const found = judgement.findings.find(({ id }) => id === owes.id);
        expect(found?.verdict).toBe(owes.level);
        expect(`${found?.says} ${found?.why ?? ''}`).toMatch(owes.says);
        if (owes.next) expect(found?.next ?? '').toMatch(owes.next);
        expect(found?.repairs !== undefined).toBe(owes.fixes === true);
      } finally {
        remove();
      }
    },
  );
});
