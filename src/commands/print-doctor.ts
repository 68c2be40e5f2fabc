import { needsLogin, needsToken, summary } from '../doctor/judge.ts';
import { repairSays } from '../doctor/repairs.ts';
import type { Found, Judgement } from '../doctor/types.ts';
import type { AgentAnswer } from '../doctor/who-answers.ts';
import type { Facts } from '../facts/types.ts';
import type { CheckFinding } from '../methods/types.ts';
import { pasteable } from '../system/pasteable.ts';
import { rowsText } from '../system/printable.ts';
import type { ExitCode } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { tilde } from '../text.ts';
import { place as placeSays, doctor as words } from './words/looking.ts';

/** What the doctor saw, worst first. */
export interface Seen extends Judgement {
  readonly facts: Facts;
  /** Everything found, including what was not asked for. */
  readonly judged: Judgement;
  readonly answers: readonly AgentAnswer[];
  /** What one real question to Claude brought, where that was asked for. */
  readonly asked: readonly CheckFinding[];
}

const MARKS = { error: '✘', warning: '!', info: '·' } as const;

/** What is wrong, how that is known, why it matters, and the way on; then who answers. Ends with a line break. */
export function doctorText(seen: Seen, world: World): string {
  const { findings, answers, asked, notMade } = seen;
  const home = (text: string) => text.replaceAll(`${world.home}/`, '~/');
  const lines = [summary(findings)];
  for (const found of findings) lines.push('', ...findingLines(found, world).map(home));
  if (answers.length > 0) lines.push('', words.answers);
  for (const { agent, says, others } of answers) {
    lines.push(`  ${agent}: ${home(says)}`, ...others.map((other) => `      ${home(other)}`));
  }
  if (asked.length > 0)
    lines.push('', words.asked, ...asked.map(({ verdict, says }) => `  ${ASKED[verdict]} ${home(says)}`));
  // Each reason once: one silent program leaves many questions open.
  const reasons = new Map<string, string[]>();
  for (const { id, why } of notMade) reasons.set(why, [...(reasons.get(why) ?? []), id]);
  if (reasons.size > 0) lines.push('', words.notChecked);
  for (const [why, ids] of reasons)
    lines.push(`  ${ids.slice(0, 4).join(', ')}${ids.length > 4 ? words.andMore(ids.length - 4) : ''}: ${home(why)}`);
  const fixable = findings.filter(({ repairs, verdict }) => repairs !== undefined && verdict !== 'info');
  if (fixable.length > 1) lines.push('', words.fixAll(pasteable('clawauth-setup doctor --fix', world)));
  return rowsText(lines);
}

const ASKED: Readonly<Record<CheckFinding['verdict'], string>> = {
  ...MARKS,
  ok: '✔',
  skipped: '·',
  crashed: '!',
  'timed out': '!',
};

/** What is wrong, in a few rows: what, why, where it was seen, and the way on. */
export function findingLines(found: Found, world: World): string[] {
  const { id, verdict, says, why, at, next, from = [], repairs, byHand } = found;
  const place = at === undefined ? '' : placeSays(at.line, at.column);
  const sources = from.slice(0, 3).map((source) => tilde(source, world.home));
  return [
    `${MARKS[verdict]} ${says}${place}  [${id}]`,
    ...(why === undefined ? [] : [`    ${why}`]),
    ...(sources.length === 0 ? [] : [`    ${words.seenIn(sources)}`]),
    ...(repairs ?? []).map((repair) => `    ${words.fix(repairSays(repair))}`),
    ...(next === undefined
      ? []
      : [
          `    ${repairs === undefined ? words.next : needsToken(found) ? words.fixWithToken : needsLogin(found) ? words.fixWithLogin : words.fixIt}:  ${pasteable(next, world)}`,
        ]),
    ...(byHand === undefined
      ? []
      : [`    ${byHand.startsWith('clawauth-setup') ? words.or : words.byHand}:  ${pasteable(byHand, world)}`]),
  ];
}

/** The one object of `--json`. With `--fix`: whether anything was changed, or would be, and how it went. */
export function doctorJson(
  seen: Seen,
  exitCode: ExitCode,
  world: World,
  { changed, fix }: { readonly changed: boolean; readonly fix?: object } = { changed: false },
): object {
  const { findings, explained, notMade, answers, asked } = seen;
  return {
    schema: 1,
    command: 'doctor',
    ok: exitCode === 0,
    exitCode,
    changed,
    says: summary(findings),
    findings: findings.map(({ id, code, verdict, says, why, at, next, from, repairs, byHand }) => ({
      ...{ id, code, level: verdict, says, why, at, from },
      next: next === undefined ? undefined : pasteable(next, world),
      fix: repairs !== undefined,
      fixSays: repairs?.map(repairSays),
      byHand: byHand === undefined ? undefined : pasteable(byHand, world),
      needsToken: repairs?.some(({ kind }) => kind === 'token') ?? false,
      needsLogin: repairs?.some(({ kind }) => kind === 'claude-login') ?? false,
    })),
    explained,
    notMade,
    answers,
    ...(asked.length === 0 ? {} : { asked }),
    ...(fix === undefined ? {} : { fix }),
  };
}

interface CheckRow {
  readonly id: string;
  readonly level: string;
  readonly title: string;
  readonly fix: boolean;
  readonly explains: readonly string[];
}

/** Every check in a row of its own. */
export function explainText(rows: readonly CheckRow[]): string {
  const width = Math.max(...rows.map(({ id }) => id.length));
  const lines = rows.flatMap(({ id, level, title, fix, explains }) => [
    `${id.padEnd(width)}  ${level.padEnd(7)}  ${title}${fix ? `  ${words.canBeFixed}` : ''}`,
    ...(rows.length > 1 || explains.length === 0 ? [] : [`  ${words.explains(explains)}`]),
  ]);
  return rowsText(lines);
}
