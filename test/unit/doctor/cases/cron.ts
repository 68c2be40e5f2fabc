import type { DoctorCase, DoctorHome } from '../../../support/doctor-home.ts';

function jobs(home: DoctorHome, ...all: readonly Record<string, unknown>[]): void {
  const whole = all.map((job, index) => ({
    id: `job-${index}`,
    name: `job ${index}`,
    enabled: true,
    schedule: { kind: 'every', everyMs: 3_600_000 },
    payload: { kind: 'agentTurn', message: 'hi' },
    state: {},
    ...job,
  }));
  home.file('.openclaw/cron/jobs.json', { version: 1, jobs: whole });
}

const BRIDGE = {
  providers: {
    'claude-max-proxy': { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'x', models: [{ id: 'claude-opus-4', name: 'o' }] },
  },
};
const onBridge = { kind: 'agentTurn', message: 'hi', model: 'claude-max-proxy/claude-opus-4' };

export const cron: readonly DoctorCase[] = [
  {
    title: 'a job that fails again and again, and why',
    release: '2026.2.17',
    lay: (home) => jobs(home, { id: 'b', state: { consecutiveErrors: 3, lastError: 'HTTP 429: slow down' } }),
    owes: { id: 'cron.error-streak', level: 'warning', says: /HTTP 429/, next: /cron run b$/, fixes: true },
  },
  {
    title: 'the same with its state in the sidecar',
    release: '2026.5.28',
    lay: (home) => {
      jobs(home, { id: 'b', name: 'brief' });
      home.file('.openclaw/cron/jobs-state.json', { version: 1, jobs: { b: { state: { consecutiveErrors: 9 } } } });
    },
    owes: { id: 'cron.error-streak', level: 'warning', says: /brief \(9 times\)/, next: /cron run b$/, fixes: true },
  },
  {
    title: 'a job that failed once, and one that is off',
    release: '2026.2.17',
    lay: (home) => jobs(home, { state: { consecutiveErrors: 1 } }, { enabled: false, state: { consecutiveErrors: 8 } }),
    owes: null,
  },
  {
    title: 'a job that OpenClaw switched off by itself',
    release: '2026.2.17',
    lay: (home) =>
      jobs(home, { id: 'w', enabled: false, state: { scheduleErrorCount: 3, lastError: 'bad expression' } }),
    owes: { id: 'cron.switched-off', level: 'warning', says: /bad expression/, next: /cron enable w$/ },
  },
  {
    title: 'a job on the bridge, and the default is Claude',
    release: '2026.2.17',
    lay: (home) => {
      home.config.models = BRIDGE;
      jobs(home, { payload: onBridge }, { payload: { kind: 'systemEvent', model: 'x/y' } });
    },
    owes: { id: 'cron.bridge-model', level: 'warning', says: /job 0 \(claude-max-proxy/, fixes: true },
  },
  {
    title: 'jobs in a file that this release does not read',
    release: '2026.9.6',
    lay: (home) => jobs(home, {}, {}),
    owes: { id: 'cron.retired-file', level: 'warning', says: /2 cron jobs/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'a file without jobs beside a release that does not read it',
    release: '2026.9.6',
    lay: (home) => jobs(home),
    owes: null,
  },
];
