import { describe, expect, it } from 'vitest';
import { readSignIn } from '../../../src/claude/find.ts';
import { findInside } from '../../../src/claude/inside.ts';
import { loginStep } from '../../../src/claude/login-step.ts';
import { claudeCall, claudeTyped } from '../../../src/claude/place.ts';
import { type Container, fateOf } from '../../../src/openclaw/container.ts';
import { factValue } from '../../../src/system/fact.ts';
import { containerWith } from '../../support/container.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const HOME_MOUNT = { host: '/home/ana/node', inside: '/home/node' };
const TOLD = `uid 1000
folder /home/node/.claude
state /home/node/.claude.json
`;
const CLAUDE = `claude /usr/local/bin/claude
real /usr/local/bin/claude
version 2.1.329 (Claude Code)
`;
const CREDENTIALS = '/home/ana/node/.claude/.credentials.json';
const NOW = Date.UTC(2026, 10, 21);

/** A login that ends `left` ms from now. */
const login = (left: number, token = 'sk-ant-oat01-FAKEshort') =>
  JSON.stringify({ claudeAiOauth: { accessToken: token, refreshToken: 'FAKE-refresh', expiresAt: NOW + left } });

function inside(
  { files = {}, told = TOLD + CLAUDE, cat }: { files?: Record<string, string>; told?: string; cat?: string } = {},
  mounts: Container['mounts'] = [HOME_MOUNT],
) {
  const container = containerWith({ mounts });
  const world = memoryWorld({
    files,
    commands: {
      [`docker exec ${container.name} sh`]: { stdout: told },
      [`docker exec ${container.name} cat`]:
        cat === undefined ? { exitCode: 1, stderr: 'cat: No such file or directory' } : { stdout: cat },
      [`docker exec ${container.name} env`]: { stdout: '{"loggedIn":true,"authMethod":"claude.ai"}' },
    },
  });
  return { world, container, found: async () => factValue(await findInside(world, container)) };
}

describe('the Claude Code of a container', () => {
  it('is on its PATH, each program once', async () => {
    const twice = `${CLAUDE}claude /usr/bin/claude\nreal /usr/local/bin/claude\nversion 2.1.329 (Claude Code)\n`;
    const it = await inside({ told: TOLD + twice }).found();
    expect(it).toMatchObject({ uid: 1000, login: { fate: 'kept' } });
    expect(it?.claude).toMatchObject({
      value: [
        {
          path: '/usr/local/bin/claude',
          version: '2.1.329',
          wins: true,
          inside: {
            name: 'claw',
            mounted: { folder: '/home/ana/node/.claude', stateFile: '/home/ana/node/.claude.json' },
          },
        },
      ],
    });
  });

  it('is missing, and so said', async () => {
    const { claude } = (await inside({ told: TOLD }).found()) ?? {};
    expect(claude).toMatchObject({ reason: 'absent', detail: 'no claude on the PATH of the container claw' });
  });

  it('is not asked for in one that is stopped, nor where there is none', async () => {
    const { world, container } = inside();
    expect(await findInside(world, { ...container, status: 'exited' })).toMatchObject({ reason: 'absent' });
    expect(await findInside(world, undefined)).toMatchObject({ value: null });
    expect(world.ran).toEqual([]);
  });

  it('is not known where the container does not tell', async () => {
    const { world, container } = inside({ told: '' });
    expect(await findInside(world, container)).toMatchObject({ known: false, reason: 'crashed' });
  });
});

