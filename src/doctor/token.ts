import type { Facts } from '../facts/types.ts';
import { credentialsInJson } from '../openclaw/generation.ts';
import { renewsItself } from '../openclaw/profile-health.ts';
import type { ProfileFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { DAY_MS, isoDate, minute, plural } from '../text.ts';
import { endOf, envCredential } from './claude-use.ts';
import type { Repair } from './repairs.ts';
import { type Check, error, info, type Severity, type Words, warning } from './types.ts';
import { keptBy, nameOf, type Stored, type TextFault, textFault, winners } from './without.ts';
import { REFUSALS, RENEW, storeName, typedAfterNoAnswer } from './words.ts';

export const newToken = ({ id }: { readonly id: string }): readonly Repair[] => [{ kind: 'token', profileId: id }];

/** A credential that OpenClaw uses although its text cannot be right. */
const badText = (id: Check['id'], title: string, fault: TextFault, explain: (stored: Stored) => Words): Check =>
  error<Stored, 'config' | 'profiles'>(id, title, {
    needs: ['config', 'profiles'],
    explains: REFUSALS,
    detect: (_, facts) => winners(facts, (row) => textFault(row, facts) === fault),
    explain,
    fix: (stored) => newToken(stored),
    next: () => RENEW,
  });

const MAKE_ONE = '`claude setup-token` prints a setup token: it starts with sk-ant-oat01- and has 108 characters.';

/** What is wrong where a variable stands in: then Claude answers all the same. */
export const unlessEnv = (facts: Facts): { level?: Severity } => (envCredential(facts) ? { level: 'warning' } : {});

/** What is stored as a token, and until when it is good. */
export const token = [
  badText('token.is-code', 'The web page’s code is stored instead of a token', 'code', (stored) => ({
    says: `${nameOf(stored)} holds the code of the sign-in page (it has a # in it), not a token.`,
    why: `Such a code works once, to make a token. ${MAKE_ONE}`,
  })),
  badText('token.whitespace', 'The stored token has spaces in it', 'whitespace', (stored) => ({
    says: `${nameOf(stored)} has spaces in its token.`,
    why: 'They come from copying a wrapped line. OpenClaw sends them along, and Anthropic refuses the token (401).',
  })),
  badText('token.wrong-kind', 'Something else is stored as a token', 'kind', (stored) => ({
    says: `${nameOf(stored)} holds ${kindOf(stored.rows[0])}, not a setup token.`,
    why: `Claude accepts none of these. ${MAKE_ONE}`,
  })),
  badText('token.cut-off', 'The stored token is cut off', 'short', (stored) => ({
    says: `${nameOf(stored)} holds a token of ${stored.rows[0]?.health?.length ?? 0} characters: it is cut off.`,
    why: MAKE_ONE,
  })),
  badText('token.is-session', 'The access token of Claude Code is stored as a setup token', 'session', (stored) => ({
    says: `${nameOf(stored)} is the access token of your Claude Code login: it expires within 8 hours.`,
    why: 'Claude Code renews it only for itself, and nothing renews this copy. A setup token is good for a year.',
  })),
  warning('token.paid-per-use', 'An API key is stored as a token', {
    needs: ['config', 'profiles'],
    detect: (_, facts) => winners(facts, (row) => textFault(row, facts) === 'paid'),
    explain: (stored) => ({
      says: `${nameOf(stored)} holds an API key: Claude answers, and each request is paid per use, not by your plan.`,
      why: 'OpenClaw goes by the secret itself, whatever its profile says (2026.2.17, 2026.9.6).',
    }),
    fix: (stored) => newToken(stored),
    next: () => RENEW,
  }),
  info('token.in-api-key', 'A setup token is stored as an API key', {
    needs: ['config', 'profiles'],
    detect: (_, facts) => winners(facts, (row) => textFault(row, facts) === 'in-api-key'),
    explain: (stored) => ({
      says: `${nameOf(stored)} is of the type api_key and holds a setup token.`,
      why: 'It works all the same: OpenClaw goes by the secret itself. A new one is stored as a token.',
    }),
    next: () => RENEW,
  }),
  error('token.expires-unit', 'A token’s expiry is not in milliseconds', {
    code: 'no-credential',
    needs: ['config', 'profiles'],
    explains: REFUSALS,
    detect: (_, facts, now) => keptBy('unit', facts, now),
    explain: (stored, facts) => ({
      says: `${nameOf(stored)} counts as expired: its "expires" ${writtenAs(stored.rows[0])}, where OpenClaw reads milliseconds.`,
      ...unlessEnv(facts),
    }),
    fix: expiresFix,
    next: () => RENEW,
  }),
  error('token.expired', 'A stored token has expired', {
    code: 'no-credential',
    needs: ['config', 'profiles'],
    explains: REFUSALS,
    detect: (_, facts, now) => [
      ...keptBy('expired', facts, now),
      ...winners(facts, (row) => row.type === 'oauth' && !renewsItself(row) && (row.expires ?? now + 1) <= now),
    ],
    explain: (stored, facts) => {
      const end = stored.rows[0]?.health?.expiresMeant ?? stored.rows[0]?.expires ?? null;
      return {
        says: `${nameOf(stored)} has expired${end === null ? '' : ` (${isoDate(end)})`}.`,
        why: 'OpenClaw does not send an expired token, and nothing renews a setup token.',
        ...unlessEnv(facts),
      };
    },
    fix: (stored) => newToken(stored),
    next: () => RENEW,
  }),
  warning('token.ends-soon', 'A credential in use expires soon', {
    code: 'expiring',
    needs: ['config', 'profiles'],
    detect: (_, facts, now, { warnDays }) => {
      const soon = winners(facts, (row) => {
        const end = endOf(row);
        return end !== null && end > now && end - now < warnDays * DAY_MS;
      });
      const first = soon.toSorted((a, b) => firstOf(a) - firstOf(b))[0];
      return first === undefined ? null : [{ ...first, days: Math.floor((firstOf(first) - now) / DAY_MS) }];
    },
    explain: ({ days, ...stored }) => ({
      says: `${nameOf(stored)} expires in ${plural(days, 'day')}, on ${isoDate(firstOf(stored))}.`,
      why: 'Nothing renews it: make a new one before then.',
    }),
    fix: (stored) => newToken(stored),
    next: () => RENEW,
  }),
  warning('cooldown.billing', 'The provider has refused a credential over billing', {
    needs: ['config', 'profiles'],
    detect: (_, facts, now) => winners(facts, (row) => disabled(row, now) && reasonOf(row) === 'billing'),
    explain: (stored) => ({
      says: `${nameOf(stored)} is cooling down${until(stored.rows[0])}: Anthropic refused it over billing.`,
      why: 'Anthropic decides that: ending the cooldown would not help. See what is used up.',
    }),
    next: ({ rows: [row] }) =>
      row?.shape === 'api key' ? 'https://console.anthropic.com/settings/billing' : 'https://claude.ai/settings/usage',
  }),
  warning('cooldown.disabled', 'OpenClaw has disabled the credential in use', {
    needs: ['config', 'profiles'],
    detect: (_, facts, now) => winners(facts, (row) => disabled(row, now) && reasonOf(row) !== 'billing'),
    explain: (stored) => ({
      says: `OpenClaw has disabled ${nameOf(stored)}${until(stored.rows[0])} (${reasonOf(stored.rows[0])}).`,
      why: 'It does that when Anthropic refuses a credential for good.',
    }),
    next: () => RENEW,
  }),
  warning('cooldown.all', 'Every usable credential is cooling down after errors', {
    code: 'cooldown',
    needs: ['config', 'profiles'],
    // Those that cool down come last in every order: one in use that does means that all do.
    detect: (_, facts, now) => winners(facts, (row) => (row.cooldownUntil ?? 0) > now && !disabled(row, now)),
    explain: (stored) => ({
      says: `${nameOf(stored)} is cooling down after errors${until(stored.rows[0])}, and nothing else is stored that OpenClaw could use.`,
      why: onlyLimits(stored)
        ? 'Anthropic said that a limit was reached (429). OpenClaw tries again by itself.'
        : 'Fix what made it fail first: the next error starts a longer cooldown. It is stored, so a restart does not end it.',
    }),
    fix: cooldownFix,
    // It is stored: no command of OpenClaw ends it (2026.7.1). This one tells until when.
    next: (_, facts) => typedAfterNoAnswer(facts, true),
  }),
];

const firstOf = ({ rows }: Pick<Stored, 'rows'>) =>
  Math.min(...rows.map((row) => endOf(row) ?? Number.POSITIVE_INFINITY));
const disabled = ({ health }: ProfileFacts, now: number) => (health?.disabledUntil ?? 0) > now;
const reasonOf = (row: ProfileFacts | undefined) => row?.health?.disabledReason ?? 'unknown';
const onlyLimits = ({ rows }: Stored) => rows.every(({ health }) => health?.failures?.join() === 'rate_limit');

function until(row: ProfileFacts | undefined): string {
  const end = row?.cooldownUntil ?? null;
  return end === null ? '' : ` until ${minute(end)}`;
}

function kindOf(row: ProfileFacts | undefined): string {
  const { shape = 'other' } = row ?? {};
  if (shape === 'other') return 'something that is not a credential of Anthropic';
  return `${/^[aeiou]/.test(shape) ? 'an' : 'a'} ${shape}`;
}

function writtenAs(row: ProfileFacts | undefined): string {
  const is = row?.health?.expiresIs;
  if (is === 'seconds') return 'is written in seconds';
  return is === 'text' ? 'is text' : 'is not a time';
}

/** The same end in ms, or none where it does not tell one; a new token where the store is a database. */
function expiresFix(stored: Stored, { release }: Facts): readonly Repair[] {
  if (!credentialsInJson(factValue(release)?.generation ?? 'G3')) return newToken(stored);
  return stored.rows.flatMap(({ id, store, health, agent }): Repair[] => {
    if (store === undefined) return [];
    const path = ['profiles', id, 'expires'];
    const edits = [
      health?.expiresMeant === undefined
        ? { op: 'delete' as const, path }
        : { op: 'set' as const, path, value: health.expiresMeant },
    ];
    const says = `Write the expiry of ${id} in milliseconds (${agent})`;
    return [{ kind: 'json', file: store, name: storeName(store), edits, says }];
  });
}

/** Ends the cooldown of what failed here; a limit that was reached is not ours to end. */
function cooldownFix(stored: Stored, { release }: Facts): readonly Repair[] {
  if (!credentialsInJson(factValue(release)?.generation ?? 'G3') || onlyLimits(stored)) return [];
  const files = [...new Set(stored.rows.flatMap(({ health }) => health?.usageIn ?? []))];
  return files.map((file) => ({
    kind: 'json',
    file,
    name: storeName(file),
    edits: [{ op: 'delete', path: ['usageStats', stored.id] }],
    says: `End the cooldown of ${stored.id} in ${storeName(file)}`,
    because: 'OpenClaw counts its errors there and starts again from zero.',
  }));
}
