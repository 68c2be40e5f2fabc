import type { Facts } from '../facts/types.ts';
import type { CheckContext, Finding } from '../methods/types.ts';
import type { Container } from '../openclaw/container.ts';
import { needsRestart } from '../openclaw/gateway-steps.ts';
import { restartByHand, startByHand } from '../openclaw/gateway-words.ts';
import { asTyped, type Target } from '../openclaw/openclaw-program.ts';
import type { GatewayFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { object, parsed, text } from '../system/json.ts';

/** ms for the gateway of a container to report its health. */
const HEALTH_MS = 10_000;

/** {@link gatewayFindings}; a gateway in a container that seems healthy is asked, too. */
export async function gatewayCheck(
  facts: Facts,
  target: Target,
  before: Facts,
  context: Pick<CheckContext, 'world' | 'signal'>,
): Promise<Finding[]> {
  const found = gatewayFindings(facts, target, before);
  const { container } = target.state;
  return container !== undefined && found[0]?.verdict === 'ok' ? [await askHealth(container, context)] : found;
}

/** Whether the gateway runs as it did `before`, with what was written since. */
export function gatewayFindings(facts: Facts, target: Target, before?: Facts): Finding[] {
  const now = factValue(facts.gateway);
  const missed = now?.running && before !== undefined ? missedRestart(facts, target, now, before) : null;
  if (missed !== null) return [{ verdict: 'warning', says: missed, waits: true }];
  if (now?.running) return [{ verdict: 'ok', says: `The gateway answers on port ${now.port}.` }];
  const ran = before && factValue(before.gateway)?.running;
  return ran
    ? [
        {
          verdict: 'error',
          says: 'The gateway ran before and does not answer now.',
          next: asTyped(target, 'gateway', 'status'),
        },
      ]
    : [{ verdict: 'info', says: 'The gateway is not running, as before.', next: startByHand(target, now) }];
}

/**
 * Docker itself takes connections on a published port, whatever the container does (20.10): only an answer counts. 2026.2.17
 * has no page of its own for it, and sends the one that it has for everything.
 */
async function askHealth(
  { runtime, name, port }: Container,
  { world, signal }: Pick<CheckContext, 'world' | 'signal'>,
): Promise<Finding> {
  if (port === null) {
    const says = `The container ${name} runs. It does not publish the gateway's port, so the gateway's health was not checked.`;
    return { verdict: 'info', says };
  }
  const asked = { port, method: 'GET', path: '/healthz', timeoutMs: HEALTH_MS, signal } as const;
  const answer = (await world.network?.ask?.(asked)) ?? null;
  const next = `${runtime} logs --tail 50 ${name}`;
  if (answer === null) {
    return { verdict: 'error', says: `Nothing answers on port ${port}, which the container ${name} publishes.`, next };
  }
  const { ok, status } = object(parsed(answer.text));
  if (answer.status >= 500 || ok === false) {
    const says = `The gateway on port ${port} says that it is not healthy: ${text(status) ?? `HTTP ${answer.status}`}.`;
    return { verdict: 'warning', says, next };
  }
  return { verdict: 'ok', says: `The gateway answers on port ${port}${ok === true ? ' and is healthy' : ''}.` };
}

/** Why the gateway still works with what it read before this run, or null. Restarted is another process, or another start. */
function missedRestart(facts: Facts, target: Target, now: GatewayFacts, before: Facts): string | null {
  const then = factValue(before.gateway);
  if (then?.running !== true) return null;
  const dropIn = (of: Facts) => factValue(of.services)?.dropIn?.sha256 ?? null;
  const [old, fresh] = [factValue(before.files) ?? {}, factValue(facts.files) ?? {}];
  const rewritten = Object.keys(fresh).some((path) => fresh[path] !== (old[path] ?? null));
  if (!(needsRestart(target.release.version) && rewritten) && dropIn(before) === dropIn(facts)) return null;
  const { process: was } = then;
  const { process: is } = now;
  if (was && is && (was.pid !== is.pid || was.started !== is.started)) return null;
  const says = is
    ? `The gateway did not restart: process ${is.pid} still uses what it read at startup.`
    : 'Whether the gateway restarted is not known.';
  return `${says} ${restartByHand(target, now)}`;
}
