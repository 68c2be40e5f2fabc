import { describe, expect, it } from 'vitest';
import { checks } from '../../../src/doctor/index.ts';
import { covers, judgeWith } from '../../../src/doctor/judge.ts';
import { type Check, error, info, warning } from '../../../src/doctor/types.ts';
import type { FactName } from '../../../src/facts/types.ts';
import { unknown } from '../../../src/system/fact.ts';
import { cannedFacts, NOW } from '../../support/canned-facts.ts';

const found = (id: Check['id'], more: Partial<Parameters<typeof error<string, FactName>>[2]> = {}): Check =>
  error<string, FactName>(id, id, {
    needs: [],
    detect: () => ['seen'],
    explain: () => ({ says: `${id} is wrong.` }),
    next: () => 'fix it',
    ...more,
  });

const judged = (...list: Check[]) => {
  const { findings, notMade } = judgeWith(list, cannedFacts({ cron: unknown('timed out', 'no answer') }), NOW);
  return { ids: findings.map(({ id }) => id), notMade };
};

describe('the judge', () => {
  it('makes one finding of each piece of evidence, with its words and what is next', () => {
    const agents = found('a.b', {
      detect: () => ['main', 'lite'],
      explain: (agent) => ({ says: `${agent} is wrong.`, why: 'So it is.' }),
      next: (agent) => `fix ${agent}`,
    });
    expect(judgeWith([agents], cannedFacts(), NOW).findings).toEqual(
      ['main', 'lite'].map((agent) => ({
        id: 'a.b',
        code: 'a-b',
        verdict: 'error',
        says: `${agent} is wrong.`,
        why: 'So it is.',
        next: `fix ${agent}`,
      })),
    );
  });

  it('skips a check whose facts are not known, and says why', () => {
    const never = () => {
      throw new Error('was asked');
    };
    expect(judged(found('a.b', { needs: ['config', 'cron'], detect: never }), found('c.d'))).toEqual({
      ids: ['c.d'],
      notMade: [{ id: 'a.b', verdict: 'skipped', why: 'cron unknown: no answer' }],
    });
  });

  it.each(['detect', 'explain', 'next'] as const)('goes on where the %s of a check throws', (part) => {
    const broken = found('a.b', {
      [part]: () => {
        throw new Error('oops');
      },
    });
    const { ids, notMade } = judged(broken, found('c.d'));
    expect(ids).toEqual(['c.d']);
    expect(notMade).toEqual([{ id: 'a.b', verdict: 'crashed', why: 'oops' }]);
  });

  it('says a cause and not its effects, wherever each stands in the list', () => {
    const effect = found('a.effect');
    const cause = found('b.cause', { explains: ['a.effect', 'c.*'] });
    const family = [found('c.one'), found('c.two')];
    expect(judged(effect, cause, ...family, found('cc.one')).ids).toEqual(['b.cause', 'cc.one']);
    const absent = found('b.cause', { explains: ['a.effect'], detect: () => null });
    expect(judged(effect, absent).ids).toEqual(['a.effect']);
  });

  it('says a cause that explains its own family', () => {
    expect(judged(found('a.cause', { explains: ['a.*'] }), found('a.effect')).ids).toEqual(['a.cause']);
  });
});

describe('the type of a check', () => {
  const what = { needs: ['config'], detect: () => ['seen'], explain: () => ({ says: 'It is wrong.' }) } as const;

  it('asks an error and a warning for a way on, and a check for the facts that it reads', () => {
    // @ts-expect-error no fix and no next command
    expect(error('a.b', 'a', what).severity).toBe('error');
    // @ts-expect-error no fix and no next command
    expect(warning('a.b', 'a', what).severity).toBe('warning');
    expect(info('a.b', 'a', what).severity).toBe('info');
    // @ts-expect-error the gateway is not among what it needs
    expect(info('a.b', 'a', { ...what, detect: ({ gateway }) => [gateway] }).needs).toEqual(['config']);
  });
});

describe('the list of checks', () => {
  it('has ids of a family and a name, each once', () => {
    const ids = checks.map(({ id }) => id);
    expect(ids.filter((id) => !/^[a-z-]+\.[a-z0-9-]+$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('explains checks that there are, and never each other', () => {
    const patterns = checks.flatMap(({ explains = [] }) => explains);
    expect(patterns.filter((pattern) => !checks.some(({ id }) => covers(id)(pattern)))).toEqual([]);
    const explained = (cause: Check) => checks.filter(({ id }) => id !== cause.id && cause.explains?.some(covers(id)));
    const circles = checks.filter((one) => explained(one).some((effect) => explained(effect).includes(one)));
    expect(circles.map(({ id }) => id)).toEqual([]);
  });

  it('crashes on no machine that is missing something', () => {
    const whole = cannedFacts();
    for (const name of Object.keys(whole)) {
      if (name === 'schema' || name === 'takenAt') continue;
      const without = { ...whole, [name]: unknown('unreadable', 'gone') };
      expect(judgeWith(checks, without, NOW).notMade.filter(({ verdict }) => verdict === 'crashed')).toEqual([]);
    }
  });
});
