import { recogniseDecision } from '../../claude/provider-decisions.ts';
import type { Facts } from '../../facts/types.ts';
import { openclawCli } from '../../openclaw/cli.ts';
import { asTyped } from '../../openclaw/openclaw-program.ts';
import { factValue } from '../../system/fact.ts';
import { array, at, object, text } from '../../system/json.ts';
import { parseJsonOutput } from '../../system/json-output.ts';
import { linesSaid } from '../../system/said.ts';
import { shellQuote } from '../../text.ts';
import { ownerOf } from '../openclaw-checks.ts';
import { targetOf } from '../target.ts';
import type { Answers, CheckContext, Finding } from '../types.ts';

/** A session of its own, so that no conversation of the person gets a line it does not know. */
const SESSION = 'clawauth-setup-check';
/** One that no earlier turn has a part in: a conversation keeps the account that it began with. */
export const newSession = ({ world }: Pick<CheckContext, 'world'>): string =>
  `${SESSION}-${Math.round(world.clock.now() / 1000)}`;

/** A first turn of 2026.4.29 fetches plugin packages. */
const TURN_MS = 300_000;

/**
 * One real turn of the agent that the answers are about, through the gateway where it runs: with `--local` 2026.8.2 and
 * 2026.9.6 refuse one beside it. It has to end with text, and `wanted` has to have given it: a provider, or the program that
 * runs the model. `session`: for a turn that no earlier one may have a part in.
 */
export async function turnFindings(
  facts: Facts,
  answers: Answers,
  { world, signal }: CheckContext,
  { wanted, session = SESSION }: { readonly wanted: string; readonly session?: string },
): Promise<Finding[]> {
  if (answers.role === 'fallback') {
    return [{ verdict: 'skipped', says: 'Claude is the fallback: a turn would ask the model before it.' }];
  }
  const target = targetOf(facts);
  const byGateway = factValue(facts.gateway)?.running ?? false;
  const agent = ownerOf(target, answers);
  const cli = openclawCli(target.release, target.state, world);
  const local = byGateway ? [] : ['--local'];
  const words = ['agent', ...local, '--agent', agent, '--session-id', session, '-m', 'Answer with OK.', '--json'];
  const ran = await cli.run(words, { signal, timeoutMs: TURN_MS });
  const said = `${ran.stdout}\n${ran.stderr}`;
  const decision = recogniseDecision(said);
  if (decision) return [{ verdict: 'error', says: `${decision.what} ${decision.ways.join(' ')}` }];
  if (ran.outcome === 'timed out') return [{ verdict: 'timed out', says: 'The agent gave no answer in 5 minutes.' }];
  const { answer, error, provider, embedded } = spoken(parseJsonOutput(ran.stdout));
  const seconds = (ran.durationMs / 1000).toFixed(1);
  if (ran.exitCode === 0 && answer !== null && provider !== null && provider !== wanted) {
    const says = `The agent ${agent} got its text from ${provider}, not from ${wanted}: its first model did not answer.`;
    return [{ verdict: 'error', says, next: asTyped(target, ...words.map(shellQuote)) }];
  }
  if (ran.exitCode === 0 && answer !== null) {
    const beside = byGateway && (embedded || FELL_BACK.test(ran.stderr));
    const way = byGateway && !beside ? 'through the gateway ' : '';
    const got = `The agent ${agent} got Claude's text ${way}in ${seconds} s (session ${session}).`;
    return [{ verdict: 'ok', says: got }, ...(beside ? [besideGateway(ran.stderr)] : [])];
  }
  const line = error ?? linesSaid(ran).findLast((one) => /error:|failed|not signed in|refused/i.test(one));
  const why = (line ?? `exit code ${ran.exitCode}`).slice(0, 300);
  const next = asTyped(target, ...words.map(shellQuote));
  return [{ verdict: 'error', says: `The agent ${agent} got no answer: ${why}`, next }];
}

/**
 * A gateway that does not let OpenClaw's own command in, as one that is bound to the network does with a device that was
 * not paired: the command then answers by itself and ends with 0 ("falling back to embedded" in 2026.1.24 to 2026.3.2,
 * "EMBEDDED FALLBACK" in 2026.4.29 to 2026.7.1).
 */
function besideGateway(stderr: string): Finding {
  const why = FELL_BACK.exec(stderr)?.[1]?.trim().slice(0, 200);
  const says = `OpenClaw's command ran this turn itself, without the gateway${why ? ` (${why})` : ''}. This does not prove that the gateway answers.`;
  return { verdict: 'info', says };
}

const FELL_BACK = /(?:falling back to embedded|running embedded agent[^:\n]*): (?:\w*Error: )?([^\n]*)/;

/**
 * `{ payloads: [{ text }], meta: { agentMeta: { provider } } }`, inside `result` where the gateway ran it, and with
 * `meta.transport` "embedded" where it should have and did not. `provider` is the one that answered, which may be that of a
 * fallback; null where the release does not tell. Claude Code counts as one: 2026.9.6 says so in `executionTrace` only. An
 * error that is shown as an answer is none: signed out, 2026.1.24 ends with exit code 0 and the text
 * `502 Claude Code is not signed in …`.
 */
function spoken(value: unknown): {
  readonly answer: string | null;
  readonly error: string | null;
  readonly provider: string | null;
  /** The gateway had no part in it. */
  readonly embedded: boolean;
} {
  const root = object(value);
  const meta = object(root.meta ?? at(root, 'result', 'meta'));
  const provider = text(at(meta, 'executionTrace', 'winnerProvider') ?? at(meta, 'agentMeta', 'provider'));
  const embedded = root.result === undefined || meta.transport === 'embedded';
  let error: string | null = null;
  for (const row of array(root.payloads ?? at(root, 'result', 'payloads'))) {
    const said = text(object(row).text);
    if (said === null) continue;
    if (object(row).isError !== true && !/^[45]\d\d\b/.test(said)) return { answer: said, error, provider, embedded };
    error ??= said;
  }
  return { answer: null, error: error ?? text(at(root, 'error', 'message')), provider, embedded };
}
