import type { DiskCall } from '../../src/engine/disk.ts';
import { restoreFiles } from '../../src/engine/index.ts';
import type { Action, ActionKind, ActionKinds, Plan, Touch } from '../../src/engine/types.ts';
import { Problem } from '../../src/system/problem.ts';

/** The smallest honest actions: write, remove and chmod files through the door; or let a shell do it. */
export type FileEdit =
  | { readonly op: 'write'; readonly path: string; readonly content: string; readonly mode?: number }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly op: 'shell'; readonly script: string }
  | { readonly op: 'fail' };

const edit: ActionKind<readonly FileEdit[], { readonly edits: number }> = {
  kind: 'edit',
  schema: 1,
  parse: (params) => {
    if (!Array.isArray(params)) throw new Problem('bad-params', 'edit: an array was expected');
    return params as readonly FileEdit[];
  },
  describe: (edits) => ({
    forward: { headline: `Make ${edits.length} edits` },
    backward: { headline: `Take ${edits.length} edits back` },
  }),
  async apply(edits, { door, backups, world }) {
    for (const each of edits) {
      if (each.op === 'fail') throw new Problem('told-to-fail', 'This edit fails.', { next: 'true' });
      if (each.op === 'shell') {
        const ran = await world.processes.run(['/bin/sh', '-c', each.script], { timeoutMs: 60_000 });
        if (ran.exitCode !== 0) throw new Problem('shell-failed', `sh failed: ${ran.stderr}`);
        continue;
      }
      const path = backups.of(each.path);
      if (each.op === 'remove') await door.remove(path);
      else if (each.op === 'chmod') await door.chmod(path, each.mode);
      else await door.replace(path, each.content, each.mode === undefined ? {} : { mode: each.mode });
    }
    return { edits: edits.length };
  },
  revert: (_edits, _undo, context) => restoreFiles(context),
};

export const editKinds: ActionKinds = new Map([['edit', edit as ActionKind]]);

/** An action that makes `edits`; it touches every path it names, and `touches`. */
export function editAction(id: string, edits: readonly FileEdit[], touches: readonly Touch[] = []): Action {
  const named = edits.flatMap((each) => ('path' in each ? [{ path: each.path, as: 'file' as const }] : []));
  return { id, kind: 'edit', schema: 1, params: edits, touches: [...named, ...touches] };
}

export const planOf = (...actions: readonly Action[]): Plan => ({ schema: 1, actions, madeFrom: {} });

/** A crash: from the n-th changing call on, nothing reaches the disk any more; the n-th one may be torn. */
export class SimulatedCrash extends Error {}

/** Whether a run ended with a {@link SimulatedCrash}, whatever was made of it on the way. */
export function isCrash(error: unknown): boolean {
  return error instanceof SimulatedCrash || (error instanceof Error && isCrash(error.cause));
}

export function crashAt(n: number, torn: boolean) {
  let count = 0;
  return async <T>(call: DiskCall, go: () => Promise<T>): Promise<T> => {
    count += 1;
    if (count === n && torn) await call.torn?.();
    if (count >= n) throw new SimulatedCrash(`crash at call ${n}`);
    return go();
  };
}
