import { EXPIRING_DAYS } from '../doctor/judge.ts';
import type { Answers, Drift, Verdict } from '../methods/types.ts';
import { isoDate, plural, someOf } from '../text.ts';
import type { Choice } from './choice.ts';
import { blocker, slowFacts } from './look.ts';
import type { FindingView, HomeView } from './services.ts';
import type { ReportLine, State } from './state.ts';

/** The way in force, in one line: `Setup token · since 2026-11-20 · all agents`. */
export function inForceLine(home: HomeView): ReportLine {
  const { inForce, way } = home;
  if (inForce === null) return { tone: 'off', text: 'Nothing of ours is in force' };
  const parts = [
    inForce.since === null ? 'set up by hand' : `since ${inForce.since.slice(0, 10)}`,
    ...(way === null ? [] : [inForce.agents.length === 0 ? 'all agents' : someOf(inForce.agents)]),
  ];
  const tone = home.unfinished === null ? 'ok' : 'look';
  return { tone, text: way?.title ?? inForce.title, aside: parts.join(' · ') };
}

/** How long the token still lasts, or null where none is known. */
export function tokenEnds(home: HomeView): ReportLine | null {
  const { inForce } = home;
  if (inForce === null || inForce.daysLeft === null) return null;
  const { daysLeft, tokenEnds: at } = inForce;
  const day = at === null ? '' : isoDate(at);
  if (daysLeft < 0) return { tone: 'bad', text: `The token ended on ${day}`, aside: 'make a new one' };
  const left = `${plural(daysLeft, 'day')} left`;
  return daysLeft < EXPIRING_DAYS
    ? { tone: 'look', text: left, aside: `the token ends on ${day}` }
    : { tone: 'ok', text: left, aside: `the token ends on ${day}` };
}

export const driftId = (drift: Drift, index: number) => `${drift.what} ${index}`;

/** What a drift would be set back to; null where that is not ours to decide, or not in an answer. */
export function backTo(drift: Drift, home: HomeView): Partial<Answers> | null {
  const answers = home.inForce?.answers ?? null;
  if (answers === null) return null;
  if (drift.what === 'primary') return { role: answers.role, primary: answers.primary };
  if (drift.what === 'fallbacks') return { fallbacks: answers.fallbacks };
  return drift.what === 'alias' ? { aliases: answers.aliases } : null;
}

/** The answers that put the chosen drifts back. */
export function putBackEdits(state: State): Partial<Answers> {
  const home = state.home.is;
  if (home === null) return {};
  return Object.assign(
    {},
    ...home.drift.map((drift, index) =>
      state.home.putBack.includes(driftId(drift, index)) ? backTo(drift, home) : null,
    ),
  );
}

const RANK: readonly Verdict[] = ['error', 'crashed', 'timed out', 'warning', 'skipped', 'info', 'ok'];

/** What is true here, worst first: drift, what stands in the way, the checks. Equal ones keep their order. */
export function homeFindings(state: State): readonly FindingView[] {
  const home = state.home.is;
  const stop = blocker(state.facts) ?? state.offerProblem;
  const found: FindingView[] = [...unfinishedFinding(home), ...state.home.findings];
  if (stop !== null) {
    found.push({
      check: 'blocker',
      verdict: 'error',
      says: stop.what,
      next: stop.next,
    });
  }
  for (const drift of home?.drift ?? []) found.push({ check: 'drift', verdict: 'warning', says: drift.says });
  return found.sort((a, b) => RANK.indexOf(a.verdict) - RANK.indexOf(b.verdict));
}

function unfinishedFinding(home: HomeView | null): FindingView[] {
  if (home?.unfinished == null) return [];
  const { startedAt, notDone, steps } = home.unfinished;
  const says = `The run of ${minute(startedAt)} is not finished: ${notDone} of ${plural(steps, 'step')} ${notDone === 1 ? 'is' : 'are'} not done.`;
  return [{ check: 'unfinished', verdict: 'error', says }];
}

/** Whom the overview waits for, once that takes long: in looking around, then in its checks. null else. */
export function homeWaitsFor({ gathered, facts, home }: State): string | null {
  if (!gathered) return slowFacts(facts)[0] ?? null;
  return home.worst === null ? home.slow : null;
}

/** Why the flows that need a plan cannot be run now, or null. */
function notNow(state: State): Pick<Choice, 'disabled' | 'soon'> {
  const stop = blocker(state.facts) ?? state.offerProblem;
  if (stop !== null) {
    return { disabled: { because: stop.what, help: stop.next } };
  }
  return state.offer === null || !state.home.known ? { soon: true } : {};
}

/** Other ways that can be had here. */
export const otherWays = (state: State) =>
  (state.offer?.methods ?? []).filter(
    (method) => method.availability.ok && method.id !== state.home.is?.inForce?.method,
  );

