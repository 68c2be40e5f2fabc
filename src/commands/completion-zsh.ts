import { type CommandName, commands } from './args.ts';
import { commandNames, type FlagRow, flagsOf, formsOf, quoted, RUN_IDS } from './completion-table.ts';

/** For a folder of `fpath`, or for `source` once `compinit` ran. */
export function zshCompletion(): string {
  const described = commandNames.map((name) => `    ${quoted(`${name}:${commands[name].about}`)}`);
  const cases = commandNames
    .filter((name) => name !== 'setup')
    .map((name) => `        ${name})\n          _arguments -s -S : ${specs(name)}${operand(name)}\n          ;;`);
  return `#compdef clawauth-setup
# Completions of clawauth-setup for zsh, printed by: clawauth-setup completion zsh
_clawauth_setup_commands() {
  local -a names
  names=(
${described.join('\n')}
  )
  _describe -t commands command names
}
_clawauth_setup_runs() {
  local -a ids
  ids=(\${(f)"$(clawauth-setup ${RUN_IDS})"})
  compadd -V runs -a ids
}
_clawauth_setup() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -s -S -C : ${specs('setup')} \\
    '1: :_clawauth_setup_commands' \\
    '*::: :->rest'
  case $state in
    rest)
      words=($line[1] "\${words[@]}")
      (( CURRENT += 1 ))
      case $line[1] in
        setup)
          _arguments -s -S : ${specs('setup')}
          ;;
${cases.join('\n')}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _clawauth-setup ]]; then _clawauth_setup "$@"
else compdef _clawauth_setup clawauth-setup
fi
`;
}

const specs = (command: CommandName) =>
  flagsOf(command)
    .map((flag) => ` \\\n    ${spec(flag)}`)
    .join('');

function spec(flag: FlagRow): string {
  const says = flag.about.replace(/[[\]\\:]/g, '\\$&');
  const value = flag.value === undefined ? '' : `:${flag.value}:${action(flag)}`;
  const forms = formsOf(flag).map((form) => `${form}${flag.value !== undefined && form.startsWith('--') ? '=' : ''}`);
  if (flag.many) return forms.map((form) => quoted(`*${form}[${says}]${value}`)).join(' ');
  const excludes = formsOf(flag).length > 1 ? `(${formsOf(flag).join(' ')})` : '';
  return forms.map((form) => quoted(`${excludes}${form}[${says}]${value}`)).join(' ');
}

function action(flag: FlagRow): string {
  if (flag.choices !== undefined) return `(${flag.choices.join(' ')})`;
  if (flag.takes === 'file') return '_files';
  return flag.takes === 'directory' ? '_files -/' : ' ';
}

function operand(command: CommandName): string {
  const { operand, choices, offersRuns } = commands[command];
  if (offersRuns) return ` \\\n    '1:${operand}:_clawauth_setup_runs'`;
  if (choices !== undefined) return ` \\\n    '1:${operand}:(${choices.join(' ')})'`;
  return '';
}
