import * as z from 'zod/mini';
import type { Action, ActionKind, Dry } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import { errorLine, linesSaid } from '../system/said.ts';
import type { World } from '../system/world.ts';
import { Described, parseParams } from './params.ts';

const CRONTAB_LINES = 'crontab-lines';
const SCHEMA = 1;
const TIMEOUT_MS = 20_000;

/**
 * Switches lines of the person's crontab off by making comments of them. They stay where they are, so that an undo needs
 * no copy of a file that only cron may read, and nothing of them is written down.
 */
export const CrontabLinesParams = z.object({
  ...Described.shape,
  /** sha256 (hex) of each line as it stands there, up to a credential in it. */
  lines: z.array(z.string()),
});
export type CrontabLinesParams = z.infer<typeof CrontabLinesParams>;

export function crontabLines(id: string, params: CrontabLinesParams): Action<CrontabLinesParams> {
  return { id, kind: CRONTAB_LINES, schema: SCHEMA, params, touches: [] };
}

export const crontabLinesKind: ActionKind<CrontabLinesParams> = {
  kind: CRONTAB_LINES,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(CrontabLinesParams, CRONTAB_LINES, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ lines }, context) {
    const changed = await change(lines, 'off', context);
    if (changed.length === 0) context.note('The crontab does not hold these lines any more.');
  },

  async revert({ lines }, _undo, context) {
    const changed = await change(lines, 'on', context);
    return { state: changed.length > 0 ? 'restored' : 'already gone', notes: [] };
  },

  async redo({ lines }, _undo, context) {
    await change(lines, 'off', context);
    return { state: 'restored', notes: [] };
  },
};

/** A process of its own reads and writes: a line may hold a credential, and the output of our children is masked. */
const SCRIPT = `
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { lines, to, mark, write } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const known = (line) => lines.includes(createHash('sha256').update(line.split('sk-ant-')[0]).digest('hex'));
const before = execFileSync('crontab', ['-l'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\\n');
const after = before.map((line) => {
  if (to === 'off') return known(line) ? mark + line : line;
  return line.startsWith(mark) && known(line.slice(mark.length)) ? line.slice(mark.length) : line;
});
const changed = after.flatMap((line, index) => (line === before[index] ? [] : [index + 1]));
if (write && changed.length > 0) execFileSync('crontab', ['-'], { input: after.join('\\n') });
process.stdout.write(JSON.stringify(changed));
`;

const MARK = '# off by clawauth-setup: ';

/** Gives the numbers of the lines that were changed, or in a preview would be. */
async function change(
  lines: readonly string[],
  to: 'off' | 'on',
  { world, dry, signal }: { readonly world: World; readonly dry?: Dry; readonly signal: AbortSignal },
): Promise<readonly number[]> {
  const { processes, execPath } = dry?.world ?? world;
  const stdin = JSON.stringify({ lines, to, mark: MARK, write: dry === undefined });
  const ran = await processes.run([execPath, '-e', SCRIPT], { stdin, timeoutMs: TIMEOUT_MS, signal });
  if (ran.exitCode !== 0) {
    throw new Problem('crontab-refused', 'The crontab could not be changed.', {
      why: errorLine(linesSaid(ran)) ?? `${execPath} ended with exit code ${ran.exitCode}.`,
      next: 'crontab -e',
    });
  }
  const changed = JSON.parse(ran.stdout) as number[];
  for (const line of changed) dry?.tell(`crontab line ${line}: ${to === 'off' ? 'becomes a comment' : 'counts again'}`);
  return changed;
}
