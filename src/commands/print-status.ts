import type { Health } from '../doctor/health.ts';
import { EXPIRING_DAYS } from '../doctor/judge.ts';
import { onlyClaudeCode } from '../facts/claude-agents.ts';
import { FACT_NAMES } from '../facts/gather.ts';
import { defaultModel, isOwnProxy } from '../facts/own-proxy.ts';
import { dayOf, rowText, tableOf } from '../facts/table.ts';
import type { FactName, Facts } from '../facts/types.ts';
import type { Fact } from '../system/fact.ts';
import { rowsText } from '../system/printable.ts';
import { DAY_MS, tilde } from '../text.ts';
import { place as placeSays, status as words } from './words/looking.ts';

export const MARKS = { ok: '✔', look: '!', bad: '✘', off: '·', wait: '·' } as const;

/** The facts as a table for people, then what deserves a look, then the verdict. Plain text, one line per row. */
export function statusText(
  facts: Facts,
  health: Health,
  options: { readonly home: string; readonly details: boolean; readonly now: number },
): string {
  const short = (path: string) => tilde(path, options.home);
  const rows = tableOf(facts);
  const width = rows.reduce((most, { label }) => Math.max(most, label.length), 0);
  const lines = rows.flatMap((row) => {
    const line = `${MARKS[row.tone]} ${row.label.padEnd(width)}  ${rowText(row)}`;
    return options.details ? [line, ...row.of.map((name) => evidence(name, facts, width, short))] : [line];
  });
  if (options.details) {
    const shown = new Set(rows.flatMap((row) => row.of));
    const rest = FACT_NAMES.filter((name) => !shown.has(name));
    lines.push(`· ${words.also}`, ...rest.map((name) => evidence(name, facts, width, short)));
  }
  const marks = { error: '✘', warning: '!', info: '·' } as const;
  for (const level of ['error', 'warning', 'info'] as const) {
    const findings = health.findings.filter(({ verdict }) => verdict === level);
    if (findings.length > 0) lines.push('');
    for (const { says, why, at, next } of findings) {
      const place = at === undefined ? '' : placeSays(at.line, at.column);
      lines.push(`${marks[level]} ${sentences(`${says}${place}`, why).replaceAll(`${options.home}/`, '~/')}`);
      if (next) lines.push(`    ${next}`);
    }
  }
  return rowsText([...lines, '', verdict(facts, health, options.now)]);
}

/** What is wrong and what that means, in one row. */
export const sentences = (says: string, why?: string) =>
  why === undefined ? says : `${says}${/[.!?]$/.test(says) ? '' : '.'} ${why}`;

/** By which way Claude answers. */
function how(facts: Facts): string {
  if (isOwnProxy(defaultModel(facts), facts)) return words.throughProxy;
  return onlyClaudeCode(facts) ? words.runsClaudeCode : words.hasCredential;
}

function verdict(facts: Facts, health: Health, now: number): string {
  const days = health.expires === null ? null : Math.max(0, Math.floor((health.expires - now) / DAY_MS));
  const left = days === null ? '' : words.ends(dayOf(health.expires as number), days);
  switch (health.state) {
    case 'healthy':
      return words.healthy(how(facts)) + left;
    case 'expiring':
      return words.expiring(EXPIRING_DAYS) + left;
    default:
      return words.broken;
  }
}

function evidence(name: FactName, facts: Facts, width: number, short: (path: string) => string): string {
  const fact = facts[name] as Fact<unknown>;
  const indent = ' '.repeat(width + 4);
  if (!fact.known) return `${indent}${name}: ${fact.reason} (${fact.detail})`;
  const { from, because } = fact.evidence;
  return `${indent}${name}: ${short(from)}${because ? ` (${because})` : ''}`;
}
