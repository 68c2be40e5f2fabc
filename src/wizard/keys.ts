import { canContinue } from './accept.ts';
import { choicesOf, cursorOf, isMulti } from './choices.ts';
import type { Intent } from './events.ts';
import { blocker } from './look.ts';
import { underCursor } from './review.ts';
import { asksAfterwards } from './run.ts';
import { mayKeepToken, urlOf } from './sign-in.ts';
import { type State, typingOf } from './state.ts';

/** A key as the terminal tells it: a name, or one character. */
export type KeyName =
  | 'return'
  | 'escape'
  | 'up'
  | 'down'
  | 'pageup'
  | 'pagedown'
  | 'home'
  | 'end'
  | 'space'
  | 'tab'
  | 'ctrl+c'
  | (string & {});

/** What one key does now. `label` stands in the help line; without one the key works and is not listed. */
export interface Binding {
  readonly keys: readonly KeyName[];
  readonly label?: string;
  readonly intent: Intent;
}

const bind = (keys: KeyName | readonly KeyName[], label: string | undefined, intent: Intent): Binding => ({
  keys: typeof keys === 'string' ? [keys] : keys,
  label,
  intent,
});

/** Rows that a page key moves, before the screen says how many it shows. */
export const PAGE = 10;

const LIST: readonly Binding[] = [
  bind(['up', 'k'], undefined, { type: 'move', by: -1 }),
  bind(['down', 'j'], undefined, { type: 'move', by: 1 }),
  bind('pageup', undefined, { type: 'move', by: -PAGE }),
  bind('pagedown', undefined, { type: 'move', by: PAGE }),
  bind('home', undefined, { type: 'move', by: Number.MIN_SAFE_INTEGER }),
  bind('end', undefined, { type: 'move', by: Number.MAX_SAFE_INTEGER }),
];

const SCROLL: readonly Binding[] = [
  bind(['up', 'k'], undefined, { type: 'scroll', by: -1 }),
  bind(['down', 'j'], undefined, { type: 'scroll', by: 1 }),
  bind('pageup', undefined, { type: 'scroll', by: -PAGE }),
  bind(['pagedown', 'space'], undefined, { type: 'scroll', by: PAGE }),
  bind('home', undefined, { type: 'scroll', by: Number.MIN_SAFE_INTEGER }),
  bind('end', undefined, { type: 'scroll', by: Number.MAX_SAFE_INTEGER }),
];

const INTERRUPT = bind('ctrl+c', undefined, { type: 'interrupt' });
/** Not listed by itself: the help line names it when it had to leave something out. */
const KEYS = bind('?', undefined, { type: 'open', overlay: 'keys' });
const BACK = bind('escape', 'back', { type: 'back' });
const LEAVE = bind('q', 'leave', { type: 'leave' });
const accept = (label: string) => bind('return', label, { type: 'accept' });

/**
 * Every key that does something in this state, most important first. The help line is made from it and the keyboard
 * is read through it, so that what is shown is what works.
 */
export function bindings(state: State, fieldIsEmpty = true): readonly Binding[] {
  if (!fieldIsEmpty && typingOf(state) !== null) return [...ofField(state), INTERRUPT];
  const kind = state.overlay?.kind;
  const lists = kind === undefined || kind === 'edit' || kind === 'leave';
  const list = lists && choicesOf(state).length > 1 ? LIST : [];
  const own = state.overlay === null ? ofStage(state) : ofOverlay(state);
  return [...own, ...list, KEYS, INTERRUPT];
}

/** How many files or other things are in the diff that can be opened. */
function changesOf(state: State): number {
  if (state.stage === 'take back') return state.taking?.view?.changes.length ?? 0;
  if (state.stage === 'uninstall') return state.uninstalling?.view?.changes.length ?? 0;
  return underCursor(state).step?.changes.length ?? 0;
}

function ofOverlay(state: State): readonly Binding[] {
  const overlay = state.overlay;
  const close = bind(['escape', 'return'], 'close', { type: 'back' });
  switch (overlay?.kind) {
    case 'confirm':
      return [accept('take it all away'), BACK];
    case 'edit':
      if (overlay.draft !== null) return [accept('take it'), BACK];
      if (!isMulti(overlay.field)) return [accept('choose'), BACK];
      return [bind('space', 'on/off', { type: 'toggle' }), accept('done'), BACK];
    case 'leave':
      return [accept('choose'), bind('escape', 'stay', { type: 'back' })];
    case 'diff':
      return [
        close,
        ...(changesOf(state) > 1
          ? [
              bind(['tab', 'n'], 'next file', { type: 'next file', by: 1 }),
              bind('p', undefined, { type: 'next file', by: -1 }),
            ]
          : []),
        ...SCROLL,
      ];
    case 'command':
      return [close, bind('c', 'copy', { type: 'copy', what: 'command' }), ...SCROLL];
    case 'qr':
      return [close];
    default:
      return [close, ...SCROLL];
  }
}

/** While a field holds text, letters are text: only these keys stay keys. */
function ofField(state: State): readonly Binding[] {
  if (typingOf(state) === 'draft') return ofOverlay(state);
  const clear = bind('ctrl+u', 'clear', { type: 'token typed', text: null });
  if (typingOf(state) === 'code') return [accept('send it'), BACK, clear];
  return [...(state.signIn.reading?.ok === true ? [accept('use it')] : []), BACK, clear];
}

