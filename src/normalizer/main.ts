import { type ExitCode, Problem } from '../system/problem.ts';
import { normalizerHelp, parseNormalizerArgs } from './options.ts';
import { runNormalizer } from './run.ts';

/**
 * `clawauth-setup normalizer`: the service in the foreground, until SIGTERM or SIGINT. A second signal does not wait
 * for running answers. Gives the exit code: 0 stopped as told, 1 could not start, 2 told wrongly (a supervisor should
 * not try again).
 */
export async function normalizerMain(argv: readonly string[], version: string): Promise<ExitCode> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(normalizerHelp());
    return 0;
  }
  const stopping = new AbortController();
  const onSignal = () => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    await runNormalizer(parseNormalizerArgs(argv), {
      version,
      env: process.env,
      log: (line) => process.stderr.write(line),
      signal: stopping.signal,
    });
    return 0;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { what, more } = error;
    process.stderr.write(
      [what, more.why, more.next === undefined ? undefined : `Next: ${more.next}`].filter(Boolean).join('\n'),
    );
    process.stderr.write('\n');
    return more.exitCode ?? 1;
  } finally {
    process.removeListener('SIGTERM', onSignal);
    process.removeListener('SIGINT', onSignal);
  }
}
