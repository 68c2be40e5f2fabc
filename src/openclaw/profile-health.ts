import { isObject, type Json, number, object, text } from '../system/json.ts';
import type { ProfileHealth } from './health-record.ts';
import { type ToldSecret, tellSecret } from './secret-shape.ts';

/** Where each type has its secret, and where it is found when somebody wrote it by hand. */
const OWN_FIELDS: Readonly<Record<string, string>> = { token: 'token', api_key: 'key', oauth: 'access' };
const SECRET_FIELDS = ['token', 'key', 'access', 'accessToken', 'apiKey', 'api_key', 'authToken', 'secret', 'value'];

/** The field that the secret is read from: the one of its type, else the first one that holds any. */
export function secretField(entry: Json): string | null {
  const own = OWN_FIELDS[text(entry.type) ?? ''];
  return [own ?? '', ...SECRET_FIELDS].find((name) => tellSecret(entry[name]) !== null) ?? null;
}

export function healthOf(
  entry: Json,
  more: {
    readonly field: string | null;
    readonly secret: ToldSecret | null;
    /** Its cooldown, and the file that this is in. */
    readonly usage: Json;
    readonly usageIn: string | undefined;
    readonly now: number;
  },
): ProfileHealth {
  const { field, secret, usage, usageIn, now } = more;
  const refresh = tellSecret(entry.refresh) ?? tellSecret(entry.refreshToken);
  const disabledUntil = number(usage.disabledUntil) ?? 0;
  const failures = Object.keys(object(usage.failureCounts));
  return {
    fields: Object.keys(entry).filter((name) => entry[name] != null && entry[name] !== ''),
    field,
    length: secret?.length ?? 0,
    blanks: secret?.blanks ?? null,
    ...(refresh === null ? {} : { refreshFingerprint: refresh.fingerprint }),
    ...expiresOf(entry.expires),
    ...(isObject(entry.setup) && entry.setup.replacement ? { setupInactive: true } : {}),
    ...(disabledUntil > now ? { disabledUntil, disabledReason: text(usage.disabledReason) ?? 'unknown' } : {}),
    ...(failures.length > 0 ? { failures } : {}),
    ...(usageIn === undefined ? {} : { usageIn }),
  };
}

/** In which unit an end is written, and what it means where that is not ms. */
function expiresOf(value: unknown): Pick<ProfileHealth, 'expiresIs' | 'expiresMeant'> {
  if (value === undefined || value === null) return {};
  const seconds = (count: number) => count >= 1e9 && count < 1e11;
  if (typeof value === 'number') {
    if (seconds(value)) return { expiresIs: 'seconds', expiresMeant: value * 1000 };
    return { expiresIs: value >= 1e11 && value <= 8.64e15 ? 'ms' : 'invalid' };
  }
  const written = text(value);
  if (written === null) return { expiresIs: 'invalid' };
  const count = /^\d+$/.test(written) ? Number(written) : Date.parse(written);
  const meant = seconds(count) ? count * 1000 : count;
  return { expiresIs: 'text', ...(meant >= 1e11 && meant <= 8.64e15 ? { expiresMeant: meant } : {}) };
}

/** The profile that a service of ours keeps in step with the login of Claude Code, see `src/claude-sync`. */
export const SYNCED_PROFILE = 'anthropic:claude-sync';

/** A login that OpenClaw renews: that its access token of 8 hours has ended means nothing. */
export const renewsItself = ({ type, health }: { readonly type: string; readonly health?: ProfileHealth }): boolean =>
  type === 'oauth' && (health === undefined || health.refreshFingerprint !== undefined);
