import { Problem, type ProblemData } from '../system/problem.ts';
import { Secret } from '../system/secret.ts';
import { capital } from '../text.ts';

/** Characters of the setup tokens and API keys seen so far. */
export const USUAL_LENGTH = 108;

/** A reason to look again before using it; it is usable as far as we can tell. */
export interface SecretWarning {
  readonly code: string;
  /** One plain sentence. */
  readonly says: string;
}

export type SecretReading =
  | { readonly ok: true; readonly secret: Secret; readonly warnings: readonly SecretWarning[] }
  | { readonly ok: false; readonly problem: Problem };

/** The kind of credential that is asked for. */
export interface Wanted {
  /** How the codes of its problems begin. */
  readonly code: string;
  readonly noun: string;
  /** `a setup token` */
  readonly one: string;
  readonly prefix: string;
  /** Characters; shorter is refused. */
  readonly shortest: number;
  /** Whether a length is unusual: kept, with a warning. */
  readonly doubts: (length: number) => boolean;
  /** What to do with the address of a page. */
  readonly page: string;
  /** Where one is made: a command, or an address. */
  readonly next: string;
}

/**
 * Reads what a person pasted where a credential belongs. Forgives line breaks, spaces, quotes, shell and JSON wrapping,
 * bracketed-paste markers, and the sentences that Claude Code prints around a token. Anything that is not one of the kind
 * that is wanted is named for what it is. No part of the pasted text is in the problem.
 */
export function inspect(text: string, wanted: Wanted): SecretReading {
  const clean = withoutTerminalCodes(text);
  if (clean.trim() === '') return refused(wanted, ['empty', 'Nothing was pasted.']);

  const starts = [...clean.matchAll(/s\s*k\s*-\s*a\s*n\s*t\s*-/g)].map((match) => match.index);
  const found = starts.map((start, index) => {
    // Two on one line: the second ends the first.
    const piece = clean.slice(start, starts[index + 1] ?? clean.length);
    return readCredential(piece);
  });
  const [first, ...others] = found;
  if (first === undefined) return nameOther(clean, wanted);
  const distinct = new Set(found.map((credential) => credential.value));
  if (distinct.size > 1) {
    const kinds = found.map((credential) => kindOf(credential)?.name ?? 'an unknown kind of credential');
    return refused(wanted, [
      'several',
      `Two different credentials were pasted: ${kinds.join(' and ')}.`,
      'Only one can be stored in one profile.',
    ]);
  }
  return judge(first, others.length > 0, wanted);
}

/** What a text is, where the code of the sign-in page belongs. */
export type CodeReading =
  /** `doubt`: why it may not be one; Claude Code judges it all the same. */
  | { readonly ok: true; readonly code: Secret; readonly says: string; readonly doubt: string | null }
  | { readonly ok: false; readonly problem: ProblemData };

/** The address that the browser on Claude Code's own machine is sent to (2.1.329). */
const LOOPBACK = /^https?:\/\/(?:localhost|127\.0\.0\.1)[:/]/i;

/**
 * Reads what a person pasted where the code of the sign-in page belongs: two halves joined by `#`, or the address of the page
 * that shows it, which has them as `code` and `state` (2.1.329). null for a text without any character.
 */
