import { join } from 'node:path';
import { recogniseDecision } from '../../claude/provider-decisions.ts';
import { openclawCli } from '../../openclaw/cli.ts';
import { featuresOf } from '../../openclaw/generation.ts';
import type { Target } from '../../openclaw/openclaw-program.ts';
import { atLeast } from '../../openclaw/version.ts';
import { array, at, object, text } from '../../system/json.ts';
import { parseJsonOutput } from '../../system/json-output.ts';
import { linesSaid } from '../../system/said.ts';
import type { Ran, World } from '../../system/world.ts';
import { ownerOf } from '../openclaw-checks.ts';
import type { Answers, CheckContext, Finding } from '../types.ts';
import { live as words } from './words.ts';

type Context = Pick<CheckContext, 'world' | 'signal'>;

/** What came of one real request: an answer, or why there is none (null: nobody said why). */
type Outcome = { readonly answered: true } | { readonly answered: false; readonly why: string | null };

/** One real request. A provider's decision is explained and ends there: no setting here changes it. */
export async function liveFindings(target: Target, answers: Answers, context: Context): Promise<Finding[]> {
  const { ran, outcome } = atLeast(target.release.version, '2026.4.29')
    ? await inferOnce(target, answers, context)
    : await probeOnce(target, answers, context);
  const decision = recogniseDecision(`${ran.stdout}\n${ran.stderr}\n${outcome.answered ? '' : (outcome.why ?? '')}`);
  if (decision) return [{ verdict: 'error', says: `${decision.what} ${decision.ways.join(' ')}` }];
  if (ran.outcome === 'timed out') return [{ verdict: 'timed out', says: words.noAnswer }];
  if (outcome.answered) {
    return [{ verdict: 'ok', says: words.answered((ran.durationMs / 1000).toFixed(1)) }];
  }
  const why = outcome.why ?? errorIn(`${ran.stdout}\n${ran.stderr}`) ?? linesSaid({ ...ran, stdout: '' }).at(-1) ?? '';
  return [{ verdict: 'error', says: words.failed(shortened(why) || words.exitCode(ran.exitCode)) }];
}

function run(target: Target, args: readonly string[], { world, signal }: Context): Promise<Ran> {
  return openclawCli(target.release, target.state, world).run(args, { signal, timeoutMs: 180_000 });
}

/**
 * `infer model run` (2026.4.29 and later): its own `ok`, who answered, and the text that Claude gave (in the shipped code
 * of 2026.4.29 to 2026.9.6).
 */
async function inferOnce(target: Target, answers: Answers, context: Context): Promise<{ ran: Ran; outcome: Outcome }> {
  // 2026.8.2 and 2026.9.6 want to know for which of several agents; 2026.7.1 does not know the flag.
  const many = featuresOf(target.release.version).explicitOwner && target.config.agents.length > 1;
  const owner = many ? ['--agent', ownerOf(target, answers)] : [];
  const what = ['--model', answers.primary, '--prompt', 'Answer with OK.', '--json'];
  const ran = await run(target, ['infer', 'model', 'run', '--local', ...what, ...owner], context);
  const answer = object(parseJsonOutput(ran.stdout));
  const said = array(answer.outputs).some((output) => text(object(output).text) !== null);
  const byClaude = answer.provider === 'anthropic';
  if (ran.exitCode === 0 && answer.ok === true && said && byClaude) return { ran, outcome: { answered: true } };
  return { ran, outcome: { answered: false, why: text(at(answer, 'error', 'message')) ?? text(answer.error) } };
}

/**
 * `models status --probe` of the releases before. Its `ok` only means that nothing was thrown: without a network, 2026.2.17
 * says it too. What was really answered stands in the session that the probe leaves, so both must say it.
 */
async function probeOnce(target: Target, answers: Answers, context: Context): Promise<{ ran: Ran; outcome: Outcome }> {
  const sessions = join(target.state.stateDir, 'agents', target.config.defaultAgent, 'sessions');
  const before = new Set(await context.world.files.list(sessions));
  const which = ['--probe-provider', 'anthropic', '--probe-profile', answers.profileId];
  const ran = await run(target, ['models', 'status', '--probe', ...which, '--json'], context);
  const results = array(at(parseJsonOutput(ran.stdout), 'auth', 'probes', 'results')).map(object);
  const ours = results.find((result) => result.provider === 'anthropic' && result.profileId === answers.profileId);
  if (ours === undefined) return { ran, outcome: { answered: false, why: null } };
  if (ours.status !== 'ok') {
    return { ran, outcome: { answered: false, why: text(ours.error) ?? text(ours.status) } };
  }
  const names = (await context.world.files.list(sessions)) ?? [];
  const made = names.filter((name) => /^probe-anthropic-.*\.jsonl$/.test(name) && !before.has(name));
  return {
    ran,
    outcome: await inSessions(
      made.map((name) => join(sessions, name)),
      context.world,
    ),
  };
}

/** The last thing that Claude, or the lack of it, wrote into these sessions. */
async function inSessions(files: readonly string[], world: World): Promise<Outcome> {
  let outcome: Outcome = { answered: false, why: words.keptNone };
  for (const file of files) {
    for (const line of ((await world.files.readText(file)) ?? '').split('\n')) {
      const message = object(at(parsed(line), 'message'));
      if (message.role !== 'assistant') continue;
      const said = array(message.content).some((part) => text(object(part).text) !== null);
      const failed = message.stopReason === 'error' || message.stopReason === 'aborted';
      if (said && !failed) return { answered: true };
      outcome = { answered: false, why: text(message.errorMessage) ?? outcome.why };
    }
  }
  return outcome;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The first error that the JSON tells. */
function errorIn(said: string): string | null {
  const literal = /"(?:error|message)"\s*:\s*("(?:[^"\\\n]|\\.)+")/.exec(said)?.[1];
  return literal === undefined ? null : String(JSON.parse(literal));
}

/** A sentence or two. */
function shortened(why: string): string {
  const line = why.trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
