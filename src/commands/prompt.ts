import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Cancelled } from '../system/problem.ts';
import type { Streams } from './context.ts';

/** Asks one line on standard error. Throws `Cancelled` on Ctrl-C, Ctrl-D and end of input. */
export function ask(streams: Streams, signal: AbortSignal, question: string): Promise<string> {
  return question_(streams, signal, question, false);
}

/** Like {@link ask}, without showing what is typed. */
export async function askHidden(streams: Streams, signal: AbortSignal, question: string): Promise<string> {
  const text = await question_(streams, signal, question, true);
  streams.err('\n');
  return text;
}

/** `yes` for y and yes, the default for an empty line, asked again for anything else. */
export async function confirm(
  streams: Streams,
  signal: AbortSignal,
  question: string,
  fallback: boolean,
): Promise<boolean> {
  for (;;) {
    const answer = (await ask(streams, signal, `${question} ${fallback ? '[Y/n]' : '[y/N]'} `)).toLowerCase();
    if (answer === '') return fallback;
    if (answer === 'y' || answer === 'yes') return true;
    if (answer === 'n' || answer === 'no') return false;
  }
}

async function question_(streams: Streams, signal: AbortSignal, question: string, hidden: boolean): Promise<string> {
  if (signal.aborted) throw new Cancelled();
  streams.err(question);
  // The question is written above; readline's own echo goes nowhere for a hidden answer, and a plain terminal echoes by
  // itself otherwise.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: streams.stdin, output: nowhere, terminal: hidden && streams.stdinTty });
  try {
    return await new Promise<string>((resolve, reject) => {
      const cancel = () => reject(new Cancelled());
      signal.addEventListener('abort', cancel, { once: true });
      lines.once('line', (line) => resolve(line.trim()));
      lines.once('close', cancel);
      lines.once('SIGINT', cancel);
    });
  } finally {
    lines.close();
  }
}
