import type { Leftover } from '../engine/index.ts';
import { storingAs } from '../methods/asking.ts';
import { secretsOf } from '../methods/handed.ts';
import { rowsText } from '../system/printable.ts';
import { type ExitCode, Problem } from '../system/problem.ts';
import { answer } from './answer.ts';
import { finish } from './apply.ts';
import type { CommandContext } from './context.ts';
import { engineFor, runOptions } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import { goOn } from './go-on.ts';
import { readHanded } from './handed.ts';
import { receiptJson, receiptText, undoCommand } from './print-run.ts';
import { usage } from './words/help.ts';
import { outcome, interrupted as says } from './words/runs.ts';

const ENDS = ['resume', 'undo', 'leave'] as const;

/**
 * `clawauth-setup recover`: tells what an interrupted run did and did not do; with a flag ends it. Reads nothing of
 * OpenClaw. Exit code 4 while somebody has to decide.
 */
export async function runRecover(context: CommandContext): Promise<ExitCode> {
  const { args, streams } = context;
  const ends = ENDS.filter((end) => args.switches.has(end));
  if (ends.length > 1) {
    throw new Problem('usage', usage.oneOf(ENDS), {
      next: 'clawauth-setup recover',
      exitCode: 2,
    });
  }
  const engine = await engineFor(context);
  const holder = await engine.holder();
  if (holder !== null) {
    throw new Problem('lock-held', says.held(holder.pid, holder.since), {
      why: says.running,
      exitCode: 5,
      next: `ps -p ${holder.pid}`,
    });
  }
  const leftover = await engine.pending();
  if (leftover === null) {
    const tidied = await engine.tidy();
    return answer(context, 0, { changed: tidied, leftover: null, tidied }, () =>
      tidied ? `${says.tidied}\n` : `${says.noRun}\n`,
    );
  }
  const [end] = ends;
  if (end === undefined) {
    return answer(context, 4, { changed: false, leftover }, () => leftoverText(leftover));
  }
  const handed = end === 'resume' ? await readHanded(context) : null;
  const receipt = await engine.recover(end, { secrets: secretsOf(handed), ...runOptions(context) });
  if (end === 'resume') return finish(context, receipt, undefined);
  // Both end with what was asked for, although the run itself did not succeed.
  const good = end === 'leave' || receipt.outcome === 'put back' || receipt.outcome === 'applied';
  const code = context.signal.aborted ? 130 : good ? 0 : exitCodeOf(receipt);
  const more = { changed: end !== 'leave', receipt: receiptJson(receipt) };
  if (args.switches.has('json')) return answer(context, code, more, () => '');
  if (end === 'leave') streams.out(`${says.left(undoCommand(receipt, context.world))}\n`);
  else if (code === 0) streams.out(`${outcome.undone}\n`);
  else streams.out(receiptText(receipt, context.world, { next: await goOn(engine, receipt) }));
  return code;
}

const GLYPHS = { done: '✔', 'cut off': '✘', failed: '✘', 'put back': '↩', 'not started': '·' } as const;

/** What was done and what was not, and the three ways on. */
export function leftoverText(leftover: Leftover): string {
  const { title, startedAt, turned, purpose, secrets } = leftover;
  const head = says.says(title, startedAt, turned);
  const again = secrets.flatMap((name) => storingAs(name)?.secret ?? []);
  const hand = again.map(({ name, noun }) => says.giveAgain(noun, name)).join('');
  const choices = [
    says.copies,
    ...(purpose === 'apply' && !turned ? [`  clawauth-setup recover --resume   ${says.goOn}${hand}`] : []),
    `  clawauth-setup recover --undo     ${says.putBack}`,
    `  clawauth-setup recover --leave    ${says.leave}`,
  ];
  return rowsText([head]) + leftoverSteps(leftover) + rowsText(choices);
}

/** Its steps, one row each. Ends with a line break. */
export function leftoverSteps({ steps }: Leftover): string {
  return rowsText(
    steps.map(
      ({ words, state }) => `  ${GLYPHS[state]} ${words.headline}${state === 'done' ? '' : ` (${says.states[state]})`}`,
    ),
  );
}
