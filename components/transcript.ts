import type { CheckFinding } from '../src/methods/types.ts';
import { pasteable } from '../src/system/pasteable.ts';
import { groupSteps } from './kit/groups.ts';
import { seconds } from './kit/text.ts';
import { placeOf, type ReportLine, type RunStep, type State } from './state.ts';
import { verify, run as words } from './words/runs.ts';

const STEP_TONE: Record<RunStep['state'], ReportLine['tone']> = {
  waiting: 'off',
  running: 'look',
  done: 'ok',
  failed: 'bad',
  'putting back': 'look',
  'put back': 'ok',
  'left in place': 'look',
  'by hand': 'look',
};

const STEP_SAYS: Partial<Record<RunStep['state'], string>> = {
  waiting: words.notDone,
  failed: words.failed,
  'put back': words.putBack,
  'left in place': words.leftInPlace,
  'by hand': words.byHand,
};

/** A finished run as final lines. */
export function runLines(state: State): readonly ReportLine[] {
  const run = state.run;
  if (run === null) return [];
  const lines: ReportLine[] = [];
  if (run.purpose !== 'apply') {
    if (state.report.length > 0) lines.push({ tone: 'plain', text: '' });
    lines.push({ tone: 'head', text: words[run.purpose] });
  }
  if (run.copied !== null && run.copied.files > 0 && run.purpose === 'apply') {
    lines.push({ tone: 'ok', text: words.copied(run.copied.files), time: seconds(run.copied.ms) });
  }
  for (const step of groupedSteps(run.steps)) {
    const says = STEP_SAYS[step.state];
    const time = says === undefined ? { time: seconds(step.ms) } : { aside: says };
    lines.push({ tone: STEP_TONE[step.state], text: step.headline, ...time });
    for (const note of step.notes) lines.push({ tone: 'plain', text: `  ${note}` });
    if (step.problem !== null) lines.push({ tone: 'plain', text: `  ${step.problem.what}` });
  }
  return lines;
}

/** Many like steps that went well are one line. */
function groupedSteps(steps: readonly RunStep[]): readonly RunStep[] {
  const named = steps.filter((step) => step.headline !== '');
  return groupSteps(named).flatMap(({ from, count, headline }) => {
    const inside = named.slice(from, from + count);
    const [first] = inside;
    const good = inside.every((step) => step.state === 'done' && step.notes.length === 0);
    if (count === 1 || first === undefined || !good) return inside;
    const ms = inside.reduce((sum, step) => sum + step.ms, 0);
    return [{ ...first, headline, ms }];
  });
}

export const VERDICT_TONE: Record<CheckFinding['verdict'], ReportLine['tone']> = {
  ok: 'ok',
  info: 'plain',
  warning: 'look',
  error: 'bad',
  skipped: 'off',
  crashed: 'look',
  'timed out': 'look',
};

/** The one thing that is still to do after a run, worst first; null where all works. */
export function stepLeft({ verification: { findings } }: State): CheckFinding | null {
  const first = (...verdicts: CheckFinding['verdict'][]) => findings.find(({ verdict }) => verdicts.includes(verdict));
  const waits = findings.find((finding) => finding.waits);
  return first('error') ?? waits ?? first('crashed', 'timed out') ?? null;
}

/** The findings as a chapter of the transcript, but for the one that the end tells. */
export function checkedLines({ verification }: State, told: CheckFinding | null = null): readonly ReportLine[] {
  const lines = findingLines(verification.findings.filter((finding) => finding !== told));
  if (lines.length === 0) return [];
  return [{ tone: 'plain', text: '' }, { tone: 'head', text: verify.title }, ...lines];
}

export function findingLines(findings: readonly CheckFinding[]): readonly ReportLine[] {
  return findings.flatMap(({ verdict, says, next }): ReportLine[] => [
    {
      tone: VERDICT_TONE[verdict],
      text: says,
      ...(verdict === 'skipped' || verdict === 'crashed' || verdict === 'timed out' ? { aside: verdict } : {}),
    },
    ...(next === undefined ? [] : [{ tone: 'plain' as const, text: words.next(next) }]),
  ]);
}

/** A command of ours that goes on with what was written down here: the same in every OpenClaw, but for a sandbox. */
export const ourCommand = (name: 'undo' | 'recover' | 'uninstall', state: State) =>
  pasteable(`clawauth-setup ${name}`, placeOf(state));

/** The command that takes the newest run back. */
export const undoCommand = (state: State) => ourCommand('undo', state);
export const undoNext = (state: State) => words.toUndo(undoCommand(state));
