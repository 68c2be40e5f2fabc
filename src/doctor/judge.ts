import type { FactName, Facts } from '../facts/types.ts';
import { plural } from '../text.ts';
import type { Check, Found, Judgement, Known, Limits } from './types.ts';

/** People are told this long before a token ends: making a new one takes a minute, noticing takes longer. */
export const EXPIRING_DAYS = 30;

/**
 * What the checks say of these facts. A check whose facts are not known is skipped, one that throws has crashed, and the
 * others go on; a cause swallows its effects. Pure; `now` is Unix ms.
 */
export function judgeWith(
  checks: readonly Check[],
  facts: Facts,
  now: number,
  limits: Limits = { warnDays: EXPIRING_DAYS },
): Judgement {
  const found: { readonly check: Check; readonly findings: readonly Found[] }[] = [];
  const notMade: Judgement['notMade'][number][] = [];
  for (const check of checks) {
    const known: Record<string, unknown> = {};
    const missing: string[] = [];
    for (const name of check.needs) {
      const fact = facts[name];
      if (fact.known) known[name] = fact.value;
      else missing.push(`${name} unknown: ${fact.detail || fact.reason}`);
    }
    if (missing[0] !== undefined) {
      notMade.push({ id: check.id, verdict: 'skipped', why: missing[0] });
      continue;
    }
    try {
      const evidence = check.detect(known as Known<FactName>, facts, now, limits) ?? [];
      found.push({ check, findings: evidence.map((one) => findingOf(check, one, facts)) });
    } catch (error) {
      notMade.push({ id: check.id, verdict: 'crashed', why: error instanceof Error ? error.message : String(error) });
    }
  }
  const seen = found.filter(({ findings }) => findings.length > 0);
  const causeOf = ({ id }: Check) =>
    seen.find(({ check }) => check.id !== id && check.explains?.some(covers(id)))?.check.id;
  const explained = seen.flatMap(({ check }) => {
    const by = causeOf(check);
    return by === undefined ? [] : [{ id: check.id, by }];
  });
  const findings = seen.flatMap((one) => (causeOf(one.check) === undefined ? one.findings : []));
  return { findings, explained, notMade };
}

/** Whether an id, or `family.*`, means the check `id`. */
export const covers = (id: string) => (pattern: string) =>
  pattern.endsWith('.*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id;

function findingOf(check: Check, evidence: unknown, facts: Facts): Found {
  const { id, severity, blocks, spoils } = check;
  const { level = severity, ...words } = check.explain(evidence, facts);
  const from = [...new Set(check.needs.flatMap((name) => sourceOf(facts[name])))];
  const repairs = check.fix?.(evidence, facts) ?? [];
  const byHand = check.next?.(evidence, facts);
  const next = repairs.length > 0 ? `clawauth-setup doctor --fix --id ${id}` : byHand;
  return {
    id,
    code: check.code ?? id.replace('.', '-'),
    verdict: level,
    ...words,
    next,
    ...(from.length > 0 && { from }),
    ...(blocks && { blocks }),
    ...(spoils && { spoils }),
    ...(repairs.length > 0 && { repairs, ...(byHand !== undefined && { byHand }) }),
  };
}

const sourceOf = (fact: Facts[FactName]): readonly string[] => (fact.known ? [fact.evidence.from] : []);

const WEIGHT = { error: 0, warning: 1, info: 2 } as const;

/** Worst first; what weighs the same stays in the order of the list. */
export function worstFirst(findings: readonly Found[]): readonly Found[] {
  return [...findings].sort((a, b) => WEIGHT[a.verdict] - WEIGHT[b.verdict]);
}

/** "2 things stand in the way, 1 can be fixed." */
export function summary(findings: readonly Found[]): string {
  const errors = findings.filter(({ verdict }) => verdict === 'error');
  const warnings = findings.filter(({ verdict }) => verdict === 'warning');
  const fixable = [...errors, ...warnings].filter(({ repairs }) => repairs !== undefined).length;
  const can = fixable === 0 ? '' : `, ${fixable} can be fixed here`;
  if (errors.length > 0) {
    const stand = `${plural(errors.length, 'thing')} ${errors.length === 1 ? 'stands' : 'stand'} in the way`;
    return `${stand}${warnings.length > 0 ? ` and ${warnings.length} more deserve${warnings.length === 1 ? 's' : ''} a look` : ''}${can}.`;
  }
  if (warnings.length > 0)
    return `Nothing stands in the way; ${plural(warnings.length, 'thing')} ${warnings.length === 1 ? 'deserves' : 'deserve'} a look${can}.`;
  return 'No problems found.';
}

/** How an attempt to fix some findings turned out. */
export interface Outcome {
  /** Ids that are gone. */
  readonly fixed: readonly string[];
  readonly left: readonly Found[];
  /** Errors and warnings that were not there before. */
  readonly fresh: readonly Found[];
}

/** Compares findings by id. `known`: everything found before the fix, with what a cause explained. */
export function outcomeOf(
  ids: readonly string[],
  known: Pick<Judgement, 'findings' | 'explained'>,
  now: readonly Found[],
): Outcome {
  const before = new Set([...known.findings, ...known.explained].map(({ id }) => id));
  const left = now.filter(({ id }) => ids.includes(id));
  return {
    fixed: ids.filter((id) => !left.some((found) => found.id === id)),
    left,
    fresh: now.filter(({ id, verdict }) => verdict !== 'info' && !before.has(id)),
  };
}

/** Whether fixing this asks the person to sign in to Claude Code. */
export const needsLogin = ({ repairs = [] }: Found): boolean => repairs.some(({ kind }) => kind === 'claude-login');

/** Whether fixing this asks for a new token. */
export const needsToken = ({ repairs = [] }: Found): boolean => repairs.some(({ kind }) => kind === 'token');
