import { childBrowser } from './browser.ts';
import { claudeCall } from './place.ts';
import type { Pty, PtyHost } from './pty.ts';
import type { Scratch } from './scratch.ts';
import { SIGN_IN_COMMANDS, type SignInOptions } from './sign-in.ts';

/** Wide enough that the address (346 characters in 2.1.329) and the token stand on one row each. */
export const COLUMNS = 520;
export const ROWS = 50;

/** Starts the `claude` of a sign-in in a terminal of its own: for a token away from the person's own folder. */
export async function openProgram(host: PtyHost, options: SignInOptions, scratch: Scratch): Promise<Pty> {
  const { world, claude, inside, makes = 'token' } = options;
  const browser = await childBrowser(world, scratch.folder, opensBrowser(options));
  const added = {
    TERM: 'xterm-256color',
    DISABLE_AUTOUPDATER: '1',
    // A login keeps to the person's own folder, where events that could not be sent are stored as well (2.1.329).
    ...(makes === 'login' ? { DISABLE_TELEMETRY: '1' } : { CLAUDE_CONFIG_DIR: scratch.config }),
    ...(browser === undefined ? {} : { BROWSER: browser }),
  };
  const words = SIGN_IN_COMMANDS[makes].split(' ').slice(1);
  const { argv, whole: env } = claudeCall(world, { path: claude, inside }, words, { added, terminal: true });
  const pty = await host.open({
    ...{ argv, env, columns: COLUMNS, rows: ROWS },
    ...{ cwd: scratch.cwd, scratch: scratch.folder },
  });
  return inside === undefined ? pty : interrupted(pty);
}

/** A browser that a container starts is seen by nobody. */
export function opensBrowser({ inside, openBrowser = true }: SignInOptions): boolean {
  return openBrowser && inside === undefined;
}

/**
 * Asked to end, `docker exec` goes and leaves what it started in the container; Ctrl-C reaches that through its terminal
 * (Docker 20.10, Claude Code 2.1.329).
 */
function interrupted(pty: Pty): Pty {
  return {
    ...pty,
    async kill(signal) {
      if (signal === 'SIGTERM') pty.write('\x03');
      else await pty.kill(signal);
    },
  };
}
