import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal, size } from './refusal.ts';
import type { Reply } from './reply.ts';

/** Lets only this machine through, and no web page: a browser names its page in `Origin`, a rebound DNS name in `Host`. */
export function guardOf(port: number): (request: IncomingMessage) => void {
  const hosts = new Set(['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`));
  return ({ headers }) => {
    if (!hosts.has(headers.host ?? '')) {
      throw new Refusal(403, 'bad_host', `Ask for this service by its own address: http://127.0.0.1:${port}/v1`);
    }
    if (headers.origin !== undefined) {
      throw new Refusal(403, 'no_web_pages', 'Web pages may not use this service.');
    }
  };
}

/** The declared length; null for a chunked body. Throws a `Refusal` for a body that will not be read. */
export function bodyLength(request: IncomingMessage, max: number): number | null {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Refusal(
      415,
      'bad_encoding',
      `The body is ${JSON.stringify(encoding.slice(0, 20))}-encoded; send it as it is.`,
    );
  }
  const declared = request.headers['content-length'];
  if (declared === undefined) return null;
  const bytes = Number(declared);
  if (bytes > max) {
    throw new Refusal(413, 'body_too_large', `The body has ${size(bytes)}; the limit is ${size(max)}.`);
  }
  return bytes;
}

/**
 * Lets the rest of a refused body go by, so that its sender gets to read the answer instead of a reset connection. Not
 * for long: what is still coming then is cut off.
 */
export async function passOver(request: IncomingMessage, reply: Reply): Promise<void> {
  if (request.complete || request.destroyed) return;
  reply.last = true;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 1_000);
    request.on('end', resolve);
    request.on('close', resolve);
    request.on('error', resolve);
    request.resume();
    reply.response.on('close', () => clearTimeout(timer));
  });
}

/** Whether a request brought the key; takes the same time for every wrong one. */
export function keyCheck(key: string): (request: IncomingMessage) => boolean {
  const wanted = Buffer.from(key);
  return (request) => {
    const given = Buffer.from(/^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
    const same = given.length === wanted.length;
    return timingSafeEqual(same ? given : wanted, wanted) && same;
  };
}
