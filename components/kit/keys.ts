import type { Intent } from '../events.ts';
import { keys } from '../words/shared.ts';

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

export const bind = (keys: KeyName | readonly KeyName[], label: string | undefined, intent: Intent): Binding => ({
  keys: typeof keys === 'string' ? [keys] : keys,
  label,
  intent,
});

/** Rows that a page key moves, before the screen says how many it shows. */
export const PAGE = 10;

const arrows = (type: 'move' | 'scroll', pageDown: readonly KeyName[]): readonly Binding[] => [
  bind(['up', 'k'], undefined, { type, by: -1 }),
  bind(['down', 'j'], undefined, { type, by: 1 }),
  bind('pageup', undefined, { type, by: -PAGE }),
  bind(pageDown, undefined, { type, by: PAGE }),
  bind('home', undefined, { type, by: Number.MIN_SAFE_INTEGER }),
  bind('end', undefined, { type, by: Number.MAX_SAFE_INTEGER }),
];

export const LIST = arrows('move', ['pagedown']);
export const SCROLL = arrows('scroll', ['pagedown', 'space']);
export const INTERRUPT = bind('ctrl+c', undefined, { type: 'interrupt' });
/** Not listed by itself: the help line names it when it had to leave something out. */
export const KEYS = bind('?', undefined, { type: 'open', overlay: 'keys' });
export const BACK = bind('escape', keys.back, { type: 'back' });
export const CLOSE = bind(['escape', 'return'], keys.close, { type: 'back' });
export const LEAVE = bind('q', keys.leave, { type: 'leave' });
export const LOOK_AGAIN = bind('u', keys.lookAgain, { type: 'look again' });
export const WRONG = bind('w', keys.wrong, { type: 'show wrong' });
export const DETAILS = bind('d', keys.details, { type: 'open', overlay: 'details' });
/** Copies a command or an address that is shown: a terminal may break it. No key where there is none. */
export function copies(text: string | null | undefined): readonly Binding[] {
  if (text == null) return [];
  const what = /^https?:/.test(text) ? 'address' : 'command';
  return [bind('c', keys.copy(what), { type: 'copy', what, text })];
}
export const accept = (label: string) => bind('return', label, { type: 'accept' });
