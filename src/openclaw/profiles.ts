import { join } from 'node:path';
import { isObject, type Json, number, object, text, texts } from '../system/json.ts';
import { variableIn } from '../system/secret.ts';
import { healthOf, secretField } from './profile-health.ts';
import type { ConfigFacts, ProfileFacts } from './records.ts';
import { tellSecret } from './secret-shape.ts';
import { atLeast } from './version.ts';

/**
 * The credentials and runtime state of one agent, as its JSON files hold them, or as a child told of its database. Holds
 * secrets: never leaves memory.
 */
export interface AuthStore {
  readonly profiles: Readonly<Record<string, Json>>;
  /** Profile id → the file it was read from. */
  readonly from: Readonly<Record<string, string>>;
  readonly order: Readonly<Record<string, readonly string[]>>;
  readonly lastGood: Readonly<Record<string, string>>;
  readonly usage: Readonly<Record<string, Json>>;
  /** Where they were read: the order by provider, the usage by profile id. */
  readonly orderFrom: Readonly<Record<string, string>>;
  readonly usageFrom: Readonly<Record<string, string>>;
  /** Set when a file is there but is not a profile store: what is wrong with it. */
  readonly fault: string | null;
}

export const authFile = (agentDir: string) => join(agentDir, 'auth-profiles.json');
export const authStateFile = (agentDir: string) => join(agentDir, 'auth-state.json');

/** `auth-profiles.json`, with the state that 2026.4.24 and later keep in `auth-state.json` laid over it. */
export function readStore(agentDir: string, profilesText: string | null, stateText: string | null): AuthStore {
  const main = parse(profilesText);
  const state = parse(stateText);
  const value = object(main.value);
  // What OpenClaw noted of profiles that are all gone is a store as well.
  const emptied = value.profiles === undefined && ['lastGood', 'usageStats'].some((key) => isObject(value[key]));
  const wrongShape = profilesText !== null && main.fault === null && !isObject(value.profiles) && !emptied;
  const files = { profiles: authFile(agentDir), state: authStateFile(agentDir) };
  return {
    ...storeOf(value, object(state.value), files),
    fault: main.fault ?? (wrongShape ? NO_PROFILES : null) ?? state.fault,
  };
}

/** The fault of a file that holds credentials in another shape. */
export const NO_PROFILES = 'it has no "profiles" object';

/** A store from its two parts, the state laid over the profiles; `files` are what they were read from. */
export function storeOf(
  value: Json,
  state: Json,
  files: { readonly profiles: string; readonly state: string },
): AuthStore {
  const profiles: Record<string, Json> = {};
  for (const [id, entry] of Object.entries(object(value.profiles))) if (isObject(entry)) profiles[id] = entry;
  const order = lists(state.order ?? value.order);
  const usage = objects(state.usageStats ?? value.usageStats);
  const at = (names: object, file: string) => Object.fromEntries(Object.keys(names).map((name) => [name, file]));
  return {
    profiles,
    from: at(profiles, files.profiles),
    order,
    lastGood: strings(state.lastGood ?? value.lastGood),
    usage,
    orderFrom: at(order, state.order == null ? files.profiles : files.state),
    usageFrom: at(usage, state.usageStats == null ? files.profiles : files.state),
    fault: null,
  };
}

/**
 * What an agent works with: its own store over that of `main` (in the shipped code of 2026.1.24-3 to 2026.6.1; run on
 * 2026.2.17, where an agent without a file even copies main's when it first reads).
 */
export function inherit(main: AuthStore, own: AuthStore): AuthStore {
  return {
    profiles: { ...main.profiles, ...own.profiles },
    from: { ...main.from, ...own.from },
    order: { ...main.order, ...own.order },
    lastGood: { ...main.lastGood, ...own.lastGood },
    usage: { ...main.usage, ...own.usage },
    orderFrom: { ...main.orderFrom, ...own.orderFrom },
    usageFrom: { ...main.usageFrom, ...own.usageFrom },
    fault: own.fault,
  };
}

export interface JudgeContext {
  readonly agent: string;
  readonly config: Pick<ConfigFacts, 'declaredProfiles' | 'order'>;
  readonly version: string;
  /** Unix ms. */
  readonly now: number;
}

