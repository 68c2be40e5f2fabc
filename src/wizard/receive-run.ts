import type { Answer } from './events.ts';
import { runLines, undoCommand } from './report.ts';
import { isHalfDone } from './run.ts';
import { NO_HOME, type Run, type State } from './state.ts';
import { type Step, stay } from './transitions.ts';

/** A run has ended: where the person stands now, and what is said about it for good. */
export function runEnded(state: State, answer: Extract<Answer, { type: 'run ended' }>): Step {
  if (state.run === null || state.run.ended) return stay(state);
  const { receipt, problem } = answer.result;
  const since = state.run.startedAt === 0 ? answer.at : state.run.startedAt;
  const run: Run = { ...state.run, ended: true, receipt, problem, ms: answer.at - since };
  const ended: State = { ...state, run };
  const report = [...state.report, ...runLines(ended)];
  const good = problem === null && (receipt === null || receipt.outcome === 'applied');
  if (run.purpose === 'leave') {
    if (problem !== null) return stay({ ...ended, stage: 'failed', exitCode: 3 });
    return recovered(ended, 'The unfinished run was kept as it is. Nothing else was changed.');
  }
  if (run.purpose === 'recover') {
    if (!good && receipt?.outcome !== 'put back') return stay({ ...ended, stage: 'failed', exitCode: 3 });
    const finished = receipt?.outcome !== 'put back' && receipt?.purpose !== 'recover';
    const settled = finished
      ? `The unfinished run was finished. To undo: ${undoCommand(state)}`
      : 'The unfinished run was put back. Nothing else was changed.';
    return recovered({ ...ended, report }, settled);
  }
  if (run.purpose === 'undo') {
    if (!good) return stay({ ...ended, stage: 'failed', exitCode: 3 });
    const exitCode = state.exitCode === 3 ? 1 : state.exitCode;
    return stay({ ...ended, stage: 'undone', report, receipt: null, taking: null, exitCode });
  }
  if (good) {
    return stay({ ...ended, stage: 'verify', report, receipt, exitCode: 0 });
  }
  const partly = receipt?.outcome === 'partly applied';
  return stay({ ...ended, stage: 'failed', receipt: partly ? receipt : null, exitCode: exitCodeOf(run) });
}

/** Of a run that did not do what it was for. */
function exitCodeOf({ receipt, problem, stopping }: Pick<Run, 'receipt' | 'problem' | 'stopping'>): 1 | 3 | 130 {
  if (receipt?.outcome === 'partly applied' || isHalfDone({ problem })) return 3;
  return stopping ? 130 : 1;
}

/** What a crash left is settled: everything is looked at anew. */
function recovered(state: State, settled: string): Step {
  const fresh: State = { ...state, stage: 'look', leftover: null, run: null, gathered: false, settled };
  return stay(
    { ...fresh, flow: 'set up', token: null, home: NO_HOME, offer: null, exitCode: 0 },
    { do: 'look back', facts: null },
    { do: 'gather facts' },
  );
}

/** After an uninstall: what OpenClaw does now stands with it. */
export function receiveUninstallEnd(state: State, answer: Extract<Answer, { type: 'uninstall ended' }>): Step {
  if (state.run?.purpose !== 'uninstall' || state.run.ended || state.uninstalling === null) return stay(state);
  const { receipt, problem, findings, purged } = answer.result;
  const since = state.run.startedAt === 0 ? answer.at : state.run.startedAt;
  const ended: State = {
    ...state,
    run: { ...state.run, ended: true, receipt, problem, ms: answer.at - since },
    uninstalling: { ...state.uninstalling, findings, purged },
  };
  if (problem !== null || receipt?.outcome !== 'applied') {
    return stay({ ...ended, stage: 'failed', exitCode: exitCodeOf({ ...state.run, receipt, problem }) });
  }
  const broken = findings.some((finding) => finding.verdict === 'error');
  return stay({
    ...ended,
    stage: 'uninstalled',
    report: [...state.report, ...runLines(ended)],
    exitCode: broken ? 3 : 0,
  });
}
