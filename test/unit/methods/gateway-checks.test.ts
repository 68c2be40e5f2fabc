import { describe, expect, it } from 'vitest';
import { runAfter, startRun } from '../../../components/run.ts';
import { eventText } from '../../../src/commands/print-run.ts';
import { gatewayFindings } from '../../../src/doctor/after-gateway.ts';
import { leftFindings } from '../../../src/doctor/after-left.ts';
import { availabilityOf, refuseBlocked } from '../../../src/doctor/gate.ts';
import { healthOf } from '../../../src/doctor/health.ts';
import { blocker } from '../../../src/doctor/index.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { defaultAnswers, methods } from '../../../src/methods/index.ts';
import { claudeRefs } from '../../../src/methods/shared/claude.ts';
import { targetOf } from '../../../src/methods/target.ts';
import { readCronJobs } from '../../../src/openclaw/cron.ts';
import { commandThere } from '../../../src/openclaw/gateway-words.ts';
import type { GatewayFacts } from '../../../src/openclaw/records.ts';
import { known, unknown } from '../../../src/system/fact.ts';
import { factsFor } from '../../support/facts-for.ts';

const CONFIG = `{
  agents: { defaults: { model: 'anthropic/claude-opus-5' } },
  models: { providers: { 'claude-max-proxy': { baseUrl: 'http://127.0.0.1:3457/v1', models: [{ id: 'claude-opus-4' }] } } },
}`;

async function facts(
  version: string,
  gateway: Partial<GatewayFacts>,
  files: Record<string, string> = {},
): Promise<Facts> {
  const made = await factsFor({ version, config: CONFIG });
  const usual = { running: true, port: 18789, unit: null, manager: 'none' } as const;
  const before = made.files.known ? made.files.value : {};
  return { ...made, gateway: known({ ...usual, ...gateway }, 'the port'), files: known({ ...before, ...files }, 'x') };
}

describe('the gateway in the report', () => {
  const old = { pid: 4711, started: '100' };
  it.each([
    ['the same process: not restarted', '2026.6.1', old, 'warning', /process 4711 still uses what it read/],
    ['another start: restarted', '2026.6.1', { pid: 4711, started: '200' }, 'ok', /answers on port/],
    ['another process: restarted', '2026.6.1', { pid: 4712, started: '200' }, 'ok', /answers on port/],
    ['nobody can see it: not believed', '2026.6.1', undefined, 'warning', /is not known/],
    ['a release that applies changes by itself', '2026.7.1', old, 'ok', /answers on port/],
  ] as const)('%s', async (_what, version, process, verdict, says) => {
    const before = await facts(version, { process: old });
    const now = await facts(version, process === undefined ? {} : { process }, { '/changed': 'sha' });
    expect(gatewayFindings(now, targetOf(now), before)).toEqual([
      expect.objectContaining({ verdict, says: expect.stringMatching(says) }),
    ]);
  });

  it.each([
    ['openclaw-gateway.service', 'openclaw gateway start'],
    // "Gateway service disabled." with exit code 0, seen on 2026.7.1.
    [null, 'openclaw gateway run'],
  ])('that does not run and has the unit %s is started by a command that starts it', async (unit, next) => {
    const down = await facts('2026.7.1', { running: false, unit });
    const target = targetOf(down);
    expect(gatewayFindings(down, target)).toMatchObject([{ verdict: 'info', next }]);
    expect(healthOf(down, 0).findings).toContainEqual(expect.objectContaining({ code: 'gateway-down', next }));
    const answers = defaultAnswers(down, 'setup-token');
    const unread: Facts = { ...down, cron: unknown('waiting', 'not asked') };
    expect(leftFindings(unread, target, answers, claudeRefs(down))).toContainEqual(
      expect.objectContaining({ verdict: 'skipped', next }),
    );
    const [job] = readCronJobs([
      { id: 'j', name: 'daily', payload: { kind: 'agentTurn', model: 'claude-max-proxy/claude-opus-4' } },
    ]);
    const left: Facts = {
      ...down,
      cron: known({ store: 'gateway', path: null, jobs: job ? [job] : [] }, 'a database'),
    };
    const found = leftFindings(left, target, answers, claudeRefs(left));
    expect(found).toContainEqual(expect.objectContaining({ says: expect.stringMatching(/^the cron job daily/), next }));
  });

  it('says nothing of a restart where nothing was written', async () => {
    const same = await facts('2026.6.1', { process: old });
    expect(gatewayFindings(same, targetOf(same), same)).toMatchObject([{ verdict: 'ok' }]);
  });
});

