import { checks } from '../doctor/index.ts';
import { covers } from '../doctor/judge.ts';
import type { Found } from '../doctor/types.ts';
import { nearest } from '../system/nearest.ts';
import { rowsText } from '../system/printable.ts';
import { type ExitCode, Problem } from '../system/problem.ts';
import { minute } from '../text.ts';
import { answer } from './answer.ts';
import type { Command, CommandContext } from './context.ts';
import { runFix } from './doctor-fix.ts';
import { look } from './doctor-look.ts';
import { doctorJson, doctorText, explainText, findingLines, type Seen } from './print-doctor.ts';
import { progress, doctor as words } from './words/looking.ts';

/** `clawauth-setup doctor`: what stands in the way, worst first, with what fixes it. Changes nothing without `--fix`. */
export const runDoctor: Command = async (context) => {
  const { args, streams } = context;
  const { explain } = args.values;
  const json = args.switches.has('json');
  if (args.switches.has('list')) return listChecks(context, checks);
  if (explain !== undefined)
    return listChecks(
      context,
      checks.filter(({ id }) => idsGiven(explain).some(covers(id))),
    );
  const wanted = args.values.id === undefined ? ['*'] : idsGiven(args.values.id);
  const fixes = args.switches.has('fix') || args.switches.has('dry-run');
  if (args.switches.has('follow') && (fixes || json))
    throw new Problem('usage', words.followAlone, {
      next: 'clawauth-setup doctor --follow',
      exitCode: 2,
    });
  if (fixes) return runFix(context, wanted);
  if (streams.stdoutTty && !json) streams.err(`${progress.lookingSlowly}\n`);
  const seen = await look(context, wanted, { live: args.switches.has('live') });
  const failed = [...seen.findings, ...seen.asked].some(({ verdict }) => verdict === 'error');
  const exitCode: ExitCode = failed ? 1 : 0;
  streams.out(
    json ? `${JSON.stringify(doctorJson(seen, exitCode, context.world), null, 2)}\n` : doctorText(seen, context.world),
  );
  if (args.switches.has('follow')) await follow(context, wanted, seen);
  return exitCode;
};

/** ms between two looks at the files. */
const LOOK_MS = 10_000;

/** Tells each thing that is new once, from files, stores and logs: no program is started but `journalctl`. Ends with `Cancelled`. */
async function follow(context: CommandContext, wanted: readonly string[], first: Seen): Promise<void> {
  const { world, signal, streams } = context;
  const key = ({ id, says }: Found) => `${id} ${says}`;
  const lookAgain = async () => (await look(context, wanted, { slow: false, journal: true })).findings;
  // What the programs told before explained some of what the files alone show.
  const told = new Set([...first.findings, ...(await lookAgain())].map(key));
  streams.err(`${progress.watching}\n`);
  for (;;) {
    await world.clock.sleep(LOOK_MS, signal);
    const findings = await lookAgain();
    for (const found of findings.filter((one) => !told.has(key(one)))) {
      told.add(key(found));
      streams.out(rowsText(['', minute(world.clock.now()), ...findingLines(found, world)]));
    }
  }
}

/** Ids and families of a flag. Throws a `Problem` with exit code 2 for one that no check has. */
function idsGiven(text: string): readonly string[] {
  const given = text.split(',').map((word) => word.trim());
  for (const pattern of given) {
    if (checks.some(({ id }) => covers(id)(pattern))) continue;
    const near = nearest(
      pattern,
      checks.map(({ id }) => id),
    );
    throw new Problem('unknown-check', words.noCheck(pattern.slice(0, 40)), {
      next: near === null ? 'clawauth-setup doctor --list' : `clawauth-setup doctor --explain ${near}`,
      exitCode: 2,
    });
  }
  return given;
}

function listChecks(context: CommandContext, listed: typeof checks): ExitCode {
  const rows = listed.map(({ id, severity, title, fix, explains = [] }) => ({
    ...{ id, level: severity, title, fix: fix !== undefined, explains },
  }));
  return answer(context, 0, { changed: false, checks: rows }, () => explainText(rows));
}
