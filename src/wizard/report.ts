import { blocker, isoDate, lookRows, plural, someOf, tilde } from './look.ts';
import { answersOf, methodOf, type ReportLine, type RunStep, type Stage, type State } from './state.ts';

const ORDER: readonly Stage[] = ['look', 'choose', 'sign in', 'role', 'models', 'review', 'apply'];

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
  const at = ORDER.indexOf(stage);
  if (at < 1 || state.stage === 'apply') return [];
  const answers = answersOf(state);
  const lines: ReportLine[] = [lookedAround(state)];
  const method = methodOf(state);
  if (at > 1 && method !== null) lines.push({ tone: 'ok', text: method.title, aside: `pays from ${method.paysFrom}` });
  if (at > 2 && state.token !== null) lines.push({ tone: 'ok', text: tokenLine(state) });
  else if (at > 2 && method?.needsToken === true)
    lines.push({ tone: 'ok', text: 'The token that OpenClaw has stored' });
  if (at > 3 && answers !== null) {
    const name = answers.role === 'agent' ? ` “${answers.newAgent}”` : '';
    lines.push({ tone: 'ok', text: `${ROLE_SAYS[answers.role]}${name}` });
  }
  if (at > 4 && answers !== null) {
    const aside = answers.fallbacks.length === 0 ? 'no fallback' : `then ${someOf(answers.fallbacks, 2)}`;
    lines.push({ tone: 'ok', text: answers.primary, aside });
  }
  return lines;
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
};

const STEP_SAYS: Partial<Record<RunStep['state'], string>> = {
  waiting: 'not done',
  failed: 'failed',
  'put back': 'put back',
  'left in place': 'left in place',
};

/** What a run is called while it goes and in the report. */
export const RUN_SAYS = {
  apply: 'Setting up',
  undo: 'Putting everything back',
  recover: 'Bringing the unfinished run to an end',
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
  if (run.copied !== null && run.purpose === 'apply') {
    lines.push({ tone: 'ok', text: `Copied ${plural(run.copied.files, 'file')} first`, time: seconds(run.copied.ms) });
  }
  for (const step of run.steps) {
    if (step.headline === '') continue;
    const says = STEP_SAYS[step.state];
    const time = says === undefined ? { time: seconds(step.ms) } : { aside: says };
    lines.push({ tone: STEP_TONE[step.state], text: step.headline, ...time });
    for (const note of step.notes) lines.push({ tone: 'plain', text: `  ${note}` });
    if (step.problem !== null) lines.push({ tone: 'plain', text: `  ${step.problem.what}` });
  }
  return lines;
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
  return state.verification.findings.flatMap((finding): ReportLine[] => [
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

/** The command that takes the newest run back. */
export const undoCommand = (state: State) =>
  state.sandbox === null ? 'clawauth-setup undo' : `clawauth-setup undo --sandbox-at ${state.sandbox}`;

/** What is said for good when the person leaves, by where they leave from. */
export function lastLines(state: State): readonly ReportLine[] {
  if (state.stage === 'done') return doneLines(state);
  if (state.stage === 'undone') return [undoneLine(state)];
  if (state.stage === 'failed') {
    const outcome = state.run?.receipt?.outcome;
    if (state.run?.purpose === 'undo') return [{ tone: 'look', text: `Not all was undone. ${undoNext(state)}` }];
    if (state.run?.purpose === 'recover') return [{ tone: 'look', text: 'The unfinished run is still there.' }];
    return outcome === 'partly applied'
      ? [{ tone: 'look', text: `Partly applied. ${undoNext(state)}` }]
      : [{ tone: 'ok', text: 'Nothing of this run is left behind.' }];
  }
  if (state.stage === 'verify' && state.receipt !== null) {
    return [{ tone: 'look', text: `Applied, not fully checked. ${undoNext(state)}` }];
  }
  return [{ tone: 'off', text: 'Nothing was changed.' }];
}

/** Claims no more than the steps did: what stayed is said in their notes. */
export function undoneLine(state: State): ReportLine {
  const stayed = state.run?.steps.some((step) => step.state === 'left in place') ?? false;
  return stayed
    ? { tone: 'look', text: 'Put back, but for what the notes above say.' }
    : { tone: 'ok', text: 'Everything is as it was before.' };
}

const undoNext = (state: State) => `To undo: ${undoCommand(state)}`;

export function doneLines(state: State): readonly ReportLine[] {
  const ends = answersOf(state)?.tokenExpires ?? null;
  const errors = state.verification.findings.some((finding) => finding.verdict === 'error');
  const lines: ReportLine[] = [];
  const files = (state.plan?.files ?? []).map((file) => tilde(file, state.facts));
  if (state.receipt === null) {
    lines.push({ tone: errors ? 'look' : 'ok', text: 'Nothing had to change: it is set up this way already.' });
  } else {
    const took = state.run === null ? '' : ` in ${seconds(state.run.ms)}`;
    lines.push({ tone: errors ? 'look' : 'ok', text: errors ? `Applied${took}, with errors above.` : `Done${took}.` });
    if (files.length > 0) lines.push({ tone: 'plain', text: `Changed: ${someOf(files, 2)}` });
    lines.push({ tone: 'plain', text: undoNext(state) });
  }
  if (ends !== null) lines.push({ tone: 'plain', text: `The token ends on ${isoDate(ends)}.` });
  return lines;
}
