import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path/posix';
import { at, readJson, text } from '../system/json.ts';
import { Problem } from '../system/problem.ts';
import { fingerprint, Secret } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import { DAY_MS } from '../text.ts';

/** What `claude setup-token` prints starts with this; OpenClaw accepts no other prefix (read in 2026.9.6). */
export const TOKEN_PREFIX = 'sk-ant-oat01-';
/** Characters of the setup tokens seen so far. Other lengths are kept, with a warning. */
export const USUAL_TOKEN_LENGTH = 108;
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

/** OpenClaw refuses anything shorter (`models auth paste-token`, 2026.9.6). */
export const SHORTEST_TOKEN = 80;

/** A reason to look again before using the token; the token is usable as far as we can tell. */
export interface TokenWarning {
  readonly code: 'token-unusual-length' | 'token-repeated';
  /** One plain sentence. */
  readonly says: string;
}

export type SecretReading =
  | { readonly ok: true; readonly secret: Secret; readonly warnings: readonly TokenWarning[] }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Reads what a person pasted where a setup token belongs. Forgives line breaks, spaces, quotes, shell and JSON wrapping,
 * bracketed-paste markers, and the sentences that Claude Code prints around the token. Anything that is not one setup
 * token is named for what it is. No part of the pasted text is in the problem.
 */