/** Every profile of a store with OpenClaw's verdict on it: which one wins for its provider, and why the others do not. */
export function judgeProfiles(store: AuthStore, context: JudgeContext): ProfileFacts[] {
  const byProvider = new Map<string, string[]>();
  const profiles = Object.fromEntries(
    Object.entries(store.profiles).map(([id, entry]) => [id, withAliases(entry, context.version)]),
  );
  for (const [id, entry] of Object.entries(profiles)) {
    const provider = providerKey(text(entry.provider) ?? id.split(':')[0] ?? '');
    byProvider.set(provider, [...(byProvider.get(provider) ?? []), id]);
  }
  return [...byProvider].flatMap(([provider, ids]) => judgeProvider(provider, ids, { ...store, profiles }, context));
}

/** From 2026.2.26 on the names of the configuration pass for those of the store (its changelog, #26950). */
function withAliases(entry: Json, version: string): Json {
  if (!atLeast(version, '2026.2.26')) return entry;
  const { type = entry.mode, key = entry.apiKey } = entry;
  return { ...entry, ...(type === undefined ? {} : { type }), ...(key === undefined ? {} : { key }) };
}

function judgeProvider(provider: string, ids: string[], store: AuthStore, context: JudgeContext): ProfileFacts[] {
  const { base, from } = orderFor(provider, ids, store, context);
  const reasons = new Map(ids.map((id) => [id, rejection(id, provider, store, context)]));
  const ordered = sortOrder(
    base.filter((id) => reasons.get(id) === null),
    from,
    store,
    context.now,
  );
  return ids.map((id) => {
    const entry = store.profiles[id] as Json;
    const usage = object(store.usage[id]);
    const field = secretField(entry);
    const secret = field === null ? null : tellSecret(entry[field]);
    const reference = referenceIn(entry);
    const orderIn = from === 'store' ? byProviderKey(store.orderFrom, provider) : undefined;
    const place = ordered.indexOf(id);
    return {
      agent: context.agent,
      id,
      provider,
      type: text(entry.type) ?? 'unknown',
      masked: secret?.masked ?? null,
      expires: number(entry.expires),
      mode: context.config.declaredProfiles[id]?.mode ?? null,
      rejected: reasons.get(id) ?? (base.includes(id) ? null : 'excluded_by_auth_order'),
      wins: place === 0,
      lastGood: store.lastGood[provider] === id,
      cooldownUntil: coolingUntil(usage, context.now),
      errorCount: number(usage.errorCount) ?? 0,
      ...(number(usage.lastUsed) === null ? {} : { lastUsed: number(usage.lastUsed) as number }),
      order: { place: place === -1 ? null : place, from, ...(orderIn === undefined ? {} : { in: orderIn }) },
      ...(secret === null ? {} : { shape: secret.shape, fingerprint: secret.fingerprint }),
      ...(reference === undefined ? {} : { reference, ...shapeByType(entry) }),
      health: healthOf(entry, { field, secret, usage, usageIn: store.usageFrom[id], now: context.now }),
      ...(store.from[id] === undefined ? {} : { store: store.from[id] }),
    };
  });
}

/**
 * Where a profile points to instead of holding a secret: `tokenRef` and `keyRef` of 2026.3.28 and later, and the name of a
 * variable in the place of a key (`${NAME}`; turns of 2026.6.1, 2026.6.5, 2026.7.1, 2026.8.2 and 2026.9.6 read it).
 */
function referenceIn({ tokenRef, keyRef, key }: Json): string | undefined {
  const ref = tokenRef ?? keyRef;
  if (ref !== undefined && ref !== null) return referenceText(ref);
  const name = typeof key === 'string' ? variableIn(key) : null;
  return name === null ? undefined : referenceText({ source: 'env', id: name });
}

/** A secret that cannot be seen is taken for what the type of its profile says. */
export function shapeByType({ type }: Json): { shape?: string } {
  return type === 'api_key' ? { shape: 'api key' } : type === 'token' ? { shape: 'token' } : {};
}

/** `{ source: 'env', id: 'MY_TOKEN' }` → `env MY_TOKEN`. */
export function referenceText(ref: unknown): string {
  const { source, provider, id } = object(ref);
  return [text(source), text(provider), text(id)].filter((part) => part !== null).join(' ') || 'a reference';
}

type OrderSource = NonNullable<ProfileFacts['order']>['from'];

/**
 * Stored order, else `auth.order`, else the ids that `auth.profiles` lists, else all. When none of the named ids is
 * stored at all, later releases (seen in 2026.4.29, absent in 2026.2.17) take every stored one instead.
 */
