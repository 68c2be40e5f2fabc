import type { Engine, RunOptions } from '../engine/index.ts';
import type { Receipt } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import type { HomeFacts, UninstallResult, UninstallView } from '../methods/home-types.ts';
import type { Secret } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import type { Prepared } from './prepare.ts';

/** What home needs of the outside. */
export interface HomeContext {
  readonly world: World;
  readonly engine: Engine;
}

/** What home shows. Fast without `facts` (receipts and hashes only); with them the drift and the token's end are known. */
export declare function homeFacts(context: HomeContext, facts?: Facts): Promise<HomeFacts>;

/** The plan of a renewal: the new token under the same profile id, nothing else. Throws `Problem('nothing-to-renew')`. */
export declare function prepareRenewal(context: HomeContext, facts: Facts, token: Secret | null): Promise<Prepared>;

/** What an uninstall would take away. Reads no network; needs no OpenClaw. */
export declare function previewUninstall(context: HomeContext, facts?: Facts): Promise<UninstallView>;

/** Takes everything of ours back in one run, then looks whether OpenClaw still starts. */
export declare function runUninstall(
  context: HomeContext,
  options: RunOptions & { readonly facts?: Facts; readonly purge?: boolean },
): Promise<UninstallResult>;

/** What an undo of one run would change. */
export declare function previewUndo(
  context: HomeContext,
  id: string,
): Promise<Pick<UninstallView, 'steps' | 'changes'>>;

export type { Receipt };
