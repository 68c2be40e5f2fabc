import { type CheckOutcome, checkOutcomeOf } from '../methods/check-outcome.ts';
import { isoDate, plural, shellQuote, someOf } from '../text.ts';
import { groupSteps } from './groups.ts';
import { inForceLine } from './home.ts';
import { blocker, lookRows, tilde } from './look.ts';
import { answered } from './paths.ts';
import { endsLeftover, isHalfDone } from './run.ts';
import type { FindingView } from './services.ts';
import { answersOf, methodOf, type ReportLine, type RunStep, type Stage, type State } from './state.ts';

/** `0.1 s`, `12 s`, `3 min 20 s` */
export function seconds(ms: number): string {
  const s = ms / 1000;
  if (s < 9.95) return `${s.toFixed(1)} s`;
  if (s < 90) return `${Math.round(s)} s`;
  return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

const ROLE_SAYS = {
  everything: 'Claude for everything',
  fallback: 'Claude as fallback',
  agent: 'Claude in its own agent',
};

/**
 * The answered steps before `stage`, one line each. They stand above the question while the person may still go back,
 * and are printed for good when applying starts.
 */
export function trail(state: State, stage: Stage = state.stage): readonly ReportLine[] {
  if (state.stage === 'apply' || (stage === 'drift' && state.flow !== 'put back')) return [];
  return answered(state, stage).flatMap((one) => answerLine(state, one) ?? []);
}

/** What was answered on one screen. */
function answerLine(state: State, stage: Stage): ReportLine | null {
  const answers = answersOf(state);
  const method = methodOf(state);
  switch (stage) {
    case 'look':
      return lookedAround(state);
    case 'home':
      return state.home.is === null ? null : inForceLine(state.home.is);
    case 'choose':
      return method === null ? null : { tone: 'ok', text: method.title, aside: `pays from ${method.paysFrom}` };
    case 'sign in':
      if (state.token !== null) return { tone: 'ok', text: tokenLine(state) };
      return method?.needsToken === true ? { tone: 'ok', text: 'The token that OpenClaw has stored' } : null;
    case 'drift':
      return { tone: 'ok', text: `Put back: ${plural(state.home.putBack.length, 'change')} of yours` };
    case 'role': {
      if (answers === null) return null;
      const name = answers.role === 'agent' ? ` “${answers.newAgent}”` : '';
      return { tone: 'ok', text: `${ROLE_SAYS[answers.role]}${name}` };
    }
    case 'models': {
      if (answers === null) return null;
      const aside = answers.fallbacks.length === 0 ? 'no fallback' : `then ${someOf(answers.fallbacks, 2)}`;
      return { tone: 'ok', text: answers.primary, aside };
    }
    default:
      return null;
  }
}

function lookedAround(state: State): ReportLine {
  const { release, gateway, claudeSignIn, config } = state.facts;
  const parts = [
    release.known ? `OpenClaw ${release.value.version}` : 'OpenClaw',
    gateway.known ? `gateway ${gateway.value.running ? 'running' : 'not running'}` : '',
    claudeSignIn.known && claudeSignIn.value.loggedIn ? 'Claude Code signed in' : '',
    config.known ? plural(Math.max(1, config.value.agents.length), 'agent') : '',
  ];
  const worst = lookRows(state.facts).some((row) => row.tone === 'bad') || blocker(state.facts) !== null;
  return { tone: worst ? 'look' : 'ok', text: parts.filter(Boolean).join(' · ') };
}

/** `Token sk-ant-oat01-…k9Qw · 108 characters · until 2027-11-20`; never more of it than the mask. */
export function tokenLine(state: State): string {
  if (state.token === null) return '';
  const { secret } = state.token;
  const ends = answersOf(state)?.tokenExpires ?? state.token.expires;
  const until = ends === null ? 'end not known' : `until ${isoDate(ends)}`;
  return `Token ${secret.toString()} · ${secret.length} characters · ${until}`;
}

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
  waiting: 'not done',
  failed: 'failed',
  'put back': 'put back',
  'left in place': 'left in place',
  'by hand': 'to do by hand',
};

