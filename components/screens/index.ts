import type { Intent } from '../events.ts';
import { answered, type Step, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import type { Layout } from '../kit/compose.ts';
import { allKeys } from '../kit/help.ts';
import { accept, BACK, type Binding, bind, CLOSE, INTERRUPT, KEYS, type KeyName, LIST, SCROLL } from '../kit/keys.ts';
import { line, strong } from '../kit/text.ts';
import type { SecretText } from '../kit/text-field.ts';
import type { View } from '../kit/view.ts';
import { type Overlay, type ReportLine, type Stage, type State, typingOf } from '../state.ts';
import { keys, shared } from '../words/shared.ts';
import { apply } from './apply.ts';
import { backups } from './backups.ts';
import { diffOver } from './changes.ts';
import { choose, rules } from './choose.ts';
import { doctor } from './doctor.ts';
import { done } from './done.ts';
import { drift } from './drift.ts';
import { edit } from './edit.ts';
import { failed } from './failed.ts';
import { home } from './home.ts';
import { leaveOrStay } from './leave.ts';
import { logIn } from './log-in.ts';
import { details, look } from './look.ts';
import { models } from './models.ts';
import { recover } from './recover.ts';
import { asCommand, explain, review } from './review.ts';
import { role } from './role.ts';
import type { Changes, Cursor, Screen } from './screen.ts';
import { shell } from './shell.ts';
import { enterSays, qr, signIn } from './sign-in.ts';
import { takeBack } from './take-back.ts';
import { undone } from './undone.ts';
import { confirm, uninstall } from './uninstall.ts';
import { uninstalled } from './uninstalled.ts';
import { verify } from './verify.ts';

/** The program has been left: nothing stands there any more. */
const left: Screen = { keys: () => [], draw: () => ({ title: [], body: [] }) };

const SCREENS: Readonly<Record<Stage, Screen>> = {
  look,
  home,
  doctor,
  drift,
  backups,
  'take back': takeBack,
  uninstall,
  uninstalled,
  choose,
  'log in': logIn,
  'sign in': signIn,
  role,
  models,
  review,
  apply,
  failed,
  verify,
  done,
  undone,
  recover,
  left,
};

/** Every key of the screen below. */
const keyHelp: Screen = {
  keys: () => [CLOSE, ...SCROLL],
  draw: (state, view) => ({
    title: [line(strong(keys.title))],
    body: allKeys(bindings({ ...state, overlay: null }), view),
    alone: true,
  }),
};

const OVERLAYS: Readonly<Record<Overlay['kind'], Screen>> = {
  rules,
  command: asCommand,
  keys: keyHelp,
  details,
  explain,
  qr,
  diff: diffOver((state, at) => SCREENS[state.stage].changes?.(state, at) ?? null),
  edit,
  leave: leaveOrStay,
  confirm,
};

const screenAt = ({ stage, overlay }: State): Screen => (overlay === null ? SCREENS[stage] : OVERLAYS[overlay.kind]);

/** What the cursor moves over now; empty where it has nothing to move over. */
export const choicesOf = (state: State): readonly Choice[] => screenAt(state).choices?.(state) ?? [];

/** The list that the cursor belongs to. */
const cursorKey = ({ stage, overlay }: State) => (overlay?.kind === 'leave' ? 'leave?' : stage);

export const cursorOf = (state: State): number => cursorAt(state).index;

/** Of what lies on top; of the screen below where that has no list of its own. */
function cursorAt(state: State): Cursor {
  const screen = screenAt(state);
  if (screen.choices === undefined && state.overlay !== null) return cursorAt({ ...state, overlay: null });
  const choices = choicesOf(state);
  const last = Math.max(0, choices.length - 1);
  const { overlay } = state;
  const wanted = state.cursors[cursorKey(state)] ?? screen.start?.(state);
  const index =
    overlay?.kind === 'edit'
      ? Math.min(overlay.cursor, last)
      : Math.max(
          0,
          choices.findIndex(({ id }) => id === wanted),
        );
  return { choices, index, chosen: choices[index] };
}

/** The cursor `by` rows further down, and no further than the list goes. */
export function moved(state: State, by: number): State {
  const { choices, index } = cursorAt(state);
  if (screenAt(state).choices === undefined || choices.length === 0) return state;
  const to = Math.min(choices.length - 1, Math.max(0, index + by));
  if (state.overlay?.kind === 'edit') return { ...state, overlay: { ...state.overlay, cursor: to } };
  return { ...state, cursors: { ...state.cursors, [cursorKey(state)]: choices[to]?.id ?? '' } };
}

/** Enter. */
export function accepted(state: State): Step {
  const { enter } = screenAt(state);
  const at = cursorAt(state);
  if (enter === undefined) return stay({ ...state, overlay: null });
  if (at.chosen?.disabled !== undefined || at.chosen?.off === true) return stay(state);
  return enter(state, at);
}

/** The space key, where it turns something on or off. */
export const toggled = (state: State): State => screenAt(state).toggle?.(state, cursorAt(state)) ?? state;

/** What can be opened as a diff now. */
export const changesOf = (state: State): Changes | null =>
  SCREENS[state.stage].changes?.(state, cursorAt({ ...state, overlay: null })) ?? null;

/**
 * Every key that does something in this state, most important first. The help line is made from it and the keyboard
 * is read through it, so that what is shown is what works.
 */
export function bindings(state: State, fieldIsEmpty = true): readonly Binding[] {
  if (!fieldIsEmpty && typingOf(state) !== null) return [...ofField(state), INTERRUPT];
  const screen = screenAt(state);
  const list = (screen.choices?.(state).length ?? 0) > 1 ? LIST : [];
  return [...screen.keys(state, cursorAt(state)), ...list, KEYS, INTERRUPT];
}

/** While a field holds text, letters are text: only these keys stay keys. */
function ofField(state: State): readonly Binding[] {
  if (typingOf(state) === 'draft') return screenAt(state).keys(state, cursorAt(state));
  const clear = bind('ctrl+u', keys.clear, { type: 'secret typed', text: null });
  const says = enterSays(state);
  return [says === null ? bind('return', undefined, { type: 'accept' }) : accept(says), BACK, clear];
}

/** What a key does in this state. While text is typed, characters belong to the field once it holds any. */
export function intentOf(state: State, key: KeyName, fieldIsEmpty = true): Intent | null {
  const empty = fieldIsEmpty && typingOf(state) !== 'draft';
  return bindings(state, empty).find((binding) => binding.keys.includes(key))?.intent ?? null;
}

/**
 * The answered steps before `stage`, one line each. They stand above the question while the person may still go back,
 * and are printed for good when applying starts.
 */
export function trail(state: State, stage: Stage = state.stage): readonly ReportLine[] {
  if (state.stage === 'apply' || (stage === 'drift' && state.flow !== 'put back')) return [];
  return answered(state, stage).flatMap((one) => SCREENS[one].said?.(state) ?? []);
}

/** What is said for good when the person leaves the program now. */
export function lastLines(state: State): readonly ReportLine[] {
  const own = SCREENS[state.stage].last?.(state) ?? [];
  if (own.length > 0) return own;
  if (state.settled !== null) return [{ tone: 'ok', text: state.settled }];
  return [{ tone: 'off', text: shared.nothingChanged }];
}

/** The screen of a state; null once the program has been left. Pure: the same state, window and field give the same rows. */
export function screenOf(state: State, view: View, field: SecretText): Layout | null {
  if (state.stage === 'left') return null;
  const inside = screenAt(state).draw(state, view, cursorAt(state), field);
  const scroll = state.overlay !== null && 'scroll' in state.overlay ? state.overlay.scroll : inside.scroll;
  return shell(state, view, { ...inside, scroll }, trail(state), bindings(state, inside.typed !== true));
}
