import type { Action } from '../engine/types.ts';

/** Whether a step asks for the secret of this name: params name secrets where they go in, they never hold one. */
export function needsSecret({ actions }: { readonly actions: readonly Action[] }, name: string): boolean {
  const holds = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(
      ([key, inner]) => ((key === 'secret' || key === '$secret') && inner === name) || holds(inner),
    );
  };
  return actions.some((action) => holds(action.params));
}
