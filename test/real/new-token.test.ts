import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { agentFlag, type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease } from '../support/releases.ts';
import { runPacked } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// A new token where an old one is: it gets its own end, and it is compared with all of the old one.

const DAY = 86_400_000;
const YEAR = 365 * DAY;
const token = (name: string) => `sk-ant-oat01-FAKE${name.repeat(22)}tail`;
const PROFILE = 'anthropic:default';

const packed = inject('packed');
let at: BridgeHome;
afterEach(() => removeTree(at.home));

async function apply(secret: string): Promise<void> {
  const args = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json', '--no-live-check'];
  const done = await runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input: secret });
  expect(done.code, done.out + done.err).toBe(0);
}

/** Whether an end lies a year away, give or take what the run took and the hour that `paste-token` rounds to. */
function inAYear(end: number): boolean {
  return Math.abs(end - Date.now() - YEAR) < DAY;
}

describe('OpenClaw 2026.2.17, whose store is a file', MANY_PROGRAMS, () => {
  const stored = () => {
    const file = join(at.stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
    return JSON.parse(readFileSync(file, 'utf8')).profiles[PROFILE] as { token: string; expires?: number };
  };

  it('takes a new token over none, and another one with the same last four characters', async () => {
    at = await makeBridgeHome(await installRelease('2026.2.17'));
    await apply(token('one1'));
    expect(stored().token).toBe(token('one1'));
    expect(inAYear(stored().expires ?? 0)).toBe(true);
    await apply(token('two2'));
    expect(stored().token).toBe(token('two2'));
    expect(inAYear(stored().expires ?? 0)).toBe(true);
  });
});

describe('OpenClaw 2026.9.6, whose store is a database', MANY_PROGRAMS, () => {
  it('takes a new token over one that ends in ten days', async () => {
    at = await makeBridgeHome(await installRelease('2026.9.6'));
    const paste = ['models', 'auth', 'paste-token', '--provider', 'anthropic', '--profile-id', PROFILE];
    await at.run([...paste, '--expires-in', '240h', ...agentFlag('2026.9.6')], token('old0'));
    await apply(`${token('new1').slice(0, -4)}head`);
    const told = await at.openclaw('models', 'status', '--json', ...agentFlag('2026.9.6'));
    const { auth } = JSON.parse(told.slice(told.indexOf('{'))) as {
      auth: { oauth: { profiles: { profileId: string; expiresAt?: number; label: string }[] } };
    };
    const profile = auth.oauth.profiles.find(({ profileId }) => profileId === PROFILE);
    expect(inAYear(profile?.expiresAt ?? 0), JSON.stringify(profile)).toBe(true);
  });
});
