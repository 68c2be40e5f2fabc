import { connect } from 'node:net';
import { limit, oneAnswer } from './one-answer.ts';
import { Cancelled } from './problem.ts';
import { probeTls } from './real-tls.ts';
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
      // On a busy machine it may be we who are late: an answer that is there by now counts.
      socket.setTimeout(timeoutMs, () => setImmediate(answer, false));
      socket.once('connect', () => answer(true));
      socket.once('error', () => answer(false));
    }),
  ask: send,
  get,
  probeTls,
};

async function get(given: WebRequest): Promise<{ status: number } | null> {
  const { url, headers, signal } = given;
  const sent = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value.reveal((it) => it),
    ]),
  );
  try {
    const answer = await fetch(url, { headers: sent, redirect: 'manual', signal: limit(given) });
    await answer.body?.cancel();
    return { status: answer.status };
  } catch {
    if (signal?.aborted) throw new Cancelled();
    return null;
  }
}

async function send(given: LocalRequest): Promise<LocalAnswer | null> {
  const { port, method, path, body, key, signal } = given;
  if (signal?.aborted) throw new Cancelled();
  const { request } = await import('node:http');
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    ...(key === undefined ? {} : { authorization: key.reveal((value) => `Bearer ${value}`) }),
  };
  const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false, signal: limit(given) });
  return oneAnswer(sent, { signal, body: text }, async (answer) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      if (bytes < KEPT) chunks.push(chunk);
      bytes += chunk.length;
    }
    const said = Buffer.concat(chunks).subarray(0, KEPT).toString('utf8');
    return { status: answer.statusCode ?? 0, text: redact(said, key === undefined ? [] : [key]) };
  });
}
