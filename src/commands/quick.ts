import { version } from '../system/version.ts';
import { type Parsed, parse } from './args.ts';
import { commandHelp, help } from './help.ts';

/** What `--help` and `--version` print; null for every other command line, a wrong one included. */
export function quickAnswer(argv: readonly string[]): string | null {
  const words = spelledOut(argv);
  try {
    return answerTo(parse(words), words);
  } catch {
    return null;
  }
}

/** `help`, `help apply` and `-V` as the flags that they stand for. */
export function spelledOut(argv: readonly string[]): readonly string[] {
  const words = argv.map((word) => (word === '-V' ? '--version' : word));
  return words[0] === 'help' ? [...words.slice(1), '--help'] : words;
}

/** The same for a command line that is parsed already. */
export function answerTo(args: Parsed, argv: readonly string[]): string | null {
  if (args.switches.has('version')) return `${version}\n`;
  if (!args.switches.has('help')) return null;
  return argv[0] === args.command ? commandHelp(args.command) : help(version);
}
