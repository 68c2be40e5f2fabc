import type { Login } from './login.ts';

const MINUTE = 60_000;

/** Claude Code renews a login that has 5 minutes or less left (2.1.100 to 2.1.329); it is asked one later. */
const BEFORE_END_MS = 4 * MINUTE;

/** ms from one question to the next while the login stays as it is; the last one counts for all that follow. */
const BACK_OFF_MS = [1, 2, 5, 10].map((minutes) => minutes * MINUTE);

/** What the service remembers from one look to the next. */
export interface Memory {
  /** {@link Login} last seen: its mark, or its state. */
  readonly seen: string | null;
  /** Unix ms of the last question to Claude Code; null before the first. */
  readonly asked: number | null;
  /** Questions since the login was another one. */
  readonly asks: number;
  /** What was seen of the login when it turned out to have ended; null while it has not. */
  readonly ended: string | null;
}

export const NOTHING_YET: Memory = { seen: null, asked: null, asks: 0, ended: null };

/** What is remembered after a look that found `login`. A half written file says nothing. */
export function afterLook(memory: Memory, login: Login): Memory {
  if (login.state === 'unreadable') return memory;
  const seen = login.state === 'there' ? login.mark : login.state;
  const asks = seen === memory.seen ? memory.asks : 0;
  if (login.state === 'ended') return { ...memory, seen, asks, ended: seen };
  return { ...memory, seen, asks, ended: memory.ended === seen ? seen : null };
}

/** What is remembered once Claude Code is asked at `now`. */
export function afterAsking(memory: Memory, now: number): Memory {
  return { ...memory, asked: now, asks: memory.asks + 1 };
}

/** What is remembered once Claude Code turned out to be away: as soon as it is back, a token is wanted. */
export function afterAway(memory: Memory): Memory {
  return { ...memory, asks: 0 };
}

/** What is remembered once Claude Code said that nobody is signed in. */
export function afterSignedOut(memory: Memory): Memory {
  return { ...memory, ended: memory.seen };
}

/** Unix ms when Claude Code is to be asked next; null while it has no login that a question could renew. */
export function nextAsk({ asked, asks, ended }: Memory, login: Login): number | null {
  if (ended !== null || login.state === 'ended' || login.state === 'unreadable') return null;
  const due = login.state === 'there' ? login.end - BEFORE_END_MS : 0;
  // Never twice in a minute, however short the tokens are that it gets.
  const wait = BACK_OFF_MS[Math.min(Math.max(asks, 1), BACK_OFF_MS.length) - 1] as number;
  return asked === null ? due : Math.max(due, asked + wait);
}
