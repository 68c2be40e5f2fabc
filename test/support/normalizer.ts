import { chmodSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WARM_MOST } from '../../src/normalizer/claude-cli.ts';
import { claudeMaxApiUpstream } from '../../src/normalizer/claude-max-api.ts';
import { type DirectOptions, directUpstream } from '../../src/normalizer/direct.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/normalizer/limits.ts';
import { makeLog } from '../../src/normalizer/log.ts';
import { makeService, type Service } from '../../src/normalizer/server.ts';
import { DEFAULT_MODELS, type Upstream } from '../../src/normalizer/upstream.ts';
import { removeTree } from './tree.ts';

export { until } from './processes.ts';

export const KEY = 'test-key-0123456789abcdef';

export interface TestService extends Service {
  readonly port: number;
  readonly url: string;
  readonly lines: string[];
  /** Every connection that was made to it. */
  readonly sockets: Socket[];
  /** POSTs a chat request with the key. */
  chat(body: unknown, options?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>;
  /** Requests in line. */
  waiting(): Promise<number>;
  /** Asks for one answer and gives its text. Throws on anything but 200. */
  say(prompt: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startService(upstream: Upstream, limits: Partial<Limits> = {}): Promise<TestService> {
  const lines: string[] = [];
  const service = makeService({
    upstream,
    key: KEY,
    version: '1.2.3',
    limits: { ...DEFAULT_LIMITS, ...limits },
    log: makeLog('debug', true, (line) => lines.push(line)),
  });
  const sockets: Socket[] = [];
  service.server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => service.server.listen(0, '127.0.0.1', resolve));
  const { port } = service.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const chat: TestService['chat'] = (body, { headers = {}, signal } = {}) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  return {
    ...service,
    port,
    url,
    lines,
    sockets,
    chat,
    async waiting() {
      const health = await fetch(`${url}/health`, { headers: { authorization: `Bearer ${KEY}` } });
      return ((await health.json()) as { waiting: number }).waiting;
    },
    async say(prompt) {
      const answer = await chat(ask(prompt));
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${answer.status}: ${text}`);
      return (JSON.parse(text) as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? '';
    },
    async stop() {
      await service.drain(0);
      await upstream.close();
    },
  };
}

export function ask(prompt: string, more: object = {}): object {
  return { model: 'claude-opus-4', messages: [{ role: 'user', content: prompt }], ...more };
}

/** A client that sends a request and does not read its answer until it is told to. */
export interface LazyClient {
  /** Bytes that the service holds for its clients. */
  held(): number;
  /** Reads all that comes until the connection closes; gives its length in bytes. */
  read(): Promise<number>;
}

export function lazyClient({ port, sockets }: TestService, asked: object): LazyClient {
  const body = JSON.stringify(asked);
  const socket = connect(port, '127.0.0.1');
  socket.pause();
  socket.on('error', () => {});
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${KEY}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  return {
    held: () => sockets.reduce((sum, one) => sum + one.writableLength, 0),
    read: () =>
      new Promise((resolve) => {
        let bytes = 0;
        socket.on('data', (chunk) => {
          bytes += chunk.length;
        });
        socket.on('close', () => resolve(bytes));
        socket.resume();
      }),
  };
}

export function maxApi(port: number): Upstream {
  return claudeMaxApiUpstream({
    port,
    models: DEFAULT_MODELS,
    statusCommand: 'systemctl --user status claude-max-api',
    signInCommand: 'claude auth login',
  });
}

export interface Direct {
  readonly upstream: Upstream;
  readonly folder: string;
  remove(): void;
}

/** The direct upstream with `claude` in a working directory of its own, on a machine with enough memory. */
export function direct(
  claude: string,
  env: Record<string, string> = {},
  passEnv: string[] = [],
  machine: Partial<Pick<DirectOptions, 'warm' | 'freeMemory'>> = {},
): Direct {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-direct-')));
  const workDirectory = join(folder, 'work');
  mkdirSync(workDirectory, { mode: 0o700 });
  chmodSync(folder, 0o700);
  const upstream = directUpstream({
    claude,
    workDirectory,
    models: DEFAULT_MODELS,
    env: { HOME: folder, PATH: process.env.PATH, ...env },
    passEnv,
    warm: WARM_MOST,
    freeMemory: () => 8 * 2 ** 30,
    ...machine,
  });
  return { upstream, folder, remove: () => removeTree(folder) };
}

/** The events of a stream, parsed, in order; comments and `[DONE]` as they are. */
export function eventsOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => (event.startsWith('data: {') ? JSON.parse(event.slice(6)) : event));
}

/** Whether a process (or, for a negative id, anything in its group) is there. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
