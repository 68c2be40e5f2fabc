import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path/posix';
import { at, readJson, text } from '../system/json.ts';
import { Problem } from '../system/problem.ts';
import { fingerprint, type Secret } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import { DAY_MS } from '../text.ts';
import { inspect, type SecretReading, USUAL_LENGTH, type Wanted } from './pasted.ts';

/** What `claude setup-token` prints starts with this; OpenClaw accepts no other prefix (read in 2026.9.6). */
export const TOKEN_PREFIX = 'sk-ant-oat01-';
/** ms that `claude setup-token` says its tokens last (2.1.329). */
export const TOKEN_LASTS_MS = 365 * DAY_MS;

/**
 * When a secret ends of which nobody said so (Unix ms; null when not known, or never): one that is stored already when the
 * store says, any other after what its kind lasts. `now`: Unix ms; `lasts`: ms.
 */
export function secretEnds(
  secret: Secret | undefined,
  stored: readonly { readonly fingerprint?: string | undefined; readonly expires: number | null }[],
  { now, lasts }: { readonly now: number; readonly lasts: number | null },
): number | null {
  const own = secret?.reveal(fingerprint);
  const same = stored.find((profile) => own !== undefined && profile.fingerprint === own);
  if (same !== undefined) return same.expires;
  return lasts === null ? null : now + lasts;
}

const WANTED: Wanted = {
  code: 'token',
  noun: 'token',
  one: 'a setup token',
  prefix: TOKEN_PREFIX,
  // OpenClaw refuses anything shorter (`models auth paste-token`, 2026.9.6).
  shortest: 80,
  doubts: (length) => length !== USUAL_LENGTH,
  page: 'Open it, approve, and paste the code that the page shows into the code field.',
  next: 'claude setup-token',
};

/** {@link inspect} for a setup token. */
export function inspectToken(text: string): SecretReading {
  return inspect(text, WANTED);
}

/**
 * Whether this is the short-lived access token of the Claude Code login on this machine, which looks like a setup token
 * but ends within about 8 hours. Compares hashes with `accessToken` in `.credentials.json`; where Claude Code keeps its
 * login in the macOS Keychain there is nothing to compare, and the answer is false.
 */
export async function looksLikeSessionToken(world: World, secret: Secret): Promise<boolean> {
  const file = await readJson(world, join(claudeConfigDir(world), '.credentials.json'));
  const login = text(at(file, 'claudeAiOauth', 'accessToken'));
  return login !== null && timingSafeEqual(sha256(login), secret.reveal(sha256));
}

/** What to say when {@link looksLikeSessionToken} holds. */
export function sessionTokenProblem(): Problem {
  return new Problem('token-is-session', 'This is the access token of your Claude Code login, not a setup token.', {
    why: 'It ends within about 8 hours, and Claude Code renews it for itself only.',
    next: 'claude setup-token',
  });
}

/** Where Claude Code keeps its own files: `$CLAUDE_CONFIG_DIR` or `~/.claude`. */
export function claudeConfigDir(world: World): string {
  return world.env.CLAUDE_CONFIG_DIR || join(world.home, '.claude');
}

/** Its settings and its account: in the folder that CLAUDE_CONFIG_DIR names, else in the home (2.1.329). */
export function claudeStateFile(world: World): string {
  return join(world.env.CLAUDE_CONFIG_DIR || world.home, '.claude.json');
}

function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
