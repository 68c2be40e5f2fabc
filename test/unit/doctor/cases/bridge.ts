import type { DoctorCase, DoctorHome } from '../../../support/doctor-home.ts';

/** A guide's bridge, and the default model behind it. */
function behindBridge(home: DoctorHome): void {
  home.config.models = {
    providers: {
      openai: {
        baseUrl: 'http://127.0.0.1:9/v1',
        apiKey: 'not-needed',
        api: 'openai-completions',
        models: [{ id: 'claude-opus-4', name: 'o' }],
      },
    },
  };
  home.config.agents.defaults.model = { primary: 'openai/claude-opus-4', fallbacks: [] };
}

export const bridge: readonly DoctorCase[] = [
  {
    title: 'a token is stored, and a bridge answers the default model',
    release: '2026.2.17',
    lay: behindBridge,
    owes: { id: 'model.default-is-bridge', level: 'error', says: /bridge/, next: /doctor --fix/, fixes: true },
  },
  ...(['2026.2.17', '2026.9.6'] as const).map(
    (release): DoctorCase => ({
      title: 'nothing but the bridge is named, and the list of models cannot be read',
      release,
      lay: (home) => {
        behindBridge(home);
        home.config.agents.defaults.models = { 'openai/claude-opus-4': {} };
      },
      owes: { id: 'model.default-is-bridge', level: 'error', says: /bridge/, next: /doctor --fix/, fixes: true },
    }),
  ),
  {
    title: 'a bridge everywhere, and nothing is stored for Claude',
    release: '2026.2.17',
    lay: (home) => {
      behindBridge(home);
      delete home.config.auth;
      home.config.agents.defaults.models = { 'openai/claude-opus-4': {} };
      home.stores.main = null;
      home.stores.lite = null;
    },
    owes: { id: 'model.default-is-bridge', level: 'error', says: /bridge/, next: /doctor --fix/, fixes: true },
  },
];
