import type { TLSSocket } from 'node:tls';
import { limit, oneAnswer } from './one-answer.ts';
import { Cancelled } from './problem.ts';
import type { TlsAnswer, TlsRequest } from './world.ts';

/** See `Network.probeTls`. */
export async function probeTls(given: TlsRequest): Promise<TlsAnswer | null> {
  const { host, port, signal } = given;
  if (signal?.aborted) throw new Cancelled();
  const [{ request }, { rootCertificates }] = await Promise.all([import('node:https'), import('node:tls')]);
  // Nothing secret is sent, so that whoever answers may be looked at.
  const options = { ca: [...rootCertificates], rejectUnauthorized: false, agent: false, signal: limit(given) };
  return oneAnswer(request({ ...options, host, port, method: 'HEAD', path: '/' }), { signal }, (answer) => {
    const socket = answer.socket as TLSSocket;
    const date = Date.parse(answer.headers.date ?? '');
    return {
      date: Number.isNaN(date) ? null : date,
      issuer: nameIn(socket.getPeerCertificate().issuer),
      // The types call it an `Error`; it is the code alone (Node 20 to 24).
      distrust: socket.authorized ? null : String(socket.authorizationError),
    };
  });
}

function nameIn(issuer: { readonly O?: unknown; readonly CN?: unknown } | undefined): string | null {
  const name = issuer?.O ?? issuer?.CN;
  return typeof name === 'string' ? name : null;
}
