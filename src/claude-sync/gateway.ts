import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type PickUp, pickUpOf } from './pick-up.ts';

/** OpenClaw's gateway, as far as a new token concerns it. */
export interface Gateway {
  /** What brings it to the token that lies in its files now; `itself` also where it does not run; null: not known now. */
  needs(): Promise<PickUp | null>;
  /** A conversation went on within the last half minute. */
  isBusy(): Promise<boolean>;
  /** Does that. False where it did not come about. */
  bring(by: Exclude<PickUp, 'itself'>): Promise<boolean>;
}

/** ms after the last line of a conversation. */
const IDLE_MS = 30_000;
/** ms: 2026.1.24-3 was seen to take 50 s for a restart on a busy machine. */
const PROGRAM_MS = 180_000;

/**
 * Where it is: at a port of loopback, or in a container, with the words that print whether that runs (`true`), and those that
 * restart it.
 */
export type GatewayPlace =
  | { readonly port: number }
  | { readonly runs: readonly string[]; readonly restart: readonly string[] };

export interface GatewayOptions {
  /** The words before an argument of OpenClaw. */
  readonly openclaw: readonly string[];
  readonly gateway: GatewayPlace;
  /** OpenClaw's directory, absolute. */
  readonly stateDir: string;
}

/**
 * The one of this machine, or of its container. Its release is asked each time: an update may have come in between. A
 * container that is stopped is not started.
 */
export function gatewayOf({ openclaw, gateway, stateDir }: GatewayOptions): Gateway {
  const restart = async () => {
    if ('restart' in gateway) return (await run(gateway.restart)).ok;
    const { ok, output } = await run([...openclaw, 'gateway', 'restart']);
    // Ends with 0 where nothing of it is a service (2026.2.17 to 2026.6.1).
    return ok && !/service (disabled|not )/i.test(output);
  };
  return {
    async needs() {
      const isUp = 'port' in gateway ? await listens(gateway.port) : await containerRuns(gateway.runs);
      if (!isUp) return isUp === null ? null : 'itself';
      const version = /\b\d{4}\.\d+\.\d+\S*/.exec((await run([...openclaw, '--version'])).output)?.[0];
      return version === undefined ? 'restart' : pickUpOf(version);
    },
    isBusy: async () => (await lastLine(stateDir)) > Date.now() - IDLE_MS,
    async bring(by) {
      return (by === 'reload' && (await run([...openclaw, 'secrets', 'reload'])).ok) || restart();
    },
  };
}

/** null where the runtime does not tell, as while it is updated. */
async function containerRuns(words: readonly string[]): Promise<boolean | null> {
  const { ok, output } = await run(words);
  if (ok) return output.trim() === 'true';
  return /no such/i.test(output) ? false : null;
}

function run([program = '', ...args]: readonly string[]): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: PROGRAM_MS, maxBuffer: 1 << 20 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: `${stdout}\n${stderr}` }),
    );
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 });
    const end = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

/** Unix ms of the last write to a conversation; 0 without any. */
async function lastLine(stateDir: string): Promise<number> {
  const agents = join(stateDir, 'agents');
  let last = 0;
  for (const agent of await namesIn(agents)) {
    const sessions = join(agents, agent, 'sessions');
    for (const name of await namesIn(sessions)) {
      if (!name.endsWith('.jsonl')) continue;
      last = Math.max(last, (await stat(join(sessions, name)).catch(() => null))?.mtimeMs ?? 0);
    }
  }
  return last;
}

const namesIn = (folder: string) => readdir(folder).catch((): string[] => []);