function ofStage(state: State): readonly Binding[] {
  const chosen = choicesOf(state)[cursorOf(state)];
  switch (state.stage) {
    case 'recover':
      return [accept('choose'), LEAVE];
    case 'look': {
      const details = bind('d', 'details', { type: 'open', overlay: 'details' });
      const again = bind('u', 'look again', { type: 'look again' });
      if (chosen !== undefined) return [accept('choose'), details, LEAVE];
      if (canContinue(state)) return [accept('continue'), details, again, LEAVE];
      return [...(blocker(state.facts) === null && state.offerProblem === null ? [] : [again]), details, LEAVE];
    }
    case 'home': {
      const details = bind('d', 'details', { type: 'open', overlay: 'details' });
      const again = bind('u', 'look again', { type: 'look again' });
      return [
        ...(chosen === undefined || chosen.disabled !== undefined || chosen.soon ? [] : [accept('choose')]),
        details,
        again,
        LEAVE,
      ];
    }
    case 'drift':
      if (chosen?.tag === 'stays') return [BACK, LEAVE];
      return chosen?.id === 'go'
        ? [accept('next'), BACK, LEAVE]
        : [bind(['return', 'space'], 'keep / put back', { type: 'toggle' }), BACK, LEAVE];
    case 'backups':
      return [...(chosen?.disabled === undefined ? [accept('look at it')] : []), BACK, LEAVE];
    case 'take back':
      return [
        ...(state.taking?.view == null ? [] : [accept('undo it')]),
        BACK,
        ...whatChanges(state),
        LEAVE,
        ...SCROLL,
      ];
    case 'uninstall':
      return ofUninstall(state);
    case 'choose':
      return [
        ...(chosen?.disabled === undefined ? [accept('next')] : []),
        BACK,
        bind('r', 'rules', { type: 'open', overlay: 'rules' }),
        bind('u', 'look again', { type: 'look again' }),
        LEAVE,
      ];
    case 'sign in':
      return ofSignIn(state);
    case 'role':
      return [...(chosen?.disabled === undefined ? [accept('next')] : []), BACK, LEAVE];
    case 'models':
      if (chosen?.disabled !== undefined) return [BACK, LEAVE];
      return [accept(chosen?.id === 'go' ? 'next' : 'change'), BACK, LEAVE];
    case 'review':
      return ofReview(state);
    case 'failed':
    case 'done':
    case 'undone':
      return [accept('choose')];
    case 'uninstalled':
      return [accept('leave')];
    case 'verify':
      return state.verification.live !== null && state.verification.worst === null ? [] : [accept('choose')];
    case 'apply':
      if (state.run?.stopping === true) return [];
      return [bind('ctrl+c', asksAfterwards(state) ? 'stop asking' : 'stop after this step', { type: 'interrupt' })];
    default:
      return [];
  }
}

const whatChanges = (state: State): readonly Binding[] =>
  changesOf(state) === 0 ? [] : [bind('space', 'what changes', { type: 'open', overlay: 'diff' })];

function ofUninstall(state: State): readonly Binding[] {
  const { view, purge } = state.uninstalling ?? { view: null, purge: false };
  if (view === null) return [BACK, LEAVE];
  if (view.steps.length === 0) return [accept('back'), BACK, LEAVE];
  const backups = bind('p', purge ? 'keep the backups' : 'the backups as well', { type: 'purge' });
  return [accept('next'), BACK, ...whatChanges(state), backups, LEAVE, ...SCROLL];
}

function ofSignIn(state: State): readonly Binding[] {
  if (state.token !== null) {
    return [accept('next'), BACK, bind('n', 'another token', { type: 'forget token' }), LEAVE];
  }
  const { mode, session, reading } = state.signIn;
  const keep = mayKeepToken(state) ? [bind('s', 'keep the stored one', { type: 'keep token' })] : [];
  const have = bind('t', 'I have a token', { type: 'sign-in mode', mode: 'paste' });
  const elsewhere = bind('o', 'on another machine', { type: 'sign-in mode', mode: 'elsewhere' });
  const retry = bind('r', 'try again', { type: 'retry sign-in' });
  if (mode !== 'claude') {
    const other = mode === 'paste' ? elsewhere : have;
    return [
      ...(reading?.ok === true ? [accept('use it')] : []),
      BACK,
      ...(session.state === 'failed' ? [retry] : []),
      other,
      ...keep,
    ];
  }
  const page =
    urlOf(state) === null
      ? []
      : [
          bind('c', 'copy', { type: 'copy', what: 'url' }),
          bind('k', 'QR code', { type: 'open', overlay: 'qr' }),
          bind('w', 'whole address', { type: 'print url' }),
        ];
  const reopen =
    session.state === 'waiting for code' && session.opened ? [bind('b', 'open it again', { type: 'open url' })] : [];
  const again = session.state === 'refused' ? [bind(['return', 'r'], 'try again', { type: 'retry sign-in' })] : [];
  return [...again, BACK, ...page, ...reopen, have, elsewhere, ...keep];
}

function ofReview(state: State): readonly Binding[] {
  const empty = state.plan?.steps.length === 0;
  return [
    ...(state.plan === null ? [] : [accept(empty ? 'check it' : 'apply')]),
    BACK,
    ...(state.plan === null || empty
      ? []
      : [
          underCursor(state).group === null
            ? bind('space', 'what changes', { type: 'open', overlay: 'diff' })
            : bind('space', 'open/close', { type: 'toggle' }),
          bind('e', 'explain', { type: 'open', overlay: 'explain' }),
        ]),
    ...(state.plan === null ? [] : [bind('s', 'as a command', { type: 'open', overlay: 'command' })]),
    ...(state.planProblem === null ? [] : [bind('u', 'look again', { type: 'look again' })]),
    LEAVE,
  ];
}

/** What a key does in this state. While text is typed, characters belong to the field once it holds any. */
export function intentOf(state: State, key: KeyName, fieldIsEmpty = true): Intent | null {
  const empty = fieldIsEmpty && typingOf(state) !== 'draft';
  return bindings(state, empty).find((binding) => binding.keys.includes(key))?.intent ?? null;
}
