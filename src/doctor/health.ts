import type { Facts } from '../facts/types.ts';
import { DAY_MS } from '../text.ts';
import { firstEnd } from './claude-use.ts';
import { judge } from './index.ts';
import { EXPIRING_DAYS } from './judge.ts';
import type { Found } from './types.ts';

/** Whether OpenClaw runs on Claude now. */
export interface Health {
  readonly state: 'healthy' | 'broken' | 'expiring';
  /** Unix ms when the first credential that is in use ends; null when none tells. */
  readonly expires: number | null;
  readonly findings: readonly Found[];
}

/** The judgement in one word. Pure; `now` is Unix ms. */
export function healthOf(facts: Facts, now: number, warnDays = EXPIRING_DAYS): Health {
  const { findings } = judge(facts, now, { warnDays });
  const expires = firstEnd(facts);
  const soon = expires !== null && expires - now < warnDays * DAY_MS;
  const broken = findings.some(({ verdict }) => verdict === 'error');
  return { state: broken ? 'broken' : soon ? 'expiring' : 'healthy', expires, findings };
}
