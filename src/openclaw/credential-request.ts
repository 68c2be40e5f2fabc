import { credentialsInJson } from './generation.ts';
import type { Target } from './openclaw-program.ts';
import type { AgentFacts, CredentialType, ProfileFacts } from './records.ts';

/** What to store, and where. The secret itself travels by its name. */
export interface CredentialRequest {
  /** Id of the method that asks. */
  readonly method: string;
  readonly type: CredentialType;
  /** Name of the secret in the plan. */
  readonly secret: string;
  /** What it is called in the steps: `token`. */
  readonly noun: string;
  /** The variable whose name is stored in the place of the secret. */
  readonly variable?: string;
  /** The file that OpenClaw reads the secret from, and what `secrets.providers` calls it: the profile names that. */
  readonly file?: { readonly path: string; readonly provider: string };
  readonly profileId: string;
  /** Unix ms; null when not known. */
  readonly expires: number | null;
  /** Agents whose store gets it. In the shared store of 2026.8.1 and later the default one stands for all. */
  readonly agents: readonly AgentFacts[];
  readonly profiles: readonly ProfileFacts[];
  /**
   * Where the secret lies, a place in a JSON file, where nobody hands it over: a service of ours then keeps the profile in
   * step with that place, in the files of a release that reads those.
   */
  readonly source?: {
    readonly $secretFile: string;
    readonly at: readonly string[];
    readonly within?: readonly string[];
  };
  /** Stores that are there now, by absolute path. */
  readonly present: (file: string) => boolean;
}

/**
 * Whose store every other agent reads as well: the default agent's (2026.8.1 and later), before that the one of `main`, also
 * where the other has a database of its own (run on 2026.6.5 and 2026.7.1).
 */
export function ownerOf({ release: { generation } }: Target, { agents }: CredentialRequest): AgentFacts | undefined {
  if (credentialsInJson(generation)) return undefined;
  return agents.find(({ id, isDefault }) => (generation === 'G3' ? isDefault : id === 'main'));
}

/** The profile lies in the agent's own store, or may: it would be used instead of the one that all read. */
export function hasOwn({ profiles, profileId }: CredentialRequest, { id, agentDir }: AgentFacts): boolean {
  const stored = profiles.filter((row) => row.id === profileId);
  const seen = stored.filter(({ agent }) => agent === id);
  return seen.length === 0 ? stored.length > 0 : seen.some(({ store }) => store?.startsWith(`${agentDir}/`));
}
