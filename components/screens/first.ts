import { FACT_LABELS } from '../../src/text.ts';
import type { Layout } from '../kit/compose.ts';
import { helpLines } from '../kit/help.ts';
import { DETAILS, INTERRUPT, KEYS, LEAVE } from '../kit/keys.ts';
import { dim, type Line, line, pad, type Span, sides, strong } from '../kit/text.ts';
import { isNarrow, mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { shared as words } from '../words/shared.ts';

/** Columns of the label of a fact. */
export const LABEL = 13;

/**
 * The first screen before anything is known, as plain rows: the same that `look` within the shell gives then, without
 * what judges facts. A test holds them together.
 */
export function firstScreen(version: string, view: View): Layout {
  return {
    banner: bannerOf(version, null, view),
    trail: [],
    title: [lookTitle(true, [strong(words.lookingAround)], view)],
    body: Object.values(FACT_LABELS).map((label, index) => waitingRow(label, index === 0)),
    foot: helpLines([DETAILS, LEAVE, KEYS, INTERRUPT], view),
  };
}

/** Name and version, and at the right edge where the person is. */
export function bannerOf(version: string, step: string | null, view: View): Line {
  const right = step ?? (isNarrow(view) ? '' : words.slogan);
  return sides(line(strong('clawauth-setup'), dim(` ${version}`)), line(dim(right)), widthIn(view));
}

export function lookTitle(working: boolean, says: readonly (Span | string)[], view: View): Line {
  return sides(line(...says), line(dim(working ? words.unchanged : '')), widthIn(view));
}

/** A fact that has not come yet. */
export function waitingRow(label: string, spins: boolean): Line {
  return line(spins ? SPINNER : mark('wait'), ' ', pad(label, LABEL), dim('…'));
}
