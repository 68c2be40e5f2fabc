import { inspectCode } from '../src/claude/pasted.ts';
import type { Secret } from '../src/system/secret.ts';
import type { Event, Intent } from './events.ts';
import { asksFor, checkHome, folded, leave, lookAgain, previous, type Step, showWrong, stay, undo } from './flow.ts';
import type { Typed } from './kit/text-field.ts';
import { isAnswer, receive } from './receive.ts';
import { accepted, changesOf, lastLines, moved, toggled, trail } from './screens/index.ts';
import { fixOrLeave } from './screens/review.ts';
import { keepStored, retrySignIn } from './screens/sign-in.ts';
import { NOTHING_TYPED, type Overlay, type Stage, type State, typingOf, urlOf } from './state.ts';
import { shared } from './words/shared.ts';

/**
 * The whole wizard. Pure: the same state and event give the same step. An event that makes no sense where it arrives
 * changes nothing, so a late answer or a key pressed twice is harmless.
 */
export function reduce(state: State, event: Event): Step {
  if (state.stage === 'left') return stay(state);
  if (isAnswer(event)) return fromTop(state, receive(state, event));
  const plain = state.remark === null ? state : { ...state, remark: null };
  return fromTop(state, written(plain, act(plain, event)));
}

/** What was answered is printed for good when it is applied, and everything when the person leaves. */
function written(before: State, step: Step): Step {
  const { state } = step;
  if (before.stage === 'review' && (state.stage === 'apply' || state.stage === 'verify')) {
    return { ...step, state: { ...state, overlay: null, report: [...state.report, ...trail(before, 'apply')] } };
  }
  if (state.stage !== 'left') return step;
  const said = [...folded(before), ...trail(before)];
  const gap: State['report'] = said.length > 0 ? [{ tone: 'plain', text: '' }] : [];
  return { ...step, state: { ...state, report: [...said, ...gap, ...lastLines(before)] } };
}

/** Each screen begins at its first row. */
function fromTop(before: State, step: Step): Step {
  const { state } = step;
  return state.stage === before.stage || state.scroll === 0 ? step : { ...step, state: { ...state, scroll: 0 } };
}

function act(state: State, intent: Intent): Step {
  switch (intent.type) {
    case 'move':
      return stay(moved(state, intent.by));
    case 'scroll':
      return stay(scrolled(state, intent.by, intent.limit));
    case 'accept':
      return accepted(state);
    case 'back':
      return back(state);
    case 'interrupt':
      return interrupt(state);
    case 'leave':
      return isChecking(state) ? back(state) : leaveOrAsk(state, 0);
    case 'toggle':
      return stay(toggled(state));
    case 'open':
      return open(state, intent.overlay);
    case 'next file':
      return stay(
        state.overlay?.kind === 'diff'
          ? { ...state, overlay: { ...state.overlay, file: Math.max(0, state.overlay.file + intent.by), scroll: 0 } }
          : state,
      );
    case 'look again':
      return lookAgain({ ...state, stage: state.stage === 'home' ? 'home' : 'look', flow: 'set up', overlay: null });
    case 'copy':
      return stay({ ...state, remark: shared.copied(intent.what) }, { do: 'copy', text: intent.text });
    case 'open url': {
      const url = urlOf(state);
      return url === null ? stay(state) : stay({ ...state, remark: shared.sentToBrowser }, { do: 'open url', url });
    }
    case 'print url':
      return stay(urlOf(state) === null ? state : { ...state, remark: shared.addressAbove });
    case 'sign-in mode':
      return stay({ ...state, signIn: { ...state.signIn, mode: intent.mode, ...NOTHING_TYPED } });
    case 'retry sign-in':
      return retrySignIn(state);
    case 'forget secret':
      return state.stage === 'sign in' ? retrySignIn({ ...state, secret: null }) : stay(state);
    case 'keep stored':
      return keepStored(state);
    case 'secret typed':
      return typed(state, intent.text);
    case 'draft':
      return stay(intent.draft.text.length > 40 ? state : drafted(state, intent.draft));
    case 'undo':
      return undo(state);
    case 'show wrong':
      return showWrong(state);
    case 'fixes':
      return fixOrLeave(state);
    case 'purge':
      return stay(
        state.stage === 'uninstall' && state.uninstalling !== null
          ? { ...state, uninstalling: { ...state.uninstalling, purge: !state.uninstalling.purge } }
          : state,
      );
  }
}

function scrolled(state: State, by: number, limit = Number.POSITIVE_INFINITY): State {
  const { overlay } = state;
  const to = (from: number) => Math.max(0, Math.min(limit, from + by));
  if (overlay === null) return { ...state, scroll: to(state.scroll) };
  return 'scroll' in overlay ? { ...state, overlay: { ...overlay, scroll: to(overlay.scroll) } } : state;
}