export function inspectCode(text: string): CodeReading | null {
  const dense = withoutTerminalCodes(text)
    .replace(/\s+/g, '')
    .replace(/^["'`<]+|["'`>]+$/g, '');
  if (dense === '') return null;
  if (/^https?:\/\//i.test(dense)) return codeIn(dense);
  const start = dense.indexOf('sk-ant-');
  const credential = start < 0 ? undefined : kindOf(readCredential(dense.slice(start)));
  if (credential !== undefined) return notCode(`This is ${credential.name}, not the code of the sign-in page.`);
  const doubt = isCode(dense) ? null : 'The code of the sign-in page usually has a # in the middle. This one has none.';
  return { ok: true, code: new Secret(dense), says: 'The code of the sign-in page', doubt };
}

function codeIn(address: string): CodeReading {
  const { searchParams } = URL.canParse(address) ? new URL(address) : new URL('http://localhost');
  const [code, state] = [searchParams.get('code'), searchParams.get('state')];
  if (searchParams.has('code_challenge')) {
    return notCode('This is the address of the sign-in page, not its code.', 'Open it, approve, and paste the code.');
  }
  if (code === null || state === null) return notCode('This is a web address without a code in it.');
  if (LOOPBACK.test(address)) {
    const why = 'It is for a browser on the machine that runs Claude Code. Open the address above instead.';
    return notCode('The code in this address cannot be pasted.', why);
  }
  return { ok: true, code: new Secret(`${code}#${state}`), says: 'The code in this address', doubt: null };
}

function notCode(what: string, why?: string): CodeReading {
  return { ok: false, problem: { code: 'not-a-code', what, ...(why === undefined ? {} : { why }) } };
}

const isCode = (dense: string) => /^[^#]+#[^#]+$/.test(dense);

/** Why something is not what is wanted: the end of a code, what it is, and what to know about it. */
type Objection = readonly [code: string, what: string, why?: string];

interface Kind {
  readonly name: string;
  readonly code: string;
  readonly starts: RegExp;
  /** What to know of it where another kind is wanted. */
  readonly about: string;
}

const KINDS: readonly Kind[] = [
  {
    name: 'a setup token',
    code: 'is-setup-token',
    starts: /^sk-ant-oat\d/,
    about: 'It gives access to a Claude plan and is stored under another profile type; as a key it is refused.',
  },
  {
    name: 'an API key',
    code: 'is-api-key',
    starts: /^sk-ant-api\d/,
    about: 'An API key is paid per use and is stored under another profile type; as a token it is refused.',
  },
  {
    name: 'a refresh token',
    code: 'is-refresh-token',
    starts: /^sk-ant-ort\d/,
    about: 'It only renews a login that Claude Code keeps, and the first use elsewhere ends that login.',
  },
  {
    name: 'an admin key of an organization',
    code: 'is-admin-key',
    starts: /^sk-ant-admin/,
    about: 'It manages an organization and cannot ask a model anything. Keep it out of OpenClaw.',
  },
  {
    name: 'a browser session of claude.ai',
    code: 'is-session-key',
    starts: /^sk-ant-sid/,
    about: 'Whoever has it is signed in as you. Sign out of claude.ai if it was shared.',
  },
];

const startsSo = ({ one, prefix }: Wanted) => `${capital(one)} starts with ${prefix}`;

/** By the character that ends a credential too early. */
function endedBy(character: string, { one, noun }: Wanted): Objection | undefined {
  switch (character) {
    case '#':
      return [
        'has-hash',
        `This text has a # in it. ${capital(one)} has none.`,
        `A # joins the two halves of the code on the sign-in page, which is not the ${noun}.`,
      ];
    case '…':
    case '*':
    case '•':
    case '.':
      return ['masked', `This is a shortened display of a ${noun}, not the ${noun} itself.`];
    case '<':
      return placeholder(noun);
    default:
      return undefined;
  }
}

const placeholder = (noun: string): Objection => ['placeholder', `This is an example from a guide, not a ${noun}.`];

/** Texts without `sk-ant-` in them. */
const OTHERS: readonly { readonly looks: RegExp; objection(wanted: Wanted): Objection }[] = [
  {
    looks: /^https?:\/\//i,
    objection: ({ noun, page }) => ['is-url', `This is a web address, not a ${noun}.`, page],
  },
  {
    looks: /^[A-Za-z0-9_-]{8,}#[A-Za-z0-9_-]{8,}$/,
    objection: ({ noun }) => [
      'is-code',
      `This is the code of the sign-in page, not the ${noun}.`,
      'Claude Code turns that code into a token and prints it at the end.',
    ],
  },
  { looks: /<token>/, objection: ({ noun }) => placeholder(noun) },
  {
    looks: /\bsk-[A-Za-z0-9]/,
    objection: (wanted) => [
      'other-provider',
      `This is a key of another provider, not ${wanted.one} for Claude.`,
      startsSo(wanted),
    ],
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

/** All pieces in order, when they make one of the usual length at the end of one of them. */
function joinToUsualLength(rows: readonly (readonly string[])[]): Credential | null {
  let value = '';
  for (const word of rows.flat()) {
    const { part, rest } = splitWord(word);
    value += part;
    if (value.length === USUAL_LENGTH && rest === '') return { value, stoppedBy: '' };
    if (value.length > USUAL_LENGTH || rest !== '') return null;
  }
  return null;
}

/** Characters below which a credential is not complete: a blank row inside ends nothing. */
const WRAPPED = 80;

/** The first row whole, then rows of one piece each, up to a blank row or a sentence. */
function joinRows(rows: readonly (readonly string[])[]): Credential {
  let value = '';
  for (const [index, words] of rows.entries()) {
    if (index > 0 && (words.length !== 1 || value.length >= USUAL_LENGTH)) {
      // Chat programs double-space what wraps: a blank row inside what is too short to be whole ends nothing.
      if (words.length === 0 && value.length < WRAPPED) continue;
      break;
    }
    for (const word of words) {
      if (value.length >= USUAL_LENGTH) break;
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

const kindOf = ({ value }: Credential) => KINDS.find(({ starts }) => starts.test(value));

/** Why a credential is of another kind than the one that is wanted. */
function otherKind(credential: Credential, wanted: Wanted): Objection | null {
  if (credential.value.startsWith(wanted.prefix)) return null;
  const kind = kindOf(credential);
  if (kind === undefined) {
    return ['unknown', 'This is an Anthropic credential of a kind that OpenClaw does not take.', startsSo(wanted)];
  }
  if (kind.starts.test(wanted.prefix)) {
    return ['newer-kind', `This ${wanted.noun} does not start with ${wanted.prefix}`, startsSo(wanted)];
  }
  return [kind.code, `This is ${kind.name}, not ${wanted.one}.`, kind.about];
}

function judge(credential: Credential, repeated: boolean, wanted: Wanted): SecretReading {
  const { value, stoppedBy } = credential;
  const { one, noun } = wanted;
  const objection = otherKind(credential, wanted) ?? endedBy(stoppedBy, wanted);
  if (objection !== undefined) return refused(wanted, objection);
  if (value.length < wanted.shortest) {
    return refused(wanted, [
      'too-short',
      `Only ${value.length} characters of a ${noun} were pasted.`,
      `${capital(one)} has ${USUAL_LENGTH}. A terminal of ${value.length} or ${value.length + 1} columns breaks it over two rows: copy both.`,
    ]);
  }
  if (stoppedBy !== '') {
    return refused(wanted, [
      'odd-character',
      `There is a character in this ${noun} that no ${one.replace(/^an? /, '')} has: ${stoppedBy}`,
      `A ${noun} holds letters, digits, - and _ only.`,
    ]);
  }
  const warnings: SecretWarning[] = [];
  if (wanted.doubts(value.length)) {
    const perhaps =
      value.length < USUAL_LENGTH
        ? 'it may be cut off at the edge of a terminal'
        : 'something may have been copied along with it';
    warnings.push({
      code: `${wanted.code}-unusual-length`,
      says: `It has ${value.length} characters, usually there are ${USUAL_LENGTH}: ${perhaps}.`,
    });
  }
  if (repeated) {
    const says = `The same ${noun} was pasted more than once; one is kept.`;
    warnings.push({ code: `${wanted.code}-repeated`, says });
  }
  return { ok: true, secret: new Secret(value), warnings };
}

/** Names a text without `sk-ant-` in it. */
function nameOther(text: string, wanted: Wanted): SecretReading {
  const dense = text.replace(/\s+/g, '').replace(/^["'`]+|(?<!["'`])["'`]+$/g, '');
  const other = OTHERS.find(({ looks }) => looks.test(dense));
  return refused(wanted, other?.objection(wanted) ?? ['unknown', `This is not ${wanted.one}.`, startsSo(wanted)]);
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

function refused({ code, next }: Wanted, [end, what, why]: Objection): SecretReading {
  return { ok: false, problem: new Problem(`${code}-${end}`, what, { why, next }) };
}
