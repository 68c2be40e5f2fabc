import { describe, expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../../../src/actions/program.ts';
import { failureOf } from '../../../src/openclaw/cli.ts';
import { linesSaid } from '../../../src/system/said.ts';
import type { Ran } from '../../../src/system/world.ts';
import { tempWorld } from '../../support/temp-world.ts';

const ran = (stderr: string, stdout = ''): Ran => ({
  exitCode: 1,
  signal: null,
  stdout,
  stderr,
  outcome: 'exited',
  durationMs: 5,
});

describe('why a program failed', () => {
  it.each([
    [
      'a plugin that is not there',
      'Config warnings:\n- plugins.entries.x: plugin not found: x (ignored)\nError: disk full',
      'Error: disk full',
    ],
    [
      'a warning of Node',
      '(node:12) ExperimentalWarning: SQLite failed before\n(Use `node --trace-warnings ...`)\nno room left, invalid',
      'no room left, invalid',
    ],
    ['a line of a plugin', '[plugins] memory-core failed to load\nunsupported database', 'unsupported database'],
    ['a stack', 'Error: broken\n    at main (/x/y.js:1:2)', 'Error: broken'],
    ['nothing but a warning', 'Warning: plugin x was not found', 'Warning: plugin x was not found'],
    ['a frame', '◇  Doctor ──╮\n│ text │\nerror: unknown command', 'error: unknown command'],
  ])('is not %s', (_name, stderr, cause) => {
    expect(failureOf(ran(stderr), 'openclaw models status')).toBe(
      `openclaw models status ended with exit code 1: ${cause}`,
    );
  });

  it('is told without what is beside it, and the next command is another one', async () => {
    const script = 'echo "[plugins] x: not found" >&2; echo "cannot open the store" >&2; exit 3';
    const at = tempWorld();
    onTestFinished(() => at.remove());
    const running = { world: at.world, signal: new AbortController().signal };
    const program = { argv: ['/bin/sh', '-c', script], timeoutMs: 10_000 };
    await expect(runProgram(program, running)).rejects.toMatchObject({
      more: { why: 'cannot open the store', next: 'clawauth-setup status --details' },
    });
    await expect(runProgram({ ...program, next: 'openclaw doctor' }, running)).rejects.toMatchObject({
      more: { next: 'openclaw doctor' },
    });
  });

  it('leaves out empty lines and frames', () => {
    expect(linesSaid(ran('\n│ a │\n  b  \n', '{\n"c": 1\n}'))).toEqual(['b']);
  });
});
