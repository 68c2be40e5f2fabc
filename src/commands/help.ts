import { questions } from '../methods/questions.ts';
import { folded } from '../text.ts';
import { allFlags, type CommandName, commands, isCommon, type OtherFlag } from './flags.ts';

const names = Object.keys(commands) as CommandName[];

export const exitCodes: readonly (readonly [number, string])[] = [
  [0, 'done, or nothing to do'],
  [1, 'failed, and everything was put back'],
  [2, 'the command line is wrong'],
  [3, 'partly applied, or applied and not seen to work (the undo command is printed)'],
  [4, 'an answer is missing (its flag is named)'],
  [5, 'another run of clawauth-setup is changing this home: try again when it has ended'],
  [130, 'cancelled'],
  [143, 'ended by SIGTERM before everything could be put back (recover tells what stands)'],
];

/** Columns that every line fits. */
const WIDTH = 80;

/** `clawauth-setup --help`. */
export function help(version: string): string {
  const lines = [
    `clawauth-setup ${version}: OpenClaw on your own Claude plan.`,
    'A copy is kept before every write, and every run can be undone.',
    '',
    'Usage: clawauth-setup [command] [flags]',
    '',
    ...names.flatMap((name) => [...row(title(name), 16, commands[name].about), `      ${commands[name].example}`]),
    '',
    'Flags of one command: clawauth-setup apply --help',
    '',
    ...table([...allFlags()].filter(([, flag]) => isCommon(flag))),
    '',
    'Exit codes',
    ...exitCodes.flatMap(([code, words]) => row(String(code), 4, words)),
  ];
  return `${lines.join('\n')}\n`;
}

/** `clawauth-setup apply --help`. */
export function commandHelp(command: CommandName): string {
  const answers = new Set(Object.values(questions).flatMap(({ name, off }) => [name, off ?? '']));
  const flags = [...allFlags()].filter(([, flag]) => flag.on.includes(command));
  const own = flags.filter(([name]) => !answers.has(name));
  const answerFlags = flags.filter(([name]) => answers.has(name));
  const { notes } = commands[command];
  const lines = [
    ...folded(`${commands[command].about}.`, WIDTH),
    '',
    `Usage: clawauth-setup ${title(command)} [flags]`,
    'Example:',
    `  ${commands[command].example}`,
    '',
    ...(notes === undefined ? [] : [...folded(notes, WIDTH - 2).map((line) => `  ${line}`), '']),
    ...(answerFlags.length === 0
      ? []
      : ['Answers (what is not given is taken from what is set up now)', ...table(answerFlags), '']),
    'Flags',
    ...table(own),
  ];
  return `${lines.join('\n')}\n`;
}

/** `undo [ID]` */
function title(command: CommandName): string {
  const { operand } = commands[command];
  return operand === undefined ? command : `${command} [${operand}]`;
}

function table(flags: readonly (readonly [string, OtherFlag])[]): string[] {
  return flags.flatMap(([name, flag]) => {
    const short = flag.short === undefined ? '' : `-${flag.short}, `;
    const value = flag.value === undefined ? '' : ` ${flag.value}`;
    return row(`${short}--${name}${value}`, 25, flag.about);
  });
}

/** A name and what is said of it, beside it or below. */
function row(name: string, columns: number, about: string): string[] {
  const [first = '', ...rest] = folded(about, WIDTH - columns - 3);
  const below = rest.map((line) => ' '.repeat(columns + 3) + line);
  if (name.length > columns) return [`  ${name}`, ' '.repeat(columns + 3) + first, ...below];
  return [`  ${name.padEnd(columns)} ${first}`, ...below];
}
