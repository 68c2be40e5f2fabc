import { describe, expect, it } from 'vitest';
import { expandHome, findState, stateVariables } from '../../../src/openclaw/paths.ts';
import { tilde } from '../../../src/text.ts';
import { type MemoryEntry, memoryWorld } from '../../support/memory-world.ts';

const world = (files: Record<string, MemoryEntry>, env: Record<string, string> = {}) =>
  memoryWorld({ files, overrides: { env: { HOME: '/home/ana', PATH: '/usr/bin', ...env } } });

const home = '/home/ana';

describe('state directory and config path', () => {
  it('is ~/.openclaw/openclaw.json by default, also before it exists', async () => {
    const { state, because } = await findState(world({}), '2026.9.6');
    expect(state).toMatchObject({
      stateDir: `${home}/.openclaw`,
      configPath: `${home}/.openclaw/openclaw.json`,
      exists: false,
      configExists: false,
      legacy: false,
      profile: null,
    });
    expect(because).toBe('the default');
  });

  it('is ~/.clawdbot/clawdbot.json for clawdbot releases, with their own variables', async () => {
    const there = world({ [`${home}/.clawdbot/clawdbot.json`]: '{}' });
    expect((await findState(there, '2026.1.24-3')).state.configPath).toBe(`${home}/.clawdbot/clawdbot.json`);
    const told = world({}, { CLAWDBOT_STATE_DIR: '~/bot', OPENCLAW_STATE_DIR: '/ignored' });
    expect((await findState(told, '2026.1.24-3')).state.stateDir).toBe(`${home}/bot`);
  });

  it('knows the lines of the variables in its .env, without their values', async () => {
    const there = world({
      [`${home}/.openclaw/.env`]: '# mine\nMY_TOKEN=sk-ant-oat01-FAKE\nMY_TOKEN=sk-ant-oat01-FAKE2\nEMPTY=\n',
    });
    const { state } = await findState(there, '2026.9.6');
    expect(state.variables).toEqual([
      { name: 'MY_TOKEN', line: 2 },
      { name: 'MY_TOKEN', line: 3 },
    ]);
  });

  it('uses an old directory while the new one is absent, with its old file name', async () => {
    const found = await findState(world({ [`${home}/.clawdbot/clawdbot.json`]: '{}' }), '2026.9.6');
    expect(found.state).toMatchObject({
      stateDir: `${home}/.clawdbot`,
      configPath: `${home}/.clawdbot/clawdbot.json`,
      legacy: true,
    });
    expect(found.because).toContain('.clawdbot');
    expect(stateVariables('2026.9.6', found.state)).toEqual({ OPENCLAW_STATE_DIR: `${home}/.clawdbot` });
    expect(stateVariables('2026.2.17', found.state)).toEqual({});
    const both = world({ [`${home}/.clawdbot/clawdbot.json`]: '{}', [`${home}/.openclaw/x`]: '' });
    expect((await findState(both, '2026.9.6')).state.stateDir).toBe(`${home}/.openclaw`);
  });

  it('knows .moltbot only in the releases that do', async () => {
    const files = { [`${home}/.moltbot/moltbot.json`]: '{}' };
    expect((await findState(world(files), '2026.2.1')).state.configPath).toBe(`${home}/.moltbot/moltbot.json`);
    expect((await findState(world(files), '2026.9.6')).state.stateDir).toBe(`${home}/.openclaw`);
  });

  it('sees through a directory and a config that are links', async () => {
    const found = await findState(
      world({
        [`${home}/.clawdbot`]: { link: '.openclaw' },
        [`${home}/.openclaw`]: { link: '/data/claw' },
        '/data/claw/openclaw.json': { link: '/data/dotfiles/claw.json' },
        '/data/dotfiles/claw.json': '{}',
      }),
      '2026.9.6',
    );
    expect(found.state).toMatchObject({
      stateDir: `${home}/.openclaw`,
      realStateDir: '/data/claw',
      realConfigPath: '/data/dotfiles/claw.json',
      configExists: true,
    });
    expect(found.because).toContain('/data/dotfiles/claw.json');
  });

  it('obeys the variables of each release', async () => {
    const env = { OPENCLAW_STATE_DIR: '/srv/claw', OPENCLAW_CONFIG_PATH: '/etc/claw.json' };
    const found = await findState(world({}, env), '2026.9.6');
    expect(found.state).toMatchObject({ stateDir: '/srv/claw', configPath: '/etc/claw.json' });
    expect(found.because).toBe('OPENCLAW_STATE_DIR is set; OPENCLAW_CONFIG_PATH is set');
    const old = { CLAWDBOT_STATE_DIR: '/srv/old' };
    expect((await findState(world({}, old), '2026.2.17')).state.stateDir).toBe('/srv/old');
    expect((await findState(world({}, old), '2026.3.22')).state.stateDir).toBe(`${home}/.openclaw`);
  });

  it('works from OPENCLAW_HOME where the release does', async () => {
    const env = { OPENCLAW_HOME: '/srv/people/ana' };
    expect((await findState(world({}, env), '2026.9.6')).state.stateDir).toBe('/srv/people/ana/.openclaw');
    expect((await findState(world({}, env), '2026.2.1')).state.stateDir).toBe(`${home}/.openclaw`);
  });

  it('names the profile by its directory; OPENCLAW_PROFILE alone moves nothing', async () => {
    const env = { OPENCLAW_PROFILE: 'work', OPENCLAW_STATE_DIR: '~/.openclaw-work' };
    expect((await findState(world({}, env), '2026.9.6')).state).toMatchObject({
      stateDir: `${home}/.openclaw-work`,
      profile: 'work',
    });
    expect((await findState(world({}, { OPENCLAW_PROFILE: 'work' }), '2026.9.6')).state).toMatchObject({
      stateDir: `${home}/.openclaw`,
      profile: null,
    });
  });

  it('reads the default config as 2026.2.17 does when its state directory has none', async () => {
    const files = { [`${home}/.openclaw/openclaw.json`]: '{}', '/srv/claw/x': '' };
    const env = { OPENCLAW_STATE_DIR: '/srv/claw' };
    const old = await findState(world(files, env), '2026.2.17');
    expect(old.state.configPath).toBe(`${home}/.openclaw/openclaw.json`);
    expect((await findState(world(files, env), '2026.9.6')).state.configPath).toBe('/srv/claw/openclaw.json');
  });

  it('expands and shortens homes', () => {
    expect(expandHome('~', home, '/x')).toBe(home);
    expect(expandHome(' ~/a ', home, '/x')).toBe(`${home}/a`);
    expect(expandHome('a/b', home, '/x')).toBe('/x/a/b');
    expect(tilde(`${home}/a`, home)).toBe('~/a');
    expect(tilde('/home/anabel/a', home)).toBe('/home/anabel/a');
  });
});
