import { describe, expect, it } from 'vitest';
import type { ClaudeInside } from '../../../src/claude/records.ts';
import { judge } from '../../../src/doctor/index.ts';
import { ofOpenClaw } from '../../../src/facts/claude-login.ts';
import { known, unknown } from '../../../src/system/fact.ts';
import { cannedFacts, NOW } from '../../support/canned-facts.ts';
import { containerWith } from '../../support/container.ts';
import { factsFor } from '../../support/facts-for.ts';

const INSIDE: ClaudeInside = {
  claude: known(
    [
      {
        ...{ path: '/usr/local/bin/claude', realPath: '/usr/local/bin/claude', version: '2.1.329', wins: true },
        inside: { runtime: 'docker', name: 'claw', folder: '/home/node/.claude', stateFile: '/home/node/.claude.json' },
      },
    ],
    'docker exec claw',
  ),
  claudeSignIn: known({ loggedIn: false, authMethod: 'none' }, 'claude auth status'),
  claudeLogin: unknown('absent', 'none'),
  uid: 1000,
  login: { fate: 'kept', path: '/home/node/.claude/.credentials.json' },
};

const CONFIG = `{ agents: { defaults: {
  model: 'anthropic/claude-opus-5',
  models: { 'anthropic/claude-opus-5': { agentRuntime: { id: 'claude-cli' } } },
} } }`;

/** An OpenClaw in a container that asks Claude Code; that of the host is signed in. */
async function found(change: Partial<ClaudeInside>) {
  const facts = await factsFor({ version: '2026.9.6', config: CONFIG });
  if (!facts.state.known) throw new Error(facts.state.detail);
  const whole = {
    ...facts,
    state: { ...facts.state, value: { ...facts.state.value, container: containerWith() } },
    claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai' }, 'claude auth status'),
    claudeInside: known({ ...INSIDE, ...change }, 'docker exec claw'),
  };
  return judge(whole, NOW).findings.filter(({ id }) => id.startsWith('cli.'));
}

describe('Claude Code for an OpenClaw in a container', () => {
  it('is signed out there, whatever it is on this machine', async () => {
    expect(await found({})).toMatchObject([{ id: 'cli.signed-out', repairs: [{ kind: 'claude-login' }] }]);
    expect(await found({ claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai' }, 'x') })).toEqual([]);
  });

  it('is not signed in to where the container would lose that', async () => {
    const [one] = await found({ login: { fate: 'lost', path: '/home/node/.claude.json' } });
    expect(one).toMatchObject({ id: 'cli.signed-out', next: 'docker exec -it claw claude auth login' });
    expect(one?.repairs ?? []).toEqual([]);
  });

  it('is missing there', async () => {
    expect(await found({ claude: unknown('absent', 'no claude on the PATH of the container claw') })).toMatchObject([
      {
        id: 'cli.missing',
        says: expect.stringContaining('no claude in the container claw'),
        next: 'docker inspect claw',
      },
    ]);
  });

  it('is that of this machine where OpenClaw runs here', () => {
    const facts = cannedFacts();
    expect(ofOpenClaw(facts)).toBe(facts);
  });
});
