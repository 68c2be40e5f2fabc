import { describe, expect, it } from 'vitest';
import type { ClaudeAnswer } from '../../../src/claude-sync/claude.ts';
import type { PickUp } from '../../../src/claude-sync/pick-up.ts';
import { readState } from '../../../src/claude-sync/state.ts';
import { Sync, type SyncHost } from '../../../src/claude-sync/sync.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-21T08:00:00Z');
const PROFILE = 'anthropic:claude-sync';
const CREDENTIALS = '/home/ana/.claude/.credentials.json';
const STORE = '/home/ana/.openclaw/agents/main/agent/auth-profiles.json';
const NOTES = '/home/ana/.openclaw/agents/main/agent/auth-state.json';
const STATE = '/home/ana/.local/share/clawauth-setup/claude-sync.json';
const tokenNo = (n: number) => `sk-ant-oat01-FAKE${String(n).repeat(91)}`;
const REFRESH = `sk-ant-ort01-FAKE${'r'.repeat(91)}`;

const login = (n: number, end: number) =>
  JSON.stringify({ claudeAiOauth: { accessToken: tokenNo(n), refreshToken: REFRESH, expiresAt: end } });
const ENDED = JSON.stringify({ claudeAiOauth: { accessToken: '', refreshToken: '', expiresAt: 0 } });

function stored(n: number, expires: number, more: object = {}): string {
  const own = { type: 'token', provider: 'anthropic', token: tokenNo(n), expires };
  const other = { type: 'api_key', provider: 'openai', key: 'sk-FAKE' };
  return `${JSON.stringify({ version: 1, profiles: { other, [PROFILE]: own }, ...more }, null, 2)}\n`;
}

/** A machine whose clock stands still between two looks. */
function machine(files: Record<string, string>) {
  const now = { ms: START };
  const lines: string[] = [];
  const asked: boolean[] = [];
  const brought: string[] = [];
  const world = {
    now,
    files,
    lines,
    asked,
    brought,
    busy: false,
    needs: 'itself' as PickUp | null,
    /** Before each write: what somebody else does in between. */
    meanwhile: () => {},
    answer: 'signed in' as ClaudeAnswer,
    /** How long an answer takes. */
    asking: Promise.resolve(),
    /** What a question does to the login. */
    renew: () => {},
  };
  const host: SyncHost = {
    now: () => now.ms,
    read: async (file) => world.files[file] ?? null,
    replace: async (file, before, after) => {
      world.meanwhile();
      if (world.files[file] !== before) return false;
      world.files[file] = after;
      return true;
    },
    keep: async (file, text) => {
      world.files[file] = text;
    },
    stores: async () => [STORE],
    ask: async (renewable) => {
      asked.push(renewable);
      world.renew();
      await world.asking;
      return world.answer;
    },
    gateway: {
      needs: async () => world.needs,
      isBusy: async () => world.busy,
      bring: async (by) => {
        brought.push(by);
        return true;
      },
    },
    log: (level, event, fields) => lines.push(`${level} ${event} ${JSON.stringify(fields ?? {})}`),
  };
  const sync = new Sync(host, {
    ...{ credentials: CREDENTIALS, profile: PROFILE, stateFile: STATE, signIn: 'claude auth login' },
  });
  return {
    ...world,
    world,
    sync,
    /** Gives ms until the next look. Questions that it asked are answered after it. */
    look: async () => {
      const wait = await sync.look(() => {});
      await sync.asking;
      return wait;
    },
    state: () => readState(world.files[STATE] ?? null),
    profile: () => JSON.parse(world.files[STORE] ?? '{}').profiles[PROFILE],
  };
}

const HOURS_8 = 480 * MINUTE;

