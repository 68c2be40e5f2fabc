import type { Facts } from '../facts/types.ts';
import type { Finding } from '../methods/types.ts';
import { needsRestart } from '../openclaw/gateway-steps.ts';
import { restartByHand, startByHand } from '../openclaw/gateway-words.ts';
import { asTyped, type Target } from '../openclaw/openclaw-program.ts';
import type { GatewayFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';

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
