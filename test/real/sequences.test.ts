import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { agentFlag, makeBridgeHome } from '../support/bridge-home.ts';
import { installClaude, SIGN_IN } from '../support/claude-stand-in.ts';
import { holdingsOf, lostSince } from '../support/holdings.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease, releases } from '../support/releases.ts';
import { runPacked } from '../support/run-packed.ts';
import { type EventOptions, type Place, SideBySide, sequenceOf } from '../support/sequences.ts';
import { removeTree } from '../support/tree.ts';

// Weeks with a real OpenClaw, made up from a seed. `CLAWAUTH_SEED` takes another one, `CLAWAUTH_SEEDS` more of them.

const packed = inject('packed');
let claude: string;
beforeAll(async () => {
  claude = await installClaude('2.1.329');
});

/** Each with a seed whose sequence has much in it; whoever looks for more gives others. */
const RELEASES: Readonly<Record<string, { readonly seed: number; readonly openclaw: EventOptions['openclaw'] }>> = {
  // It cannot store a credential without a terminal. The old way is kept, and a switch is killed.
  '2026.2.17': { seed: 42, openclaw: ['set', 'default'] },
  // A name that OpenClaw gives to models of its own, while the token stays behind the proxy.
  '2026.6.1': { seed: 18, openclaw: ['set', 'default', 'credential'] },
  // OpenClaw makes an allowlist of its own while the proxy stands in the place of the token.
  '2026.9.6': { seed: 5, openclaw: ['set', 'default', 'credential'] },
};

async function placeOf(version: string): Promise<Place & { remove(): void }> {
  const at = await makeBridgeHome(await installRelease(version));
  mkdirSync(join(at.home, '.claude'));
  // Without it Claude Code was never started here.
  writeFileSync(join(at.home, '.claude.json'), '{}');
  writeFileSync(join(at.home, '.claude', '.credentials.json'), SIGN_IN, { mode: 0o600 });
  const env = { ...at.env, PATH: `${at.env.PATH}:${dirname(claude)}` };
  return {
    ...at,
    ours: (args, more = {}) => runPacked(process.execPath, packed.cli, args, { home: at.home, env, ...more }),
    openclaw: (args, input) => at.run([...args, ...(args[1] === 'auth' ? agentFlag(version) : [])], input),
    remove: () => removeTree(at.home),
  };
}

const first = process.env.CLAWAUTH_SEED;
const more = Number(process.env.CLAWAUTH_SEEDS ?? 1);
const taken = releases(['2026.2.17'], ['2026.6.1', '2026.9.6']);
const cases = Object.entries(RELEASES)
  .filter(([version]) => taken.includes(version))
  .flatMap(([version, { seed, openclaw }]) =>
    Array.from({ length: more }, (_, n) => ({ version, openclaw, seed: Number(first ?? seed) + n })),
  );

it.each(cases)(
  'OpenClaw $version is as if we had never come after sequence $seed',
  MANY_PROGRAMS,
  async ({ version, openclaw, seed }) => {
    const primaries = ['anthropic/claude-opus-5', 'anthropic/claude-sonnet-5'];
    const events = sequenceOf(seed, { openclaw, primaries, runsClaude: version === '2026.9.6' });
    const [us, alone] = [await placeOf(version), await placeOf(version)];
    const known = { aliased: 'claude-bridge/claude-sonnet-4', other: 'claude-bridge/claude-sonnet-4' };
    const machine = new SideBySide(us, alone, known);
    const done: unknown[] = [];
    try {
      for (const event of events) {
        done.push(event);
        await machine.happens(event);
        machine.check();
        expect(await lostSince(await holdingsOf(alone.stateDir), us.stateDir)).toEqual([]);
      }
      done.push('uninstall');
      await machine.checkGone();
      machine.check();
      expect(await lostSince(await holdingsOf(alone.stateDir), us.stateDir)).toEqual([]);
    } catch (error) {
      const told = done.map((one) => JSON.stringify(one)).join('\n');
      throw new Error(`OpenClaw ${version}, CLAWAUTH_SEED=${seed}:\n${told}\n${(error as Error).message}`);
    } finally {
      for (const place of [us, alone]) place.remove();
    }
    expect(machine.tokens.length).toBeGreaterThan(0);
    if (events.some((event) => event.do === 'switch' && event.to === 'proxy'))
      expect(machine.keys.length).toBeGreaterThan(0);
  },
);
