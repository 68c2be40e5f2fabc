import { isSignedOut, ofOpenClaw } from '../facts/claude-login.ts';
import type { Facts } from '../facts/types.ts';
import type { LogEvent } from '../openclaw/log-record.ts';
import { LOG_TEXTS, type LogText, resetIn } from '../openclaw/log-texts.ts';
import { factValue } from '../system/fact.ts';
import { minute, plural } from '../text.ts';
import { signingIn } from './claude-login.ts';
import { credentialsInUse } from './claude-use.ts';
import type { Repair } from './repairs.ts';
import { type Check, error, info, warning } from './types.ts';
import { typed } from './words.ts';

const KIND = { error, warning, info };

/** Unix ms of an agent's newest success with a credential for Claude (any agent's where none is named); 0 without. */
function lastSuccess(facts: Facts, agent: string | undefined): number {
  const used = (factValue(facts.profiles) ?? []).filter(
    (one) => one.provider === 'anthropic' && one.errorCount === 0 && (agent === undefined || one.agent === agent),
  );
  return used.reduce((latest, { lastUsed = 0 }) => Math.max(latest, lastUsed), 0);
}

/**
 * Whether it still counts. No line of a log says that a turn went well, but OpenClaw keeps the time of each success, and
 * only of those, as `usageStats.lastUsed` (2026.1.24 on; it puts `errorCount` back to 0 with it).
 */
const isOver = ({ ends }: LogText, { at, agent }: LogEvent, facts: Facts) =>
  ends === true && at !== null && lastSuccess(facts, agent) > at;

function told({ at, count, source, text }: LogEvent): string {
  const when = at === null ? '' : `, last at ${minute(at)}`;
  return `${source} has it ${plural(count, 'time')}${when}: ${text}`;
}

/** A new token in the place of the one that is in use, where that is one. */
function renewal({ agent }: LogEvent, facts: Facts): readonly Repair[] {
  const used = credentialsInUse(facts).filter((one) => agent === undefined || one.agent.id === agent);
  const tokens = used.flatMap(({ winner }) => (winner?.type === 'token' ? winner.id : []));
  return tokens[0] === undefined ? [] : [{ kind: 'token', profileId: tokens[0] }];
}

/** What other checks leave to the log: a cause found on disk lists these ids in its `explains`. */
const explainsToo: Readonly<Record<string, readonly string[]>> = {
  // Signing in comes first; what else is wrong with a proxy shows after that.
  'log.claude-not-logged-in': ['proxy.down'],
  'log.migration-required': ['log.no-credential'],
};

/** One check for each known text. A turn that failed by one makes cron jobs fail as well. */
export const log: readonly Check[] = LOG_TEXTS.map((known) =>
  KIND[known.level]<LogEvent, 'log'>(known.id, known.title, {
    needs: ['log'],
    explains: [
      ...(known.ends ? ['cron.error-streak'] : []),
      ...(known.ends && known.id !== 'log.cooling' ? ['log.cooling'] : []),
      ...(explainsToo[known.id] ?? []),
    ],
    detect: ({ log: events }, facts) => {
      const [newest] = events.filter(({ id }) => id === known.id).filter((event) => !isOver(known, event, facts));
      return newest === undefined ? null : [newest];
    },
    explain: (event) => {
      const resets = resetIn(event.text);
      const limit = /-limit$/.test(known.id) && resets !== null;
      return {
        says: limit ? `${known.says.replace(/\.$/, '')}; it resets ${resets}.` : known.says,
        why: `${known.why} ${told(event)}`,
      };
    },
    // Who said it long ago may be signed in by now.
    ...(known.signsIn && {
      fix: (_: LogEvent, facts: Facts) => (isSignedOut(ofOpenClaw(facts)) ? signingIn(facts) : []),
    }),
    ...(known.renews && { fix: (event: LogEvent, facts: Facts) => renewal(event, facts) }),
    next: (_, facts) => (typeof known.next === 'string' ? known.next : typed(facts, ...known.next)),
  }),
);
