import { asText, fileChange } from '../actions/patch.ts';
import type { TakePreviews } from '../engine/index.ts';
import { SCHEMA } from '../engine/journal.ts';
import type { Action, ActionKinds, Change, Plan, PreviewContext, Words } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
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
  context: { readonly world: World; readonly kinds: ActionKinds; readonly takes?: TakePreviews },
): Promise<PlanPreview> {
  await refuseUnwritable(plan, context.world);
  const overlay = new Overlay(context.world);
  const steps: PlanPreview['steps'][number][] = [];
  for (const [index, action] of plan.actions.entries()) {
    const take = plan.takes?.[index] ?? null;
    if (take?.quiet === true) continue;
    const kind = context.kinds.get(action.kind);
    if (kind === undefined) {
      throw new Problem('unknown-action', `This release cannot do "${action.kind}".`, {
        next: 'npx clawauth-setup@latest',
      });
    }
    const params = kind.parse(action.params, action.schema);
    const { context: preview, changes } = overlay.step();
    const { forward, backward } = kind.describe(params);
    if (take === null) {
      const told = await kind.preview(params, preview);
      steps.push({ action, forward, backward, changes: [...told, ...(await changes(told))] });
    } else {
      const told = (await context.takes?.(take, preview)) ?? [];
      const words = { forward: backward, backward: forward, takesBack: take.run };
      steps.push({ action, ...words, changes: [...told, ...(await changes(told))] });
    }
  }
  const files = plan.actions.flatMap(({ touches }) =>
    touches.map(({ path, as }) => (as === 'directory' || as === 'tree' ? `${path}/` : path)),
  );
  return { steps, files: [...new Set(files)] };
}

/** The files as the steps so far would leave them. */
class Overlay {
  readonly #world: World;
  /** By real path. */
  readonly #files = new Map<string, Uint8Array | null>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The context of the next step, and the diffs of files that it changes without showing them itself. */
  step(): { context: PreviewContext; changes(told: readonly Change[]): Promise<Change[]> } {
    const wanted = new Map<string, Uint8Array | null>();
    return {
      context: {
        world: this.#world,
        read: async (path) => (wanted.has(path) ? (wanted.get(path) ?? null) : this.#read(path)),
        would: (path, content) => {
          wanted.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
        },
      },
      changes: async (told) => {
        const shown = new Set(told.flatMap((change) => ('file' in change ? [change.file] : [])));
        const missing: Change[] = [];
        for (const [path, after] of wanted) {
          const before = await this.#read(path);
          if (!shown.has(path) && !same(before, after)) missing.push(fileChange(path, asText(before), asText(after)));
          const links = same(before, after) ? undefined : (await this.#world.files.stat(path))?.links;
          if (links !== undefined) missing.push({ outside: linkText(path, links) });
          this.#files.set(await this.#real(path), after);
        }
        return missing;
      },
    };
  }

  async #read(path: string): Promise<Uint8Array | null> {
    const real = await this.#real(path);
    const content = this.#files.get(real);
    return content === undefined ? this.#world.files.read(path) : content;
  }

  async #real(path: string): Promise<string> {
    return (await this.#world.files.realpath(path)) ?? path;
  }
}

/** A file is replaced whole, or not at all: under its other names the old one stays. */
function linkText(path: string, links: number): string {
  return `${path} is a hard link, one of ${links} names of one file: the others keep the old content; an undo links them again if the backups are on the same file system`;
}

function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.from(a).equals(b);
}
