import { describe, expect, it } from 'vitest';
import { inherit, judgeProfiles, readStore } from '../../../src/openclaw/profiles.ts';

const NOW = Date.UTC(2026, 10, 21);
const OAT = `sk-ant-oat01-${'FAKE'.repeat(20)}0001`;
const API = `sk-ant-api03-${'FAKE'.repeat(20)}0002`;
const token = { type: 'token', provider: 'anthropic', token: OAT };
const key = { type: 'api_key', provider: 'anthropic', key: API };
const oauth = { type: 'oauth', provider: 'anthropic', access: OAT, refresh: 'r', expires: NOW - 1 };

interface Given {
  profiles: Record<string, object>;
  more?: object;
  state?: object;
  declared?: Record<string, { provider: string | null; mode: string | null }>;
  order?: Record<string, string[]>;
  version?: string;
}

function judge({ profiles, more, state, declared = {}, order = {}, version = '2026.2.17' }: Given) {
  const store = readStore(
    '/a/agent',
    JSON.stringify({ version: 1, profiles, ...more }),
    state === undefined ? null : JSON.stringify(state),
  );
  const rows = judgeProfiles(store, {
    agent: 'main',
    config: { declaredProfiles: declared, order },
    version,
    now: NOW,
  });
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

const mode = (value: string) => ({ p: { provider: 'anthropic', mode: value } });

it('says where the secret is that a profile only points to', () => {
  const tokenRef = { source: 'file', provider: 'vault', id: 'value' };
  const keyRef = { source: 'env', id: 'MY_KEY' };
  const { a, b, c } = judge({
    profiles: {
      a: { type: 'token', provider: 'anthropic', tokenRef },
      b: { ...key, key: undefined, keyRef },
      c: token,
    },
  });
  expect([a?.reference, b?.reference, c?.reference]).toEqual(['file vault value', 'env MY_KEY', undefined]);
});

describe('the verdict of OpenClaw on a stored profile', () => {
  // Run against a mock with `models status --probe` on 2026.2.1, 2026.2.17 and 2026.9.6.
  it.each([
    ['token / token', token, mode('token'), null],
    ['token / oauth, the tolerated pair', token, mode('oauth'), null],
    ['token / api_key', token, mode('api_key'), 'mode_mismatch'],
    ['oauth / token', oauth, mode('token'), 'mode_mismatch'],
    ['oauth / oauth, refreshed when it has ended', oauth, mode('oauth'), null],
    ['api_key / token', key, mode('token'), 'mode_mismatch'],
    ['declared for another provider', token, { p: { provider: 'openai', mode: 'token' } }, 'provider_mismatch'],
    ['secret under the wrong name', { type: 'token', provider: 'anthropic', access: OAT }, {}, 'missing_credential'],
    ['blank secret', { ...token, token: ' ' }, {}, 'missing_credential'],
    [
      'a reference instead of a secret',
      { type: 'token', provider: 'anthropic', tokenRef: { source: 'env' } },
      {},
      null,
    ],
    ['ended', { ...token, expires: NOW }, {}, 'expired'],
    ['still good', { ...token, expires: NOW + 1 }, {}, null],
  ])('%s', (_, stored, declared, rejected) => {
    const { p } = judge({ profiles: { p: stored }, declared });
    expect(p).toMatchObject({ rejected, wins: rejected === null });
  });

  it('minds a nonsense expiry only in releases that do', () => {
    const profiles = { p: { ...token, expires: -5 } };
    expect(judge({ profiles }).p?.rejected).toBeNull();
    expect(judge({ profiles, version: '2026.4.29' }).p?.rejected).toBe('invalid_expires');
  });

  it('leaves out what the config does not list, once it lists any', () => {
    const rows = judge({
      profiles: { 'anthropic:a': token, 'anthropic:b': token },
      declared: { 'anthropic:b': { provider: 'anthropic', mode: 'token' } },
    });
    expect(rows['anthropic:a']).toMatchObject({ rejected: 'excluded_by_auth_order', wins: false, mode: null });
    expect(rows['anthropic:b']).toMatchObject({
      rejected: null,
      wins: true,
      order: { place: 0, from: 'config profiles' },
    });
  });

  it('falls back to what is stored when nothing listed is, in releases that do', () => {
    const given = {
      profiles: { 'anthropic:a': token },
      declared: { 'anthropic:gone': { provider: 'anthropic', mode: 'token' } },
    };
    expect(judge(given)['anthropic:a']?.wins).toBe(false);
    expect(judge({ ...given, version: '2026.4.29' })['anthropic:a']?.wins).toBe(true);
  });

  it('obeys the stored order before the config, and both before the types', () => {
    const profiles = { k: key, t: token };
    expect(judge({ profiles }).t?.wins).toBe(true);
    expect(judge({ profiles, order: { Anthropic: ['k', 't'] } }).k).toMatchObject({
      wins: true,
      order: { place: 0, from: 'config order' },
    });
    const stored = judge({ profiles, order: { anthropic: ['k'] }, more: { order: { anthropic: ['t', 'k'] } } });
    expect(stored.t).toMatchObject({ wins: true, order: { from: 'store' } });
    expect(judge({ profiles, order: { anthropic: ['k'] } }).t?.rejected).toBe('excluded_by_auth_order');
  });

  it('prefers oauth to token to api_key, then the least recently used', () => {
    const rows = judge({
      profiles: { k: key, t1: token, t2: token, o: { ...oauth, expires: NOW + 1 } },
      more: { usageStats: { t1: { lastUsed: 20 }, t2: { lastUsed: 10 } } },
    });
    const byPlace = Object.values(rows).sort((a, b) => (a.order?.place ?? 0) - (b.order?.place ?? 0));
    expect(byPlace.map((row) => row.id)).toEqual(['o', 't2', 't1', 'k']);
  });

  it('puts cooling profiles last and reads runtime state from the sidecar', () => {
    const rows = judge({
      profiles: { a: token, b: token },
      more: { usageStats: {}, lastGood: { anthropic: 'b' } },
      state: {
        usageStats: { a: { cooldownUntil: NOW + 5, errorCount: 3 }, b: { cooldownUntil: NOW - 5 } },
        lastGood: { anthropic: 'a' },
      },
      version: '2026.4.29',
    });
    expect(rows.a).toMatchObject({ wins: false, cooldownUntil: NOW + 5, errorCount: 3, lastGood: true });
    expect(rows.b).toMatchObject({ wins: true, cooldownUntil: null, lastGood: false });
  });

  it('masks what it read and tells what it looks like', () => {
    const rows = judge({
      profiles: { t: token, k: key, odd: { ...token, token: API }, bad: { type: 'x', provider: 'y' } },
    });
    expect(rows.t).toMatchObject({
      masked: 'sk-ant-oat01-…0001',
      shape: 'token',
      store: '/a/agent/auth-profiles.json',
    });
    expect(rows.k).toMatchObject({ masked: 'sk-ant-api03-…0002', shape: 'api key' });
    expect(rows.odd?.shape).toBe('api key');
    expect(rows.bad).toMatchObject({ masked: null, rejected: 'missing_credential' });
    expect(JSON.stringify(rows)).not.toContain('FAKEFAKE');
  });
});

describe('stores', () => {
  it("lays an agent's own store over main's", () => {
    const main = readStore(
      '/main',
      JSON.stringify({ profiles: { a: token, b: token }, order: { anthropic: ['b'] } }),
      null,
    );
    const own = readStore('/lite', JSON.stringify({ profiles: { a: key } }), null);
    const both = inherit(main, own);
    expect(both.from).toEqual({ a: '/lite/auth-profiles.json', b: '/main/auth-profiles.json' });
    expect(both.profiles.a).toMatchObject({ type: 'api_key' });
    expect(both.order).toEqual({ anthropic: ['b'] });
  });

  it('names a file that is no profile store, without quoting it', () => {
    expect(readStore('/a', null, null)).toMatchObject({ profiles: {}, fault: null });
    expect(readStore('/a', '{"anthropic":{"apiKey":"x"}}', null).fault).toContain('profiles');
    const broken = readStore('/a', `{"profiles": {"a": {"token": "${OAT}" }`, null);
    expect(broken.fault).toContain('not JSON');
    expect(broken.fault).not.toContain('sk-ant');
  });
});

it('takes what OpenClaw noted of profiles that are gone for a store, and another shape for none', () => {
  const read = (value: object) => readStore('/a/agent', JSON.stringify(value), null).fault;
  expect(read({ lastGood: { anthropic: 'anthropic:default' }, usageStats: {} })).toBeNull();
  expect(read({ anthropic: token })).toBe('it has no "profiles" object');
  expect(read({ profiles: [], usageStats: {} })).toBe('it has no "profiles" object');
});
