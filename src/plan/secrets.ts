import type { Plan } from '../engine/types.ts';

/** Whether a step asks for the secret of this name: params name secrets where they go in, they never hold one. */
export function needsSecret({ actions, takes }: Pick<Plan, 'actions' | 'takes'>, name: string): boolean {
  const holds = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(
      ([key, inner]) => ((key === 'secret' || key === '$secret') && inner === name) || holds(inner),
    );
  };
  // What is taken back needs none: it was stored by an earlier run.
  return actions.some((action, index) => takes?.[index] == null && holds(action.params));
}
