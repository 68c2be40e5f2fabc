import { constants } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { freemem } from 'node:os';
import { Problem } from '../system/problem.ts';
import { claudeMaxApiUpstream } from './claude-max-api.ts';
import { directUpstream } from './direct.ts';
import { makeLog } from './log.ts';
import type { NormalizerOptions } from './options.ts';
import { makeService } from './server.ts';
import type { Upstream } from './upstream.ts';

export interface NormalizerProcess {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where log lines go. */
  readonly log: (line: string) => void;
  /** Aborted to stop: drains. A second way to stop at once is to end the process. */
  readonly signal: AbortSignal;
  /** Told once it listens: the port, which differs from the option when that was 0. */
  readonly onListening?: (port: number) => void;
}

/**
 * Runs the normalizer in the foreground until `signal` is aborted, then lets running answers end. Throws a `Problem`
 * when it cannot start: `key-unreadable`, `key-open`, `key-weak`, `work-dir-unfit`, `port-in-use`.
 */
export async function runNormalizer(options: NormalizerOptions, host: NormalizerProcess): Promise<void> {
  const key = await readKey(options.keyFile);
  if (options.upstream === 'direct') await prepareWorkDirectory(options.workDirectory);
  const upstream = makeUpstream(options, host.env);
  const log = makeLog(options.logLevel, host.env.JOURNAL_STREAM !== undefined, host.log);
  const service = makeService({ upstream, key, version: host.version, limits: options.limits, log });
  try {
    await new Promise<void>((resolve, reject) => {
      service.server.once('error', (error: NodeJS.ErrnoException) => reject(notListening(error, options.port)));
      service.server.listen(options.port, '127.0.0.1', resolve);
    });
    const { port } = service.server.address() as AddressInfo;
    log('info', 'listening', { address: `127.0.0.1:${port}`, upstream: upstream.name, version: host.version });
    host.onListening?.(port);
    const state = await upstream.state();
    if (!state.ok) log('warn', 'not_ready', { says: state.says });
    if (!host.signal.aborted) {
      await new Promise((resolve) => host.signal.addEventListener('abort', resolve, { once: true }));
    }
    log('info', 'stopping');
    await service.drain(options.drainMs);
    log('info', 'stopped');
  } finally {
    service.server.closeAllConnections();
    service.server.close();
    await upstream.close();
  }
}

function makeUpstream(options: NormalizerOptions, env: NormalizerProcess['env']): Upstream {
  if (options.upstream === 'direct') return directUpstream({ ...options, env, freeMemory });
  return claudeMaxApiUpstream({ ...options, port: options.upstreamPort, signInCommand: 'claude auth login' });
}

/** Bytes free on this machine, and never more than the limit that we run under (a container, a unit). */
function freeMemory(): number {
  return Math.min(freemem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

async function readKey(path: string): Promise<string> {
  // Opened once and then asked about: nobody can swap the file between the question and the reading.
  const file = await open(path, constants.O_RDONLY).catch((error: NodeJS.ErrnoException) => {
    throw new Problem('key-unreadable', `The key file ${path} cannot be read (${error.code}).`, {
      next: `ls -l ${path}`,
      exitCode: 2,
    });
  });
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) {
      throw new Problem('key-open', `The key file ${path} can be read by other users.`, {
        next: `chmod 600 ${path}`,
        exitCode: 2,
      });
    }
    const key = (await file.readFile('utf8')).trim();
    if (key.length < 20 || /[^\x21-\x7e]/.test(key)) {
      throw new Problem('key-weak', `The key in ${path} has to be at least 20 printable characters.`, { exitCode: 2 });
    }
    return key;
  } finally {
    await file.close();
  }
}

async function prepareWorkDirectory(path: string): Promise<void> {
  const unfit = (why: string) =>
    new Problem('work-dir-unfit', `${path} cannot be the working directory of claude: ${why}.`, {
      why: 'Claude Code treats it as a project: what lies in it could reach the prompt.',
      next: `ls -la ${path}`,
      exitCode: 2,
    });
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw unfit(`it cannot be made (${error.code})`);
  });
  const { uid, mode } = await stat(path);
  if (process.getuid !== undefined && uid !== process.getuid()) throw unfit('it belongs to another user');
  if ((mode & 0o022) !== 0) throw unfit('other users may write to it');
  if ((await readdir(path)).length > 0) throw unfit('it is not empty');
}

function notListening(error: NodeJS.ErrnoException, port: number): Problem {
  if (error.code === 'EADDRINUSE') {
    return new Problem('port-in-use', `Port ${port} is in use by another program.`, {
      next: `ss -ltnp 'sport = :${port}'`,
      cause: error,
    });
  }
  return new Problem('port-failed', `Port ${port} cannot be opened (${error.code}).`, { cause: error });
}
