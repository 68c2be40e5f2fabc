import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject } from 'vitest';
import { type Finished, type PackedOptions, runPacked, snapshot } from './run-packed.ts';
import { removeTree } from './tree.ts';

/** Everything that a set-up of the setup token needs; the token comes from standard input. */
export const APPLY = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--no-live-check'];

/** Of {@link FaultySandbox.run}. */
export const TOKEN = `sk-ant-oat01-FAKE${'Q'.repeat(91)}`;

export interface FaultySandbox {
  /** The Node that runs the program. One is enough: no fault depends on it. */
  readonly node: string;
  /** Absolute, in the folder around the sandbox, which is the HOME of whoever runs the program. */
  around(...names: string[]): string;
  sandbox(): string;
  /** OpenClaw's state directory, and its configuration. */
  state(): string;
  config(): string;
  /** The packed program in the sandbox, which is made by the first run. */
  run(args: readonly string[], options?: Partial<PackedOptions>): Promise<Finished>;
  /** Makes the sandbox, and changes nothing in it. */
  open(): Promise<Finished>;
  /** Runs `apply`, which has to refuse with this code: nothing is written, and the answer says what, why and what to type. */
  refused(code: number, args?: readonly string[]): Promise<string>;
  /** Everything of the state directory but what SQLite holds. */
  files(): Record<string, string>;
  /** Puts JavaScript in front of the stand-in for OpenClaw: how the real one cannot be made to misbehave on demand. */
  misbehave(code: string): void;
}

/** A new sandbox for every test of the file that calls this. */
export function faultySandbox(): FaultySandbox {
  const packed = inject('packed');
  const node = Object.values(inject('nodes'))[0] as string;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'clawauth-faults-'));
  });
  afterEach(() => removeTree(folder));

  const around = (...names: string[]) => join(folder, ...names);
  const sandbox = () => around('sandbox');
  const state = () => join(sandbox(), 'home', '.openclaw');
  const run: FaultySandbox['run'] = (args, options = {}) =>
    runPacked(node, packed.cli, [...args, '--sandbox-at', sandbox()], {
      home: folder,
      input: `${TOKEN}\n`,
      ...options,
    });
  return {
    node,
    around,
    sandbox,
    state,
    config: () => join(state(), 'openclaw.json'),
    run,
    open: () => run(['undo', '--list']),
    async refused(code, args = APPLY) {
      const before = snapshot(state());
      const [plain, json] = [await run(args), await run([...args, '--json'])];
      expect(snapshot(state())).toEqual(before);
      expect(plain.code, plain.err).toBe(code);
      expect(plain.err).toMatch(/✘ .+\n(?:.*\n)*? {2}Next: \S+/);
      const answer = JSON.parse(json.out);
      expect(answer).toMatchObject({ schema: 1, ok: false, exitCode: code });
      expect(answer.problem.next).toBeTruthy();
      for (const text of [plain.out, plain.err, json.out, json.err]) expect(text).not.toContain('FAKEQQQQ');
      return plain.err;
    },
    files: () =>
      Object.fromEntries(Object.entries(snapshot(state())).filter(([path]) => !/\.sqlite(-wal|-shm)?$/.test(path))),
    misbehave(code) {
      const openclaw = join(sandbox(), 'lib', 'node_modules', 'openclaw', 'openclaw.mjs');
      const [first = '', ...rest] = readFileSync(openclaw, 'utf8').split('\n');
      writeFileSync(openclaw, [first, code, ...rest].join('\n'));
    },
  };
}
