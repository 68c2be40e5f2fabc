import { commands } from './args.ts';
import { commandNames, type FlagRow, flagRows, flagsOf, formsOf, quoted, RUN_IDS } from './completion-table.ts';

const forms = (flags: readonly FlagRow[]) => flags.flatMap(formsOf);

/** Works from bash 3.2 (macOS) on, with and without the bash-completion package. */
export function bashCompletion(): string {
  const valued = flagRows().filter((flag) => flag.value !== undefined);
  const files = valued.filter((flag) => flag.takes === 'file');
  const folders = valued.filter((flag) => flag.takes === 'directory');
  const chosen = valued.filter((flag) => flag.choices !== undefined);
  const free = valued.filter((flag) => flag.takes === undefined && flag.choices === undefined);
  const operands = commandNames.flatMap((name) => {
    const { choices, offersRuns } = commands[name];
    if (offersRuns) return [`      ${name}) words=$("\${COMP_WORDS[0]}" ${RUN_IDS}) ;;`];
    return choices === undefined ? [] : [`      ${name}) words=${quoted(choices.join(' '))} ;;`];
  });
  return `# Completions of clawauth-setup for bash, printed by: clawauth-setup completion bash
_clawauth_setup() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' operand='' words='' word i
  COMPREPLY=()
  # --flag=value arrives in three pieces.
  if [[ $cur == = ]]; then cur=''
  elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for (( i = 1; i < COMP_CWORD; i++ )); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${forms(valued).join('|')})
        [[ \${COMP_WORDS[i+1]} == = ]] && (( i++ ))
        (( i++ )) ;;
      -*|=) ;;
      *) if [[ -z $command ]]; then command=$word; else operand=$word; fi ;;
    esac
  done
  case $prev in
${chosen.map((flag) => `    ${formsOf(flag).join('|')}) words=${quoted(flag.choices?.join(' ') ?? '')} ;;`).join('\n')}
    ${forms(files).join('|')})
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
      return ;;
    ${forms(folders).join('|')})
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$cur")
      return ;;
    ${forms(free).join('|')}) return ;;
  esac
  if [[ -n $words ]]; then :
  elif [[ $cur == -* ]]; then
    case $command in
${commandNames
  .map((name) => `      ${name === 'setup' ? "''|setup" : name}) words=${quoted(forms(flagsOf(name)).join(' '))} ;;`)
  .join('\n')}
    esac
  elif [[ -z $command ]]; then
    words=${quoted(commandNames.join(' '))}
  elif [[ -z $operand ]]; then
    case $command in
${operands.join('\n')}
    esac
  fi
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$cur")
}
complete -F _clawauth_setup clawauth-setup
`;
}
