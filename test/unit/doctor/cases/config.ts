import type { DoctorCase, DoctorHome } from '../../../support/doctor-home.ts';

const FILE = '.openclaw/openclaw.json';
const copyOf = (home: DoctorHome) => structuredClone(home.config);
const textOf = (value: unknown) => JSON.stringify(value, null, 2);

export const config: readonly DoctorCase[] = [
  {
    title: 'a configuration cut off in a text, and a whole copy',
    release: '2026.2.17',
    lay: (home) => {
      home.file(`${FILE}.bak`, copyOf(home));
      home.config = textOf(home.config).slice(0, -120);
    },
    owes: { id: 'config.cut-off', level: 'error', says: /ends in the middle/, fixes: true },
  },
  {
    title: 'an empty configuration, and a whole copy',
    release: '2026.9.6',
    lay: (home) => {
      home.file(`${FILE}.bak.1`, copyOf(home));
      home.config = '';
    },
    owes: { id: 'config.cut-off', level: 'error', says: /bak\.1 is complete/, fixes: true },
  },
  {
    title: 'one bracket too few, by hand',
    release: '2026.2.17',
    lay: (home) => {
      home.file(`${FILE}.bak`, copyOf(home));
      home.config = textOf(home.config).slice(0, -2);
    },
    owes: { id: 'config.unparseable', level: 'error', says: /does not parse/, next: /EDITOR/ },
  },
  {
    title: 'a comma too few in the middle, with comments',
    release: '2026.2.17',
    lay: (home) => {
      home.file(`${FILE}.bak`, copyOf(home));
      home.config = `// mine\n${textOf(home.config).replace('},', '}')}`;
    },
    owes: { id: 'config.unparseable', level: 'error', says: /does not parse/, next: /EDITOR/ },
  },
  {
    title: 'cut off, and a copy that is cut off too',
    release: '2026.2.17',
    lay: (home) => {
      home.file(`${FILE}.bak`, textOf(home.config).slice(0, 200));
      home.config = textOf(home.config).slice(0, 200);
    },
    owes: { id: 'config.unparseable', level: 'error', says: /does not parse/, next: /EDITOR/ },
  },
  {
    title: 'sections that went, without a secret',
    release: '2026.2.17',
    lay: (home) =>
      home.file(`${FILE}.bak`, { ...copyOf(home), bindings: [{ agentId: 'lite' }], tools: { allow: ['a'] } }),
    owes: { id: 'config.lost-keys', level: 'warning', says: /bindings, tools/, fixes: true },
  },
  {
    title: 'a section that went, with a secret in it',
    release: '2026.2.17',
    lay: (home) => home.file(`${FILE}.bak`, { ...copyOf(home), channels: { telegram: { botToken: '123:abc' } } }),
    owes: { id: 'config.lost-keys', level: 'warning', says: /channels/, next: /^diff / },
  },
  {
    title: 'an agent that went, and whose folder is there',
    release: '2026.2.17',
    lay: (home) => {
      const copy = copyOf(home);
      copy.agents.list.push({ id: 'work', name: 'Work' });
      home.file(`${FILE}.bak`, copy);
      home.file('.openclaw/agents/work/sessions/sessions.json', {});
    },
    owes: { id: 'config.lost-keys', level: 'warning', says: /agents\.list\.work/, fixes: true },
  },
  {
    title: 'an agent that was deleted, a profile that was logged out, a bridge that was taken out',
    release: '2026.2.17',
    lay: (home) => {
      const copy = copyOf(home);
      copy.agents.list.push({ id: 'work' });
      copy.auth.profiles['openai:old'] = { provider: 'openai', mode: 'token' };
      copy.models = { providers: { 'claude-max-proxy': { baseUrl: 'http://127.0.0.1:9', models: [] } } };
      home.file(`${FILE}.bak`, copy);
    },
    owes: null,
  },
  {
    title: 'a copy of an older release',
    release: '2026.9.6',
    lay: (home) => {
      home.file(`${FILE}.bak`, { ...copyOf(home), talk: { a: 1 }, meta: { lastTouchedVersion: '2026.7.1' } });
      home.config.meta.lastTouchedVersion = '2026.9.6';
    },
    owes: null,
  },
  {
    title: 'another model than in the copy',
    release: '2026.2.17',
    lay: (home) => {
      home.file(`${FILE}.bak`, copyOf(home));
      home.config.agents.defaults.model.primary = 'anthropic/claude-sonnet-4-5';
    },
    owes: {
      id: 'config.route-changed',
      level: 'info',
      says: /claude-opus-4-6 to anthropic\/claude-sonnet-4-5/,
      next: /models set/,
    },
  },
];
