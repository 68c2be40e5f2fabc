import { asText, fileChange } from '../actions/patch.ts';
import { previewSteps, type Would } from '../engine/index.ts';
import { SCHEMA } from '../engine/journal.ts';
import type { Action, ActionKinds, Change, Plan, Words } from '../engine/types.ts';
import type { World } from '../system/world.ts';
import { refuseUnwritable } from './writable.ts';

/**
 * `actions` in order, and the sha256 (hex; null for absent) of every file that they were worked out from. Throws when
 * two actions share an id: undo tells them apart by it.
 */
export function makePlan(actions: readonly Action[], madeFrom: Plan['madeFrom']): Plan {
  const ids = new Set<string>();
  for (const { id } of actions) {
    if (ids.has(id)) throw new Error(`Two actions of one plan are called "${id}"`);
    ids.add(id);
  }
  return { schema: SCHEMA, actions, madeFrom };
}

export interface PlanPreview {
  readonly steps: readonly {
    readonly action: Action;
    readonly forward: Words;
    readonly backward: Words;
    readonly changes: readonly Change[];
    /** The earlier run whose step it takes back; its words are turned round then. */
    readonly takesBack?: string;
  }[];
  /** Everything that may be written and is copied first, absolute, in order; folders end in `/`. */
  readonly files: readonly string[];
}

/**
 * What each step will change, worked out without writing: a step sees the files as the steps before it would leave
 * them. Secrets are masked. Throws the `Problem` of a step that could not work (a config that cannot be edited).
 */
export async function previewPlan(
  plan: Plan,
  context: { readonly world: World; readonly kinds: ActionKinds },
): Promise<PlanPreview> {
  await refuseUnwritable(plan, context.world);
  const steps = await previewSteps(plan, context, ({ would, ...step }) => ({
    ...step,
    changes: would.flatMap(changesOf),
  }));
  const files = plan.actions.flatMap(({ touches }) =>
    touches.map(({ path, as }) => (as === 'directory' || as === 'tree' ? `${path}/` : path)),
  );
  return { steps, files: [...new Set(files)] };
}

function changesOf(would: Would): readonly Change[] {
  if (typeof would === 'string') return [{ outside: would }];
  const { path, now, then, links } = would;
  const change = fileChange(path, asText(now, path), asText(then, path));
  return links === undefined ? [change] : [change, { outside: linkText(path, links) }];
}

/** A file is replaced whole, or not at all: under its other names the old one stays. */
function linkText(path: string, links: number): string {
  return `${path} is a hard link, one of ${links} names of one file: the others keep the old content; an undo links them again if the backups are on the same file system`;
}
