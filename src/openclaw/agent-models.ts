import { array, object, text } from '../system/json.ts';
import { parseJsonOutput } from '../system/json-output.ts';
import { agentIdOf } from './agent-id.ts';
import type { OpenClawCli } from './cli.ts';

/**
 * Agent → the model that it answers with: `agents list --json`, which every release from 2026.1.24 to 2026.9.6 knows and
 * whose `model` is the agent's own, else the default. null when it did not say.
 */
export async function agentModels(cli: OpenClawCli, signal?: AbortSignal): Promise<ReadonlyMap<string, string> | null> {
  const ran = await cli.run(['agents', 'list', '--json'], signal ? { signal } : {});
  const rows = parseJsonOutput(ran.stdout);
  if (ran.exitCode !== 0 || !Array.isArray(rows)) return null;
  return new Map(
    array(rows).flatMap((row) => {
      const { id, model } = object(row);
      const [agent, ref] = [text(id), text(model)];
      return agent === null || ref === null ? [] : [[agentIdOf(agent), ref] as const];
    }),
  );
}
