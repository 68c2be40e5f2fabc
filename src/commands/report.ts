import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { healthOf } from '../doctor/health.ts';
import { gatherFacts } from '../facts/gather.ts';
import { publicFacts } from '../facts/public/facts.ts';
import { pasteable } from '../system/pasteable.ts';
import { type ExitCode, Problem } from '../system/problem.ts';
import { isoDate, tilde } from '../text.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { ask } from './prompt.ts';
import { type PublicReport, publicRuns, reportText } from './report-text.ts';
import { progress, report as words } from './words/looking.ts';

const FILE = 'clawauth-setup-report.md';

/**
 * `clawauth-setup report [--output FILE|-] [--yes]`: the state of this machine, free of everything private, for a public
 * issue. It is shown before it is saved. Changes nothing else; an existing file is never written over.
 */
export async function runReport(context: CommandContext): Promise<ExitCode> {
  const { world, args, streams, signal, version } = context;
  const json = args.switches.has('json');
  if (streams.stdoutTty && !json) streams.err(`${progress.lookingSlowly}\n`);
  const facts = await gatherFacts(world, { slow: true, signal, onSlow: (says) => streams.err(`${says}\n`) });
  const now = world.clock.now();
  const report: PublicReport = {
    schema: 1,
    program: version,
    node: world.nodeVersion,
    platform: `${world.platform} ${world.arch}`,
    sandbox: world.sandbox !== undefined,
    takenAt: isoDate(now),
    facts: publicFacts(facts, world, healthOf(facts, now), now),
    runs: await runsOf(context),
  };
  const text = reportText(report);
  if (!json) streams.out(text);
  const path = await destination(context);
  if (path !== null) await save(path, text);
  if (json) {
    streams.out(
      `${JSON.stringify({ schema: 1, command: 'report', ok: true, exitCode: 0, changed: path !== null, savedTo: path, report })}\n`,
    );
  }
  if (path !== null) streams.err(`\n${words.saved(tilde(path, world.home))}\n`);
  else if (args.values.output === undefined)
    streams.err(`\n${words.notSaved(pasteable('clawauth-setup report --output FILE --yes', world))}\n`);
  return 0;
}

/** Where to save it, asked for when somebody is there to answer; null for nowhere. */
async function destination(context: CommandContext): Promise<string | null> {
  const { world, args, streams, signal, cwd } = context;
  const wanted = args.values.output;
  const yes = args.switches.has('yes');
  const somebody = streams.stdinTty && !args.switches.has('json');
  if (wanted === '-') return null;
  if (wanted !== undefined) {
    const path = resolve(cwd, wanted);
    if (yes) return path;
    if (!somebody) {
      throw new Problem('answer-missing', words.needsYes, {
        next: `clawauth-setup report --output ${wanted} --yes`,
        exitCode: 4,
      });
    }
    const answer = await ask(streams, signal, `\n${words.saveThis(tilde(path, world.home))}`);
    return /^(y|yes|)$/i.test(answer) ? path : null;
  }
  if (!somebody && !yes) return null;
  const folder = world.sandbox === undefined ? cwd : world.home;
  if (yes) return join(folder, FILE);
  const answer = await ask(streams, signal, `\n${words.saveAs(FILE)}`);
  if (answer === '-') return null;
  return answer === '' ? join(folder, FILE) : resolve(cwd, answer.replace(/^~(?=\/)/, world.home));
}

/** A new file for the person alone; they decide who gets it. */
async function save(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'EEXIST') {
      throw new Problem('file-exists', words.exists(path), {
        next: 'clawauth-setup report --output another-name.md',
        exitCode: 2,
      });
    }
    throw new Problem('report-not-saved', words.couldNotSave(path, code), {
      next: 'clawauth-setup report --output -',
    });
  }
}

async function runsOf(context: CommandContext): Promise<PublicReport['runs']> {
  try {
    const engine = await engineFor(context);
    const [runs, pending] = await Promise.all([engine.list(), engine.pending()]);
    const newest = runs.find((run) => run.unreadable === undefined);
    return publicRuns(runs, newest === undefined ? null : await engine.receipt(newest.id), pending !== null);
  } catch (error) {
    return { notKnown: error instanceof Problem ? error.code : 'unexpected' };
  }
}
