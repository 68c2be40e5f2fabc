import { type CommandName, commands } from './args.ts';
import { commandNames, type FlagRow, flagRows, quoted, RUN_IDS } from './completion-table.ts';

/** For fish 3.1 and later. */
export function fishCompletion(): string {
  return `# Completions of clawauth-setup for fish, printed by: clawauth-setup completion fish
complete -c clawauth-setup -f
${commandNames.map(command).join('\n')}
${commandNames.flatMap(operand).join('\n')}
${flagRows().map(flag).join('\n')}
`;
}

const seen = (names: readonly string[]) => `__fish_seen_subcommand_from ${names.join(' ')}`;

const command = (name: CommandName) =>
  `complete -c clawauth-setup -n ${quoted(`not ${seen(commandNames)}`)} -a ${name} -d ${fishText(commands[name].about)}`;

function operand(name: CommandName): string[] {
  const { choices, offersRuns } = commands[name];
  // fish takes a command substitution in quotes as code to run at the moment of asking.
  const words = offersRuns ? `(clawauth-setup ${RUN_IDS})` : choices?.join(' ');
  if (words === undefined) return [];
  return [`complete -c clawauth-setup -n ${quoted(seen([name]))} -a ${fishText(words)}`];
}

function flag(row: FlagRow): string {
  const others = commandNames.filter((name) => !row.on.includes(name));
  // The wizard is also what runs without a command.
  const where = row.on.includes('setup') ? `not ${seen(others)}` : seen(row.on);
  const when = others.length === 0 ? '' : ` -n ${quoted(where)}`;
  const short = row.short === undefined ? '' : ` -s ${row.short}`;
  return `complete -c clawauth-setup${when} -l ${row.name}${short}${value(row)} -d ${fishText(row.about)}`;
}

function value(row: FlagRow): string {
  if (row.value === undefined) return '';
  if (row.takes === 'file') return ' -r -F';
  if (row.takes === 'directory') return " -x -a '(__fish_complete_directories)'";
  return row.choices === undefined ? ' -x' : ` -x -a ${fishText(row.choices.join(' '))}`;
}

/** In fish's single quotes only the backslash and the quote are special. */
const fishText = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
