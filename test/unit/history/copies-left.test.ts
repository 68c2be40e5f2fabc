import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { copiesLeft, withoutHash } from '../../../src/history/copies-left.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const STATE = '/home/ana/.openclaw';
const OURS = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const THEIRS = `sk-ant-oat01-FAKE${'Z7rT'.repeat(22)}abc`;
const HASH = createHash('sha256').update(OURS).digest('hex');

const look = (files: Readonly<Record<string, string>>, hashes = [HASH], without: readonly string[] = []) =>
  copiesLeft(
    memoryWorld({ files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`${STATE}/${name}`, text])) }),
    new Map(hashes.map((hash) => [hash, 'token'])),
    without,
  );

describe('copies of the token that are left', () => {
  it.each([
    ['a backup of OpenClaw', 'openclaw.json.bak.2', `{ token: "${OURS}" }`, `rm ${STATE}/openclaw.json.bak.2`],
    [
      'a file with more in it',
      'agents/lite/agent/auth-profiles.json',
      `{\n "a": "${THEIRS}",\n "b": "${OURS}" }`,
      `\${EDITOR:-nano} +3 ${STATE}/agents/lite/agent/auth-profiles.json`,
    ],
    ['a database', 'state/openclaw.sqlite', `\0\u0001{"token":"${OURS}"}\0`, 'VACUUM'],
    [
      'what a database has still to take in',
      'state/openclaw.sqlite-wal',
      `\0{"token":"${OURS}"}`,
      'state/openclaw.sqlite',
    ],
  ])('are named in %s, with the command that removes them', async (_what, name, text, next) => {
    const found = await look({ 'openclaw.json': '{}', [name]: text });
    expect(found).toEqual([
      {
        verdict: 'warning',
        says: `A copy of the token is left in ${STATE}/${name}.`,
        next: expect.stringContaining(next),
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(OURS);
  });

  it('are none where only tokens of others lie, whatever they begin with', async () => {
    const found = await look({ 'a.json': `"${THEIRS}"`, 'b.json': `"${OURS.slice(0, -1)}"`, 'c.json': `"${OURS}x"` });
    expect(found).toEqual([{ verdict: 'ok', says: `No copy of the token is left in ${STATE}.` }]);
  });

  it('cannot be told from other tokens where a run of 1.0 kept no hash: each file with one is named, to look at', async () => {
    const files = { 'a.json': `"${THEIRS}"`, 'b.json': '{}', 'c.json': '"sk-ant-api03-FAKEFAKEFAKE"' };
    const run = '20261121-022222-f7d4';
    for (const hashes of [[], [HASH]]) {
      expect(await look(files, hashes, [run])).toEqual([
        {
          verdict: 'warning',
          says: `A token is in ${STATE}/a.json. Whether clawauth-setup stored it is not known: run ${run} kept no hash of its token.`,
          next: `\${EDITOR:-nano} +1 ${STATE}/a.json`,
        },
      ]);
    }
    expect(await look({ 'a.json': OURS }, [HASH], [run])).toMatchObject([
      { says: `A copy of the token is left in ${STATE}/a.json.` },
    ]);
    expect(await look({ 'b.json': '{}' }, [], [run])).toMatchObject([{ verdict: 'ok' }]);
    const backup = await look({ 'openclaw.json.bak': THEIRS }, [], [run]);
    expect(backup[0]?.next).not.toMatch(/^rm/);
  });

  it('cannot be proved for a run that stored a token and kept no hash', () => {
    const run = (id: string, value: unknown, secrets?: Record<string, string>) =>
      ({ id, steps: [{ action: { params: { edits: [{ value }] } } }], ...(secrets ? { secrets } : {}) }) as never;
    const token = { token: { $secret: 'token' } };
    expect(withoutHash([run('old', token), run('new', token, { token: HASH }), run('other', 'x')])).toEqual(['old']);
  });

  it('are not looked for where no run was handed a token', async () => {
    expect(await look({ 'a.json': OURS }, [])).toEqual([]);
  });
});
