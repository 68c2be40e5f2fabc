import type { Receipt, RunEvent } from '../engine/types.ts';
import { checkOutcomeOf } from '../methods/check-outcome.ts';
import type { Report, Verdict } from '../methods/types.ts';
import { type Place, pasteable } from '../system/pasteable.ts';
import { printableRow, rowsText } from '../system/printable.ts';
import { events, outcome as says } from './words/runs.ts';

/** One line of progress for an event of the engine; null for one that says nothing new. */
export function eventText(event: RunEvent): string | null {
  switch (event.type) {
    case 'checkpoint':
      return event.files === 0 ? null : `  ✔ ${events.copied(event.files)}  ${seconds(event.ms)}`;
    case 'step':
      return `  ${event.index + 1}/${event.total} ${printableRow(event.words.headline)} …`;
    case 'note':
      return `      ${printableRow(event.text)}`;
    case 'step done':
      return event.byHand ? `  ▲ ${events.seeAbove}` : `  ✔ ${events.done}  ${seconds(event.ms)}`;
    case 'proving':
      return `  ${event.says} …`;
    case 'proved':
      return null;
    case 'step failed':
      return [
        `  ✘ ${printableRow(event.problem.what)}`,
        ...(event.problem.why === undefined ? [] : [`    ${event.problem.why.replaceAll('\n', '\n    ')}`]),
        ...(event.problem.next === undefined ? [] : [`    ${events.next(event.problem.next)}`]),
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
  if (byHand) return `▲ ${events.notDone}`;
  if (state === 'ours removed') return `✔ ${events.oursUndone}`;
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
    applied: receipt.purpose === 'undo' ? says.undone : appliedText(place, report),
    'put back': receipt.cancelled ? says.stoppedAndBack : says.failedAndBack,
    'partly applied': receipt.purpose === 'undo' ? says.partlyUndone : says.partly,
    'in progress': says.interrupted,
  };
  const back = receipt.outcome === 'put back' ? '' : `  ${says.undo(undoCommand(receipt, place))}`;
  const on = next ? `\n  ${events.next(pasteable(next, place))}` : back;
  const works = report !== undefined && checkOutcomeOf(report.findings).is === 'works';
  const asksClaude = report?.findings.some(({ check }) => check === 'answer') ?? false;
  return `${words[receipt.outcome]}${on}\n${works && !asksClaude ? `${says.claudeNotAsked}\n` : ''}`;
}

function appliedText(place: Place, report: Report | undefined): string {
  if (report === undefined) return `${says.notChecked(pasteable('clawauth-setup status --check', place))}\n`;
  const outcome = checkOutcomeOf(report.findings);
  switch (outcome.is) {
    case 'fails':
      return says.fails;
    case 'unsure':
      return says.unsure;
    case 'waits':
      return `${says.waits(outcome.todo.next ?? outcome.todo.says)}\n`;
    case 'works':
      return says.done;
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
    ...(finding.next === undefined ? [] : [`      ${events.next(finding.next)}`]),
  ]);
  return rowsText([says.works, ...lines]);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
