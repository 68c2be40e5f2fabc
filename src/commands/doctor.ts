import { checks } from '../doctor/index.ts';
import { covers } from '../doctor/judge.ts';
import { type ExitCode, Problem } from '../system/problem.ts';
import type { Command, CommandContext } from './context.ts';
import { runFix } from './doctor-fix.ts';
import { look } from './doctor-look.ts';
import { nearest } from './nearest.ts';
import { doctorJson, doctorText, explainText } from './print-doctor.ts';

/** `clawauth-setup doctor`: what stands in the way, worst first, with what mends it. Changes nothing without `--fix`. */
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
  if (args.switches.has('fix') || args.switches.has('dry-run')) return runFix(context, wanted);
  if (streams.stdoutTty && !json) streams.err('Looking around, which takes a few seconds …\n');
  const seen = await look(context, wanted);
  const exitCode: ExitCode = seen.findings.some(({ verdict }) => verdict === 'error') ? 1 : 0;
  streams.out(
    json ? `${JSON.stringify(doctorJson(seen, exitCode, context.world), null, 2)}\n` : doctorText(seen, context.world),
  );
  return exitCode;
};

/** Ids and families of a flag. Throws a `Problem` with exit code 2 for one that no check has. */
function idsGiven(text: string): readonly string[] {
  const given = text.split(',').map((word) => word.trim());
  for (const pattern of given) {
    if (checks.some(({ id }) => covers(id)(pattern))) continue;
    const near = nearest(
      pattern,
      checks.map(({ id }) => id),
    );
    throw new Problem('unknown-check', `There is no check "${pattern.slice(0, 40)}".`, {
      next: near === null ? 'clawauth-setup doctor --list' : `clawauth-setup doctor --explain ${near}`,
      exitCode: 2,
    });
  }
  return given;
}

function listChecks({ args, streams }: CommandContext, listed: typeof checks): ExitCode {
  const rows = listed.map(({ id, severity, title, fix, explains = [] }) => ({
    ...{ id, level: severity, title, fix: fix !== undefined, explains },
  }));
  const answer = { schema: 1, command: 'doctor', ok: true, exitCode: 0, checks: rows };
  streams.out(args.switches.has('json') ? `${JSON.stringify(answer)}\n` : explainText(rows));
  return 0;
}
