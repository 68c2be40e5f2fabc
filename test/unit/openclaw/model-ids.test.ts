import { describe, expect, it } from 'vitest';
import { eventsIn } from '../../../src/openclaw/log.ts';
import { LOG_TEXTS, meaningOf, resetIn } from '../../../src/openclaw/log-texts.ts';
import { idFault, neededClient } from '../../../src/openclaw/model-ids.ts';

const LIST = ['claude-opus-4-7', 'claude-opus-4-6', 'claude-sonnet-4-6', 'claude-haiku-4-5', 'claude-opus-4-0'];

describe('the id of a Claude model', () => {
  it.each([
    ['claude-opus-4.6', 'claude-opus-4-6'],
    ['claude-opus-46', 'claude-opus-4-6'],
    ['claude-4-6-opus', 'claude-opus-4-6'],
    ['claude-sonet-4-6', 'claude-sonnet-4-6'],
    ['cluade-haiku-4-5', 'claude-haiku-4-5'],
    ['Claude-Opus-4-7', 'claude-opus-4-7'],
    ['claude-opus-4.6[1m]', 'claude-opus-4-6'],
  ])('%s means %s', (id, instead) => {
    expect(idFault(id, LIST)).toEqual({ why: 'misspelled', instead });
    expect(idFault(id, [])).toEqual({ why: 'misspelled', instead });
  });

  it.each(['claude-opus-4', 'claude-sonnet-4-20250514', 'claude-3-5-haiku-latest', 'claude-opus-4-0'])(
    '%s was retired, whatever the list says',
    (id) => {
      expect(idFault(id, LIST)?.why).toBe('retired');
      expect(idFault(id, [])).toEqual({ why: 'retired', instead: null });
    },
  );

  it.each([
    ...['claude-opus-4-6', 'claude-opus-4-5-20251101', 'claude-sonnet-5', 'claude-opus-5-5', 'claude-mythos-preview'],
    ...['opus-4.6', 'claude-opus-4-6@20260101', 'claude-opus-4-6-fast', 'GLM-5.2', 'claude', ''],
  ])('%s is left alone', (id) => {
    expect(idFault(id, LIST)).toBeNull();
    expect(idFault(id, [])).toBeNull();
  });

  it('needs a client that the release says it is', () => {
    expect(neededClient('claude-opus-5', '2026.9.5')).toEqual({ needs: '2.1.219', says: '2.1.75' });
    expect(neededClient('claude-opus-5', '2026.9.6')).toBeNull();
    expect(neededClient('claude-opus-5-5', '2026.9.6')).toBeNull();
    expect(neededClient('claude-sonnet-5-5', '2026.5.28')?.needs).toBe('a newer one');
    expect(neededClient('claude-sonnet-4-6', '2026.2.17')).toBeNull();
    // A release that nobody has looked at.
    expect(neededClient('claude-opus-5-5', '2027.1.1')).toBeNull();
  });
});

describe('the log', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');

  it('has one meaning for each text, and every meaning once', () => {
    expect(new Set(LOG_TEXTS.map(({ id }) => id)).size).toBe(LOG_TEXTS.length);
    expect(meaningOf('Extra usage is required for long context requests.')?.id).toBe('log.long-context');
    expect(meaningOf('oauth refresh failed: 429 Too Many Requests')?.id).toBe('log.refresh-limited');
    expect(meaningOf('401 authentication_error: invalid x-api-key')?.id).toBe('log.invalid-x-api-key');
    expect(meaningOf('401 authentication_error: something new')?.id).toBe('log.refused');
    expect(meaningOf('GET /health 200')).toBeNull();
  });

  it('reads times, agents and parts of lines, and keeps no secret', () => {
    const secret = `sk-ant-oat01-${'A'.repeat(95)}`;
    const part = { agentId: 'lite', error: `Invalid bearer token ${secret} ${'x'.repeat(300)}` };
    const line = JSON.stringify({ 0: 'turn failed', 1: part, _meta: { date: '2026-11-21T11:00:00.000Z' } });
    const [event] = eventsIn(`{broken\n${line}\n`, 'here', now);
    expect(event).toMatchObject({ id: 'log.invalid-bearer', agent: 'lite', at: now - 3_600_000 });
    expect(event?.text).not.toContain('AAAAA');
    expect(event?.text.length).toBeLessThanOrEqual(200);
    const plain = '2026-11-21T10:00:00+0000 box openclaw[1]: agent:work:main EADDRINUSE';
    expect(eventsIn(plain, 'here', now)).toMatchObject([{ agent: 'work', at: now - 7_200_000 }]);
    expect(eventsIn('2026-11-19T10:00:00Z EADDRINUSE', 'here', now)).toEqual([]);
  });

  it('says when a limit ends, where the text does', () => {
    expect(resetIn('weekly limit. Resets Dec 1, 9am')).toBe('Dec 1, 9am');
    expect(resetIn('session limit, resets at 3pm (Europe/Berlin)')).toBe('3pm (Europe/Berlin)');
    expect(resetIn('weekly limit')).toBeNull();
  });
});
