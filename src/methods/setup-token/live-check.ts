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
  const ask = (...more: string[]) => cli.run([...liveArgs(answers, cli), ...more], { signal, timeoutMs: 180_000 });
  let ran = await ask();
  // Before it asks anybody, 2026.9.6 wants to know for which of several agents; 2026.7.1 does not know the flag.
  if (/\bPass --agent\b/.test(`${ran.stdout}\n${ran.stderr}`)) ran = await ask('--agent', ownerOf(here, answers));
  const said = `${ran.stdout}\n${ran.stderr}`;
  const decision = recogniseDecision(said);
  if (decision) return [{ verdict: 'error', says: `${decision.what} ${decision.ways.join(' ')}` }];
  if (ran.outcome === 'timed out') return [{ verdict: 'timed out', says: 'Claude gave no answer in 3 minutes.' }];
  const good = /"status"\s*:\s*"ok"/.test(said) || (ran.exitCode === 0 && /"ok"\s*:\s*true/.test(said));
  if (good) return [{ verdict: 'ok', says: `A real answer from Claude in ${(ran.durationMs / 1000).toFixed(1)} s.` }];
  const error = errorIn(said) ?? ran.stderr.trim().split('\n').at(-1) ?? '';
  return [{ verdict: 'error', says: `Claude did not answer: ${error || `exit code ${ran.exitCode}`}` }];
}

/** The first error that the JSON tells, cut to a sentence or two. */
function errorIn(said: string): string | null {
  const literal = /"(?:error|message)"\s*:\s*("(?:[^"\\\n]|\\.)+")/.exec(said)?.[1];
  if (literal === undefined) return null;
  const text = String(JSON.parse(literal)).trim();
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

/** An agent that has the new token, the default one where that is so. */
function ownerOf({ config }: Here, { role, newAgent, agents }: Answers): string {
  if (role === 'agent') return newAgent;
  const first = agents[0];
  return first === undefined || agents.includes(config.defaultAgent) ? config.defaultAgent : first;
}

function liveArgs(answers: Answers, cli: OpenClawCli): string[] {
  if (atLeast(cli.release.version, '2026.4.29')) {
    return ['infer', 'model', 'run', '--local', '--model', answers.primary, '--prompt', 'Answer with OK.', '--json'];
  }
  const probe = ['--probe', '--probe-provider', 'anthropic', '--probe-profile', answers.profileId];
  return ['models', 'status', ...probe, '--json'];
}
