import { at, number, parsed } from '../system/json.ts';

/** What the service says of itself, in a file that whoever asks for its state reads. Holds no secret. */
export interface SyncState {
  /** Unix ms when the token ends that OpenClaw has from here; null while it has none. */
  readonly end: number | null;
  /** Unix ms when Claude Code is asked next; null while it has no login to renew. */
  readonly asks: number | null;
  /** The login of Claude Code has ended: the person has to sign in again. */
  readonly ended: boolean;
}

export function writeState(state: SyncState): string {
  return `${JSON.stringify({ schema: 1, ...state }, null, 2)}\n`;
}

/** null for a file of nobody, and for one of a release that is not known here. */
export function readState(text: string | null): SyncState | null {
  const value = parsed(text ?? '');
  if (at(value, 'schema') !== 1) return null;
  return { end: number(at(value, 'end')), asks: number(at(value, 'asks')), ended: at(value, 'ended') === true };
}