describe('a step that is left to the person', () => {
  it('has no tick, in the wizard and in the lines of a run', () => {
    const event = { type: 'step done', index: 0, ms: 5, byHand: true } as const;
    expect(runAfter(startRun('apply', ['Restart the gateway']), event, 1).steps[0]?.state).toBe('by hand');
    expect(eventText(event)).not.toContain('✔');
    const outcome = { state: 'kept', notes: ['Restart it'], byHand: true } as const;
    expect(eventText({ type: 'reverted', index: 0, outcome })).not.toContain('✔');
    expect(runAfter(startRun('undo', []), { type: 'reverted', index: 0, outcome }, 1).steps[0]?.state).toBe('by hand');
  });
});

describe('a step that is proved once all are done', () => {
  it('has no tick while it is asked, and its whole time after that', () => {
    const done = runAfter(startRun('apply', ['Store the token']), { type: 'step done', index: 0, ms: 400 }, 1_000);
    const asked = runAfter(done, { type: 'proving', index: 0, says: 'Checking that it was saved' }, 2_000);
    expect(asked.steps[0]?.state).toBe('running');
    expect(runAfter(asked, { type: 'proved', index: 0 }, 5_000).steps[0]).toMatchObject({ state: 'done', ms: 3_400 });
  });
});

describe('a gateway on another machine', () => {
  const remote = (storeHere: boolean) =>
    facts('2026.9.6', { running: false, remote: { url: 'wss://claw.example:18789', storeHere } });

  it('is told, with what to run there, and nothing is stored here before the person says so', async () => {
    const there = await remote(false);
    expect(blocker(there)).toMatchObject({ code: 'gateway-elsewhere', next: 'ssh -t claw.example npx clawauth-setup' });
    for (const method of methods) {
      const because = expect.stringContaining('wss://claw.example');
      expect(availabilityOf(method, there)).toMatchObject({ ok: false, because });
    }
    expect(() => refuseBlocked(there)).toThrow(/another machine/);
    expect(blocker(there)?.choices).toMatchObject([{ flag: '--store-here', told: { storeHere: true } }]);
    const remarks = healthOf(there, 0).findings.map(({ code }) => code);
    expect(remarks).toContain('gateway-elsewhere');
    expect(remarks).not.toContain('gateway-down');
  });

  it('is never started here, also where the person wants to store things here', async () => {
    const target = await remote(true);
    expect(blocker(target)).toBeNull();
    const findings = healthOf(target, 0).findings.filter(({ id }) => id.startsWith('gateway.'));
    expect(findings).toMatchObject([{ verdict: 'warning', next: 'ssh -t claw.example npx clawauth-setup' }]);
    expect(JSON.stringify(healthOf(target, 0))).not.toContain('gateway start');
  });

  it.each([
    ['ws://127.0.0.1:18789', 'npx clawauth-setup'],
    ['ws://[::1]:18789', 'npx clawauth-setup'],
    ['not a url', 'npx clawauth-setup'],
    [null, 'npx clawauth-setup'],
    ['ws://10.0.0.7:18789', 'ssh -t 10.0.0.7 npx clawauth-setup'],
  ])('%s: %s', (url, command) => expect(commandThere(url)).toBe(command));
});