function drafted(state: State, draft: Typed): State {
  const { overlay } = state;
  if (overlay?.kind === 'confirm') return { ...state, overlay: { ...overlay, draft } };
  return overlay?.kind === 'edit' && overlay.draft !== null ? { ...state, overlay: { ...overlay, draft } } : state;
}

/** Esc. Takes an overlay away, else goes one question back; answers stay. Never past the moment of applying. */
function back(state: State): Step {
  if (state.overlay !== null) return stay({ ...state, overlay: null });
  const { mode, session } = state.signIn;
  const through = asksFor(state).bySignIn && mode !== 'claude' && session.state !== 'failed';
  if (state.stage === 'sign in' && through && state.secret === null) {
    return stay({ ...state, signIn: { ...state.signIn, mode: 'claude', ...NOTHING_TYPED } });
  }
  if (state.stage === 'log in') return stopLogin(state);
  const to = previous(state);
  if (to === undefined) return stay(state);
  if (to === 'home') return backHome(state);
  // A look around ends whichever flow was under way.
  if (to === 'look') return stay({ ...state, stage: to, flow: 'set up' });
  return stay({ ...state, stage: to === 'recover' ? 'failed' : to });
}

/** Claude Code may just be keeping what it got for a code: its screen stays until it has ended. */
function stopLogin(state: State): Step {
  if (state.signIn.session.state === 'ending') return stay(state);
  return stay({ ...state, signIn: { ...state.signIn, session: { state: 'ending' } } }, { do: 'stop login' });
}

const isChecking = ({ stage, signIn }: State) => stage === 'log in' && signIn.session.state === 'checking code';

/** Back to the overview. A sign-in that is left half-way must not go on out of sight. */
function backHome(state: State): Step {
  const back: State = { ...state, stage: 'home', flow: 'set up', taking: null, uninstalling: null };
  if (state.signIn.session.state === 'idle') return checkHome(back);
  const signIn = { ...state.signIn, mode: 'claude' as const, session: { state: 'idle' as const }, ...NOTHING_TYPED };
  return stay({ ...back, signIn }, { do: 'cancel sign-in' });
}

function open(state: State, kind: Overlay['kind']): Step {
  if (state.overlay?.kind === kind) return stay({ ...state, overlay: null });
  switch (kind) {
    case 'rules':
    case 'command':
    case 'keys':
    case 'details':
    case 'explain':
      return stay({ ...state, overlay: { kind, scroll: 0 } });
    case 'diff':
      return stay(changesOf(state) === null ? state : { ...state, overlay: { kind, file: 0, scroll: 0 } });
    case 'qr': {
      const url = urlOf(state);
      if (url === null) return stay(state);
      return stay({ ...state, overlay: { kind, code: null } }, { do: 'make qr', text: url });
    }
    default:
      return stay(state);
  }
}

/** Ctrl-C. Safe anywhere: before applying it leaves, while applying the running step ends first. */
function interrupt(state: State): Step {
  if (state.stage === 'apply' && state.run !== null && !state.run.ended) {
    if (state.run.stopping) return stay(state);
    return stay({ ...state, run: { ...state.run, stopping: true } }, { do: 'stop run' });
  }
  if (state.overlay?.kind === 'leave') return leave(state, 130);
  if (isChecking(state)) return stopLogin(state);
  const ends: readonly Stage[] = ['done', 'undone', 'failed', 'uninstalled'];
  if (ends.includes(state.stage)) return leave(state, state.exitCode);
  return leaveOrAsk(state, 130);
}

/** A secret that was made and is not stored yet would be lost: asks first. */
function leaveOrAsk(state: State, exitCode: State['exitCode']): Step {
  const unsaved = state.secret !== null && state.receipt === null && state.stage !== 'verify' && state.stage !== 'done';
  if (unsaved && state.stage !== 'apply' && state.stage !== 'failed') {
    return stay({ ...state, overlay: { kind: 'leave' }, cursors: { ...state.cursors, 'leave?': 'stay' } });
  }
  return leave(state, exitCode);
}

/** Each change of a field asks for a reading of its own; until it comes there is none. A login takes no secret. */
function typed(state: State, text: Secret | null): Step {
  const ask = state.signIn.asked + 1;
  const code = text?.reveal(inspectCode) ?? null;
  const next: State = { ...state, signIn: { ...state.signIn, ...NOTHING_TYPED, code, asked: ask } };
  const isCode = typingOf(state) === 'code' && code?.ok !== false;
  if (text === null || isCode || state.stage === 'log in') return stay(next);
  return stay(next, { do: 'read secret', name: asksFor(state).name, text, ask });
}
