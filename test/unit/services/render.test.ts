import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentFile, renderAgent } from '../../../src/services/launchd.ts';
import { memoryFor, type ServicePlace, type ServiceSpec } from '../../../src/services/spec.ts';
import {
  dropInFile,
  enableLink,
  renderDropIn,
  renderUnit,
  systemctl,
  unitFile,
} from '../../../src/services/systemd.ts';
import { Problem } from '../../../src/system/problem.ts';

const user: ServicePlace = {
  manager: 'systemd-user',
  home: '/home/ada',
  user: 'ada',
  uid: 1000,
  systemd: 255,
  configHome: '/home/ada/.config',
};
const system: ServicePlace = { ...user, manager: 'systemd-system', systemd: 252 };

function spec(more: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    id: 'normalizer',
    argv: ['/home/ada/.volta/bin/node', '/home/ada/.local/share/clawauth-setup/1.0.0/normalizer.js', '--port', '3457'],
    env: {},
    path: ['/home/ada/.local/bin', '/usr/bin', '/bin'],
    wants: [],
    before: ['openclaw-gateway.service'],
    memoryMb: memoryFor(2),
    ...more,
  };
}

describe('a unit', () => {
  it('of a person names the home as %h and starts with the session', () => {
    const lines = renderUnit(spec({ wants: ['clawauth-claude-max-api.service'] }), user).split('\n');
    expect(lines).toContain(
      'ExecStart=%h/.volta/bin/node %h/.local/share/clawauth-setup/1.0.0/normalizer.js --port 3457',
    );
    expect(lines).toContain('Environment=PATH=%h/.local/bin:/usr/bin:/bin');
    expect(lines).toContain('Wants=clawauth-claude-max-api.service');
    expect(lines).toContain('After=clawauth-claude-max-api.service');
    expect(lines).toContain('Before=openclaw-gateway.service');
    expect(lines).toContain('RestartSteps=6');
    expect(lines).toContain('MemoryMax=2048M');
    expect(lines).toContain('WantedBy=default.target');
    expect(lines.some((line) => line.startsWith('User='))).toBe(false);
    expect(unitFile('normalizer', user)).toBe('/home/ada/.config/systemd/user/clawauth-normalizer.service');
    expect(enableLink('normalizer', user)).toBe(
      '/home/ada/.config/systemd/user/default.target.wants/clawauth-normalizer.service',
    );
    expect(systemctl(user, 'stop', 'x')).toEqual(['systemctl', '--user', 'stop', 'x']);
  });

  it('of the machine names the user and whole paths, and nothing that this systemd does not know', () => {
    const text = renderUnit(spec(), system);
    expect(text).toContain('\nUser=ada\n');
    expect(text).toContain('\nExecStart=/home/ada/.volta/bin/node /home/ada/');
    expect(text).toContain('\nReadWritePaths=/home/ada\n');
    expect(text).toContain('\nWantedBy=multi-user.target\n');
    expect(text).not.toContain('RestartSteps');
    expect(text).not.toContain('%h');
    expect(unitFile('normalizer', system)).toBe('/etc/systemd/system/clawauth-normalizer.service');
  });

  it('leaves no placeholder', () => {
    for (const place of [user, system]) {
      for (const id of ['normalizer', 'claude-max-api', 'claude-sync'] as const) {
        expect(renderUnit(spec({ id }), place)).not.toMatch(/@\{|undefined/);
      }
    }
  });

  it('refuses a path with a line break', () => {
    expect(() => renderUnit(spec({ argv: ['/a\nExecStartPre=/bin/evil'] }), user)).toThrow(Problem);
  });

  it('does not take a folder that only begins like the home for the home', () => {
    expect(renderUnit(spec({ argv: ['/home/adam/node'] }), user)).toContain('ExecStart=/home/adam/node\n');
  });

  it.each([
    ['a blank', '/my dir', '"/my dir"', '"/my dir"'],
    ['a percent sign', '/50%h', '/50%%h', '/50%%h'],
    ['a dollar', '/$HOME', '"/$$HOME"', '"X=/$HOME"'],
    ['a quote and a backslash', '/a"b\\c', '"/a\\"b\\\\c"', '"X=/a\\"b\\\\c"'],
  ])('quotes %s', (_what, text, argument, variable) => {
    const unit = renderUnit(spec({ argv: ['/usr/bin/node', text], env: { X: text } }), user);
    expect(unit).toContain(`\nExecStart=/usr/bin/node ${argument}\n`);
    expect(unit).toContain(`\nEnvironment=${variable.includes('X=') ? variable : variable.replace(/^("?)/, '$1X=')}\n`);
  });

  it('refuses a program that systemd would not start', () => {
    expect(() => renderUnit(spec({ argv: ["/it's/node"] }), user)).toThrow(/no program with a quote/);
  });

  const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;
  it.runIf(analyze)('is read by systemd as it was meant, whatever the path', () => {
    // systemd-analyze complains about programs that do not exist, and names them as it understood them.
    const folder = mkdtempSync(join(tmpdir(), 'clawauth-unit-'));
    const file = join(folder, 'clawauth-normalizer.service');
    const names = fc.string({ unit: fc.constantFrom(...'abc %$h:=;#é&{}'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(names, (name) => {
        const path = `/nowhere/${name.trim()}x`;
        writeFileSync(file, renderUnit(spec({ argv: [path], before: [] }), { ...system, systemd: null }));
        const ran = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
        expect(ran.stderr).toContain(`Command ${path} is not executable`);
      }),
      { numRuns: 15 },
    );
    rmSync(folder, { recursive: true });
  });
});

describe('a drop-in', () => {
  it('sets a variable of a unit that is not ours', () => {
    expect(dropInFile('openclaw-gateway.service', user)).toBe(
      '/home/ada/.config/systemd/user/openclaw-gateway.service.d/clawauth-setup.conf',
    );
    expect(renderDropIn({ OPENCLAW_NO_RESPAWN: '1' }, 'Keeps the gateway in the process that systemd watches.')).toBe(
      '# Made by clawauth-setup. To remove it: clawauth-setup undo\n# Keeps the gateway in the process that systemd watches.\n[Service]\nEnvironment=OPENCLAW_NO_RESPAWN=1\n',
    );
  });
});

describe('a launch agent', () => {
  it('looks like this', async () => {
    const text = renderAgent(spec({ env: { CLAUDE_CONFIG_DIR: '/Users/ada/a & b' } }), {
      ...user,
      manager: 'launchd',
      home: '/Users/ada',
      uid: 501,
    });
    expect(agentFile('normalizer', { home: '/Users/ada' })).toBe(
      '/Users/ada/Library/LaunchAgents/io.github.clawauth-setup.normalizer.plist',
    );
    await expect(text).toMatchFileSnapshot('./normalizer.golden.plist');
  });
});