export function inspectToken(text: string): SecretReading {
  const clean = withoutTerminalCodes(text);
  if (clean.trim() === '') return refused(['token-empty', 'Nothing was pasted.']);

  const starts = [...clean.matchAll(/s\s*k\s*-\s*a\s*n\s*t\s*-/g)].map((match) => match.index);
  const found = starts.map((start, index) => {
    // Two tokens on one line: the second ends the first.
    const piece = clean.slice(start, starts[index + 1] ?? clean.length);
    return readCredential(piece);
  });
  const [first, ...others] = found;
  if (first === undefined) return nameOther(clean);
  const distinct = new Set(found.map((credential) => credential.value));
  if (distinct.size > 1) {
    const kinds = found.map((credential) => kindOf(credential).name);
    return refused([
      'token-several',
      `Two different credentials were pasted: ${kinds.join(' and ')}.`,
      'Only one token can be stored in one profile.',
    ]);
  }
  return judge(first, others.length > 0);
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

/** Why something is no setup token: a code, what it is, and what to know about it. */
type Objection = readonly [code: string, what: string, why?: string];

interface Kind {
  readonly name: string;
  readonly starts: RegExp;
  /** null for a setup token. */
  readonly objection: Objection | null;
}

const STARTS_SO = `A setup token starts with ${TOKEN_PREFIX}`;

const KINDS: readonly Kind[] = [
  { name: 'a setup token', starts: new RegExp(`^${TOKEN_PREFIX}`), objection: null },
  {
    name: 'a newer kind of token',
    starts: /^sk-ant-oat\d/,
    objection: [
      'token-newer-kind',
      `This token does not start with ${TOKEN_PREFIX}`,
      'OpenClaw takes only tokens that start so.',
    ],
  },
  {
    name: 'an API key',
    starts: /^sk-ant-api\d/,
    objection: [
      'token-is-api-key',
      'This is an API key, not a setup token.',
      'An API key is paid per use and is stored under another profile type; as a token it is refused.',
    ],
  },
  {
    name: 'a refresh token',
    starts: /^sk-ant-ort\d/,
    objection: [
      'token-is-refresh-token',
      'This is a refresh token, not a setup token.',
      'It only renews a login that Claude Code keeps, and the first use elsewhere ends that login.',
    ],
  },
  {
    name: 'an admin key',
    starts: /^sk-ant-admin/,
    objection: [
      'token-is-admin-key',
      'This is an admin key of an organization, not a setup token.',
      'It manages an organization and cannot ask a model anything. Keep it out of OpenClaw.',
    ],
  },
  {
    name: 'a session key of claude.ai',
    starts: /^sk-ant-sid/,
    objection: [
      'token-is-session-key',
      'This is a browser session of claude.ai, not a setup token.',
      'Whoever has it is signed in as you. Sign out of claude.ai if it was shared.',
    ],
  },
];

const UNKNOWN: Kind = {
  name: 'an unknown kind of credential',
  starts: /^/,
  objection: ['token-unknown', 'This is an Anthropic credential of a kind that OpenClaw does not take.', STARTS_SO],
};

const PLACEHOLDER: Objection = ['token-placeholder', 'This is an example from a guide, not a token.'];
const MASKED: Objection = ['token-masked', 'This is a shortened display of a token, not the token itself.'];

/** By the character that ends a token too early. */
const ENDED_BY: Readonly<Record<string, Objection>> = {
  '#': [
    'token-has-hash',
    'This text has a # in it. A setup token has none.',
    'A # joins the two halves of the code on the sign-in page, which is not the token.',
  ],
  '…': MASKED,
  '*': MASKED,
  '•': MASKED,
  '.': MASKED,
  '<': PLACEHOLDER,
};

/** Texts without `sk-ant-` in them. */
const OTHERS: readonly { readonly looks: RegExp; readonly objection: Objection }[] = [
  {
    looks: /^https?:\/\//i,
    objection: [
      'token-is-url',
      'This is a web address, not a token.',
      'Open it, approve, and paste the code that the page shows into the code field.',
    ],
  },
  {
    looks: /^[A-Za-z0-9_-]{8,}#[A-Za-z0-9_-]{8,}$/,
    objection: [
      'token-is-code',
      'This is the code of the sign-in page, not the token.',
      'Claude Code turns that code into a token and prints it at the end.',
    ],
  },
  { looks: /<token>/, objection: PLACEHOLDER },
  {
    looks: /\bsk-[A-Za-z0-9]/,
    objection: ['token-other-provider', 'This is a key of another provider, not a Claude setup token.', STARTS_SO],
  },
];

interface Credential {
  readonly value: string;
  /** The character that ended it, when it was no white space. */
  readonly stoppedBy: string;
}

/** Joins the pieces of one credential; `piece` starts at its prefix. */
function readCredential(piece: string): Credential {
  const rows = piece.split(/\r*\n|\r/).map((row) => row.split(/\s+/).filter((word) => word !== ''));
  return joinToUsualLength(rows) ?? joinRows(rows);
}

/** All pieces in order, when they make a token of the usual length at the end of one of them. */
function joinToUsualLength(rows: readonly (readonly string[])[]): Credential | null {
  let value = '';
  for (const word of rows.flat()) {
    const { part, rest } = splitWord(word);
    value += part;
    if (value.length === USUAL_TOKEN_LENGTH && rest === '') return { value, stoppedBy: '' };
    if (value.length > USUAL_TOKEN_LENGTH || rest !== '') return null;
  }
  return null;
}

/** The first row whole, then rows of one piece each, up to a blank row or a sentence. */
function joinRows(rows: readonly (readonly string[])[]): Credential {
  let value = '';
  for (const [index, words] of rows.entries()) {
    if (index > 0 && (words.length !== 1 || value.length >= USUAL_TOKEN_LENGTH)) {
      // Chat programs double-space a wrapped token: a blank row inside what is too short to be one ends nothing.
      if (words.length === 0 && value.length < SHORTEST_TOKEN) continue;
      break;
    }
    for (const word of words) {
      if (value.length >= USUAL_TOKEN_LENGTH) break;
      const { part, rest } = splitWord(word);
      value += part;
      if (rest !== '') return { value, stoppedBy: rest.charAt(0) };
    }
  }
  return { value, stoppedBy: '' };
}

/** The leading token characters of a word, and what follows; quotes and commas at its end mean nothing. */
function splitWord(word: string): { part: string; rest: string } {
  const part = /^[A-Za-z0-9_-]*/.exec(word)?.[0] ?? '';
  return { part, rest: word.slice(part.length).replace(/^["'`\\,;)\]}>.]+$/, '') };
}

const kindOf = ({ value }: Credential): Kind => KINDS.find(({ starts }) => starts.test(value)) ?? UNKNOWN;

function judge({ value, stoppedBy }: Credential, repeated: boolean): SecretReading {
  const { objection } = kindOf({ value, stoppedBy });
  const ended = ENDED_BY[stoppedBy];
  if (objection !== null) return refused(objection);
  if (ended !== undefined) return refused(ended);
  if (value.length < SHORTEST_TOKEN) {
    return refused([
      'token-too-short',
      `Only ${value.length} characters of a token were pasted.`,
      `A setup token has ${USUAL_TOKEN_LENGTH}. A terminal of ${value.length} or ${value.length + 1} columns breaks it over two rows: copy both.`,
    ]);
  }
  if (stoppedBy !== '') {
    return refused([
      'token-odd-character',
      `There is a character in this token that no setup token has: ${stoppedBy}`,
      'A token holds letters, digits, - and _ only.',
    ]);
  }
  const warnings: TokenWarning[] = [];
  if (value.length !== USUAL_TOKEN_LENGTH) {
    const perhaps =
      value.length < USUAL_TOKEN_LENGTH
        ? 'it may be cut off at the edge of a terminal'
        : 'something may have been copied along with it';
    warnings.push({
      code: 'token-unusual-length',
      says: `It has ${value.length} characters, usually there are ${USUAL_TOKEN_LENGTH}: ${perhaps}.`,
    });
  }
  if (repeated)
    warnings.push({ code: 'token-repeated', says: 'The same token was pasted more than once; one is kept.' });
  return { ok: true, secret: new Secret(value), warnings };
}

/** Names a text without `sk-ant-` in it. */
function nameOther(text: string): SecretReading {
  const dense = text.replace(/\s+/g, '').replace(/^["'`]+|(?<!["'`])["'`]+$/g, '');
  const other = OTHERS.find(({ looks }) => looks.test(dense));
  return refused(other?.objection ?? ['token-unknown', 'This is not a setup token.', STARTS_SO]);
}

/** Drops escape sequences (bracketed paste, colours), invisible characters and odd blanks. Line breaks stay. */
function withoutTerminalCodes(text: string): string {
  return text
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g, '')
    .replace(/\x1b\[[0-9;?<>=]*[A-Za-z~]/g, '')
    .replace(/\[20[01]~/g, '')
    .replace(/[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]/g, '')
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, ' ')
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');
}

function refused([code, what, why]: Objection): SecretReading {
  return { ok: false, problem: new Problem(code, what, { why, next: 'claude setup-token' }) };
}

function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