/** What a run is called while it goes and in the report. */
export const RUN_SAYS = {
  apply: 'Setting up',
  undo: 'Putting everything back',
  recover: 'Bringing the unfinished run to an end',
  leave: 'Keeping the unfinished run as it is',
  uninstall: 'Taking everything away',
} as const;

/** A finished run as final lines. */
export function runLines(state: State): readonly ReportLine[] {
  const run = state.run;
  if (run === null) return [];
  const lines: ReportLine[] = [];
  if (run.purpose !== 'apply') {
    if (state.report.length > 0) lines.push({ tone: 'plain', text: '' });
    lines.push({ tone: 'head', text: RUN_SAYS[run.purpose] });
  }
  if (run.copied !== null && run.copied.files > 0 && run.purpose === 'apply') {
    lines.push({ tone: 'ok', text: `Copied ${plural(run.copied.files, 'file')} first`, time: seconds(run.copied.ms) });
  }
  for (const step of folded(run.steps, state)) {
    const says = STEP_SAYS[step.state];
    const time = says === undefined ? { time: seconds(step.ms) } : { aside: says };
    lines.push({ tone: STEP_TONE[step.state], text: step.headline, ...time });
    for (const note of step.notes) lines.push({ tone: 'plain', text: `  ${note}` });
    if (step.problem !== null) lines.push({ tone: 'plain', text: `  ${step.problem.what}` });
  }
  return lines;
}

/** Many like steps that went well are one line. */
function folded(steps: readonly RunStep[], state: State): readonly RunStep[] {
  const kinds = state.run?.purpose === 'apply' ? (state.plan?.plan.actions.map((action) => action.kind) ?? []) : [];
  const named = steps.filter((step) => step.headline !== '');
  return groupSteps(
    kinds,
    named.map((step) => step.headline),
  ).flatMap((group) => {
    const inside = named.slice(group.from, group.from + group.count);
    const [first] = inside;
    const good = inside.every((step) => step.state === 'done' && step.notes.length === 0);
    if (group.count === 1 || first === undefined || !good) return inside;
    const ms = inside.reduce((sum, step) => sum + step.ms, 0);
    return [{ ...first, headline: `${group.headline} (${group.count})`, ms }];
  });
}

const VERDICT_TONE = {
  ok: 'ok',
  info: 'plain',
  warning: 'look',
  error: 'bad',
  skipped: 'off',
  crashed: 'look',
  'timed out': 'look',
} as const;

export const verdictTone = (verdict: keyof typeof VERDICT_TONE): ReportLine['tone'] => VERDICT_TONE[verdict];

/** The findings as a chapter of the report. */
export function checkedLines(state: State): readonly ReportLine[] {
  const lines = findingLines(state);
  if (lines.length === 0) return [];
  return [{ tone: 'plain', text: '' }, { tone: 'head', text: 'Does it work?' }, ...lines];
}

export function findingLines(state: State): readonly ReportLine[] {
  return linesOf(state.verification.findings);
}

export function linesOf(findings: readonly FindingView[]): readonly ReportLine[] {
  return findings.flatMap((finding): ReportLine[] => [
    {
      tone: verdictTone(finding.verdict),
      text: finding.says,
      ...(finding.verdict === 'skipped' || finding.verdict === 'crashed' || finding.verdict === 'timed out'
        ? { aside: finding.verdict }
        : {}),
    },
    ...(finding.next === undefined ? [] : [{ tone: 'plain' as const, text: `  next: ${finding.next}` }]),
  ]);
}

/** A command of ours that goes on with what was written down here: the same in every OpenClaw, but for a sandbox. */
export const ourCommand = (name: 'undo' | 'recover', { sandbox }: State) =>
  `clawauth-setup ${name}${sandbox === null ? '' : ` --sandbox-at ${shellQuote(sandbox)}`}`;

/** The command that takes the newest run back. */
export const undoCommand = (state: State) => ourCommand('undo', state);

