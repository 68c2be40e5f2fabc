import { PassThrough } from 'node:stream';
import { run } from '../../src/commands/main.ts';

/** One command line in this process, in a sandbox under `root`. `typed` makes it a terminal, answered line by line. */
export function inSandbox(root: string) {
  return async (argv: readonly string[], more: { input?: string; typed?: readonly string[] } = {}) => {
    let out = '';
    let err = '';
    const stdin = new PassThrough();
    const typed = [...(more.typed ?? [])];
    const streams = {
      stdin: stdin as unknown as NodeJS.ReadStream,
      out: (text: string) => {
        out += text;
      },
      err: (text: string) => {
        err += text;
        // A question ends without a line break.
        if (more.typed !== undefined && /[:\]] $/.test(text))
          setTimeout(() => stdin.write(`${typed.shift() ?? ''}\n`), 20);
      },
      stdinTty: more.typed !== undefined,
      stdoutTty: false,
    };
    if (more.typed === undefined) stdin.end(more.input ?? '');
    const never = new AbortController().signal;
    const code = await run([...argv, '--sandbox-at', root], streams, { signal: never, force: never });
    return { code, out, err, json: () => JSON.parse(out) };
  };
}
