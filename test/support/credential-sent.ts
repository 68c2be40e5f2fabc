import { readFileSync, writeFileSync } from 'node:fs';
import json5 from 'json5';
import { expect } from 'vitest';
import { edit } from '../../src/json5/index.ts';
import type { BridgeHome } from './bridge-home.ts';
import type { FakeAnthropic } from './fake-anthropic.ts';
import { copyOf } from './home-copy.ts';

/**
 * What one turn of an agent sends to a stand-in for Anthropic, one for each request. Of the turn, and of the stand-in in the
 * configuration, nothing is left.
 */
export async function credentialSent(at: BridgeHome, version: string, anthropic: FakeAnthropic, agent = 'main') {
  const copy = copyOf(at.home);
  const text = readFileSync(at.config, 'utf8');
  const { primary } = json5.parse(text).agents.defaults.model;
  const guarded = version.startsWith('2026.9.') ? { request: { allowPrivateNetwork: true } } : {};
  const model = { id: primary.slice('anthropic/'.length), name: 'Opus' };
  const value = { baseUrl: anthropic.url, api: 'anthropic-messages', models: [model], ...guarded };
  writeFileSync(at.config, edit(text, [{ op: 'set', path: ['models', 'providers', 'anthropic'], value }]));
  anthropic.seen.length = 0;
  expect(await at.run(['agent', '--local', '--agent', agent, '--message', 'hi', '--json'])).toContain('pong');
  copy.putBack();
  return anthropic.seen.map(({ headers }) => headers['x-api-key'] ?? headers.authorization);
}