/** What is said for good when the person leaves, by where they leave from. */
export function lastLines(state: State): readonly ReportLine[] {
  if (state.stage === 'done') return doneLines(state);
  if (state.stage === 'undone') return [undoneLine(state)];
  if (state.stage === 'uninstalled') return uninstalledLines(state);
  if (state.stage === 'failed') {
    const outcome = state.run?.receipt?.outcome;
    if (isHalfDone(state.run))
      return [
        { tone: 'bad', text: `Stopped in the middle; nothing was put back. Next: ${ourCommand('recover', state)}` },
      ];
    if (state.run?.purpose === 'uninstall')
      return [{ tone: 'look', text: 'Not all was taken away. Run clawauth-setup again to go on.' }];
    if (state.run?.purpose === 'undo') return [{ tone: 'look', text: `Not all was undone. ${undoNext(state)}` }];
    if (endsLeftover(state.run)) return [{ tone: 'look', text: 'The unfinished run is still there.' }];
    return outcome === 'partly applied'
      ? [{ tone: 'look', text: `Partly applied. ${undoNext(state)}` }]
      : [{ tone: 'ok', text: 'Nothing of this run is left behind.' }];
  }
  if (state.stage === 'verify' && state.receipt !== null) {
    return [{ tone: 'look', text: `Applied, not fully checked. ${undoNext(state)}` }];
  }
  if (state.settled !== null) return [{ tone: 'ok', text: state.settled }];
  return [{ tone: 'off', text: 'Nothing was changed.' }];
}

/** After an uninstall: what OpenClaw does now, what stayed, and what only the person can do. */
export function uninstalledLines(state: State): readonly ReportLine[] {
  const { view, findings, purged } = state.uninstalling ?? { view: null, findings: [], purged: false };
  const stays = view === null || purged ? [] : view.stays;
  return [
    { tone: 'ok', text: 'Everything of ours is gone.' },
    ...linesOf(findings),
    ...stays.map(
      (text): ReportLine => ({ tone: 'off', text: `Stays: ${text.charAt(0).toLowerCase()}${text.slice(1)}` }),
    ),
    ...(view?.byHand ?? []).flatMap(({ says, next }): ReportLine[] => [
      { tone: 'look', text: says },
      { tone: 'plain', text: `  next: ${next}` },
    ]),
  ];
}

/** Claims no more than the steps did: what stayed is said in their notes. */
export function undoneLine(state: State): ReportLine {
  const stayed = state.run?.steps.some((step) => step.state === 'left in place') ?? false;
  if (stayed) return { tone: 'look', text: 'Put back, but for what the notes above say.' };
  const kept = state.run?.steps.some((step) => step.kept === true) ?? false;
  return kept
    ? { tone: 'ok', text: 'Taken back. What others changed since is kept.' }
    : { tone: 'ok', text: 'Everything is as it was before.' };
}

const undoNext = (state: State) => `To undo: ${undoCommand(state)}`;

const ENDING_SAYS: Record<CheckOutcome['is'], (took: string) => string> = {
  works: (took) => `Done${took}.`,
  waits: (took) => `Set up${took}. One step is left for you, marked ! above.`,
  unsure: (took) => `Applied${took}, but not everything could be checked.`,
  fails: (took) => `Applied${took}, with errors above.`,
};

/** The title over checks that did not all go well. */
export function notYet({ verification }: State): string {
  const { is } = checkOutcomeOf(verification.findings);
  return is === 'fails' ? 'It does not work yet' : 'Not everything could be checked';
}

export function doneLines(state: State): readonly ReportLine[] {
  const ends = answersOf(state)?.tokenExpires ?? null;
  const ending = checkOutcomeOf(state.verification.findings);
  const tone = ending.is === 'works' ? 'ok' : 'look';
  const lines: ReportLine[] = [];
  const files = (state.plan?.files ?? []).map((file) => tilde(file, state.facts));
  if (state.receipt === null) {
    lines.push({ tone, text: 'Nothing had to change: it is set up this way already.' });
  } else {
    const took = state.run === null ? '' : ` in ${seconds(state.run.ms)}`;
    lines.push({ tone, text: ENDING_SAYS[ending.is](took) });
    if (files.length > 0) lines.push({ tone: 'plain', text: `Changed: ${someOf(files, 2)}` });
    lines.push({ tone: 'plain', text: undoNext(state) });
    if (ending.is === 'works' && state.verification.live === false)
      lines.push({ tone: 'plain', text: 'Claude itself was not asked.' });
  }
  if (ends !== null) lines.push({ tone: 'plain', text: `The token ends on ${isoDate(ends)}.` });
  return lines;
}
