import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inSandbox } from '../../support/in-sandbox.ts';

const TOKEN = `sk-ant-oat01-FAKE${'c4Qz'.repeat(22)}abc`;
let folder: string;
let ours: ReturnType<typeof inSandbox>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-test-'));
  ours = inSandbox(join(folder, 'sandbox'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the one object of --json', () => {
  it('says whether anything changed, or would', async () => {
    const asked = async (words: string, input?: string) => {
      const done = await ours([...words.split(' '), '--json'], input === undefined ? {} : { input });
      expect(done.code, done.err).toBe(0);
      const answer = done.json();
      expect(answer).toMatchObject({ schema: 1, command: words.split(' ')[0], ok: true, exitCode: 0 });
      return answer.changed;
    };
    const method = '--method setup-token --token-stdin';
    expect((await ours(['status', '--json'])).json().inUse).toBeNull();
    expect(await asked(`plan ${method}`, TOKEN)).toBe(true);
    expect(await asked(`apply ${method} --dry-run`, TOKEN)).toBe(true);
    expect(await asked('undo')).toBe(false);
    expect(await asked('uninstall --yes')).toBe(false);
    expect(await asked(`apply ${method} --yes`, TOKEN)).toBe(true);
    expect((await ours(['status', '--json'])).json()).toMatchObject({
      changed: false,
      inUse: { method: 'setup-token', agents: [], receiptId: expect.any(String) },
    });
    expect(await asked('undo --list')).toBe(false);
    expect(await asked('remind --off --dry-run')).toBe(false);
    expect(await asked('recover')).toBe(false);
    expect(await asked('uninstall --dry-run')).toBe(true);
    expect(await asked('undo')).toBe(true);
    expect(await asked('backups prune --keep 9 --yes')).toBe(false);
  });
});
