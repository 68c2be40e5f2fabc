import { rowsText } from '../system/printable.ts';
import type { ExitCode, Problem } from '../system/problem.ts';
import type { CommandName } from './flags.ts';
import { events } from './words/runs.ts';

/** A problem as a person reads it: what, why, where with a caret, and the next command. Ends with a line break. */
export function problemText(problem: Problem): string {
  const { why, next, at } = problem.more;
  const lines = [`✘ ${problem.what}`];
  if (why !== undefined) lines.push(...why.split('\n').map((line) => `  ${line}`));
  if (at !== undefined) {
    lines.push(`  ${at.file}:${at.line}:${at.column}`);
    if (at.text !== undefined) {
      const number = String(at.line);
      lines.push(`  ${number} │ ${at.text}`);
      lines.push(`  ${' '.repeat(number.length)} │ ${' '.repeat(Math.max(0, at.column - 1))}^`);
    }
  }
  if (next !== undefined) lines.push(`  ${events.next(next)}`);
  lines.push(`  (${problem.code})`);
  return rowsText(lines);
}

/** A problem as the one object that `--json` prints. */
export function problemJson(problem: Problem, command: CommandName | null, exitCode: ExitCode): object {
  const { why, next, at } = problem.more;
  return {
    schema: 1,
    command,
    ok: false,
    exitCode,
    problem: { code: problem.code, what: problem.what, why, next, at },
  };
}
