import type { Receipt, RunEvent } from '../engine/types.ts';
import { checkOutcomeOf } from '../methods/check-outcome.ts';
import type { Report, Verdict } from '../methods/types.ts';
import { printableRow, rowsText } from '../system/printable.ts';
import { plural } from '../text.ts';
import { type Place, pasteable } from './paste.ts';

/** One line of progress for an event of the engine; null for one that says nothing new. */
export function eventText(event: RunEvent): string | null {
  switch (event.type) {
    case 'checkpoint':
      return event.files === 0 ? null : `  ✔ Copied ${plural(event.files, 'file')} first  ${seconds(event.ms)}`;
    case 'step':
      return `  ${event.index + 1}/${event.total} ${printableRow(event.words.headline)} …`;
    case 'note':
      return `      ${printableRow(event.text)}`;
    case 'step done':
      return event.byHand ? '  ▲ not done: see above' : `  ✔ done  ${seconds(event.ms)}`;
    case 'proving':
      return `  ${event.says} …`;
    case 'proved':
      return null;
    case 'step failed':
      return [
        `  ✘ ${printableRow(event.problem.what)}`,
        ...(event.problem.why === undefined ? [] : [`    ${event.problem.why.replaceAll('\n', '\n    ')}`]),
        ...(event.problem.next === undefined ? [] : [`    Next: ${event.problem.next}`]),
      ].join('\n');
    case 'reverting':
      return `  ↩ ${printableRow(event.words.headline)} …`;
    case 'reverted':
      return [
        `  ${revertedText(event.outcome)}`,
        ...event.outcome.notes.map((note) => `      ${printableRow(note)}`),
      ].join('\n');
  }
}

function revertedText({ state, byHand }: Extract<RunEvent, { type: 'reverted' }>['outcome']): string {
  if (byHand) return '▲ not done';
  if (state === 'ours removed') return '✔ undone; what others wrote stays';
  return `${state === 'left in place' ? '▲' : '✔'} ${state}`;
}

/**
 * How a run ended, for people. `report`: what the checks after it say; a set-up without one was not checked. `next`: the
 * command that goes on where an undo came to only a part.
 */
export function receiptText(
  receipt: Receipt,
  place: Place,
  { report, next }: { readonly report?: Report; readonly next?: string | null } = {},
): string {
  const words: Record<Receipt['outcome'], string> = {
    applied: receipt.purpose === 'undo' ? 'Undone.' : appliedText(place, report),
    'put back': `${receipt.cancelled ? 'Stopped' : 'It failed'}, and everything was put back as it was.`,
    'partly applied':
      receipt.purpose === 'undo'
        ? 'Not all of it could be undone. The list above says what stays.'
        : 'It failed, and a part of it stays. The list above says which.',
    'in progress': 'It was interrupted.',
  };
  const back = receipt.outcome === 'put back' ? '' : `  Undo: ${undoCommand(receipt, place)}`;
  const on = next ? `\n  Next: ${pasteable(next, place)}` : back;
  const works = report !== undefined && checkOutcomeOf(report.findings).is === 'works';
  const asksClaude = report?.findings.some(({ check }) => check === 'answer') ?? false;
  return `${words[receipt.outcome]}${on}\n${works && !asksClaude ? 'Claude itself was not asked: --live-check asks it once.\n' : ''}`;
}

function appliedText(place: Place, report: Report | undefined): string {
  if (report === undefined)
    return `Applied, not checked. Check it: ${pasteable('clawauth-setup status --check', place)}\n`;
  const outcome = checkOutcomeOf(report.findings);
  switch (outcome.is) {
    case 'fails':
      return 'Applied, but it does not work yet: see ✘ above.';
    case 'unsure':
      return 'Applied, but not everything could be checked: see ! above.';
    case 'waits':
      return `Set up. One step is left for you:  ${outcome.todo.next ?? outcome.todo.says}\n`;
    case 'works':
      return 'Done.';
  }
}

/** The command that takes this run back. */
export function undoCommand(receipt: Receipt, place: Place): string {
  return pasteable(`clawauth-setup undo ${receipt.id}`, place);
}

/** The same for `--json`. No params of steps: only what was done and how it ended. */
export function receiptJson(receipt: Receipt): object {
  const { id, purpose, undoes, undoesAll, undoneBy, outcome, title, startedAt, finishedAt } = receipt;
  const steps = receipt.steps.map(({ action, state, outcome, durationMs, notes, problem, takes }) => ({
    id: action.id,
    kind: action.kind,
    state,
    outcome: outcome?.state,
    durationMs,
    notes,
    problem,
    takes,
  }));
  return { id, purpose, undoes, undoesAll, undoneBy, outcome, title, startedAt, finishedAt, steps };
}

const GLYPHS: Record<Verdict, string> = {
  ok: '✔',
  info: '·',
  warning: '!',
  error: '✘',
  skipped: '·',
  crashed: '!',
  'timed out': '!',
};

export function reportText(report: Report): string {
  const lines = report.findings.flatMap((finding) => [
    `  ${GLYPHS[finding.verdict]} ${finding.says}`,
    ...(finding.at === undefined ? [] : [`      ${finding.at.file}:${finding.at.line}:${finding.at.column}`]),
    ...(finding.next === undefined ? [] : [`      Next: ${finding.next}`]),
  ]);
  return rowsText(['Does it work?', ...lines]);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
