import type { Plan } from '../engine/types.ts';
import type { Answers, PlanWarning } from '../methods/types.ts';
import type { PlanPreview } from '../plan/index.ts';
import { rowsText } from '../system/printable.ts';

/**
 * A plan as text: numbered steps, their reasons, and per file a masked diff, then what is doubtful about it. Ends with a
 * line break.
 */
export function planText(preview: PlanPreview, home: string, warnings: readonly PlanWarning[] = []): string {
  return stepsText(preview, home) + warnings.map(warningText).join('');
}

function warningText({ says, next }: PlanWarning): string {
  return rowsText([`! ${says}`, ...(next === undefined ? [] : [`    ${next}`])]);
}

function stepsText(preview: PlanPreview, home: string): string {
  if (preview.steps.length === 0) return 'Nothing to do: everything is set up this way already.\n';
  const changed = new Set(
    preview.steps.flatMap((step) => step.changes.flatMap((one) => ('file' in one ? one.file : []))),
  );
  const lines = [
    `${count(preview.steps.length, 'step')}, ${count(changed.size, 'file')} edited by us. A copy of everything a step may touch is kept first.`,
    '',
  ];
  preview.steps.forEach((step, index) => {
    lines.push(`${String(index + 1).padStart(3)}  ${step.forward.headline}`);
    if (step.takesBack !== undefined) lines.push(`     This goes: the run ${step.takesBack} brought it.`);
    else if (step.forward.because !== undefined) lines.push(`     ${step.forward.because}`);
    for (const change of step.changes) {
      if ('outside' in change) {
        lines.push(`     ${change.outside}`);
        continue;
      }
      lines.push(`     ${short(change.file, home)}  +${change.added} -${change.removed}`);
      lines.push(
        ...change.patch
          .split('\n')
          .filter(Boolean)
          .map((line) => `       ${line}`),
      );
    }
    lines.push(`     Undo: ${step.backward.headline}`, '');
  });
  return rowsText(lines);
}

interface Planned {
  readonly plan: Plan;
  readonly preview: PlanPreview;
  readonly answers: Answers;
  readonly warnings?: readonly PlanWarning[];
}

/** The same for `--json`. */
export function planJson({ plan, preview, answers, warnings }: Planned): object {
  return {
    answers,
    warnings,
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

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

export function short(path: string, home: string): string {
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
