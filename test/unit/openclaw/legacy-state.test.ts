import { describe, expect, it } from 'vitest';
import { findLegacyState } from '../../../src/openclaw/legacy-state.ts';
import { factValue } from '../../../src/system/fact.ts';
import { factsFor, STATE } from '../../support/facts-for.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const look = async (version: string, stamp: string | null, files: readonly string[]) => {
  const facts = await factsFor({ version, config: '{}' });
  const world = memoryWorld({ files: Object.fromEntries(files.map((file) => [`${STATE}/${file}`, '{}'])) });
  const config = stamp === null ? {} : { meta: { lastTouchedVersion: stamp } };
  const [state, release] = [factValue(facts.state), factValue(facts.release)];
  if (!state || !release) throw new Error('no state');
  const found = await findLegacyState(world, config, state, release);
  return found.map((path) => path.slice(STATE.length + 1));
};

describe('what an older release left', () => {
  it.each([
    ['cron/jobs.json', 'cron'],
    ['cron/jobs-state.json', 'cron'],
    ['cron/runs/job-1.jsonl', 'cron/runs'],
    ['credentials/telegram-allowFrom.json', 'credentials'],
    ['credentials/telegram-pairing.json', 'credentials'],
    ['telegram/update-offset-default.json', 'telegram'],
    ['delivery-queue/one.json', 'delivery-queue'],
    ['devices/paired.json', 'devices'],
    ['update-check.json', 'update-check.json'],
    ['agent/auth-profiles.json', 'agent'],
  ])('is seen by %s, whatever the config tells', async (file, place) => {
    expect(await look('2026.9.6', null, [file])).toEqual([place]);
    expect(await look('2026.9.6', '2026.5.28', [file])).toEqual([place]);
  });

  it('is known from the stamp alone, where nothing that is known lies there', async () => {
    expect(await look('2026.9.6', '2026.5.28', ['agents/main/agent/models.json'])).toEqual(['']);
    expect(await look('2026.9.6', null, ['agents/main/agent/models.json'])).toEqual([]);
  });

  it('is not what this release wrote itself or has taken over', async () => {
    expect(await look('2026.9.6', '2026.9.6', ['exec-approvals.json', 'telegram/x.json'])).toEqual([]);
    expect(await look('2026.9.6', '2026.9.6', ['cron/jobs.json'])).toEqual(['cron']);
    expect(await look('2026.9.6', null, ['cron/jobs.json.migrated'])).toEqual([]);
  });

  it('is nobody’s business where the credential is an edit of a file', async () => {
    expect(await look('2026.4.29', '2026.2.17', ['cron/jobs.json'])).toEqual([]);
  });
});
