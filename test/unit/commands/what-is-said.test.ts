import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inSandbox } from '../../support/in-sandbox.ts';
import { snapshot } from '../../support/run-packed.ts';

const token = (letters: string) => `sk-ant-oat01-FAKE${letters.repeat(22)}abc`;

let folder: string;
let ours: ReturnType<typeof inSandbox>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-test-'));
  ours = inSandbox(join(folder, 'sandbox'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const apply = (letters: string, ...more: string[]) =>
  ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json', ...more], { input: token(letters) });
const home = () => snapshot(join(folder, 'sandbox', 'home', '.openclaw'));

describe('what a run says of itself', () => {
  it('renews a token without asking for aliases that nobody chose', async () => {
    const done = await apply('k9Qw', '--alias', 'Opus=anthropic/claude-opus-4-6');
    expect(done.code, done.out).toBe(0);
    const renewed = await ours(['renew', '--token-stdin', '--yes', '--json'], { input: token('Z7rT') });
    expect(renewed.code, renewed.out).toBe(0);
    expect(renewed.json().report.findings.map(({ check }: { check: string }) => check)).not.toContain('models');
    const again = await ours([
      'plan',
      '--method',
      'setup-token',
      '--alias',
      'Opus=anthropic/claude-opus-4-6',
      '--json',
    ]);
    expect(again.json().steps).toEqual([]);
    expect(receiptsIn().at(-1)?.about.answers.aliases).toEqual({ Opus: 'anthropic/claude-opus-4-6' });
  });

  it('says that an undo of a renewal puts the old token back', async () => {
    expect((await apply('k9Qw', '--dry-run')).json().steps[0].backward.headline).toMatch(
      /^Remove the token from OpenClaw/,
    );
    expect((await apply('k9Qw')).code).toBe(0);
    const dry = await ours(['renew', '--dry-run', '--json']);
    expect(dry.json().steps[0].backward.headline).toMatch(/^Put the old token of .* back/);
  });

  it('shows what an undo takes back and asks, on a terminal', async () => {
    expect((await apply('k9Qw')).code).toBe(0);
    const before = home();
    const refused = await ours(['undo'], { typed: ['n'] });
    expect(refused.code).toBe(130);
    expect(refused.err).toContain('Remove the token');
    expect(refused.err).toMatch(/openclaw\.json {2}\+\d+ -\d+/);
    expect(home()).toEqual(before);
    const done = await ours(['undo'], { typed: ['y'] });
    expect(done.code, done.err).toBe(0);
    expect(done.out).toMatch(/^Undone\./);
  });

  it('plans nothing for the same answers again, for a separate agent as well', async () => {
    const agent = ['--role', 'agent'];
    expect((await apply('k9Qw', ...agent)).code).toBe(0);
    const again = await apply('k9Qw', ...agent, '--dry-run');
    expect(again.json().steps).toEqual([]);
    // Another name is another agent.
    const other = await apply('k9Qw', ...agent, '--new-agent', 'second', '--dry-run');
    expect(other.json().steps.length).toBeGreaterThan(0);
  });

  it('plans nothing for the same answers again, where the other way is kept behind this one', async () => {
    expect((await apply('k9Qw')).code).toBe(0);
    const proxy = ['apply', '--method', 'proxy', '--service', 'none', '--keep-old', '--yes', '--json'];
    const done = await ours(proxy);
    expect(done.code, done.out + done.err).toBe(0);
    expect((await ours([...proxy, '--dry-run'])).json().steps).toEqual([]);
  });
});

function receiptsIn(): { about: { answers: { aliases: Record<string, string> } } }[] {
  const files = snapshot(join(folder, 'sandbox', 'home', '.local', 'state', 'clawauth-setup'));
  return Object.keys(files)
    .filter((path) => /receipt.*\.json$|receipts\/.*\.json$/.test(path))
    .sort()
    .map((path) =>
      JSON.parse(readFileSync(join(folder, 'sandbox', 'home', '.local', 'state', 'clawauth-setup', path), 'utf8')),
    );
}
