import { at, number, parsed, text } from '../system/json.ts';

/** What the service says of itself, in a file that whoever asks for its state reads. Holds no secret. */
export interface SyncState {
  /** The `.credentials.json` that it keeps OpenClaw in step with; null where an earlier release wrote this. */
  readonly credentials: string | null;
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
export function readState(source: string | null): SyncState | null {
  const value = parsed(source ?? '');
  if (at(value, 'schema') !== 1) return null;
  return {
    credentials: text(at(value, 'credentials')),
    end: number(at(value, 'end')),
    asks: number(at(value, 'asks')),
    ended: at(value, 'ended') === true,
  };
}
