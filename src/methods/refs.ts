import type { OldRefs } from '../openclaw/bridge.ts';
import type { BestModels } from '../openclaw/claude-models.ts';

/** The models of one way to sign in, and those that it takes over. */
export interface Refs {
  readonly best: BestModels;
  readonly isOurs: (ref: string) => boolean;
  readonly old: OldRefs;
  /** They look at images. */
  readonly sees: boolean;
}
