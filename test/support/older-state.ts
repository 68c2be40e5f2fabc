import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Lays into a state directory what a release of early 2026 leaves there: cron jobs with their states, whom Telegram may
 * talk to, who asked for it, a session, and the mark of that release in the config.
 */
export function leaveOlderState(stateDir: string, config: string): void {
  const write = (name: string, value: unknown) => {
    const file = join(stateDir, name);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  };
  const job = (id: string, name: string) => ({
    ...{ id, name, agentId: 'main', enabled: false, createdAtMs: 1795000000000, updatedAtMs: 1795000000000 },
    ...{ schedule: { kind: 'cron', expr: '0 7 * * *', tz: 'UTC' }, sessionTarget: 'isolated', wakeMode: 'now' },
    ...{ payload: { kind: 'agentTurn', message: 'Summarise the day' }, state: {} },
  });
  write('cron/jobs.json', { version: 1, jobs: [job('job-1', 'daily-brief'), job('job-2', 'weekly-review')] });
  write('cron/jobs-state.json', { version: 1, jobs: { 'job-1': { state: { consecutiveErrors: 1 } } } });
  write('credentials/telegram-allowFrom.json', { version: 1, allowFrom: ['12345'] });
  const time = '2026-11-27T00:00:00.000Z';
  const asked = { id: '999', code: 'ABCDEFGH', createdAt: time, lastSeenAt: time };
  write('credentials/telegram-pairing.json', { version: 1, requests: [asked] });
  const id = '11111111-1111-4111-8111-111111111111';
  write('agents/main/sessions/sessions.json', { 'agent:main:main': { sessionId: id, updatedAt: 1795000000000 } });
  write(
    `agents/main/sessions/${id}.jsonl`,
    `${JSON.stringify({ type: 'session', version: 3, id, timestamp: time, cwd: '/tmp' })}\n`,
  );
  const text = readFileSync(config, 'utf8');
  writeFileSync(config, text.replace(/^(\/\/.*\n)?\{/, "$1{\n  meta: { lastTouchedVersion: '2026.5.28' },"));
}
