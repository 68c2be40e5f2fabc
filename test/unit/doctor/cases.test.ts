import { describe, expect, it } from 'vitest';
import { repairSays } from '../../../src/doctor/repairs.ts';
import { layCase } from '../../support/doctor-home.ts';
import { expectFixed, judged, wrong } from '../../support/doctor-judged.ts';
import { cases } from './cases/index.ts';

describe('the doctor finds', () => {
  it.each(cases.map((one) => [`${one.title} (${one.release}): ${one.owes?.id ?? 'nothing'}`, one] as const))(
    '%s',
    async (_, one) => {
      const { world, home, remove } = layCase(one);
      try {
        const judgement = await judged(world, one);
        const { owes } = one;
        const owed = owes === null ? [] : [...(owes.level === 'info' ? [] : [owes.id]), ...(owes.and ?? [])];
        expect(wrong(judgement)).toEqual([...owed].sort());
        if (owes === null) return;
        const found = judgement.findings.find(({ id }) => id === owes.id);
        expect(found?.verdict).toBe(owes.level);
        expect(`${found?.says} ${found?.why ?? ''}`).toMatch(owes.says);
        const ways = [found?.next, found?.byHand, ...(found?.repairs ?? []).map(repairSays)];
        if (owes.next) expect(ways.filter((way) => way && owes.next?.test(way))).not.toEqual([]);
        expect(found?.repairs !== undefined).toBe(owes.fixes === true);
        if (owes.fixes) await expectFixed(world, home, one, [owes.id]);
      } finally {
        remove();
      }
    },
  );
});
