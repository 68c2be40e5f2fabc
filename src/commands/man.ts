import { answerFlags, answerKeys } from './answer-flags.ts';
import { allFlags, type CommandName, commands, isCommon, type OtherFlag } from './args.ts';
import { exitCodes, title } from './help.ts';

const names = Object.keys(commands) as CommandName[];

/**
 * `clawauth-setup.1`, in the man macros that every man knows, from the same table as flags, help and completions. The
 * build writes it into the package. `date`: of this release, `2026-11-20`.
 */
export function manPage(version: string, date: string): string {
  const flags = [...allFlags()];
  const answers = new Set(answerKeys.flatMap((key) => [answerFlags[key].name, answerFlags[key].off ?? '']));
  const own = (command: CommandName) =>
    flags.filter(([name, flag]) => flag.on.includes(command) && !isCommon(flag) && !answers.has(name));
  const lines = [
    `.TH CLAWAUTH\\-SETUP 1 ${date} "clawauth\\-setup ${text(version)}" "User Commands"`,
    // Commands and paths are pasted: no hyphens and no stretched spaces in them.
    '.nh',
    '.ad l',
    '.SH NAME',
    'clawauth\\-setup \\- run OpenClaw on your own Claude plan, with a backup before every write and an undo',
    '.SH SYNOPSIS',
    '.nf',
    '.B clawauth\\-setup',
    ...names.slice(1).map((name) => `\\fBclawauth\\-setup ${text(name)}\\fR${synopsisTail(name)}`),
    '.fi',
    '.SH DESCRIPTION',
    'Looks at the OpenClaw on this machine, signs in through Claude Code, shows every',
    'change before it happens, copies every file before it is written, and can put all',
    'of it back.',
    'Without a command it is a wizard; every question that it asks has a flag.',
    '.SH COMMANDS',
    ...names.flatMap((name) => [
      ...term(`\\fB${text(name)}\\fR${synopsisTail(name, false)}`),
      row(`${commands[name].about}.`),
      ...(own(name).length === 0 ? [] : ['.RS', ...own(name).flatMap(entry), '.RE']),
      '.IP',
      `Example: \\fB${text(commands[name].example)}\\fR`,
      ...(commands[name].notes === undefined ? [] : ['.nf', ...(commands[name].notes ?? []).map(row), '.fi']),
    ]),
    '.SH FLAGS OF EVERY COMMAND',
    ...flags.filter(([, flag]) => isCommon(flag)).flatMap(entry),
    '.SH ANSWERS',
    `For ${answerCommands(flags)}. What is not given is taken from what is set up now.`,
    ...flags.filter(([name]) => answers.has(name)).flatMap(entry),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, words]) => [...term(`\\fB${code}\\fR`), row(words)]),
    '.PP',
    '\\fBstatus \\-\\-check\\fR has its own: 0 healthy, 1 broken, 2 a credential ends soon.',
    '.SH FILES',
    ...term('\\fI~/.openclaw/openclaw.json\\fR'),
    "OpenClaw's configuration; comments and layout are kept.",
    ...term('\\fI$XDG_STATE_HOME/clawauth\\-setup\\fR'),
    'Backups, journals and receipts of every run, readable only by you (\\fI~/.local/state\\fR unless set; on macOS',
    '\\fI~/Library/Application Support/clawauth\\-setup\\fR).',
    ...term('\\fI$XDG_CONFIG_HOME/clawauth\\-setup\\fR'),
    'Answers worth pre\\-filling. Never a secret.',
    '.SH ENVIRONMENT',
    ...term('\\fBNO_COLOR\\fR'),
    'No colours.',
    ...term('\\fBINK_SCREEN_READER\\fR'),
    'Set to true: plain rows that a screen reader can follow.',
    ...term('\\fBCLAWAUTH_DEBUG\\fR'),
    'Where something went wrong that should not, say more.',
    '.SH SEE ALSO',
    '\\fBclaude\\fR(1), \\fBopenclaw\\fR(1)',
  ];
  return `${lines.join('\n')}\n`;
}

function synopsisTail(name: CommandName, flags = true): string {
  const operand = title(name).slice(name.length).trim();
  const shown = operand === '' ? '' : ` ${operand.replace(/[A-Z]+/g, (word) => `\\fI${word}\\fR`)}`;
  return `${shown}${flags ? ' [\\fIflags\\fR]' : ''}`;
}

function entry([name, flag]: readonly [string, OtherFlag]): string[] {
  const short = flag.short === undefined ? '' : `\\fB\\-${flag.short}\\fR, `;
  const value = flag.value === undefined ? '' : ` \\fI${text(flag.value)}\\fR`;
  return [...term(`${short}\\fB${text(`--${name}`)}\\fR${value}`), row(flag.about)];
}

function answerCommands(flags: readonly (readonly [string, OtherFlag])[]): string {
  const on = flags.find(([name]) => name === answerFlags.method.name)?.[1].on ?? [];
  return on.map((name) => `\\fB${text(name)}\\fR`).join(', ');
}

const term = (words: string) => ['.TP', words];

/** A dash is a minus where it can be pasted; a row must not start with a dot or a quote. */
const text = (words: string) => words.replaceAll('\\', '\\e').replaceAll('-', '\\-');
const row = (words: string) => text(words).replace(/^([.'])/, '\\&$1');
