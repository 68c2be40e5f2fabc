import { resolve } from 'node:path';
import type { FirstFrame } from '../../components/first-frame.ts';
import { launcher } from '../system/launcher.ts';
import { type Place, pasteableProblem } from '../system/pasteable.ts';
import { printable } from '../system/printable.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import { redact } from '../system/secret.ts';
import { version } from '../system/version.ts';
import type { ToldInstallation, World } from '../system/world.ts';
import { type Parsed, parse } from './args.ts';
import { canDraw } from './can-draw.ts';
import type { Command, CommandContext, Streams } from './context.ts';
import { problemJson, problemText } from './problem-text.ts';
import { answerTo, spelledOut } from './quick.ts';
import { ended, usage } from './words/help.ts';

/** ms from SIGTERM to our end, whatever is still busy: SIGKILL comes after 10 s from `docker stop`, after 90 s from systemd. */
const TERM_GRACE = 8_000;
/** 128 and the number of SIGTERM, as shells tell it. */
const TERMINATED = 143;

/** Runs a command line to its end and leaves the exit code with the process. `firstFrame`: what the entry painted. */
export async function main(given: readonly string[], firstFrame: FirstFrame | null): Promise<void> {
  const argv = spelledOut(given);
  if (argv[0] === 'normalizer') {
    // A service in the foreground: its own flags, its own way with signals.
    const { normalizerMain } = await import('../normalizer/main.ts');
    process.exitCode = await normalizerMain(argv.slice(1), version);
    return;
  }
  const streams = processStreams(firstFrame);
  const stopping = new AbortController();
  const forcing = new AbortController();
  let presses = 0;
  const stop = () => {
    presses++;
    if (presses === 1) stopping.abort(new Cancelled());
    else if (presses === 2) forcing.abort(new Cancelled());
    // Whoever insists gets out: the journal makes that safe.
    else process.exit(130);
  };
  let terminated = false;
  const terminate = () => {
    if (terminated) return;
    terminated = true;
    // A service manager or a shutdown presses no second time: the running step's programs end now.
    stopping.abort(new Cancelled());
    forcing.abort(new Cancelled());
    setTimeout(() => {
      const args = parse(argv);
      const sandbox = args.values['sandbox-at'];
      failed(inPlace(outOfTime(), sandbox === undefined ? {} : { sandbox }), args, argv, streams, stopping.signal);
      process.exit(TERMINATED);
    }, TERM_GRACE).unref();
  };
  const handlers = { SIGINT: stop, SIGHUP: stop, SIGTERM: terminate } as const;
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  // A write beyond `ulimit -f` then fails (EFBIG) instead of ending us in its middle.
  process.on('SIGXFSZ', () => {});
  try {
    process.exitCode = await run(argv, streams, { signal: stopping.signal, force: forcing.signal });
  } finally {
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
  }
}

type Stops = Pick<CommandContext, 'signal' | 'force'>;

/** The same with everything handed in; never throws. */
export async function run(argv: readonly string[], streams: Streams, stops: Stops): Promise<ExitCode> {
  let args: Parsed | null = null;
  try {
    args = parse(argv);
    const answer = answerTo(args, argv);
    if (answer !== null) {
      streams.out(answer);
      return 0;
    }
    return await inWorld(args, argv, streams, stops);
  } catch (error) {
    return failed(inPlace(error, { launcher: launcher(process.env) }), args, argv, streams, stops.signal);
  }
}

async function inWorld(args: Parsed, argv: readonly string[], streams: Streams, stops: Stops): Promise<ExitCode> {
  const [command, { realWorld }] = await Promise.all([commandFor(args, streams), import('../system/real-world.ts')]);
  const cwd = process.cwd();
  const context = (world: World): CommandContext => ({ world, version, args, streams, ...stops, cwd });
  const at = args.values['sandbox-at'];
  const broken = args.switches.has('broken');
  if (at === undefined && !args.switches.has('sandbox')) {
    if (broken) {
      const next = 'clawauth-setup doctor --sandbox --broken';
      throw new Problem('usage', usage.brokenAlone, { next, exitCode: 2 });
    }
    const world = realWorld({ told: toldBy(args, cwd) });
    return command(context(world)).catch((error: unknown) => Promise.reject(inPlace(error, world)));
  }
  const { openSandbox } = await import('../sandbox/index.ts');
  const sandbox = await openSandbox({ ...(at === undefined ? {} : { at }), broken });
  streams.err(`${sandbox.opening}\n\n`);
  try {
    return await command(context(sandbox.world));
  } catch (error) {
    // Told before the closing words, which stay the last thing on the screen.
    return failed(inPlace(error, sandbox.world), args, argv, streams, stops.signal);
  } finally {
    await sandbox.close();
    streams.err(`\n${sandbox.closing}\n`);
  }
}