describe('the profile', () => {
  it('gets a new access token and its end, and nothing else of the login', async () => {
    const before = stored(1, START + MINUTE);
    const { look, files, state, lines } = machine({
      [CREDENTIALS]: login(2, START + HOURS_8),
      [STORE]: before,
    });
    await look();
    expect(files[STORE]).toBe(
      before.replace(tokenNo(1), tokenNo(2)).replace(`${START + MINUTE}`, `${START + HOURS_8}`),
    );
    expect(state()).toEqual({
      credentials: CREDENTIALS,
      end: START + HOURS_8,
      asks: START + HOURS_8 - 4 * MINUTE,
      ended: false,
    });
    expect(`${JSON.stringify(files[STORE])}${files[STATE]}`).not.toContain('ort01');
    expect(lines.join('\n')).not.toMatch(/sk-ant-o[ar]t/);
  });

  it('is left alone where it is in step, and where it is gone or somebody else’s', async () => {
    for (const text of [
      stored(2, START + HOURS_8),
      '{ "version": 1, "profiles": {} }',
      stored(1, 1).replace('"type": "token"', '"type": "oauth"'),
      'no JSON',
    ]) {
      const { look, files } = machine({ [CREDENTIALS]: login(2, START + HOURS_8), [STORE]: text });
      await look();
      expect(files[STORE]).toBe(text);
    }
  });

  it('is not made where a store is absent', async () => {
    const { look, files } = machine({ [CREDENTIALS]: login(2, START + HOURS_8) });
    await look();
    expect(files[STORE]).toBeUndefined();
  });

  it('keeps its token while the login is past its end, half written, ended or gone', async () => {
    const before = stored(1, START - 1);
    for (const text of [login(2, START), login(2, START + HOURS_8).slice(0, 60), '', ENDED, '{}', undefined]) {
      const files: Record<string, string> = { [STORE]: before };
      if (text !== undefined) files[CREDENTIALS] = text;
      const { look } = machine(files);
      await look();
      expect(files[STORE]).toBe(before);
    }
  });

  it('loses the failures of the old token, and no other', async () => {
    const failures = {
      usageStats: { [PROFILE]: { errorCount: 3, cooldownUntil: START + 1 }, other: { errorCount: 1 } },
    };
    const { look, files } = machine({
      [CREDENTIALS]: login(2, START + HOURS_8),
      [STORE]: stored(1, START + MINUTE, failures),
      [NOTES]: JSON.stringify({ version: 1, ...failures }),
    });
    await look();
    expect(JSON.parse(files[STORE] ?? '').usageStats).toEqual({ other: { errorCount: 1 } });
    expect(JSON.parse(files[NOTES] ?? '').usageStats).toEqual({ other: { errorCount: 1 } });
  });

  it('is written at the next look where OpenClaw wrote at the same time', async () => {
    const { look, world, profile, lines } = machine({
      [CREDENTIALS]: login(2, START + HOURS_8),
      [STORE]: stored(1, START + MINUTE),
    });
    world.meanwhile = () => {
      world.files[STORE] = stored(1, START + MINUTE, { lastGood: { anthropic: PROFILE } });
      world.meanwhile = () => {};
    };
    await look();
    expect(profile().token).toBe(tokenNo(1));
    expect(lines.join()).toContain('changed_meanwhile');
    await look();
    expect(profile().token).toBe(tokenNo(2));
    expect(JSON.parse(world.files[STORE] ?? '').lastGood).toEqual({ anthropic: PROFILE });
  });
});

describe('Claude Code', () => {
  it('is asked four minutes before the end, and gives the next token', async () => {
    const { look, world, now, asked, profile } = machine({
      [CREDENTIALS]: login(1, START + 5 * MINUTE),
      [STORE]: stored(1, START + 5 * MINUTE),
    });
    expect(await look()).toBe(MINUTE);
    expect(asked).toEqual([]);
    world.renew = () => {
      world.files[CREDENTIALS] = login(2, START + HOURS_8);
    };
    now.ms += MINUTE;
    await look();
    expect(asked).toEqual([true]);
    await look();
    expect(profile()).toMatchObject({ token: tokenNo(2), expires: START + HOURS_8 });
    expect(asked).toEqual([true]);
  });

  it('is asked again after 1, 2, 5 and then every 10 minutes, which is no ended login', async () => {
    const { look, world, now, asked, state, lines } = machine({
      [CREDENTIALS]: login(1, START),
      [STORE]: stored(1, START),
    });
    world.answer = 'no answer';
    const at: number[] = [];
    while (now.ms <= START + 30 * MINUTE) {
      const before = asked.length;
      await look();
      if (asked.length > before) at.push((now.ms - START) / MINUTE);
      now.ms += MINUTE / 2;
    }
    expect(at).toEqual([0, 1, 3, 8, 18, 28]);
    expect(state()).toMatchObject({ ended: false, asks: START + 38 * MINUTE });
    expect(lines.join()).not.toContain('sign_in_needed');
  });

  it('is not asked more than once a minute, however short its tokens are', async () => {
    const { look, world, now, asked } = machine({ [CREDENTIALS]: login(1, START + MINUTE), [STORE]: stored(1, START) });
    world.renew = () => {
      world.files[CREDENTIALS] = login(asked.length + 1, now.ms + MINUTE);
    };
    for (let second = 0; second <= 120; second += 10) {
      await look();
      now.ms += 10_000;
    }
    expect(asked.length).toBe(3);
  });
});

