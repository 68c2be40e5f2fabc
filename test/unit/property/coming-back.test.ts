import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ComingBack, type Happening, happening } from '../../support/coming-back.ts';

vi.setConfig({ testTimeout: 600_000 });

const RUNS = Number(process.env.CLAWAUTH_SEQUENCES ?? 40);

test('an uninstall leaves what the person alone would have, whatever happened before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 9 }), async (happenings) => {
      const machine = new ComingBack();
      try {
        for (const one of happenings) {
          await machine.happens(one);
          machine.check();
        }
        await machine.uninstall();
        machine.check();
        machine.checkGone();
        await machine.uninstall();
        machine.checkGone();
      } finally {
        machine.remove();
      }
    }),
    { numRuns: RUNS },
  );
});

test('finds what would be left', async () => {
  const machine = new ComingBack();
  try {
    await machine.happens({ do: 'apply', as: 'everything', primary: 'anthropic/claude-opus-5' });
    expect(() => machine.checkGone()).toThrow(/not as if we had never come/);
    await machine.happens({ do: 'undo' });
    machine.checkGone();
  } finally {
    machine.remove();
  }
});

test.each([
  ['oauth-sync', 'proxy'],
  ['proxy', 'oauth-sync'],
] as const)('a folder that %s made goes with %s, which put a file there too', async (first, then) => {
  const machine = new ComingBack();
  try {
    await machine.happens({ do: 'switch', to: first, keepOld: false });
    await machine.happens({ do: 'switch', to: then, keepOld: false });
    machine.check();
    await machine.uninstall();
    machine.checkGone();
  } finally {
    machine.remove();
  }
});

test.each([4, 7])(
  'a file that one way made goes with the last way that used it, after %i switches',
  async (switches) => {
    const machine = new ComingBack();
    try {
      for (let n = 0; n < switches; n++) {
        const keepOld = n % 3 !== 0;
        await machine.happens({ do: 'switch', to: n % 2 === 0 ? 'setup-token' : 'api-key', keepOld });
        expect(machine.home.read(machine.home.files.lite)).toMatchObject({ version: 1 });
      }
      await machine.uninstall();
      machine.checkGone();
    } finally {
      machine.remove();
    }
  },
);

