import { object, text } from '../system/json.ts';
import { fingerprint, maskSecret } from '../system/secret.ts';

/** What may be told of a secret: nothing that it could be used with. */
export interface ToldSecret {
  /** In characters, without blanks around it. */
  readonly length: number;
  /** Inside of it. OpenClaw takes line breaks out when it reads it, and other blanks not (run on 2026.2.17). */
  readonly blanks: 'spaces' | 'line breaks' | null;
  readonly shape: string;
  readonly masked: string;
  readonly fingerprint: string;
}

/** What a secret is, told from its public prefix. */
export function shapeOf(secret: string): string {
  const kind = /^sk-ant-([a-z]+)\d*-/.exec(secret)?.[1];
  const named = kind === undefined ? undefined : KINDS[kind];
  if (named !== undefined) return named;
  if (/^https?:\/\//.test(secret)) return 'url';
  if (/^[^\s#]+#[^\s#]+$/.test(secret)) return 'code';
  return 'other';
}

const KINDS: Readonly<Record<string, string>> = {
  oat: 'token',
  api: 'api key',
  admin: 'admin key',
  ort: 'refresh token',
  sid: 'session key',
};

/** Tells of a secret, or of what {@link OUTLINE_SCRIPT} made of one; null where there is none. */
export function tellSecret(value: unknown): ToldSecret | null {
  const plain = text(value);
  if (plain !== null) return told(plain, fingerprint(plain));
  const made = object(value);
  const outline = text(made.outline);
  const print = text(made.fingerprint);
  return outline === null || print === null ? null : told(outline.replace(/^~/, 'sk-ant-'), print);
}

function told(secret: string, print: string): ToldSecret {
  const blanks = /[^\S\r\n]/.test(secret) ? 'spaces' : /\s/.test(secret) ? 'line breaks' : null;
  const { length } = secret;
  return { length, blanks, shape: shapeOf(secret), masked: maskSecret(secret), fingerprint: print };
}

/**
 * For a child that reads secrets in our place, so that none comes into this process. `outlineWith(key)` gives a function
 * that makes of a secret what {@link tellSecret} takes: its length, its blanks, its public prefix and, of a long one, its
 * last four characters; every other character is an x. `key` is that of `fingerprint`.
 */
export const OUTLINE_SCRIPT = `
const outlineWith = (key) => (secret) => {
  const value = secret.trim();
  const prefix = /^(sk-ant-[a-z]{2,8}\\d{0,2}-|https?:\\/\\/)/.exec(value)?.[0] ?? '';
  const end = value.length - (value.length < prefix.length + 24 ? 0 : 4);
  const middle = value.slice(prefix.length, end).replace(/[^\\s#]/g, 'x');
  const { createHash, createHmac } = require('node:crypto');
  const digest = createHash('sha256').update(value).digest('hex');
  return {
    outline: prefix.replace('sk-ant-', '~') + middle + value.slice(end),
    fingerprint: createHmac('sha256', Buffer.from(key, 'base64')).update(digest).digest('base64url'),
  };
};
`;