describe('a Claude Code whose container is stopped', () => {
  it('is asked every minute, told once, and has lost no login', async () => {
    const { look, world, now, asked, state, lines, profile } = machine({
      [CREDENTIALS]: login(1, START),
      [STORE]: stored(1, START),
    });
    world.answer = 'away';
    for (let minute = 0; minute < 30; minute++) {
      await look();
      now.ms += MINUTE;
    }
    expect(asked.length).toBe(30);
    expect(state()).toMatchObject({ ended: false });
    expect(lines.filter((line) => line.includes('asked_claude'))).toEqual(['info asked_claude {"answer":"away"}']);
    world.answer = 'signed in';
    world.renew = () => {
      world.files[CREDENTIALS] = login(2, now.ms + HOURS_8);
    };
    await look();
    await look();
    expect(profile().token).toBe(tokenNo(2));
    expect(lines.join()).not.toContain('sign_in_needed');
  });
});

describe('the end of the login', () => {
  it('is told once, at the emptied tokens; and that it is over, at the next sign-in', async () => {
    const { look, world, state, lines, profile, asked } = machine({ [CREDENTIALS]: ENDED, [STORE]: stored(1, START) });
    await look();
    await look();
    expect(state()).toEqual({ credentials: CREDENTIALS, end: START, asks: null, ended: true });
    expect(lines.filter((line) => line.includes('sign_in_needed'))).toHaveLength(1);
    expect(asked).toEqual([]);
    world.files[CREDENTIALS] = login(2, START + HOURS_8);
    await look();
    expect(state()).toMatchObject({ ended: false, end: START + HOURS_8 });
    expect(profile().token).toBe(tokenNo(2));
  });

  it('is also what Claude Code says, with a file or without', async () => {
    for (const text of [login(1, START), '{}', undefined]) {
      const files: Record<string, string> = { [STORE]: stored(1, START) };
      if (text !== undefined) files[CREDENTIALS] = text;
      const { look, world, state, lines, now, asked } = machine(files);
      world.answer = 'signed out';
      await look();
      await look();
      expect(state()).toMatchObject({ ended: true, asks: null });
      now.ms += 20 * MINUTE;
      await look();
      // Without a login there is nothing that a turn could renew.
      expect(asked).toEqual([text?.includes('accessToken') === true]);
      expect(lines.filter((line) => line.includes('sign_in_needed'))).toHaveLength(1);
    }
  });

  it('is no half written file, which is read again at once, and for a while only', async () => {
    const { look, state, lines } = machine({ [CREDENTIALS]: '{"claudeAiOauth":{"acc', [STORE]: stored(1, START) });
    const waits = [];
    for (let n = 0; n < 25; n++) waits.push(await look());
    expect(waits[0]).toBe(300);
    expect(waits.at(-1)).toBe(MINUTE);
    expect(state()).toBeNull();
    expect(lines).toEqual([]);
  });
});

describe('a running gateway', () => {
  const files = () => ({ [CREDENTIALS]: login(2, START + HOURS_8), [STORE]: stored(1, START + 4 * MINUTE) });

  it('is left alone where it reads the file by itself', async () => {
    const { look, brought } = machine(files());
    await look();
    expect(brought).toEqual([]);
  });

  it.each(['reload', 'restart'] as const)('is brought to a new token by a %s, once', async (needs) => {
    const { look, world, brought } = machine(files());
    world.needs = needs;
    await look();
    await look();
    expect(brought).toEqual([needs]);
  });

  it('is asked for again where its container does not tell whether it runs', async () => {
    const { look, world, brought } = machine(files());
    world.needs = null;
    await look();
    expect(brought).toEqual([]);
    world.needs = 'restart';
    await look();
    expect(brought).toEqual(['restart']);
  });

  it('is not restarted while Claude Code is asked, which its container may be for', async () => {
    const { world, now, brought, sync } = machine({
      [CREDENTIALS]: login(1, START + MINUTE),
      [STORE]: stored(1, START + MINUTE),
    });
    world.needs = 'restart';
    let answer = () => {};
    world.asking = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await sync.look(() => {});
    world.files[CREDENTIALS] = login(2, START + HOURS_8);
    now.ms += 2 * MINUTE;
    expect(await sync.look(() => {})).toBe(5_000);
    expect(brought).toEqual([]);
    answer();
    await sync.asking;
    await sync.look(() => {});
    expect(brought).toEqual(['restart']);
  });

  it('is waited for while it works, until a minute before the old token ends', async () => {
    const { look, world, brought, now } = machine(files());
    world.needs = 'restart';
    world.busy = true;
    expect(await look()).toBe(5_000);
    now.ms = START + 3 * MINUTE - 1;
    await look();
    expect(brought).toEqual([]);
    now.ms += 1;
    await look();
    expect(brought).toEqual(['restart']);
  });
});
