import type { Change } from '../../src/engine/types.ts';
import { someOf } from '../../src/text.ts';
import { tilde } from '../facts.ts';
import { type Step, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { changeSays, diffLines, isFileChange, rule, shownDiff } from '../kit/diff.ts';
import type { StepGroup } from '../kit/groups.ts';
import { accept, type Binding, bind, SCROLL } from '../kit/keys.ts';
import { BLANK, dim, type Line, line, paragraph, strong } from '../kit/text.ts';
import { isNarrow, isWide, partsOf, type View, widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import { keys, shared } from '../words/shared.ts';
import { type Changes, type Cursor, type Inside, type Screen, withList } from './screen.ts';

/** One thing that will change, as a row. */
export interface Entry extends Choice {
  /** What the diff of it is called. */
  readonly headline: string;
  readonly changes: readonly Change[];
  /** Said in the panel where no file changes. */
  readonly says: readonly string[];
  /** The rows that space opens below it. */
  readonly inside: readonly Entry[];
}

/** A list of what will change, which ends in the row that applies it. */
interface Listed {
  readonly entries: (state: State) => readonly Entry[];
  /** The last row; null while there is nothing to apply. */
  readonly go: (state: State) => Choice | null;
  readonly headline: string;
  readonly apply: (state: State) => Step;
}

/** Rows of a window that has room for a list, a diff and the answers before. */
const SHORT = 30;

/** The row that applies: Enter does so from nowhere else. */
export const GO = 'go';
const onGo = ({ chosen }: Cursor) => chosen?.id === GO;

type List = Required<Pick<Screen, 'choices' | 'start' | 'enter' | 'toggle' | 'changes'>> & {
  readonly keys: (state: State, at: Cursor, label: string) => readonly Binding[];
  readonly draw: (above: readonly Line[], state: State, view: View, at: Cursor) => Omit<Inside, 'title'>;
};

const diffBy = (...names: readonly string[]) => bind(names, keys.diff, { type: 'open', overlay: 'diff' });

/** What the reviews of a set-up, of an undo and of an uninstall share. */
export function listOfChanges(of: Listed): List {
  const rows = (state: State) =>
    of.entries(state).flatMap((entry) => (state.opened.includes(entry.id) ? [entry, ...entry.inside] : [entry]));
  const entryAt = (state: State, { chosen }: Cursor) => rows(state).find(({ id }) => id === chosen?.id) ?? null;
  const all = (state: State) => mostImportantFirst(of.entries(state).flatMap(changesIn), state);
  return {
    choices(state) {
      const go = of.go(state);
      return go === null ? [] : [...rows(state), go];
    },
    start: () => GO,
    keys(state, at, label) {
      const entry = entryAt(state, at);
      if (entry !== null && entry.inside.length > 0) {
        const isOpen = state.opened.includes(entry.id);
        return [bind(['space', 'return'], isOpen ? keys.close : keys.open, { type: 'toggle' })];
      }
      if (onGo(at)) return [accept(label), ...(all(state).length === 0 ? [] : [diffBy('space')])];
      return entry === null || entry.changes.length === 0 ? [] : [diffBy('space', 'return')];
    },
    enter: (state, at) => (onGo(at) ? of.apply(state) : stay(state)),
    toggle(state, at) {
      const entry = entryAt(state, at);
      if (entry === null || entry.inside.length === 0) return state;
      const { opened } = state;
      const isOpen = opened.includes(entry.id);
      return { ...state, opened: isOpen ? opened.filter((id) => id !== entry.id) : [...opened, entry.id] };
    },
    changes(state, at) {
      const changes = onGo(at) ? all(state) : (entryAt(state, at)?.changes ?? []);
      const headline = onGo(at) ? of.headline : (entryAt(state, at)?.headline ?? '');
      return changes.length === 0 ? null : { headline, changes };
    },
    draw(above, state, view, at) {
      const first = all(state).find(isFileChange) ?? null;
      const lines = (part: View, most: number) => {
        const each = [null, ...rows(state)].map((entry) => panelOf(entry, first, state, part, most));
        const own = each[rows(state).findIndex(({ id }) => id === at.chosen?.id) + 1] ?? [];
        const tallest = Math.max(...each.map(({ length }) => length));
        return [...own, ...Array.from({ length: tallest - own.length }, () => BLANK)];
      };
      const wide = isWide(view);
      const share = wide ? 0.9 : isNarrow(view) ? 0.65 : 0.8;
      const list = withList(above, at, wide ? partsOf(view).list : view, { share, apart: true });
      // In a short window the answers before give way to the diff.
      return { ...list, panel: { from: above.length, lines }, alone: view.rows < SHORT && !view.reader };
    },
  };
}

const changesIn = ({ changes, inside }: Entry): readonly Change[] =>
  inside.length === 0 ? changes : inside.flatMap(changesIn);

/** What files change: OpenClaw's configuration first, which a person has written, and of that what brings most. */
function mostImportantFirst(changes: readonly Change[], { facts: { config } }: State): readonly Change[] {
  const files = changes.filter(isFileChange);
  const main = config.known ? config.value.path : null;
  const inMain = files.filter(({ file }) => file === main).sort((a, b) => b.added - a.added);
  return [...inMain, ...files.filter(({ file }) => file !== main)];
}

/** Of a row, or of the last one for null: the diff of its file, else what it does; of the last one what matters most. */
function panelOf(entry: Entry | null, first: Change | null, state: State, view: View, most: number): readonly Line[] {
  const own = entry?.changes.find(isFileChange) ?? null;
  const change = own ?? (entry === null || entry.says.length === 0 ? first : null);
  if (change !== null && isFileChange(change)) {
    return shownDiff(tilde(change.file, state.facts), change.patch, most, view);
  }
  if (entry === null) return [];
  const says = entry.says.flatMap((text) => paragraph(text, widthIn(view), { indent: 2, paint: 'dim' }));
  return [rule(entry.headline, view), ...says].slice(0, most);
}

/** Over a screen that changes something: every change, file by file, to scroll through. `changesOf`: of that screen. */
export const diffOver = (changesOf: (state: State, at: Cursor) => Changes | null): Screen => ({
  keys: (state, at) => [
    // What space opens, space closes.
    bind(['space', 'escape', 'return'], 'close', { type: 'back' }),
    ...((changesOf(state, at)?.changes.length ?? 0) > 1
      ? [
          bind(['tab', 'n'], keys.nextFile, { type: 'next file', by: 1 }),
          bind('p', undefined, { type: 'next file', by: -1 }),
        ]
      : []),
    ...SCROLL,
  ],
  draw(state, view, at) {
    const { headline, changes } = changesOf(state, at) ?? { headline: '', changes: [] };
    const file = state.overlay?.kind === 'diff' ? state.overlay.file : 0;
    const index = changes.length === 0 ? 0 : file % changes.length;
    const change = changes[index];
    const title = [line(strong(headline))];
    if (change === undefined) return { title, body: [line(dim(shared.noFileChanges))], alone: true };
    if (!isFileChange(change)) return { title, body: paragraph(change.outside, widthIn(view)), alone: true };
    const count = changes.length > 1 ? ` ${shared.fileOf(index + 1, changes.length)}` : '';
    const named = line(tilde(change.file, state.facts), dim(`  ${changeSays(change)}${count}`));
    return { title: [...title, named], body: diffLines(change.patch, view), alone: true };
  },
});

/** A row for a file, or for what is no file. */
export function changeEntry(change: Change, index: number, state: State): Entry {
  const label = isFileChange(change) ? tilde(change.file, state.facts) : change.outside;
  return {
    id: `change ${index}`,
    label: `   ${label}`,
    ...(isFileChange(change) ? { aside: changeSays(change) } : {}),
    headline: label,
    changes: isFileChange(change) ? [change] : [],
    says: [],
    inside: [],
  };
}

/** Names of a group, under its row until it is opened. */
export const namesUnder = ({ names }: StepGroup): Pick<Choice, 'under'> =>
  names.length === 0 ? {} : { under: [someOf(names, 4)] };
