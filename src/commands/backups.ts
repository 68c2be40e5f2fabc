import type { Pruned } from '../engine/index.ts';
import { printableRow } from '../system/printable.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import { DAY_MS } from '../text.ts';
import { answer } from './answer.ts';
import { requireConfirmation } from './answers.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { list } from './list.ts';
import { ageInDays, sizeText, wholeNumber } from './numbers.ts';
import { ask, confirm } from './prompt.ts';
import { backups as says } from './words/runs.ts';

/** `clawauth-setup backups [list|verify|prune]`: what is kept for undo. Reads nothing of OpenClaw. */
export async function runBackups(context: CommandContext): Promise<ExitCode> {
  if (context.args.operand === 'verify') return verify(context);
  if (context.args.operand === 'prune') return prune(context);
  const engine = await engineFor(context);
  const code = list(context, await engine.backups());
  if (!context.args.switches.has('json')) context.streams.out(`${says.keptIn(engine.root)}\n`);
  return code;
}

/** Exit code 1 when a copy cannot be relied on. */
async function verify(context: CommandContext): Promise<ExitCode> {
  const { args, streams } = context;
  const check = await (await engineFor(context)).verifyBackups();
  const code = check.bad.length > 0 ? 1 : 0;
  if (args.switches.has('json')) return answer(context, code, { changed: false, ...check }, () => '');
  streams.out(`${says.verified(check.runs, check.copies, sizeText(check.bytes), check.root)}\n`);
  for (const { run, path, copy, wrong } of check.bad) streams.out(`  ✘ ${says.bad(run, path, wrong, copy)}\n`);
  for (const id of check.unreadable) streams.out(`  ! ${says.receiptUnreadable(id)}\n`);
  for (const path of check.open) streams.out(`  ! ${says.open(path)}\n`);
  if (code === 0) streams.out(`  ✔ ${says.good}\n`);
  return code;
}

async function prune(context: CommandContext): Promise<ExitCode> {
  const { args, streams, world, signal } = context;
  const { keep, 'older-than': age } = args.values;
  if ((keep === undefined) === (age === undefined)) {
    throw new Problem('usage', says.sayWhich, {
      next: 'clawauth-setup backups prune --older-than 90d',
      exitCode: 2,
    });
  }
  const options = {
    ...(keep === undefined ? {} : { keep: wholeNumber('keep', keep) }),
    ...(age === undefined ? {} : { before: world.clock.now() - ageInDays('older-than', age) * DAY_MS }),
    alsoInForce: args.switches.has('in-force'),
  };
  const engine = await engineFor(context);
  const would = await engine.pruneBackups({ ...options, dryRun: true });
  const nothing = would.removed.length === 0 && would.copies === 0;
  if (args.switches.has('dry-run') || nothing) return printed(context, would, true);
  if (!args.switches.has('yes')) {
    requireConfirmation(context);
    streams.err(words(would, true));
    const standing = (await engine.backups()).filter(({ id, inForce }) => inForce && would.removed.includes(id));
    if (standing.length > 0) {
      const what = standing.map(({ id, title }) => `  ${id}  ${printableRow(title)}\n`).join('');
      streams.err(`${says.inUse}\n${what}`);
      if ((await ask(streams, signal, says.type(says.forget))) !== says.forget)
        throw new Cancelled(says.nothingRemoved);
    } else if (!(await confirm(streams, signal, says.ask, false))) throw new Cancelled(says.nothingRemoved);
  }
  return printed(context, await engine.pruneBackups(options), false);
}

function printed(context: CommandContext, pruned: Pruned, dryRun: boolean): ExitCode {
  const changed = pruned.removed.length > 0;
  return answer(context, 0, { changed, dryRun, ...pruned }, () => words(pruned, dryRun));
}

function words({ removed, needed, copies, bytes }: Pruned, dryRun: boolean): string {
  const lines = [
    dryRun ? says.would(removed.length, copies, sizeText(bytes)) : says.did(removed.length, copies, sizeText(bytes)),
    ...removed.map((id) => `  ${id}`),
  ];
  if (needed.length > 0) {
    lines.push(says.needed);
    for (const id of needed) lines.push(`  ${id}`);
  }
  return `${lines.join('\n')}\n`;
}
