import { type NormalizerFlag, normalizerFlags } from '../normalizer/options.ts';
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
  const known = allFlags();
  const rows = [...known].map(([name, flag]): FlagRow => {
    const on = Object.hasOwn(normalizerFlags, name) ? [...flag.on, 'normalizer' as const] : flag.on;
    return { ...flag, on, name, many: many.has(name) };
  });
  const own = Object.entries<NormalizerFlag>(normalizerFlags).filter(([name]) => !known.has(name));
  return [
    ...rows,
    ...own.map(([name, flag]): FlagRow => ({ ...flag, name, many: flag.many === true, on: ['normalizer'] })),
  ];
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
