import { version } from '../system/version.ts';
import { type Parsed, parse } from './args.ts';
import { commandHelp, help } from './help.ts';

/** What `--help` and `--version` print; null for every other command line, a wrong one included. */
export function quickAnswer(argv: readonly string[]): string | null {
  try {
    return answerTo(parse(argv), argv);
  } catch {
    return null;
  }
}

/** The same for a command line that is parsed already. */
export function answerTo(args: Parsed, argv: readonly string[]): string | null {
  if (args.switches.has('version')) return `${version}\n`;
  if (!args.switches.has('help')) return null;
  return argv[0] === args.command ? commandHelp(args.command) : help(version);
}