/** What the command line says about which OpenClaw is meant. */
function toldBy({ values, switches }: Parsed, cwd: string): ToldInstallation {
  const { 'state-dir': stateDir, target } = values;
  return {
    ...(stateDir === undefined ? {} : { stateDir: stateDir.startsWith('~') ? stateDir : resolve(cwd, stateDir) }),
    ...(target === undefined ? {} : { target }),
    ...(switches.has('store-here') ? { storeHere: true } : {}),
  };
}

/** Loads only what the command needs: the wizard alone brings React. */
async function commandFor(args: Parsed, streams: Streams): Promise<Command> {
  switch (args.command) {
    case 'apply':
      return (await import('./apply.ts')).runApply;
    case 'plan':
      return (await import('./plan.ts')).runPlan;
    case 'status':
      return (await import('./status.ts')).runStatus;
    case 'doctor':
      return (await import('./doctor.ts')).runDoctor;
    case 'undo':
      return args.switches.has('list') ? (await import('./list.ts')).runList : (await import('./undo.ts')).runUndo;
    case 'renew':
      return (await import('./renew.ts')).runRenew;
    case 'recover':
      return (await import('./recover.ts')).runRecover;
    case 'backups':
      return (await import('./backups.ts')).runBackups;
    case 'remind':
      return (await import('./remind.ts')).runRemind;
    case 'uninstall':
      return (await import('./uninstall.ts')).runUninstallCommand;
    case 'report':
      return (await import('./report.ts')).runReport;
    case 'normalizer':
      // With words before its name; by itself it never comes this far.
      return async () => (await import('../normalizer/main.ts')).normalizerMain([], version);
    case 'setup':
      return canDraw(streams, process.env)
        ? (await import('./setup.ts')).runSetup
        : (await import('./plain.ts')).runPlain;
  }
}

const inPlace = (error: unknown, place: Place): unknown =>
  error instanceof Problem ? pasteableProblem(error, place) : error;

function failed(
  error: unknown,
  args: Parsed | null,
  argv: readonly string[],
  streams: Streams,
  signal: AbortSignal,
): ExitCode {
  const cancelled = error instanceof Cancelled || (signal.aborted && !(error instanceof Problem));
  const problem = cancelled
    ? new Problem('cancelled', error instanceof Cancelled ? error.message : ended.cancelled, { exitCode: 130 })
    : error instanceof Problem
      ? error
      : unexpected(error);
  const code = problem.more.exitCode ?? 1;
  if (argv.includes('--json')) streams.out(`${JSON.stringify(problemJson(problem, args?.command ?? null, code))}\n`);
  streams.err(cancelled ? `${problem.what}\n` : problemText(problem));
  if (!cancelled && !(error instanceof Problem) && process.env.CLAWAUTH_DEBUG) {
    streams.err(`${redact(error instanceof Error ? (error.stack ?? '') : String(error))}\n`);
  }
  return code;
}

function outOfTime(): Problem {
  return new Problem('terminated', ended.bySigterm(TERM_GRACE / 1000), {
    why: ended.onRecord,
    next: 'clawauth-setup recover',
    exitCode: TERMINATED,
  });
}

function unexpected(error: unknown): Problem {
  const said = redact(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  return new Problem('unexpected', ended.unexpected(said), {
    why: ended.debug,
    next: 'clawauth-setup undo --list',
  });
}

function processStreams(firstFrame: FirstFrame | null): Streams {
  // Whoever reads us may stop reading (| head): that is their right and no failure of ours.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const write = (to: NodeJS.WriteStream, text: string) => {
    firstFrame?.erase();
    to.write(printable(redact(text)));
  };
  return {
    stdin: process.stdin,
    out: (text) => write(process.stdout, text),
    err: (text) => write(process.stderr, text),
    firstFrame,
    stdinTty: process.stdin.isTTY === true,
    stdoutTty: process.stdout.isTTY === true,
    columns: process.stdout.columns,
  };
}
