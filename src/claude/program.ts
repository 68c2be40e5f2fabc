import { childBrowser } from './browser.ts';
import { signInEnvironment } from './environment.ts';
import type { Pty, PtyHost } from './pty.ts';
import type { Scratch } from './scratch.ts';
import { SIGN_IN_COMMANDS, type SignInOptions } from './sign-in.ts';

/** Wide enough that the address (346 characters in 2.1.329) and the token stand on one row each. */
export const COLUMNS = 520;
export const ROWS = 50;

/** Starts the `claude` of a sign-in in a terminal of its own: for a token away from the person's own folder. */
export async function openProgram(host: PtyHost, options: SignInOptions, scratch: Scratch): Promise<Pty> {
  const { world, claude, makes = 'token', openBrowser = true } = options;
  const browser = await childBrowser(world, scratch.folder, openBrowser);
  const env = signInEnvironment(world, {
    TERM: 'xterm-256color',
    DISABLE_AUTOUPDATER: '1',
    // A login keeps to the person's own folder, where events that could not be sent are stored as well (2.1.329).
    ...(makes === 'login' ? { DISABLE_TELEMETRY: '1' } : { CLAUDE_CONFIG_DIR: scratch.config }),
    ...(browser === undefined ? {} : { BROWSER: browser }),
  });
  return host.open({
    argv: [claude, ...SIGN_IN_COMMANDS[makes].split(' ').slice(1)],
    columns: COLUMNS,
    rows: ROWS,
    cwd: scratch.cwd,
    env: env.whole,
    scratch: scratch.folder,
  });
}
