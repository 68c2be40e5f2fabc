import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerFlags } from '../../../src/commands/answer-flags.ts';
import { allFlags, commands } from '../../../src/commands/args.ts';
import { completionScript, type Shell } from '../../../src/commands/completion.ts';
import type { CommandContext } from '../../../src/commands/context.ts';
import { list } from '../../../src/commands/list.ts';
import { methods } from '../../../src/methods/index.ts';
import { type PtyProgram, startPty } from '../../support/pty.ts';

const RUN = '20261121-011654-3f2a';

let folder: string;
let shell: PtyProgram | null = null;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-complete-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'sandbox'));
  writeFileSync(join(folder, 'my token.txt'), '');
  for (const name of ['bash', 'zsh', 'fish'] as const)
    writeFileSync(join(folder, `setup.${name}`), completionScript(name));
  // Answers `undo --list` with what the program prints for one run.
  let printed = '';
  const streams = {
    out: (text: string) => {
      printed += text;
    },
  };
  const run = {
    id: RUN,
    purpose: 'apply',
    title: 'Setup token',
    startedAt: '2026-11-21T01:16:54Z',
    outcome: 'applied',
    by: '1.0.0',
    steps: 3,
    changed: ['Use Claude by default'],
    files: [],
    bytes: 1,
    changedSince: [],
  } as const;
  const context = { args: { switches: new Set() }, streams, world: { home: folder } } as unknown as CommandContext;
  list(context, [run] as unknown as Parameters<typeof list>[1]);
  const program = join(folder, 'bin', 'clawauth-setup');
  writeFileSync(program, `#!/bin/sh\n[ "$*" = "undo --list" ] && cat <<'END'\n${printed}END\n`);
  chmodSync(program, 0o755);
});
afterEach(() => {
  shell?.kill('SIGKILL');
  shell = null;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const missing = (name: string) => spawnSync(name, ['--version']).error !== undefined;

/** An interactive shell that knows the completions, and a prompt that is waited for. */
async function open(name: 'bash' | 'zsh', first = ''): Promise<PtyProgram> {
  const args = name === 'bash' ? ['--norc', '--noprofile', '-i'] : ['-f', '-i'];
  const at = startPty(name, args, {
    columns: 120,
    rows: 40,
    cwd: folder,
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, PS1: 'ready> ', INPUTRC: '/dev/null' },
  });
  shell = at;
  await at.waitForText('ready>');
  const prepare =
    name === 'bash'
      ? "bind 'set show-all-if-ambiguous on' 'set bell-style none'; bind 'set enable-bracketed-paste off'"
      : 'unsetopt beep promptcr promptsp zle_bracketed_paste; autoload -Uz compinit && compinit -u -D';
  const load = first === '' ? `source ./setup.${name}` : ':';
  at.type(`${first}\r${prepare}; ${load}; clear; echo pre''pared\r`);
  await at.waitForText(/prepared\s+ready>/);
  return at;
}

/** A line that is typed, what Tab has to show, and what it must not offer. */
interface Case {
  readonly line: string;
  readonly shows: RegExp;
  readonly not?: RegExp;
}
const CASES: readonly Case[] = [
  { line: 'clawauth-setup comp', shows: /clawauth-setup completion / },
  { line: 'clawauth-setup apply --rol', shows: /apply --role/ },
  { line: 'clawauth-setup apply --role ev', shows: /--role everything/ },
  { line: 'clawauth-setup apply --role=fa', shows: /--role=fallback/ },
  { line: 'clawauth-setup apply --yes --cron k', shows: /--cron keep/ },
  { line: 'clawauth-setup status --', shows: /--check[\s\S]*--details|--details[\s\S]*--check/, not: /--token-file/ },
  { line: 'clawauth-setup --san', shows: /clawauth-setup --sandbox/ },
  { line: 'clawauth-setup completion f', shows: /completion fish/ },
  { line: 'clawauth-setup undo 2026', shows: new RegExp(`undo ${RUN}`) },
  { line: 'clawauth-setup apply --token-file my', shows: /--token-file my\\ token\.txt/ },
  { line: 'clawauth-setup --sandbox-at sa', shows: /--sandbox-at sandbox\//, not: /setup\.bash/ },
];

describe.each(['bash', 'zsh'] as const)('completions in a real %s', (name) => {
  it.skipIf(missing(name)).each(CASES)(
    `offer what fits (skipped where ${name} is missing): $line`,
    async ({ line, shows, not }) => {
      const at = await open(name);
      at.type(`${line}\t`);
      await at.waitForText(shows);
      if (not !== undefined) expect(at.screen()).not.toMatch(not);
    },
  );
});

describe('completions in a folder of fpath', () => {
  it.skipIf(missing('zsh'))('work at the first Tab and at the next (skipped where zsh is missing)', async () => {
    mkdirSync(join(folder, 'fpath'));
    writeFileSync(join(folder, 'fpath', '_clawauth-setup'), completionScript('zsh'));
    const at = await open('zsh', 'fpath=(./fpath $fpath)');
    at.type('clawauth-setup comp\t');
    await at.waitForText(/clawauth-setup completion /);
    at.type('fi\t');
    await at.waitForText(/clawauth-setup completion fish/);
  });
});

describe('completions in a real fish', () => {
  const offered = (line: string): string => {
    const script = `source ${join(folder, 'setup.fish')}; complete -C "${line}"`;
    const ran = spawnSync('fish', ['--no-config', '-c', script], {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, LC_ALL: 'C.UTF-8' },
    });
    expect(ran.stderr).toBe('');
    return ran.stdout;
  };

  it.skipIf(missing('fish')).each(CASES)(
    'offer what fits (skipped where fish is missing): $line',
    ({ line, shows, not }) => {
      const last =
        shows.source
          .split(/(?: |--role=)/)
          .filter(Boolean)
          .at(-1)
          ?.replace('my\\\\ token', 'my token') ?? '';
      const found = offered(line);
      const wanted = last.includes('[') ? shows : new RegExp(last.replace(/^token\\.txt$/, 'my token.txt'));
      expect(found).toMatch(wanted);
      if (not !== undefined) expect(found).not.toMatch(not);
    },
  );

  it.skipIf(missing('fish'))('show what a command is for', () => {
    expect(offered('clawauth-setup und')).toContain(`undo\t${commands.undo.about}`);
    expect(offered('clawauth-setup undo ')).not.toContain('apply');
  });
});

describe('completion scripts', () => {
  it.each(['bash', 'zsh', 'fish'] as const)('of %s name every command and flag', (name: Shell) => {
    const script = completionScript(name);
    for (const command of Object.keys(commands)) expect(script).toContain(command);
    for (const flag of allFlags().keys()) expect(script).toContain(name === 'fish' ? `-l ${flag} ` : `--${flag}`);
  });

  it('offer every method there is', () => {
    expect(answerFlags.method.choices).toEqual(methods.map((method) => method.id));
  });
});
