import type { ExitCode } from '../system/problem.ts';
import { bashCompletion } from './completion-bash.ts';
import { fishCompletion } from './completion-fish.ts';
import { zshCompletion } from './completion-zsh.ts';
import type { CommandContext } from './context.ts';

/** `clawauth-setup completion bash|zsh|fish`: prints a script made from the one table of commands and flags. */
export async function runCompletion({ args, streams }: CommandContext): Promise<ExitCode> {
  streams.out(completionScript(args.operand as Shell));
  return 0;
}

export type Shell = 'bash' | 'zsh' | 'fish';

export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bashCompletion();
    case 'zsh':
      return zshCompletion();
    case 'fish':
      return fishCompletion();
  }
}
