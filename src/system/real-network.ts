import { connect } from 'node:net';
import { Cancelled } from './problem.ts';
import { greet } from './real-tls.ts';
import { redact } from './secret.ts';
import type { LocalAnswer, LocalRequest, Network, WebRequest } from './world.ts';

/** Bytes of an answer that are kept. */
const KEPT = 256 * 1024;

export const realNetwork: Network = {
  listening: (host, port, timeoutMs) =>
    new Promise((resolve) => {
      const socket = connect({ host, port });
      const answer = (open: boolean) => {
        socket.destroy();
        resolve(open);
      };
      socket.setTimeout(timeoutMs, () => answer(false));
      socket.once('connect', () => answer(true));
      socket.once('error', () => answer(false));
    }),
  ask: send,
  get,
  greet,
};

async function get({ url, headers, timeoutMs, signal }: WebRequest): Promise<{ status: number } | null> {
  const sent = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value.reveal((it) => it),
    ]),
  );
  const ends = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])];
  try {
    const answer = await fetch(url, { headers: sent, redirect: 'manual', signal: AbortSignal.any(ends) });
    await answer.body?.cancel();
    return { status: answer.status };
  } catch {
    if (signal?.aborted) throw new Cancelled();
    return null;
  }
}

async function send({ port, method, path, body, key, timeoutMs, signal }: LocalRequest): Promise<LocalAnswer | null> {
  if (signal?.aborted) throw new Cancelled();
  const { request } = await import('node:http');
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    ...(key === undefined ? {} : { authorization: key.reveal((value) => `Bearer ${value}`) }),
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        if (bytes < KEPT) chunks.push(chunk);
        bytes += chunk.length;
      });
      answer.on('end', () => {
        const said = Buffer.concat(chunks).subarray(0, KEPT).toString('utf8');
        end({ status: answer.statusCode ?? 0, text: redact(said, key === undefined ? [] : [key]) });
      });
      answer.on('error', () => end(null));
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
    const end = (answer: LocalAnswer | null) => {
      finish();
      resolve(answer);
    };
    signal?.addEventListener('abort', stop, { once: true });
    sent.on('error', () => end(null));
    sent.end(text);
  });
}