// ── there and back ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Every file of OpenClaw, tokens of tests by one name. */
const withoutTokens = (machine: ComingBack) =>
  Object.entries(machine.bytes(/\.local|\/lib\//))
    .map(([path, text]) => [path, text].map((one) => one.replaceAll(machine.home.home, '~')))
    .map(([path, text]) => [path, text?.replace(/sk-ant-oat01-[\w-]+/g, 'TOKEN').replace(/[\w-]{43}/g, 'KEY')])
    .sort();

test('setup token, proxy and setup token again leave what the setup token alone leaves', async () => {
  const [alone, there] = [new ComingBack(), new ComingBack()];
  try {
    const first: Happening = { do: 'apply', as: 'everything', primary: 'anthropic/claude-opus-5' };
    await alone.happens(first);
    await there.happens(first);
    await there.happens({ do: 'switch', to: 'proxy', keepOld: false });
    there.check();
    expect(JSON.stringify(there.home.read(there.home.files.main))).not.toContain('sk-ant-oat01');
    expect(there.home.read(there.home.files.config)).toMatchObject({
      agents: { defaults: { model: { primary: 'claude-max-proxy/opus' } } },
    });
    await there.happens({ do: 'switch', to: 'setup-token', keepOld: false });
    expect(withoutTokens(there)).toEqual(withoutTokens(alone));
    await there.happens({ do: 'undo' });
    expect(there.home.read(there.home.files.config)).toMatchObject({
      agents: { defaults: { model: { primary: 'claude-max-proxy/opus' } } },
    });
    await there.happens({ do: 'undo' });
    expect(withoutTokens(there)).toEqual(withoutTokens(alone));
    await there.uninstall();
    there.checkGone();
  } finally {
    alone.remove();
    there.remove();
  }
});

test('the old way can be kept behind the new one', async () => {
  const machine = new ComingBack();
  try {
    await machine.happens({ do: 'apply', as: 'everything', primary: 'anthropic/claude-opus-5' });
    await machine.happens({ do: 'switch', to: 'proxy', keepOld: true });
    machine.check();
    const config = machine.home.read(machine.home.files.config) as { agents: { defaults: { model: object } } };
    expect(config.agents.defaults.model).toMatchObject({ primary: 'claude-max-proxy/opus' });
    expect((config.agents.defaults.model as { fallbacks: string[] }).fallbacks[0]).toBe('anthropic/claude-opus-5');
    expect(JSON.stringify(machine.home.read(machine.home.files.main))).toContain('sk-ant-oat01');
    await machine.uninstall();
    machine.checkGone();
  } finally {
    machine.remove();
  }
});

const KEPT_TO_AND_FRO: readonly (readonly ['setup-token' | 'proxy', readonly Happening[]])[] = [
  [
    'proxy',
    [
      { do: 'apply', as: 'everything', primary: 'anthropic/claude-opus-5' },
      { do: 'switch', to: 'proxy', keepOld: true },
      { do: 'switch', to: 'setup-token', keepOld: true },
    ],
  ],
  [
    'setup-token',
    [
      { do: 'switch', to: 'proxy', keepOld: false },
      { do: 'switch', to: 'setup-token', keepOld: true },
      { do: 'switch', to: 'proxy', keepOld: true },
    ],
  ],
];

test.each(KEPT_TO_AND_FRO)('a way that came and was kept twice goes from under the %s', async (to, kept) => {
  const machine = new ComingBack();
  try {
    for (const one of kept) await machine.happens(one);
    const before = machine.bytes(/\.local/);
    await machine.happens({ do: 'switch', to, keepOld: false });
    machine.check();
    const config = JSON.stringify(machine.home.read(machine.home.files.config));
    const store = JSON.stringify(machine.home.read(machine.home.files.main));
    const [gone, here] = to === 'proxy' ? [/anthropic/, /claude-max-proxy/] : [/claude-max-proxy/, /anthropic/];
    expect(config).not.toMatch(gone);
    expect(config).toMatch(here);
    expect(store.includes('sk-ant-oat01')).toBe(to === 'setup-token');
    await machine.happens({ do: 'undo' });
    expect(machine.bytes(/\.local/)).toEqual(before);
    await machine.happens({ do: 'redo' });
    expect(JSON.stringify(machine.home.read(machine.home.files.config))).toBe(config);
    await machine.uninstall();
    machine.checkGone();
  } finally {
    machine.remove();
  }
});

test.each(KEPT_TO_AND_FRO)(
  'and leaves nothing of it under the %s where the person wrote in between',
  async (to, kept) => {
    const machine = new ComingBack();
    try {
      for (const one of kept) await machine.happens(one);
      await machine.happens({ do: 'person', what: 'comment' });
      await machine.happens({ do: 'switch', to, keepOld: false });
      await machine.happens({ do: 'person', what: 'key' });
      machine.check();
      await machine.uninstall();
      machine.check();
      machine.checkGone();
    } finally {
      machine.remove();
    }
  },
);

test.each(['setup-token', 'proxy'] as const)('the %s that is kept takes the other way with it', async (old) => {
  const machine = new ComingBack();
  const config = () => JSON.stringify(machine.home.read(machine.home.files.config));
  try {
    const other = old === 'proxy' ? 'setup-token' : 'proxy';
    await machine.happens({ do: 'switch', to: old, keepOld: false });
    await machine.happens({ do: 'switch', to: other, keepOld: true });
    await machine.happens({ do: 'undo older', run: 1 });
    machine.check();
    expect(config()).not.toMatch(/claude-max-proxy|anthropic\/claude/);
    machine.checkGone();
  } finally {
    machine.remove();
  }
});

test('a way that was kept once is no fallback once it goes', async () => {
  const machine = new ComingBack();
  try {
    await machine.happens({ do: 'apply', as: 'everything', primary: 'anthropic/claude-opus-5' });
    await machine.happens({ do: 'switch', to: 'proxy', keepOld: true });
    await machine.happens({ do: 'undo' });
    await machine.happens({ do: 'switch', to: 'proxy', keepOld: false });
    const config = machine.home.read(machine.home.files.config);
    expect(config).toMatchObject({
      agents: { defaults: { model: { primary: 'claude-max-proxy/opus', fallbacks: ['claude-max-proxy/sonnet'] } } },
    });
  } finally {
    machine.remove();
  }
});

test('an undo of a switch keeps what the person changed in between', async () => {
  const machine = new ComingBack();
  try {
    await machine.happens({ do: 'apply', as: 'everything', primary: 'anthropic/claude-opus-5' });
    await machine.happens({ do: 'switch', to: 'proxy', keepOld: false });
    await machine.happens({ do: 'person', what: 'key' });
    await machine.happens({ do: 'person', what: 'profile' });
    await machine.happens({ do: 'undo' });
    machine.check();
    const { read, files } = machine.home;
    expect(read(files.config)).toMatchObject({
      mine: { color: 'green' },
      agents: { defaults: { model: { primary: 'anthropic/claude-opus-5' } } },
    });
    expect(Object.keys((read(files.main) as { profiles: object }).profiles)).toContain('anthropic:default');
    await machine.uninstall();
    machine.checkGone();
  } finally {
    machine.remove();
  }
});
