import { type Key, Static, useApp, useInput, usePaste, useStdout, useWindowSize } from 'ink';
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Wizard } from './driver.ts';
import { compose } from './kit/compose.ts';
import { Frame } from './kit/frame.tsx';
import { type KeyName, PAGE } from './kit/keys.ts';
import { BLANK, type Line } from './kit/text.ts';
import { edited, type Typed, typedParts, withText } from './kit/text-field.ts';
import { useSecretField } from './kit/use-secret-field.ts';
import { marginOf, type View } from './kit/view.ts';
import { intentOf, screenOf } from './screens/index.ts';
import { banner, reportRows } from './screens/shell.ts';
import { type ReportLine, type State, typingOf, urlOf } from './state.ts';

export interface AppProps {
  readonly wizard: Wizard;
  readonly unicode: boolean;
  readonly colour: boolean;
  readonly reader: boolean;
  /** Monotonic ms. */
  readonly now: () => number;
}

const NAMED: readonly (readonly [keyof Key, KeyName])[] = [
  ['return', 'return'],
  ['escape', 'escape'],
  ['upArrow', 'up'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['downArrow', 'down'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

function keyName(input: string, key: Key): KeyName {
  for (const [flag, name] of NAMED) if (key[flag] === true) return name;
  if (key.ctrl) return `ctrl+${input}`;
  if (key.meta) return `alt+${input}`;
  return input === ' ' ? 'space' : input;
}

/** The only place where the wizard meets Ink: state to rows, keys to intents. */
export function App({ wizard, unicode, colour, reader, now }: AppProps): ReactNode {
  const state = useSyncExternalStore(wizard.subscribe, wizard.state);
  const { columns, rows } = useWindowSize();
  const { exit } = useApp();
  const { write } = useStdout();
  const typing = typingOf(state);
  const field = useSecretField((text) => {
    if (typing === 'secret' || typing === 'code') wizard.dispatch({ type: 'secret typed', text });
  });
  const view: View = { columns, rows, unicode, colour, reader };
  const screen = screenOf(state, view, field.shown);
  const composed = screen === null ? null : compose(screen, view);
  const { mode, session } = state.signIn;
  const place = `${state.stage} ${mode} ${session.state === 'waiting for code'} ${state.secret === null}`;

  /** Ways whose notice was seen whole. */
  const read = useRef(new Set<string>());
  const printed: Printed[] = state.report.length === 0 ? [] : ['banner', 'gap', ...state.report];

  useEffect(() => wizard.start(), [wizard]);
  useEffect(() => {
    if (state.stage === 'left') exit();
  }, [state.stage, exit]);
  // A field starts empty on every screen it stands on; `place` names the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => field.clear(), [place]);

  const act = (name: KeyName) => {
    const intent = intentOf(wizard.state(), name, field.isEmpty());
    if (intent === null) return false;
    const notice = screen?.notice;
    if (intent.type === 'accept' && notice !== undefined && !read.current.has(notice)) {
      read.current.add(notice);
      // Where the window is too small to show what a way means, that comes first.
      if (composed !== null && composed.limit > 0) {
        wizard.dispatch({ type: 'open', overlay: 'rules' });
        return true;
      }
    }
    if (intent.type === 'scroll' && composed !== null) {
      const page = Math.max(1, composed.page - 1);
      const by = Math.abs(intent.by) === PAGE ? Math.sign(intent.by) * page : intent.by;
      wizard.dispatch({ ...intent, by, limit: composed.limit });
    } else {
      if (intent.type === 'print url') write(`${urlOf(state) ?? ''}\n`);
      wizard.dispatch(intent);
    }
    return true;
  };

  useInput((input, key) => {
    const name = keyName(input, key);
    if (typing === null) {
      act(name);
      return;
    }
    const isKey = key.ctrl || key.meta;
    const [edit, add] =
      typing === 'draft'
        ? [(one: KeyName) => editDraft(wizard, one), (more: string) => addToDraft(wizard, more)]
        : [field.edit, field.add];
    // What was typed quickly comes in one go: text, and the keys between.
    if (!isKey && input.length > 1) {
      for (const part of typedParts(input))
        if ('text' in part) add(part.text);
        else if (!edit(part.key)) act(part.key);
    } else if (!edit(name) && !act(name) && !isKey && input !== '') add(input);
  });
  usePaste((text) => field.add(text), { isActive: typing === 'code' || typing === 'secret' });

  return (
    <>
      <Static items={printed}>
        {(told, index) => <Frame key={index} lines={linesOf(told, state, view)} view={view} now={now} />}
      </Static>
      {composed === null ? null : <Frame lines={composed.lines} view={view} now={now} />}
    </>
  );
}

type Printed = ReportLine | 'banner' | 'gap';

/** What is printed above the frame, once and for good. */
function linesOf(told: Printed, state: State, view: View): readonly Line[] {
  const lines =
    told === 'gap' ? [BLANK] : told === 'banner' ? [banner({ ...state, stage: 'left' }, view)] : reportRows(told, view);
  return lines.map((one) =>
    one.length === 0 || one[0]?.edge === true ? one : [{ text: ' '.repeat(marginOf(view)) }, ...one],
  );
}

function draftOf({ overlay }: State): Typed | null {
  return overlay?.kind === 'edit' || overlay?.kind === 'confirm' ? overlay.draft : null;
}

function editDraft(wizard: Wizard, name: KeyName): boolean {
  const draft = draftOf(wizard.state());
  const next = draft === null ? null : edited(draft, name);
  if (next !== null) wizard.dispatch({ type: 'draft', draft: next });
  return next !== null;
}

function addToDraft(wizard: Wizard, text: string): void {
  const draft = draftOf(wizard.state());
  const typed = text.replace(/[^\x20-\x7e]/g, '');
  if (draft !== null && typed !== '') wizard.dispatch({ type: 'draft', draft: withText(draft, typed) });
}
