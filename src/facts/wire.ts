import { type Fact, known, unknown } from '../system/fact.ts';
import type { World } from '../system/world.ts';
import type { WireFacts } from './types.ts';

const HOST = 'api.anthropic.com';
const TIMEOUT_MS = 15_000;

/** One request without a credential to Anthropic's address: what time it is there, and who signed what answers. */
export async function findWire({ network, clock, env, sandbox }: World, signal: AbortSignal): Promise<Fact<WireFacts>> {
  if (network?.probeTls === undefined || sandbox !== undefined)
    return unknown('absent', 'no request is sent from here');
  const before = clock.now();
  const answer = await network.probeTls({ host: HOST, port: 443, timeoutMs: TIMEOUT_MS, signal });
  if (answer === null) return unknown('timed out', `${HOST} did not answer`);
  const { date, issuer, distrust } = answer;
  const aheadMs = date === null ? null : aheadBy(date, before, clock.now());
  const facts = { host: HOST, aheadMs, issuer, distrust, roots: env.NODE_EXTRA_CA_CERTS ?? null };
  return known(facts, `https://${HOST}`);
}

/** A `Date` is cut to the second, and was written at some moment between these two: the least that would explain it. */
function aheadBy(date: number, before: number, after: number): number {
  const least = before - date - 1000;
  return least > 0 ? least : Math.min(0, after - date);
}
