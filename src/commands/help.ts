import { questions } from '../methods/questions.ts';
import { folded } from '../text.ts';
import { allFlags, type CommandName, commands, isCommon, type OtherFlag } from './flags.ts';
import { exitCodeSays, help as words } from './words/help.ts';

const names = Object.keys(commands) as CommandName[];

export const exitCodes = Object.entries(exitCodeSays).map(([code, says]) => [Number(code), says] as const);

/** Columns that every line fits. */
const WIDTH = 80;

/** `clawauth-setup --help`. */
export function help(version: string): string {
  const lines = [
    words.title(version),
    words.copies,
    '',
    words.usage(words.anyCommand),
    '',
    ...names.flatMap((name) => [...row(title(name), 16, commands[name].about), `      ${commands[name].example}`]),
    '',
    words.ofOneCommand,
    '',
    ...table([...allFlags()].filter(([, flag]) => isCommon(flag))),
    '',
    words.exitCodes,
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
    words.usage(title(command)),
    words.example,
    `  ${commands[command].example}`,
    '',
    ...(notes === undefined ? [] : [...folded(notes, WIDTH - 2).map((line) => `  ${line}`), '']),
    ...(answerFlags.length === 0 ? [] : [words.answers, ...table(answerFlags), '']),
    words.flags,
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
