import { answerFlags, answerKeys } from './answer-flags.ts';
import { allFlags, type CommandName, commands, type OtherFlag } from './args.ts';

/** One flag as a shell needs it. */
export interface FlagRow extends OtherFlag {
  /** Without dashes. */
  readonly name: string;
  readonly many: boolean;
}

export const commandNames = Object.keys(commands) as CommandName[];

export function flagRows(): FlagRow[] {
  const many = new Set(answerKeys.filter((key) => answerFlags[key].many).map((key) => answerFlags[key].name));
  return [...allFlags()].map(([name, flag]) => ({ ...flag, name, many: many.has(name) }));
}

export const flagsOf = (command: CommandName): FlagRow[] => flagRows().filter((flag) => flag.on.includes(command));

/** The words a person may type for it: `-y`, `--yes`. */
export const formsOf = (flag: FlagRow): string[] => [
  ...(flag.short === undefined ? [] : [`-${flag.short}`]),
  `--${flag.name}`,
];

/** In single quotes for a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Prints the ids of runs, one per line, from the list of the program that stands in `$1` of a shell. */
export const RUN_IDS = "undo --list 2>/dev/null | sed -n 's/^\\([0-9][0-9]*-[0-9a-z-]*\\) .*/\\1/p'";
