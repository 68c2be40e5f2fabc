import * as z from 'zod/mini';
import { restoreFiles } from '../engine/index.ts';
import type { Action, ActionKind, RevertContext } from '../engine/types.ts';
import { at, parsed } from '../system/json.ts';
import { Problem } from '../system/problem.ts';
import { parseParams } from './params.ts';
import { Program, runProgram } from './program.ts';

const CLAUDE_LOGIN = 'claude-login';
const SCHEMA = 1;

/** Claude Code signs in with the person at the keyboard, and keeps the login in its own files. */
const ClaudeLoginParams = z.object({
  /** Asked before: it runs at all. */
  asks: Program,
  /** Absolute: `.credentials.json`, `.claude.json`, and the folder with its copies of the latter. */
  credentials: z.string(),
  state: z.string(),
  copies: z.string(),
  /** It keeps the login in the macOS Keychain, which is not ours to read or to put back. */
  keychain: z.boolean(),
});
type ClaudeLoginParams = z.infer<typeof ClaudeLoginParams>;

export function claudeLogin(params: ClaudeLoginParams): Action<ClaudeLoginParams> {
  const { credentials, state, copies } = params;
  return {
    id: CLAUDE_LOGIN,
    kind: CLAUDE_LOGIN,
    schema: SCHEMA,
    params,
    touches: [
      { path: credentials, as: 'file' },
      { path: state, as: 'file' },
      { path: copies, as: 'directory' },
    ],
  };
}

const SIGN_OUT = 'To sign out:  claude auth logout';

/**
 * `signIn` leads the person through it: it resolves once Claude Code has ended with its login kept, and throws a `Problem`
 * or `Cancelled` where it did not. Without it, as in an undo or a recovery, nobody is there to sign in.
 */
export const claudeLoginKind = (signIn?: () => Promise<void>): ActionKind<ClaudeLoginParams, true> => ({
  kind: CLAUDE_LOGIN,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(ClaudeLoginParams, CLAUDE_LOGIN, SCHEMA, params, schema),
  describe: () => ({
    forward: { headline: 'Sign in to Claude Code', because: 'Claude Code signs in and keeps the login itself.' },
    backward: { headline: 'Sign Claude Code out of this login' },
  }),

  async apply(params, context) {
    const { dry } = context;
    if (dry !== undefined) {
      dry.tell(`signs in  claude auth login (${params.keychain ? 'kept in the Keychain' : params.credentials})`);
      return true;
    }
    if (signIn === undefined) {
      // A recovery goes on with what the sign-in came to before it was cut off.
      if (isLogin(await context.world.files.readText(params.credentials).catch(() => null))) {
        context.note('Claude Code had kept the login already.');
        return true;
      }
      throw new Problem('sign-in-over', 'The sign-in cannot go on where it stopped.', { next: 'claude auth login' });
    }
    await runProgram(params.asks, context);
    await signIn();
    return true;
  },

  async revert(params, undo, context) {
    const { credentials, keychain } = params;
    // No diff of these says anything to a person.
    context.dry?.hide(...context.original.paths());
    if (keychain) {
      // Without a login that was made there is nothing in the Keychain either.
      if (undo === undefined) return restoreFiles(context);
      return { state: 'kept', notes: [`The login is in the Keychain, where it was left. ${SIGN_OUT}`], byHand: true };
    }
    // Claude Code renews a login every few hours. Then the new tokens are the only ones that are good.
    if (!(await context.original.untouchedSince(credentials))) {
      return { state: 'kept', notes: [`Claude Code has changed its login since: it was left. ${SIGN_OUT}`] };
    }
    if (undo === undefined && (await madeSince(credentials, context))) {
      return { state: 'kept', notes: [`Claude Code had kept the login already: it was left. ${SIGN_OUT}`] };
    }
    context.dry?.tell(`signs Claude Code out: ${credentials} goes back to what it was`);
    // The login is gone with its tokens, whatever else Claude Code has written since.
    const { changedSince } = await context.original.restoreUntouched();
    return { state: 'restored', notes: changedSince.map((path) => `${path} was changed since: it was left.`) };
  },

  /** The tokens may be spent by now, and whoever uses a spent one ends the login that came of it. */
  async redo({ credentials }, _undo, context) {
    const { sha256 } = context.original.after(credentials);
    const { state } = await context.original.before(credentials);
    if (state.sha256 === sha256) return { state: 'kept', notes: [] };
    const note = 'A login is not restored from a copy. To sign in again:  claude auth login';
    return { state: 'kept', notes: [note], byHand: true };
  },
});

/** Whether a sign-in that was cut off has left a whole login. */
async function madeSince(credentials: string, { world, original }: RevertContext): Promise<boolean> {
  const now = await world.files.readText(credentials).catch(() => null);
  const { content } = await original.before(credentials);
  if (now === null || (content !== null && now === new TextDecoder().decode(content))) return false;
  return isLogin(now);
}

const isLogin = (text: string | null): boolean =>
  text !== null && Boolean(at(parsed(text), 'claudeAiOauth', 'accessToken'));
