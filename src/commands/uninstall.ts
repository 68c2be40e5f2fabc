import { ENDS_CHECKS } from '../facts/timeouts.ts';
import type { UninstallView } from '../history/types.ts';
import type { Finding } from '../methods/types.ts';
import { withPasteable } from '../system/pasteable.ts';
import { rowsText } from '../system/printable.ts';
import { Cancelled, type ExitCode } from '../system/problem.ts';
import { answer, changedBy } from './answer.ts';
import { requireConfirmation } from './answers.ts';
import { refuseLeftover } from './apply.ts';
import type { CommandContext } from './context.ts';
import { engineFor, runOptions } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import { goOn } from './go-on.ts';
import { type HomeContext, previewUninstall, purge, runUninstall } from './home.ts';
import { goingText } from './print-plan.ts';
import { receiptJson, receiptText, reportText, undoCommand } from './print-run.ts';
import { ask, confirm } from './prompt.ts';
import { nothingChanged } from './words/asking.ts';
import { backups, uninstall as words } from './words/runs.ts';

/**
 * `clawauth-setup uninstall`: takes back everything of ours that stands, and shows before what goes, what stays and which
 * model OpenClaw will use. Works without OpenClaw and without network.
 */
export async function runUninstallCommand(context: CommandContext): Promise<ExitCode> {
  const { world, args, streams } = context;
  const home: HomeContext = { world, engine: await engineFor(context) };
  const dry = args.switches.has('dry-run');
  if (!dry) await refuseLeftover(home.engine);
  const view = await previewUninstall(home);
  const nothing = view.steps.length === 0;
  const purges = args.switches.has('purge');
  if (dry || (nothing && !purges))
    return answer(context, 0, { changed: dry && (!nothing || purges), dryRun: dry, uninstall: view }, () =>
      nothing ? NOTHING : viewText(view, world.home),
    );
  if (!args.switches.has('yes')) await askFor(context, view, purges);
  if (nothing) {
    await purge(home);
    const { root } = home.engine;
    return answer(
      context,
      0,
      { changed: true, dryRun: false, purged: root },
      () => `${NOTHING}${words.removed(root)}\n`,
    );
  }

  const onSlow = (says: string) => streams.err(`${says} ${ENDS_CHECKS}\n`);
  const ended = await runUninstall(home, { ...runOptions(context), purge: purges, onSlow });
  const { receipt, purged: gone } = ended;
  const findings = ended.findings.map((finding) => withPasteable(finding, world));
  const broken = findings.some(({ verdict }) => verdict === 'error');
  const code = context.signal.aborted ? 130 : broken ? 3 : exitCodeOf(receipt);
  const undo = gone ? undefined : undoCommand(receipt, world);
  if (args.switches.has('json')) {
    const { byHand } = view;
    const changed = gone || changedBy(receipt);
    return answer(context, code, { changed, receipt: receiptJson(receipt), findings, byHand, undo }, () => '');
  }
  streams.out(findingsText(findings));
  streams.out(byHandText(view));
  if (gone) streams.out(`${words.allGone}\n`);
  else
    streams.out(
      receiptText(receipt, world, { next: (await goOn(home.engine, receipt)) && 'clawauth-setup uninstall' }),
    );
  return code;
}

const NOTHING = `${words.nothing}\n`;

/** A typed word for the uninstall; and its own question for what takes the way back away. */
async function askFor(context: CommandContext, view: UninstallView, purges: boolean): Promise<void> {
  const { streams, signal, world } = context;
  requireConfirmation(context);
  if (view.steps.length > 0) {
    streams.err(viewText(view, world.home));
    const typed = await ask(streams, signal, backups.type(view.confirm));
    if (typed !== view.confirm) throw new Cancelled(nothingChanged);
  }
  if (!purges) return;
  if (!(await confirm(streams, signal, words.askPurge, false))) throw new Cancelled(nothingChanged);
}

/** What goes, what stays, what comes after. */
function viewText(view: UninstallView, home: string): string {
  const lines = ['', words.stays, ...view.stays.map((line) => `  ${line}`), ''];
  lines.push(words.model(view.modelAfter));
  if (view.warning !== null) lines.push(`! ${view.warning}`);
  return `${goingText(view, home)}${rowsText(lines)}${byHandText(view)}`;
}

function byHandText({ byHand }: UninstallView): string {
  return rowsText(byHand.flatMap(({ says, next }) => [words.byHand(says), `  ${next}`]));
}

function findingsText(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => ({ ...finding, check: 'uninstall', ms: 0 }));
  return reportText({ schema: 1, takenAt: '', findings: rows, worst: 'ok' });
}
