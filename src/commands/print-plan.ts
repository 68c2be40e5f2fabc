import type { Beside } from '../doctor/beside.ts';
import type { Change, Plan } from '../engine/types.ts';
import type { UndoView } from '../history/types.ts';
import type { Answers, PlanWarning } from '../methods/types.ts';
import type { PlanPreview } from '../plan/index.ts';
import { rowsText } from '../system/printable.ts';
import { hanging, tilde } from '../text.ts';
import { plan as words } from './words/runs.ts';

/**
 * A plan as text: numbered steps, their reasons, and per file a masked diff, then what is doubtful about it. Ends with a
 * line break. `columns`: where its sentences are broken.
 */
export function planText(
  preview: PlanPreview,
  home: string,
  { warnings = [], beside }: { readonly warnings?: readonly PlanWarning[]; readonly beside?: Beside | undefined } = {},
  columns = Number.POSITIVE_INFINITY,
): string {
  const left = beside === undefined || beside.fixes.length > 0 ? [] : [words.leftInTheWay, ...wrongIn(beside, home)];
  return stepsText(preview, home, beside, columns) + warnings.map(warningText).join('') + rowsText(left);
}

/** What a first set-up finds in the way, one line each. */
export const wrongIn = ({ findings }: Beside, home: string): readonly string[] =>
  findings.map(({ verdict, says }) => `  ${verdict === 'error' ? '✘' : '!'} ${says.replaceAll(`${home}/`, '~/')}`);

function warningText({ says, next }: PlanWarning): string {
  return rowsText([`! ${says}`, ...(next === undefined ? [] : [`    ${next}`])]);
}

function stepsText(preview: PlanPreview, home: string, beside: Beside | undefined, columns: number): string {
  if (preview.steps.length === 0) return `${words.nothing}\n`;
  const changed = new Set(
    preview.steps.flatMap((step) => step.changes.flatMap((one) => ('file' in one ? one.file : []))),
  );
  const prose = (text: string) => hanging(text, columns, 5);
  const lines = [...hanging(words.steps(preview.steps.length, changed.size), columns, 0), ''];
  const fixes = new Set(beside?.steps);
  preview.steps.forEach((step, index) => {
    const isFix = fixes.has(step.action.id);
    const before = preview.steps[index - 1];
    if (beside !== undefined && step.action.id === beside.steps[0])
      lines.push(words.fixes, ...wrongIn(beside, home), '');
    else if (!isFix && before !== undefined && fixes.has(before.action.id)) lines.push(words.setUp, '');
    lines.push(...prose(`${String(index + 1).padStart(3)}  ${step.forward.headline}`));
    if (step.takesBack !== undefined) lines.push(`     ${words.removed(step.takesBack)}`);
    else if (step.forward.because !== undefined) lines.push(...prose(`     ${step.forward.because}`));
    for (const change of step.changes) {
      if ('outside' in change) {
        lines.push(`     ${change.outside}`);
        continue;
      }
      // One by one: a million arguments are more than a call takes.
      for (const line of fileLines(change, home, '     ')) lines.push(line);
    }
    lines.push(...prose(`     ${words.undo(step.backward.headline)}`), '');
  });
  return rowsText(lines);
}

/** What taking runs back does: its steps, then per file a masked diff. Ends with a line break. */
export function goingText({ steps, changes }: UndoView, home: string): string {
  const lines = [words.toUndo(steps.length)];
  for (const { words, changes } of steps) {
    lines.push(`  ${words.headline}`);
    for (const change of changes) if ('outside' in change) lines.push(`      ${change.outside}`);
  }
  for (const change of changes) {
    if ('file' in change) for (const line of ['', ...fileLines(change, home, '')]) lines.push(line);
  }
  return rowsText(lines);
}

function fileLines({ file, added, removed, patch }: Extract<Change, { file: string }>, home: string, indent: string) {
  const rows = patch.split('\n').filter(Boolean);
  return [`${indent}${tilde(file, home)}  +${added} -${removed}`, ...rows.map((row) => `${indent}  ${row}`)];
}

interface Planned {
  readonly plan: Plan;
  readonly preview: PlanPreview;
  readonly answers: Answers;
  readonly warnings?: readonly PlanWarning[];
  readonly beside?: Beside;
}

/** The same for `--json`. */
export function planJson({ plan, preview, answers, warnings, beside }: Planned): object {
  return {
    answers,
    warnings,
    fixes: beside?.findings.map(({ id, says }) => ({ id, says, left: !beside.fixes.includes(id) })),
    steps: preview.steps.map(({ action, forward, backward, changes, takesBack }) => ({
      id: action.id,
      kind: action.kind,
      forward,
      backward,
      changes,
      takesBack,
      touches: action.touches,
    })),
    files: preview.files,
    plan,
  };
}
