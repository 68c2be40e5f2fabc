import { chownSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { answers, freePort } from '../support/free-port.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installNode, installRelease } from '../support/releases.ts';
import { bootUserSystemd, canBoot, type UserSystemd } from '../support/systemd.ts';

const VERSION = '2026.9.6';
const UNIT = '.config/systemd/user/openclaw-gateway.service';

describe.runIf(canBoot)(`a unit of OpenClaw ${VERSION} whose Node is gone`, MANY_PROGRAMS, () => {
  const packed = inject('packed');
  let systemd: UserSystemd;
  let port: number;

  beforeAll(async () => {
    const release = await installRelease(VERSION);
    systemd = await bootUserSystemd({
      node: dirname(realpathSync(join(await installNode(), 'node'))),
      openclaw: dirname(dirname(dirname(release.bin))),
      ours: dirname(realpathSync(packed.cli)),
    });
    port = await freePort();
    put(
      '.openclaw/openclaw.json',
      JSON.stringify({ gateway: { mode: 'local', bind: 'loopback', port, auth: { mode: 'none' } } }),
    );
    put(
      UNIT,
      `[Unit]
Description=OpenClaw Gateway
[Service]
Environment=OPENCLAW_SKIP_CHANNELS=1
ExecStart=/run/home/.nvm/versions/node/v24.1.0/bin/node /run/programs/openclaw/node_modules/openclaw/dist/index.js gateway --port ${port}
Restart=always
RestartSec=1
[Install]
WantedBy=default.target
`,
    );
  });
  afterAll(() => systemd?.close());

  /** A file in the user's home, as the user's. */
  function put(name: string, text: string): void {
    const folders = name.split('/').slice(0, -1);
    folders.forEach((_, index) => {
      const folder = join(systemd.homeOutside, ...folders.slice(0, index + 1));
      mkdirSync(folder, { recursive: true });
      chownSync(folder, systemd.uid, systemd.uid);
    });
    const path = join(systemd.homeOutside, name);
    writeFileSync(path, text, { mode: 0o600 });
    chownSync(path, systemd.uid, systemd.uid);
  }
  const unit = () => readFileSync(join(systemd.homeOutside, UNIT), 'utf8');
  const systemctl = (...words: readonly string[]) => systemd.run(['systemctl', '--user', ...words]);
  const ours = (...args: readonly string[]) =>
    systemd.run(['/run/programs/node/node', '/run/programs/ours/cli.js', ...args], {
      PATH: '/run/programs/openclaw/node_modules/.bin:/run/programs/node:/usr/bin:/bin',
      CI: 'true',
    });

  it('starts the one that is here after the fix, and an undo gives the unit back without stopping it', async () => {
    const before = unit();
    await systemctl('enable', '--now', 'openclaw-gateway.service');
    const fixed = await ours('doctor', '--fix', '--id', 'gateway.node-gone', '--yes', '--json');
    expect(JSON.parse(fixed.stdout), fixed.stderr).toMatchObject({ fix: { fixed: ['gateway.node-gone'] } });
    expect(unit()).toBe(before.replace(/ExecStart=\S+/, 'ExecStart=/run/programs/node/node'));
    await answers(port);
    const undone = await ours('undo', '--yes', '--json');
    expect(undone.code, undone.stdout + undone.stderr).toBe(0);
    expect(unit()).toBe(before);
    expect((await systemctl('is-active', 'openclaw-gateway.service')).stdout.trim()).toBe('active');
    const start = await systemctl('show', 'openclaw-gateway.service', '--property=ExecStart', '--value');
    expect(start.stdout).toContain('/v24.1.0/bin/node');
  });
});
