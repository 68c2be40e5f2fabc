import type { ConfigFacts } from './records.ts';

/**
 * Agent → the model that it answers with, as the configuration says: its own, else the default. `agents list --json` says
 * the same (run on 2026.1.24-3 to 2026.9.6), for 2 to 4 s.
 */
export function agentModels({ agents, primary }: ConfigFacts): ReadonlyMap<string, string> {
  return new Map(
    agents.flatMap(({ id, model }) => {
      const ref = model ?? primary;
      return ref === null ? [] : [[id, ref] as const];
    }),
  );
}
