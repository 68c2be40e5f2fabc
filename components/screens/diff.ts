import { tilde } from '../facts.ts';
import { changeSays, diffLines, isFileChange } from '../kit/diff.ts';
import { bind, CLOSE, SCROLL } from '../kit/keys.ts';
import { dim, line, paragraph, strong } from '../kit/text.ts';
import { widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import type { Changes, Cursor, Screen } from './screen.ts';

/** Over a screen that changes something: every change, file by file, to scroll through. `changesOf`: of that screen. */
export const diffOver = (changesOf: (state: State, at: Cursor) => Changes | null): Screen => ({
  keys: (state, at) => [
    CLOSE,
    ...((changesOf(state, at)?.changes.length ?? 0) > 1
      ? [
          bind(['tab', 'n'], 'next file', { type: 'next file', by: 1 }),
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
    if (change === undefined) return { title, body: [line(dim('No file changes in this step.'))], alone: true };
    if (!isFileChange(change)) return { title, body: paragraph(change.outside, widthIn(view)), alone: true };
    const count = changes.length > 1 ? ` (${index + 1} of ${changes.length})` : '';
    const named = line(tilde(change.file, state.facts), dim(`  ${changeSays(change)}${count}`));
    return { title: [...title, named], body: diffLines(change.patch, view), alone: true };
  },
});
