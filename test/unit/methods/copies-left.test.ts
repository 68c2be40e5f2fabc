import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { copiesLeft } from '../../../src/methods/copies-left.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const STATE = '/home/ana/.openclaw';
const OURS = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const THEIRS = `sk-ant-oat01-FAKE${'Z7rT'.repeat(22)}abc`;
const HASH = createHash('sha256').update(OURS).digest('hex');

const look = (files: Readonly<Record<string, string>>, hashes = [HASH]) =>
  copiesLeft(
    memoryWorld({ files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`${STATE}/${name}`, text])) }),
    hashes,
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

  it('are not looked for where no run was handed a token', async () => {
    expect(await look({ 'a.json': OURS }, [])).toEqual([]);
  });
});
