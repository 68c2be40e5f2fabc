import { questions } from '../methods/questions.ts';
import { allFlags, type CommandName, commands, isCommon, type OtherFlag } from './flags.ts';

const names = Object.keys(commands) as CommandName[];

export const exitCodes: readonly (readonly [number, string])[] = [
  [0, 'done, or nothing to do'],
  [1, 'failed, and everything was put back'],
  [2, 'the command line is wrong'],
  [3, 'partly applied, or applied and not seen to work (the undo command is printed)'],
  [4, 'an answer is missing (its flag is named)'],
  [130, 'cancelled'],
  [143, 'ended by SIGTERM before everything could be put back (recover tells what stands)'],
];

/** `clawauth-setup --help`. Lines fit 100 columns. */
export function help(version: string): string {
  const lines = [
    `clawauth-setup ${version}: OpenClaw on your own Claude plan, with a backup before every write and an undo.`,
    '',
    'Usage: clawauth-setup [command] [flags]',
    '',
    ...names.flatMap((name) => [
      `  ${title(name).padEnd(16)} ${commands[name].about}`,
      `  ${''.padEnd(16)} ${commands[name].example}`,
    ]),
    '',
    'Flags of one command: clawauth-setup apply --help',
    '',
    ...table([...allFlags()].filter(([, flag]) => isCommon(flag))),
    '',
    'Exit codes',
    ...exitCodes.map(([code, words]) => `  ${String(code).padEnd(16)} ${words}`),
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
    `${commands[command].about}.`,
    '',
    `Usage: clawauth-setup ${title(command)} [flags]`,
    `Example: ${commands[command].example}`,
    '',
    ...(notes === undefined ? [] : [...notes.map((note) => `  ${note}`), '']),
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
  return flags.map(([name, flag]) => {
    const short = flag.short === undefined ? '' : `-${flag.short}, `;
    const value = flag.value === undefined ? '' : ` ${flag.value}`;
    return `  ${`${short}--${name}${value}`.padEnd(25)} ${flag.about}`;
  });
}
