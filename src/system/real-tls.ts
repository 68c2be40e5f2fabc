import type { TLSSocket } from 'node:tls';
import { Cancelled } from './problem.ts';
import type { GreetRequest, TlsAnswer } from './world.ts';

/** See `Network.greet`. */
export async function greet({ host, port, timeoutMs, signal }: GreetRequest): Promise<TlsAnswer | null> {
  if (signal?.aborted) throw new Cancelled();
  const [{ request }, { rootCertificates }] = await Promise.all([import('node:https'), import('node:tls')]);
  return new Promise((resolve, reject) => {
    // Nothing secret is sent, so that whoever answers may be looked at.
    const options = { ca: [...rootCertificates], rejectUnauthorized: false, agent: false, timeout: timeoutMs };
    const sent = request({ ...options, host, port, method: 'HEAD', path: '/' }, (answer) => {
      const socket = answer.socket as TLSSocket;
      const { issuer } = socket.getPeerCertificate();
      const date = Date.parse(answer.headers.date ?? '');
      end({
        date: Number.isNaN(date) ? null : date,
        issuer: nameIn(issuer),
        // The types call it an `Error`; it is the code alone (Node 20 to 24).
        distrust: socket.authorized ? null : String(socket.authorizationError),
      });
    });
    const timer = setTimeout(() => end(null), timeoutMs);
    const stop = () => {
      finish();
      reject(new Cancelled());
    };
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      sent.destroy();
    };
    const end = (answer: TlsAnswer | null) => {
      finish();
      resolve(answer);
    };
    signal?.addEventListener('abort', stop, { once: true });
    sent.on('error', () => end(null));
    sent.end();
  });
}

function nameIn(issuer: { readonly O?: unknown; readonly CN?: unknown } | undefined): string | null {
  const name = issuer?.O ?? issuer?.CN;
  return typeof name === 'string' ? name : null;
}
