import { describe, expect, it } from 'vitest';
import { lookRows } from '../../../components/screens/look.ts';
import { statusText } from '../../../src/commands/print-status.ts';
import { healthOf } from '../../../src/doctor/health.ts';
import { isOwnProxy } from '../../../src/facts/own-proxy.ts';
import { rowText } from '../../../src/facts/table.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { known } from '../../../src/system/fact.ts';
import { cannedFacts, NOW, proxyMachine } from '../../support/canned-facts.ts';

const codes = (facts: Facts) => healthOf(facts, NOW).findings.map(({ verdict, code }) => `${verdict} ${code}`);
const status = (facts: Facts) =>
  statusText(facts, healthOf(facts, NOW), { home: '/home/ada', details: false, now: NOW });

function withServices(facts: Facts, change: object): Facts {
  if (!facts.services.known) throw new Error('no services');
  return { ...facts, services: { ...facts.services, value: { ...facts.services.value, ...change } } };
}

describe('our own proxy', () => {
  it('is no bridge once OpenClaw sends the key that it takes', () => {
    const facts = proxyMachine();
    expect(isOwnProxy('claude-max-proxy/opus', facts)).toBe(true);
    expect(isOwnProxy('Opus', facts)).toBe(true);
    expect(isOwnProxy('anthropic/claude-opus-5', facts)).toBe(false);
    expect(isOwnProxy('claude-max-proxy/opus', withServices(facts, { provider: null }))).toBe(false);
    expect(isOwnProxy('openai/claude-opus-4', cannedFacts())).toBe(false);
    const row = lookRows(facts).find(({ id }) => id === 'model');
    expect(row?.tone).toBe('ok');
    expect(row && rowText(row)).toMatch(/^claude-max-proxy\/opus · your Claude Code, by proxy/);
  });

  it('is healthy while its service runs, without any credential in OpenClaw', () => {
    expect(codes(proxyMachine())).toEqual([]);
    expect(status(proxyMachine())).toMatch(/✔ Proxy .*port 3457 · clawauth-normalizer\.service running/);
    expect(status(proxyMachine())).toContain('Healthy: OpenClaw asks Claude Code through the proxy.');
    // A hand-made one with the same name stays what it is.
    expect(codes(withServices(proxyMachine(), { provider: null }))).toContain('error default-is-bridge');
  });

  it('is broken while its service is down or Claude Code is signed out', () => {
    expect(codes(proxyMachine(false))).toEqual(['error proxy-down']);
    expect(status(proxyMachine(false))).toMatch(/✘ Proxy .*not running/);
    const signedOut = {
      ...proxyMachine(),
      claudeSignIn: known({ loggedIn: false, authMethod: 'none' }, 'claude auth status'),
    };
    expect(codes(signedOut)).toEqual(['error claude-signed-out']);
  });

  it('tells that it has no service', () => {
    const facts = withServices(proxyMachine(), { ours: [] });
    expect(codes(facts)).toEqual(['info proxy-no-service']);
    expect(status(facts)).toContain('no service: you run it yourself');
  });

  it('names what is left of a hand-made one', () => {
    const leftover = {
      name: 'claude-max-api.service',
      manager: 'systemd-user' as const,
      file: '/home/ada/.config/systemd/user/claude-max-api.service',
      sha256: null,
      links: [],
      script: null,
      ports: [3456],
      removable: true,
      active: true,
    };
    expect(codes(withServices(proxyMachine(), { leftovers: [leftover] }))).toEqual(['info proxy-leftover']);
  });
});
