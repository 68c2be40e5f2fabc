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
];
