import { type ExitCode, Problem } from '../system/problem.ts';
import { parseClaudeSyncArgs } from './options.ts';
import { runClaudeSync } from './run.ts';

/** The service in the foreground, until SIGTERM or SIGINT. Gives the exit code: 0 stopped as told, 2 told wrongly. */
export async function claudeSyncMain(argv: readonly string[]): Promise<ExitCode> {
  const stopping = new AbortController();
  const onSignal = () => stopping.abort();
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    await runClaudeSync(parseClaudeSyncArgs(argv), {
      journal: process.env.JOURNAL_STREAM !== undefined,
      log: (line) => process.stderr.write(line),
      signal: stopping.signal,
    });
    return 0;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`${error.what}\n`);
    return error.more.exitCode ?? 1;
  } finally {
    process.removeListener('SIGTERM', onSignal);
    process.removeListener('SIGINT', onSignal);
  }
}