describe('what becomes of its login', () => {
  const folder = { host: '/home/ana/claude', inside: '/home/node/.claude' };
  const settings = { host: '/home/ana/claude.json', inside: '/home/node/.claude.json' };

  it.each<[string, Container['mounts'], string, string]>([
    ['a home that is mounted', [HOME_MOUNT], 'kept', '/home/node/.claude/.credentials.json'],
    ['both mounted', [folder, settings], 'kept', '/home/node/.claude/.credentials.json'],
    ['its settings left out', [folder], 'lost', '/home/node/.claude.json'],
    ['nothing mounted', [], 'lost', '/home/node/.claude/.credentials.json'],
    ['a volume without a name', [{ ...HOME_MOUNT, unnamed: true }], 'lost', '/home/node/.claude/.credentials.json'],
    [
      'a folder that is read-only',
      [HOME_MOUNT, { ...folder, readOnly: true }],
      'read-only',
      '/home/node/.claude/.credentials.json',
    ],
  ])('%s', async (_, mounts, fate, path) => {
    expect((await inside({}, mounts).found())?.login).toEqual({ fate, path });
  });

  it('a folder of another user', async () => {
    const { login } = (await inside({ told: `${TOLD}unwritable /home/node/.claude\n${CLAUDE}` }).found()) ?? {};
    expect(login).toEqual({ fate: 'not writable', path: '/home/node/.claude' });
  });

  it('goes by the deepest mount', () => {
    const mounts = [{ ...HOME_MOUNT, readOnly: true }, folder];
    expect(fateOf({ mounts }, '/home/node/.claude/x')).toBe('kept');
    expect(fateOf({ mounts }, '/home/node/.claude.json')).toBe('read-only');
  });
});

describe('its sign-in', () => {
  const install = async (from: ReturnType<typeof inside>) => {
    const [first] = factValue((await from.found())?.claude ?? { known: false, reason: 'absent', detail: '' }) ?? [];
    if (first === undefined) throw new Error('none');
    return first;
  };
  const state = { '/home/ana/node/.claude.json': '{}' };

  it('is asked for in there, without what would bend it', async () => {
    const from = inside({ files: { ...state, [CREDENTIALS]: login(3_600_000) } });
    expect(await readSignIn(from.world, await install(from))).toMatchObject({ value: { loggedIn: true } });
    const asked = from.world.ran.at(-1)?.argv ?? [];
    expect(asked.slice(0, 4)).toEqual(['docker', 'exec', 'claw', 'env']);
    expect(asked.join(' ')).toContain('-u CLAUDE_CODE_OAUTH_TOKEN ');
    expect(asked.slice(-4)).toEqual(['/usr/local/bin/claude', 'auth', 'status', '--json']);
  });

  it.each([-3_600_000, 0, 300_000])('is not asked for where that would renew it (%d ms left)', async (left) => {
    const from = inside({ files: { ...state, [CREDENTIALS]: login(left) } });
    const signIn = await readSignIn(from.world, await install(from));
    expect(signIn).toMatchObject({ value: { loggedIn: true, renewsAtNextUse: true } });
    expect(from.world.ran.filter(({ argv }) => argv.includes('status'))).toEqual([]);
  });

  it('is read through the container where the folder is out of reach, without a fingerprint of a mask', async () => {
    const masked = inside({ cat: login(300_000, 'sk-ant-oat01-…abc') });
    const { claudeLogin } = (await masked.found()) ?? {};
    expect(claudeLogin).toMatchObject({ value: { present: true, renews: true } });
    expect(claudeLogin).not.toHaveProperty('value.accessFingerprint');
    expect(await readSignIn(masked.world, await install(masked))).toMatchObject({ value: { renewsAtNextUse: true } });
  });

  it('is not asked for where the container does not give its login', async () => {
    const from = inside();
    const found = await install(from);
    const silent = memoryWorld({ commands: { 'docker exec claw cat': { exitCode: null, outcome: 'timed out' } } });
    expect(await readSignIn(silent, found)).toMatchObject({ known: false, reason: 'unreadable' });
    expect(silent.ran.filter(({ argv }) => argv.includes('status'))).toEqual([]);
  });

  it('is typed with the container, and written where that is mounted', async () => {
    const from = inside();
    const found = await install(from);
    expect(claudeTyped(found, 'auth', 'login')).toBe('docker exec -it claw /usr/local/bin/claude auth login');
    expect(claudeCall(from.world, found, ['auth', 'login'], { terminal: true }).argv.slice(0, 5)).toEqual([
      'docker',
      'exec',
      '-it',
      'claw',
      'env',
    ]);
    expect(loginStep(from.world, found).touches.map(({ path }) => path)).toEqual([
      CREDENTIALS,
      '/home/ana/node/.claude.json',
      '/home/ana/node/.claude/backups',
    ]);
    const alone = await install(inside({}, []));
    expect(() => loginStep(from.world, alone)).toThrow('lost with the container');
  });
});