/** The newest run that can be taken back. */
export const newestRun = (home: HomeView) =>
  home.backups.find((run) => run.inForce && run.undoneBy === undefined && run.unreadable === undefined);

/**
 * The actions of the overview. First those that the receipts tell of at once; what only the facts can add stands behind
 * them, so that nothing moves when it comes.
 */
export function homeChoices(state: State): readonly Choice[] {
  const home = state.home.is;
  if (home === null) return [];
  const planned = notNow(state);
  const newest = newestRun(home);
  const choices: Choice[] = [];
  if (home.way?.needsToken === true) {
    choices.push({ id: 'renew', label: 'New token', aside: 'sign in again; the same profile', ...planned });
  }
  if (home.inForce?.receiptId === null && home.way?.needsToken === false) {
    const aside = 'set it up anew in its place; an undo brings it back';
    choices.push({ id: 'take over', label: 'Take it over', aside, ...planned });
  } else choices.push({ id: 'models', label: 'Change models', aside: modelsSay(state), ...planned });
  if (newest !== undefined) {
    choices.push({ id: 'undo', label: 'Undo the last change', aside: `${newest.title}, ${day(newest.startedAt)}` });
  }
  if (home.backups.length > 0) choices.push({ id: 'backups', label: 'Backups', aside: `${home.backups.length} kept` });
  if (home.backups.some((run) => run.inForce)) {
    choices.push({ id: 'uninstall', label: 'Uninstall', aside: 'take everything of ours away' });
  }
  const ways = otherWays(state);
  if (ways.length > 0) {
    const aside = ways.map((way) => way.title).join(', ');
    choices.push({ id: 'switch', label: 'Switch to another way', aside, ...planned });
  }
  if (home.unfinished !== null && home.inForce?.answers != null) {
    const aside = 'see what is left; nothing is written yet';
    choices.push({ id: 'finish', label: 'Finish the last run', aside, ...planned });
  }
  if (home.drift.length > 0) {
    choices.push({ id: 'drift', label: 'What you changed', aside: 'keep it, or put it back', ...planned });
  }
  choices.push({ id: 'leave', label: 'Leave' });
  return choices;
}

function modelsSay(state: State): string {
  const config = state.facts.config.known ? state.facts.config.value : null;
  if (config === null || config.primary === null) return 'what Claude is used for';
  const more = config.fallbacks.length === 0 ? '' : ` and ${plural(config.fallbacks.length, 'fallback')}`;
  return `now ${config.primary}${more}`;
}

const day = (iso: string) => iso.slice(0, 10);

/** `2026-11-20 09:30` */
export const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ');

/** `312 B`, `48 kB`, `1.2 MB` */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Drifts to keep or to put back, and the way on. */
export function driftChoices(state: State): readonly Choice[] {
  const home = state.home.is;
  if (home === null) return [];
  const rows = home.drift.map((drift, index): Choice => {
    const id = driftId(drift, index);
    const back = backTo(drift, home) !== null;
    const chosen = state.home.putBack.includes(id);
    const more = [`was ${drift.was ?? 'not set'}, is ${drift.now ?? 'not set'}`];
    return {
      id,
      label: drift.says,
      tag: chosen ? 'put back' : back ? 'kept' : 'stays',
      more: back ? more : [...more, 'It stays: nothing that we set up goes back by itself here.'],
    };
  });
  const any = state.home.putBack.length > 0;
  const go = any ? 'see what will change; nothing is written yet' : 'everything stays as it is';
  return [...rows, { id: 'go', label: any ? 'Review' : 'Keep it', more: [go] }];
}

/** Every run that is kept, newest first. */
export function backupChoices(state: State): readonly Choice[] {
  return (state.home.is?.backups ?? []).map((run): Choice => {
    const since = run.changedSince.length;
    const files = plural(run.files.length, 'file');
    const more = [
      ...(run.changed.length === 0 ? [] : [`Did: ${someOf(run.changed)}`]),
      `${files}${run.files.length === 0 ? '' : `: ${someOf(run.files.map(tail), 4)}`}`,
      ...(since === 0 ? [] : [`Changed since by others: ${someOf(run.changedSince.map(tail), 4)}. That is kept.`]),
      `Id ${run.id}`,
    ];
    const base = { id: run.id, label: `${minute(run.startedAt)}  ${run.title}`, more };
    const aside = `${size(run.bytes)} · ${since === 0 ? 'unchanged since' : `${since} changed since`}`;
    if (run.unreadable !== undefined) return { ...base, disabled: { because: run.unreadable } };
    if (run.undoneBy !== undefined)
      return { ...base, aside: 'taken back', disabled: { because: 'it is taken back already' } };
    if (run.outcome === 'put back')
      return { ...base, aside: 'put back', disabled: { because: 'it was put back at once' } };
    return { ...base, aside };
  });
}

const tail = (path: string) => path.slice(path.lastIndexOf('/') + 1);
