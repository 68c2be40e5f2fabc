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
