import { type DoctorCase, type DoctorHome, HOUR, NOW, SECRETS } from '../../../support/doctor-home.ts';

const MODEL = 'anthropic/claude-opus-4-6';

/** OpenClaw's answer; `order`: the credentials that it would use, first things first. */
function answer({ model = MODEL, order = ['anthropic:default'] }: { model?: string; order?: readonly string[] } = {}) {
  const row = (profileId: string) => ({ profileId, provider: 'anthropic', type: 'token', status: 'static' });
  return {
    resolvedDefault: model,
    fallbacks: ['anthropic/claude-sonnet-4-5'],
    aliases: {},
    allowed: [],
    auth: {
      missingProvidersInUse: [],
      unusableProfiles: [],
      providers: [],
      oauth: {
        profiles: [...order].sort().map(row),
        providers: [{ provider: 'anthropic', effectiveProfiles: order.map(row) }],
      },
    },
  };
}

const WORK = 'anthropic:work';

/** A second token, which the database puts behind the first. */
function second(home: DoctorHome, usageStats?: object) {
  home.config.auth.profiles[WORK] = { provider: 'anthropic', mode: 'token' };
  for (const store of Object.values(home.stores)) {
    store.profiles[WORK] = { type: 'token', provider: 'anthropic', token: SECRETS.otherToken };
    store.order = { anthropic: ['anthropic:default', WORK] };
    if (usageStats !== undefined) store.usageStats = usageStats;
  }
}

export const differs: readonly DoctorCase[] = [
  {
    title: 'OpenClaw uses another model than its configuration names',
    release: '2026.9.6',
    lay: () => {},
    openclaw: answer({ model: 'anthropic/claude-haiku-4-5' }),
    owes: {
      id: 'model.told-otherwise',
      level: 'warning',
      says: /openclaw\.json names anthropic\/claude-opus-4-6.*uses anthropic\/claude-haiku-4-5/,
      next: /models status/,
    },
  },
  {
    title: 'OpenClaw uses the model that its configuration names',
    release: '2026.9.6',
    lay: () => {},
    openclaw: answer(),
    owes: null,
  },
  {
    title: 'a model in another spelling, with a profile',
    release: '2026.9.6',
    lay: (home) => {
      home.config.agents.defaults.model.primary = 'anthropic/claude-opus-4-6@anthropic:default';
    },
    openclaw: answer(),
    owes: null,
  },
  {
    title: 'the default agent has a model of its own',
    release: '2026.2.17',
    lay: (home) => {
      home.config.agents.list[0].model = 'anthropic/claude-sonnet-4-5';
    },
    openclaw: answer({ model: 'anthropic/claude-sonnet-4-5' }),
    owes: null,
  },
  {
    title: 'OpenClaw uses another credential than its database has first',
    release: '2026.9.6',
    lay: second,
    openclaw: answer({ order: [WORK, 'anthropic:default'] }),
    owes: {
      id: 'profile.passed-over',
      level: 'info',
      says: /main.* uses anthropic:work, although its database has anthropic:default first/,
    },
  },
  {
    title: 'OpenClaw uses the credential that its database has first',
    release: '2026.9.6',
    lay: second,
    openclaw: answer({ order: ['anthropic:default', WORK] }),
    owes: null,
  },
  {
    title: 'the first credential rests for a while',
    release: '2026.9.6',
    lay: (home) => second(home, { 'anthropic:default': { cooldownUntil: NOW + HOUR, errorCount: 2 } }),
    openclaw: answer({ order: [WORK, 'anthropic:default'] }),
    owes: null,
  },
  {
    title: 'OpenClaw has a credential that no store holds',
    release: '2026.9.6',
    lay: () => {},
    openclaw: answer({ order: ['anthropic:claude-code', 'anthropic:default'] }),
    owes: null,
  },
];
