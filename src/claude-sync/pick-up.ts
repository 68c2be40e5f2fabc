import { atLeast } from '../openclaw/version.ts';

/**
 * How a running gateway comes to use a token that was replaced in its file (turns of these releases, the header seen):
 *  - `itself`: its next turn has it (2026.2.17)
 *  - `reload`: `openclaw secrets reload` (2026.3.2; 2026.5.28 refuses it to a device that was not paired)
 *  - `restart`: never, or a turn late (2026.3.28, 2026.5.28)
 */
export type PickUp = 'itself' | 'reload' | 'restart';

/** What this release needs. The ones between those that were run are taken for the later. */
export function pickUpOf(version: string): PickUp {
  if (atLeast(version, '2026.3.3')) return 'restart';
  if (atLeast(version, '2026.3.2')) return 'reload';
  return atLeast(version, '2026.2.18') ? 'restart' : 'itself';
}
