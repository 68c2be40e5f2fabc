import type { ServicesFacts } from '../../src/services/records.ts';

/** A Linux machine with a systemd of the user's own, nothing of ours on it, every port free. */
export function cannedServicesFacts(home: string, user = 'ada'): ServicesFacts {
  const data = `${home}/.local/share/clawauth-setup`;
  const units = `${home}/.config/systemd/user`;
  return {
    asked: true,
    manager: {
      ok: true,
      manager: 'systemd-user',
      because: `${user}'s own systemd answers`,
      systemd: 252,
      env: {},
      notes: [],
    },
    place: { manager: 'systemd-user', home, user, uid: 1000, systemd: 252, configHome: `${home}/.config` },
    ports: { normalizer: 3457, claudeMaxApi: 3459, notes: [] },
    node: { path: '/usr/bin/node', version: '24.16.0', notes: [] },
    runtime: {
      source: '/usr/lib/node_modules/clawauth-setup/dist/normalizer.mjs',
      sha256: '5'.repeat(64),
      file: `${data}/runtime/1.0.0/normalizer.mjs`,
      present: false,
    },
    sync: {
      source: '/usr/lib/node_modules/clawauth-setup/dist/claude-sync.mjs',
      sha256: '6'.repeat(64),
      file: `${data}/runtime/1.0.0/claude-sync.mjs`,
      present: false,
      stateFile: `${data}/claude-sync.json`,
      state: null,
    },
    keyFile: { path: `${data}/normalizer.key`, usable: false },
    provider: null,
    modelCopies: [],
    env: {},
    withheld: [],
    ours: [
      { id: 'normalizer', file: `${units}/clawauth-normalizer.service`, sha256: null, enabled: false, active: null },
      {
        id: 'claude-max-api',
        file: `${units}/clawauth-claude-max-api.service`,
        sha256: null,
        enabled: false,
        active: null,
      },
      { id: 'claude-sync', file: `${units}/clawauth-claude-sync.service`, sha256: null, enabled: false, active: null },
    ],
    warm: null,
    dropIn: null,
    leftovers: [],
    npm: '/usr/bin/npm',
    maxApi: { folder: `${data}/claude-max-api-proxy-1.0.0`, present: false, global: null },
  };
}
