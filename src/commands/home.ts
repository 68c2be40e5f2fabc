import { actionKinds } from '../actions/index.ts';
import type { RunOptions } from '../engine/index.ts';
import type { Facts } from '../facts/types.ts';
import { copiesLeft, withoutHash } from '../history/copies-left.ts';
import { type HomeContext, homeFacts, takeBackView } from '../history/overview.ts';
import { type RenewalGiven, renewal } from '../history/renew.ts';
import type { UndoView, UninstallResult } from '../history/types.ts';
import { looksAfter, previewUninstall, takeAllBack } from '../history/uninstall.ts';
import { storingAs } from '../methods/asking.ts';
import { type HandedSecret, planOptions } from '../methods/handed.ts';
import type { Finding } from '../methods/types.ts';
import { previewPlan } from '../plan/index.ts';
import { withPasteable } from '../system/pasteable.ts';
import { forgetPreferences } from './preferences.ts';
import type { PreparedRun } from './prepare.ts';
import { uninstall as words } from './words/runs.ts';

export { type HomeContext, homeFacts, previewUninstall };

const PURGE = 'clawauth-setup uninstall --purge';

/** {@link renewal} with its preview. */
export async function prepareRenewal(
  home: HomeContext,
  facts: Facts,
  handed: HandedSecret | null,
  given: RenewalGiven = {},
): Promise<PreparedRun> {
  const renewed = await renewal(home, facts, planOptions(handed, handed === null), given);
  const preview = await previewPlan(renewed.plan, { world: home.world, kinds: actionKinds });
  const warnings = renewed.warnings.map((warning) => withPasteable(warning, home.world));
  return { facts, ...renewed, preview, warnings, renews: true };
}

/** What an undo of one run would change. */
export async function previewUndo({ engine }: HomeContext, id: string): Promise<UndoView> {
  const { steps, changes } = await takeBackView(engine, id);
  return { steps, changes };
}

/**
 * Takes everything of ours back in one run, then looks whether OpenClaw still starts. With `purge` the backups and
 * preferences go as well, but only when all of it could be taken back.
 */
export async function runUninstall(
  { world, engine }: HomeContext,
  options: RunOptions & {
    readonly purge?: boolean;
    /** Told when all is taken back and OpenClaw is asked. */
    readonly onAsking?: () => void;
    readonly onSlow?: (says: string) => void;
  },
): Promise<UninstallResult> {
  const standing = await engine.inForce();
  const stored = standing.flatMap(({ secrets }) => Object.entries(secrets ?? {}));
  const nouns = new Map(stored.map(([name, hash]) => [hash, storingAs(name)?.secret.noun ?? name]));
  const unproved = withoutHash(standing);
  // Newest first: what was wrong before the first of them.
  const wrong = standing.at(-1)?.about.wrong;
  const receipt = await takeAllBack(engine, options);
  if (!options.signal?.aborted) options.onAsking?.();
  const looked = options.signal?.aborted ? [] : await looksAfter(world, options.signal, options.onSlow, wrong);
  const findings = [...looked, ...(options.signal?.aborted ? [] : await copiesLeft(world, nouns, unproved))];
  if (options.purge !== true) return { receipt, findings, purged: false };
  const whole = receipt.outcome === 'applied';
  if (whole && !options.signal?.aborted) {
    try {
      await purge({ world, engine });
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const says = words.notWhole(engine.root, what);
      return { receipt, findings: [...findings, { verdict: 'error', says, next: PURGE }], purged: false };
    }
    return { receipt, findings: [...findings, { verdict: 'info', says: words.removed(engine.root) }], purged: true };
  }
  const warning: Finding = whole
    ? { verdict: 'warning', says: words.keptStopped(engine.root), next: PURGE }
    : { verdict: 'warning', says: words.keptNeeded(engine.root) };
  return { receipt, findings: [...findings, warning], purged: false };
}

/** Removes backups, receipts and preferences: the way back is gone. */
export async function purge({ world, engine }: HomeContext): Promise<void> {
  await engine.purge();
  await forgetPreferences(world);
}