function orderFor(
  provider: string,
  ids: string[],
  store: AuthStore,
  context: JudgeContext,
): { base: string[]; from: OrderSource } {
  const stored = byProviderKey(store.order, provider);
  const configured = byProviderKey(context.config.order, provider);
  const declared = Object.entries(context.config.declaredProfiles)
    .filter(([, entry]) => providerKey(entry.provider ?? '') === provider)
    .map(([id]) => id);
  const explicit = stored ?? configured;
  const base = [...new Set(explicit ?? (declared.length > 0 ? declared : ids))];
  const from = stored ? 'store' : configured ? 'config order' : declared.length > 0 ? 'config profiles' : 'all';
  const noneStored = base.every((id) => store.profiles[id] === undefined);
  if (noneStored && (stored || declared.length > 0) && atLeast(context.version, '2026.4.29')) {
    return { base: ids, from: 'all' };
  }
  return { base, from };
}

/** OpenClaw's reason code for not using a stored profile; null when it may be used. */
function rejection(id: string, provider: string, store: AuthStore, context: JudgeContext): string | null {
  const entry = store.profiles[id] as Json;
  const type = text(entry.type);
  const declared = context.config.declaredProfiles[id];
  // Such an entry is dropped when the store is read, whatever its id says.
  if (text(entry.provider) === null) return 'profile_missing';
  if (isObject(entry.setup) && entry.setup.replacement) return 'setup_inactive';
  if (declared) {
    if (providerKey(declared.provider ?? '') !== provider) return 'provider_mismatch';
    const tolerated = declared.mode === 'oauth' && type === 'token';
    if (declared.mode !== type && !tolerated) return 'mode_mismatch';
  }
  const has = (...names: string[]) => names.some((name) => tellSecret(entry[name]) !== null);
  if (type === 'api_key') return has('key') || entry.keyRef ? null : 'missing_credential';
  if (type === 'oauth') return has('access', 'refresh') ? null : 'missing_credential';
  if (type !== 'token' || !(has('token') || entry.tokenRef)) return 'missing_credential';
  return tokenExpiry(entry.expires, context);
}

function tokenExpiry(expires: unknown, context: JudgeContext): string | null {
  if (expires === undefined) return null;
  const valid = typeof expires === 'number' && Number.isFinite(expires) && expires > 0 && expires <= 8.64e15;
  if (!valid) return atLeast(context.version, '2026.4.29') ? 'invalid_expires' : null;
  return context.now >= expires ? 'expired' : null;
}

/** An explicit order stands; else oauth, token, api_key, least recently used first. Cooling profiles always go last. */
function sortOrder(ids: string[], from: OrderSource, store: AuthStore, now: number): string[] {
  const until = (id: string) => coolingUntil(object(store.usage[id]), now);
  const cooling = ids.filter((id) => until(id) !== null).sort((a, b) => (until(a) ?? 0) - (until(b) ?? 0));
  const available = ids.filter((id) => until(id) === null);
  if (from === 'config profiles' || from === 'all') {
    const rank = (id: string) => {
      const place = ['oauth', 'token', 'api_key'].indexOf(text(store.profiles[id]?.type) ?? '');
      return place === -1 ? 3 : place;
    };
    const lastUsed = (id: string) => number(object(store.usage[id]).lastUsed) ?? 0;
    available.sort((a, b) => rank(a) - rank(b) || lastUsed(a) - lastUsed(b));
  }
  return [...available, ...cooling];
}

function coolingUntil(usage: Json, now: number): number | null {
  const until = Math.max(number(usage.cooldownUntil) ?? 0, number(usage.disabledUntil) ?? 0);
  return until > now ? until : null;
}

function providerKey(provider: string): string {
  return provider.trim().toLowerCase();
}

function byProviderKey<T>(map: Readonly<Record<string, T>>, provider: string): T | undefined {
  return Object.entries(map).find(([key]) => providerKey(key) === provider)?.[1];
}

function parse(source: string | null): { value: unknown; fault: string | null } {
  if (source === null) return { value: {}, fault: null };
  try {
    return { value: JSON.parse(source.replace(/^\uFEFF/, '')), fault: null };
  } catch (error) {
    // V8 quotes the text around the fault, which may be a token.
    const position = /position \d+/.exec(error instanceof Error ? error.message : '')?.[0];
    return { value: {}, fault: `it is not JSON${position ? ` (${position})` : ''}` };
  }
}

function lists(value: unknown): Record<string, string[]> {
  return Object.fromEntries(Object.entries(object(value)).map(([key, ids]) => [key, texts(ids)]));
}

function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object(value)).flatMap(([key, id]) => (typeof id === 'string' ? [[key, id]] : [])),
  );
}

function objects(value: unknown): Record<string, Json> {
  return Object.fromEntries(Object.entries(object(value)).map(([key, entry]) => [key, object(entry)]));
}
