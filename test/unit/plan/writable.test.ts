import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileMode } from '../../../src/actions/index.ts';
import type { Touch } from '../../../src/engine/types.ts';
import { makePlan } from '../../../src/plan/index.ts';
import { refuseUnwritable, UNWRITABLE } from '../../../src/plan/writable.ts';
import type { World } from '../../../src/system/world.ts';
import { editAction } from '../../support/edit-kind.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

let temp: TempWorld;
beforeEach(() => {
  temp = tempWorld();
});
afterEach(() => temp.remove());

const tried = (path: string, as: Touch['as'] = 'file', world: World = temp.world) =>
  refuseUnwritable(makePlan([editAction('1', [], [{ path, as }])], {}), world);

async function refused(path: string, code: string, words: RegExp, as: Touch['as'] = 'file'): Promise<void> {
  const before = treeOf(temp.home);
  await expect(tried(path, as)).rejects.toMatchObject({ code, what: expect.stringMatching(words) });
  await expect(tried(path, as)).rejects.toMatchObject({ more: { next: expect.stringMatching(/./) } });
  expect(UNWRITABLE.has(code)).toBe(true);
  expect(treeOf(temp.home)).toEqual(before);
}

describe('every path of a plan is tried before anything is done', () => {
  test('files, new ones and folders that can be written pass', async () => {
    await tried(temp.write('a.json', '{}'));
    await tried(temp.path('new/deep/b.json'));
    await tried(temp.path('dir'), 'directory');
    await tried(temp.write('x.sqlite', 'not text: \u00fc'), 'sqlite');
  });

  test('an impossible folder: a file stands where one would be made', async () => {
    const file = temp.write('agents', 'a file');
    await refused(
      temp.path('agents/main/agent/auth-profiles.json'),
      'file-unwritable',
      new RegExp(`${file} is in the way`),
    );
  });

  test('a folder, a pipe, a device, a loop of links', async () => {
    mkdirSync(temp.path('folder.json'));
    await refused(temp.path('folder.json'), 'not-a-file', /is a folder/);
    execFileSync('mkfifo', [temp.path('pipe.json')]);
    await refused(temp.path('pipe.json'), 'not-a-file', /not a regular file/);
    symlinkSync('/dev/zero', temp.path('zero.json'));
    await refused(temp.path('zero.json'), 'not-a-file', /not a regular file/);
    symlinkSync('loop.json', temp.path('loop.json'));
    await refused(temp.path('loop.json'), 'link-loop', /leads back to itself/);
  });

  test('bytes that are not UTF-8, with line and column', async () => {
    const path = temp.write('a.json', Buffer.from([0x7b, 0x0a, 0x2f, 0x2f, 0x20, 0xc3, 0xbc, 0xfc, 0x0a, 0x7d]));
    await refused(path, 'not-utf8', /line 2, column 5/);
    const text = '{ "anthropic": 1 }';
    const bigEndian = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    for (const bytes of [Buffer.from(`\ufeff${text}`, 'utf16le'), bigEndian, Buffer.from(text, 'utf16le')]) {
      await refused(temp.write('main/auth.json', bytes), 'not-utf8', /auth\.json is UTF-16/);
    }
  });

  test('the folder of our own records, without which nothing is written', async () => {
    const file = temp.write('state-home', '');
    const world = { ...temp.world, env: { ...temp.world.env, XDG_STATE_HOME: file } };
    await expect(tried(temp.path('a-new.json'), 'file', world)).rejects.toMatchObject({
      code: 'file-unwritable',
      what: expect.stringContaining(`${file} is in the way`),
    });
  });

  test('a file that is marked read-only', async () => {
    await refused(temp.write('a.json', '{}', 0o400), 'file-read-only', /read-only/);
  });

  test('a file that is marked read-only passes where the plan unlocks it', async () => {
    const file = temp.write('a.json', '{}', 0o400);
    const says = { forward: { headline: 'Unlock it' }, backward: { headline: 'Lock it' } };
    const unlock = fileMode('0', { ...says, file, mode: 0o600 });
    const edit = editAction('1', [], [{ path: file, as: 'file' }]);
    await refuseUnwritable(makePlan([unlock, edit], {}), temp.world);
  });

  test('what belongs to somebody else, or lies in a folder that is closed to us', async () => {
    const files = { '/home/ana/a.json': { content: '{}', uid: 0 } };
    await expect(tried('/home/ana/a.json', 'file', memoryWorld({ files }))).rejects.toMatchObject({
      code: 'owner-would-change',
    });
    const world = memoryWorld({ files: { '/store/a.json': '{}', '/home/ana/a.json': { link: '/store/a.json' } } });
    const closed: World = { ...world, files: { ...world.files, writable: async (path) => !path.startsWith('/store') } };
    await expect(tried('/home/ana/a.json', 'file', closed)).rejects.toMatchObject({
      code: 'file-unwritable',
      what: expect.stringContaining('/store'),
    });
  });

  test('a file that is mounted by itself', async () => {
    const line = '36 35 98:0 / /home/ana/my\\040config.json rw,noatime master:1 - ext4 /dev/root rw';
    const files = { '/home/ana/my config.json': '{}', '/home/ana/b.json': '{}', '/proc/self/mountinfo': `${line}\n` };
    const world = memoryWorld({ files });
    await expect(tried('/home/ana/my config.json', 'file', world)).rejects.toMatchObject({ code: 'file-mounted' });
    await tried('/home/ana/b.json', 'file', world);
  });
});

describe('what is read is a plain file', () => {
  test('anything else is named, and nothing waits for it', async () => {
    execFileSync('mkfifo', [temp.path('pipe')]);
    mkdirSync(temp.path('folder'));
    const server = createServer().listen(temp.path('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { files } = temp.world;
    for (const [name, kind] of [
      ['pipe', 'a pipe'],
      ['folder', 'a folder'],
      ['socket', 'a socket'],
    ] as const) {
      await expect(files.read(temp.path(name))).rejects.toMatchObject({
        code: 'not-a-file',
        what: expect.stringContaining(kind),
      });
    }
    await expect(files.read('/dev/zero')).rejects.toMatchObject({ what: expect.stringContaining('a device') });
    server.close();
  });

  test('what a person gives by name may be a pipe that somebody writes to', async () => {
    execFileSync('mkfifo', [temp.path('pipe')]);
    const into = temp.world.processes.run(['sh', '-c', `{ printf one; printf two; } > '${temp.path('pipe')}'`], {
      timeoutMs: 60_000,
    });
    const bytes = await temp.world.files.readGiven(temp.path('pipe'), 1000);
    expect(Buffer.from(bytes ?? []).toString()).toBe('onetwo');
    await into;
    await expect(temp.world.files.readGiven('/dev/zero', 1000)).rejects.toMatchObject({ code: 'not-a-file' });
    expect(await temp.world.files.readGiven(temp.path('none'), 1000)).toBeNull();
    expect(await temp.world.files.readGiven(temp.write('long', 'x'.repeat(90)), 9)).toHaveLength(10);
  });

  test('a pipe that nobody writes to is waited for no longer than it says', async () => {
    execFileSync('mkfifo', [temp.path('pipe')]);
    await expect(temp.world.files.readGiven(temp.path('pipe'), 1000)).rejects.toMatchObject({ code: 'pipe-silent' });
  });
});
