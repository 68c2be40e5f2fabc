import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inSandbox } from '../../support/in-sandbox.ts';
import { snapshot } from '../../support/run-packed.ts';

const token = (letters: string) => `sk-ant-oat01-FAKE${letters.repeat(22)}abc`;
const DAY = 86_400_000;
const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

let folder: string;
let root: string;
let home: string;
let config: string;
let ours: ReturnType<typeof inSandbox>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-test-'));
  root = join(folder, 'sandbox');
  home = join(root, 'home');
  config = join(home, '.openclaw', 'openclaw.json');
  ours = inSandbox(root);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const apply = (letters: string, ...more: string[]) =>
  ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json', ...more], { input: token(letters) });
/** Everything but databases, OpenClaw's own copies and stamps: the config by its meaning, the rest byte for byte. */
const state = () => {
  const { meta: _, ...meaning } = json5.parse(readFileSync(config, 'utf8'));
  const files = Object.entries(snapshot(join(home, '.openclaw'))).filter(
    ([path]) => !/sqlite|gateway|openclaw\.json|^\.\/(state|logs)$/.test(path),
  );
  return [meaning, files];
};

describe('coming back', () => {
  let before: ReturnType<typeof state>;

  it('has nothing to renew, remind of, list or uninstall before anything is set up', async () => {
    expect(await ours(['uninstall', '--yes', '--json'])).toMatchObject({ code: 0 });
    before = state();
    const renewed = await ours(['renew', '--token-stdin', '--yes', '--json'], { input: token('k9Qw') });
    expect(renewed).toMatchObject({ code: 1 });
    expect(renewed.json().problem.code).toBe('nothing-to-renew');
    expect((await ours(['recover', '--json'])).json()).toMatchObject({ ok: true, leftover: null });
    expect((await ours(['backups'])).out).toContain('No run is kept here.');
    expect((await ours(['remind'])).out).toContain('is off');
    expect((await ours(['backups', 'prune'])).code).toBe(2);
    expect((await ours(['recover', '--undo', '--leave'])).code).toBe(2);
    expect((await ours(['status', '--warn-days', 'soon'])).code).toBe(2);
  });

  it('exits with 2 when the token ends soon, and says what soon means', async () => {
    const done = await apply('k9Qw', '--token-expires', day(40));
    expect(done.code, done.err).toBe(0);
    expect((await ours(['status', '--check', '--json'])).code).toBe(0);
    expect((await ours(['status', '--check', '--warn-days', '60', '--json'])).code).toBe(2);
    expect((await ours(['status', '--check', '--warn-days', '10', '--json'])).code).toBe(0);
  });

  it('says that there is no service manager, and what to do without', async () => {
    const asked = await ours(['remind', '--on', '--yes', '--json']);
    expect(asked.code).toBe(1);
    expect(asked.json().problem).toMatchObject({
      code: 'no-service-manager',
      next: expect.stringContaining('--warn-days'),
    });
  });

  it('puts a weekly reminder in place that tells when the token ends', async () => {
    const log = join(root, 'systemctl.log');
    const units = join(home, '.config', 'systemd', 'user');
    const wants = join(units, 'timers.target.wants');
    const link = `mkdir -p '${wants}' && ln -s ../clawauth-setup-reminder.timer '${wants}/clawauth-setup-reminder.timer'`;
    const fake = `#!/bin/sh\necho "$*" >> '${log}'\nPATH=/usr/bin:/bin\ncase "$*" in *enable*) ${link};; esac\n`;
    writeFileSync(join(root, 'bin', 'systemctl'), fake);
    chmodSync(join(root, 'bin', 'systemctl'), 0o755);
    const tree = () => Object.keys(snapshot(home)).filter((path) => !/\.local\/state|\.openclaw/.test(path));
    const bare = tree();

    const on = await ours(['remind', '--on', '--yes', '--json']);
    expect(on.code, on.out).toBe(0);
    expect(readFileSync(log, 'utf8')).toContain('enable --now clawauth-setup-reminder.timer');
    const script = join(home, '.local', 'share', 'clawauth-setup', 'remind.sh');
    expect(readFileSync(join(units, 'clawauth-setup-reminder.service'), 'utf8')).toContain(
      `ExecStart=/bin/sh "${script}"`,
    );
    expect((await ours(['remind', '--json'])).json()).toMatchObject({ reminder: 'on' });

    const { execFileSync } = await import('node:child_process');
    const says = () => execFileSync('/bin/sh', [script], { env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' });
    expect(says()).toBe('');
    const text = readFileSync(script, 'utf8');
    writeFileSync(script, text.replace(/^ends=\d+/m, `ends=${Math.floor(Date.now() / 1000) + 5 * 86_400 + 60}`));
    expect(says()).toMatch(/ends in 5 days .* renew\n$/);
    writeFileSync(script, text.replace(/^ends=\d+/m, 'ends=1000'));
    expect(says()).toContain('has ended');

    const more = await ours(['remind', '--on', '--yes', '--warn-days', '12', '--json']);
    expect(more.code, more.out).toBe(0);
    expect(readFileSync(script, 'utf8')).toBe(text.replace('-lt 30', '-lt 12'));
    expect((await ours(['remind', '--on', '--yes', '--warn-days', '12', '--json'])).json()).not.toHaveProperty(
      'receipt',
    );
    expect((await ours(['remind', '--json'])).json()).toMatchObject({ reminder: 'on', warnDays: 12 });

    // Changed since, and still ours by its mark.
    writeFileSync(script, text.replace(/^ends=\d+/m, 'ends=1000'));
    const off = await ours(['remind', '--off', '--json']);
    expect(off.code, off.out).toBe(0);
    expect(tree()).toEqual(bare);
    expect(readFileSync(log, 'utf8')).toContain('stop clawauth-setup-reminder.timer');
    expect((await ours(['remind', '--off', '--json'])).json()).toMatchObject({ reminder: 'off' });
    expect((await ours(['remind', '--on', '--yes', '--json'])).code).toBe(0);
  });

  it('renews the token, and the day in the reminder with it', async () => {
    const text = readFileSync(config, 'utf8');
    const dry = await ours(['renew', '--dry-run', '--json']);
    expect(dry.json().steps.map(({ id }: { id: string }) => id)).toEqual(['store-token-main', 'reminder-script']);
    const again = await apply('Z7rT', '--token-expires', day(200), '--dry-run');
    expect(again.json().steps.map(({ id }: { id: string }) => id)).toContain('reminder-script');
    const done = await ours(['renew', '--token-stdin', '--yes', '--json', '--token-expires', day(365)], {
      input: token('Z7rT'),
    });
    expect(done.code, done.err).toBe(0);
    expect(done.err).toContain('https://claude.ai/settings/claude-code');
    expect(readFileSync(config, 'utf8').replace(/lastTouchedAt.*/g, '')).toBe(text.replace(/lastTouchedAt.*/g, ''));
    expect(readFileSync(join(home, '.local', 'share', 'clawauth-setup', 'remind.sh'), 'utf8')).toContain(day(365));
    expect((await ours(['status', '--check', '--warn-days', '60', '--json'])).code).toBe(0);
  });

  it('signs in again through Claude Code on a terminal', async () => {
    const done = await ours(['renew', '--json'], { typed: ['only-half', 'sandbox#sandbox', 'y'] });
    expect(done.code, done.err).toBe(0);
    expect(done.err).toContain('claude.sandbox.invalid');
    expect(done.err).toContain('full code');
    expect(done.out + done.err).not.toMatch(/oat01-FAKE[\w-]{20}/);
  });

  it('lists what each run changed, and finds every copy whole', async () => {
    appendFileSync(config, '// mine\n');
    const { runs } = (await ours(['undo', '--list', '--json'])).json();
    expect(runs.map(({ inForce }: { inForce: boolean }) => inForce)).toEqual([
      ...[true, true, true],
      // The reminder's two runs went in one.
      ...[false, false, false],
      true,
    ]);
    expect(runs.at(-1)).toMatchObject({ changedSince: [config], bytes: expect.any(Number) });
    const text = (await ours(['undo', '--list'])).out;
    expect(text).toMatch(/changed by others since: ~\/\.openclaw\/openclaw\.json/);
    expect(await ours(['backups', 'verify'])).toMatchObject({ code: 0, out: expect.stringContaining('every copy') });
    const pruned = (await ours(['backups', 'prune', '--keep', '0', '--yes', '--json'])).json();
    expect([pruned.removed.length, pruned.needed.length]).toEqual([3, 4]);
  });

  it('asks for a typed word, and shows what goes, what stays and what comes after', async () => {
    const refused = await ours(['uninstall'], { typed: ['yes'] });
    expect(refused.code).toBe(130);
    expect(refused.err).toContain('claude-max-proxy/claude-opus-4');
    expect(refused.err).toContain('This stays:');
    expect(await ours(['uninstall'])).toMatchObject({ code: 4 });

    const done = await ours(['uninstall'], { typed: ['uninstall'] });
    expect(done.code, done.err + done.out).toBe(0);
    expect(done.out).toContain('It uses claude-max-proxy/claude-opus-4 now');
    expect(done.out).toContain('https://claude.ai/settings/claude-code');
    expect(state()).toEqual(before);
    expect(readFileSync(config, 'utf8')).toContain('// mine');
    expect(existsSync(join(home, '.local', 'share', 'clawauth-setup'))).toBe(false);
    expect(existsSync(join(home, '.config', 'systemd'))).toBe(false);
  });

  it('brings everything back with one undo, and removes its own traces with --purge', async () => {
    const back = await ours(['undo', '--json']);
    // The newest run that is in force: there is none, so the uninstall has to be named.
    expect(back.json()).toMatchObject({ ok: true, exitCode: 0, receipt: null });
    const [newest] = (await ours(['backups', '--json'])).json().runs;
    expect(newest.title).toBe('Uninstall');

    expect((await apply('k9Qw')).code).toBe(0);
    const kept = await ours(['uninstall', '--purge'], { typed: ['uninstall', 'n'] });
    expect(kept.code).toBe(130);
    const gone = await ours(['uninstall', '--purge'], { typed: ['uninstall', 'y'] });
    expect(gone.code, gone.err + gone.out).toBe(0);
    expect(existsSync(join(home, '.local', 'state', 'clawauth-setup'))).toBe(false);
    expect(state()).toEqual(before);
  });

  it('switches a reminder off that a renewal brought up to date', async () => {
    const script = join(home, '.local', 'share', 'clawauth-setup', 'remind.sh');
    expect((await apply('k9Qw', '--token-expires', day(40))).code).toBe(0);
    expect((await ours(['remind', '--on', '--yes', '--json'])).code).toBe(0);
    const renewed = await ours(['renew', '--token-stdin', '--yes', '--json'], { input: token('Z7rT') });
    expect(renewed.code, renewed.err).toBe(0);
    const off = await ours(['remind', '--off', '--json']);
    expect(off.code, off.out + off.err).toBe(0);
    expect((await ours(['remind'])).out).toContain('is off');
    expect(existsSync(script)).toBe(false);
    expect((await ours(['undo', renewed.json().receipt.id, '--json'])).code).toBe(0);
    expect(existsSync(script)).toBe(false);
    const gone = await ours(['uninstall', '--yes', '--json']);
    expect(gone.code, gone.out + gone.err).toBe(0);
    expect(state()).toEqual(before);
  });
});
