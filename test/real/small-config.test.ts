import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { installClaude, SIGN_IN } from '../support/claude-stand-in.ts';
import { expectInvariants, hadIn } from '../support/invariants.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease } from '../support/releases.ts';
import { runPacked } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// 2026.6.5 takes a config that shrank below half of its last good size for damaged and puts an older copy in its place.
// A small one is blown up by the first `paste-token`, and the way back from the proxy shrinks it again.

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const CONFIG = `{
  gateway: { mode: 'local', port: 48789, bind: 'loopback', auth: { mode: 'token', token: 'a-gateway-secret' } }, // mine
  agents: { defaults: { model: { primary: 'openai/gpt-5.2' }, models: { 'openai/gpt-5.2': { alias: 'mine' } } } },
}
`;

describe('a small config of OpenClaw 2026.6.5', MANY_PROGRAMS, () => {
  const packed = inject('packed');
  let claude: string;
  let at: BridgeHome;
  beforeAll(async () => {
    claude = await installClaude('2.1.329');
    at = await makeBridgeHome(await installRelease('2026.6.5'));
    writeFileSync(at.config, CONFIG);
    mkdirSync(join(at.home, '.claude'));
    writeFileSync(join(at.home, '.claude.json'), '{}');
    writeFileSync(join(at.home, '.claude', '.credentials.json'), SIGN_IN, { mode: 0o600 });
  });
  afterAll(() => {
    removeTree(at.home);
  });

  const ours = async (...args: string[]) => {
    const env = { ...at.env, PATH: `${at.env.PATH}:${dirname(claude)}` };
    const done = await runPacked(process.execPath, packed.cli, [...args, '--yes'], {
      home: at.home,
      env,
      input: TOKEN,
    });
    expect(done.code, done.out + done.err).toBe(0);
    return done;
  };
  const token = (...more: string[]) => ours('apply', '--method', 'setup-token', '--token-stdin', ...more);
  const defaults = () => json5.parse(readFileSync(at.config, 'utf8')).agents.defaults;
  const replaced = () => readdirSync(dirname(at.config)).filter((name) => name.includes('.clobbered'));

  it('stays as it was written, there and back', async () => {
    const had = await hadIn(at);
    const printed = [(await token()).err];
    printed.push((await ours('apply', '--method', 'proxy', '--service', 'none')).err);
    expect(defaults().model.primary).toBe('claude-max-proxy/opus');
    printed.push((await token()).err);
    // What OpenClaw makes of a file it shows when it reads it.
    const again = () => token('--dry-run', '--json');
    await expectInvariants(at, had, { printed, answers: { main: /^anthropic\/claude-opus-/ }, again });
    expect(defaults().models['openai/gpt-5.2']).toEqual({ alias: 'mine' });
    expect(replaced()).toEqual([]);
  });

  it('is what it was after an uninstall', async () => {
    await ours('uninstall');
    await at.openclaw('models', 'status', '--json');
    const { meta: _, ...rest } = json5.parse(readFileSync(at.config, 'utf8'));
    expect(rest).toEqual(json5.parse(CONFIG));
    expect(readFileSync(at.config, 'utf8')).toContain('// mine');
    expect(replaced()).toEqual([]);
  });
});
