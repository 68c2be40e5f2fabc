import { recogniseDecision } from '../../claude/provider-decisions.ts';
import { type OpenClawCli, openclawCli } from '../../openclaw/cli.ts';
import type { Here } from '../../openclaw/openclaw-program.ts';
import { atLeast } from '../../openclaw/version.ts';
import type { Answers, Check, Finding } from '../types.ts';

/** One real request. A provider's decision is explained and ends there: no setting here changes it. */
export async function liveFindings(
  here: Here,
  answers: Answers,
  { world, signal }: Pick<Parameters<Check['run']>[0], 'world' | 'signal'>,
): Promise<Finding[]> {
  const cli = openclawCli(here.release, here.state, world);
  const ran = await cli.run(liveArgs(answers, cli), { signal, timeoutMs: 180_000 });
  const said = `${ran.stdout}\n${ran.stderr}`;
  const decision = recogniseDecision(said);
  if (decision) return [{ verdict: 'error', says: `${decision.what} ${decision.ways.join(' ')}` }];
  if (ran.outcome === 'timed out') return [{ verdict: 'timed out', says: 'Claude gave no answer in 3 minutes.' }];
  const good = /"status"\s*:\s*"ok"/.test(said) || (ran.exitCode === 0 && /"ok"\s*:\s*true/.test(said));
  if (good) return [{ verdict: 'ok', says: `A real answer from Claude in ${(ran.durationMs / 1000).toFixed(1)} s.` }];
  const error =
    /"(?:error|message)"\s*:\s*"([^"]{1,300})"/.exec(said)?.[1] ?? ran.stderr.trim().split('\n').at(-1) ?? '';
  return [{ verdict: 'error', says: `Claude did not answer: ${error || `exit code ${ran.exitCode}`}` }];
}

function liveArgs(answers: Answers, cli: OpenClawCli): string[] {
  if (atLeast(cli.release.version, '2026.4.29')) {
    return ['infer', 'model', 'run', '--local', '--model', answers.primary, '--prompt', 'Answer with OK.', '--json'];
  }
  const probe = ['--probe', '--probe-provider', 'anthropic', '--probe-profile', answers.profileId];
  return ['models', 'status', ...probe, '--json'];
}
