import { type Backup, backupsIn } from '../engine/backups.ts';
import { printableRow } from '../system/printable.ts';
import type { ExitCode } from '../system/problem.ts';
import { minute, tilde } from '../text.ts';
import { answer } from './answer.ts';
import type { Command, CommandContext } from './context.ts';
import { sizeText } from './numbers.ts';
import { backups as words } from './words/runs.ts';

/** `clawauth-setup undo --list`: loads nothing that applies or takes back. */
export const runList: Command = async (context) => {
  const kinds = async () => (await import('../actions/index.ts')).actionKinds;
  return list(context, await backupsIn(context.world, kinds));
};

/** Also `backups list`: the runs that are kept, newest first. */
export function list(context: CommandContext, runs: readonly Backup[]): ExitCode {
  const { args, streams, world } = context;
  if (args.switches.has('json')) return answer(context, 0, { changed: false, runs }, () => '');
  if (runs.length === 0) streams.out(`${words.none}\n`);
  for (const run of runs) {
    streams.out(
      `${run.id}  ${minute(run.startedAt)}  ${stateOf(run).padEnd(14)} ${printableRow(run.unreadable ?? run.title)}\n`,
    );
    if (run.unreadable !== undefined) continue;
    const changed =
      run.changed.length > 3 ? [...run.changed.slice(0, 2), words.more(run.changed.length - 2)] : run.changed;
    if (changed.length > 0) streams.out(`    ${printableRow(changed.join('; '))}\n`);
    streams.out(`    ${words.files(run.files.length, sizeText(run.bytes))}${sinceText(run, world.home)}\n`);
  }
  return 0;
}

function stateOf(run: Backup): string {
  if (run.unreadable !== undefined) return words.unreadable;
  return run.undoneBy === undefined ? run.outcome : words.undone;
}

function sinceText({ changedSince }: Backup, home: string): string {
  if (changedSince.length === 0) return '';
  const named = changedSince.slice(0, 2).map((path) => tilde(path, home));
  const more = changedSince.length - named.length;
  return words.since(`${named.join(', ')}${more > 0 ? words.andMore(more) : ''}`);
}
