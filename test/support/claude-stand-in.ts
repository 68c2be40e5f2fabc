import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import { cached, npm } from './program-cache.ts';
import { releases } from './releases.ts';

/** The hosts that `claude setup-token` and `claude auth login` talk to (2.1.329). */
const HOSTS = ['platform.claude.com', 'api.anthropic.com', 'console.anthropic.com'];

export interface OAuthStandIn {
  /** For the environment of the real `claude`: it reaches this stand-in and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** The fake token that an accepted code is exchanged for: 108 characters, another one for each stand-in. */
  readonly token: string;
  /** What was sent to the token endpoint, oldest first. */
  readonly exchanges: readonly Readonly<Record<string, unknown>>[];
  /** Requests to a model, oldest first. */
  readonly asked: readonly { readonly authorization: string; readonly model: unknown }[];
  /** Their bodies, in the same order. */
  readonly bodies: readonly string[];
  /** What every message is answered with from now on; "OK" at first. */
  say(text: string): void;
  /** Hosts that it was asked for and did not answer for. */
  readonly refusedHosts: readonly string[];
  /** The next `times` codes are refused with 400 `invalid_grant`. */
  refuse(times: number): void;
  /** How often a login was renewed, counted when the request came in. */
  readonly renewals: number;
  /** Access tokens that were given out for that, another one each time, oldest first. */
  readonly renewed: readonly string[];
  /** The token endpoint answers everything with this status from now on; null: as usual again. */
  fail(status: number | null): void;
  /** The token endpoint takes requests, and answers none until the function that this gives is called. */
  hold(): () => void;
  close(): Promise<void>;
}

/**
 * Stands in for Anthropic's token endpoint on loopback, by means that Claude Code documents: a CONNECT proxy
 * (HTTPS_PROXY) that ends TLS with a certificate of a throw-away authority (NODE_EXTRA_CA_CERTS). Every code is
 * exchanged for the fake token, every message is answered with "OK" unless told; everything else is a JSON 404. No
 * account and no network are needed.
 */
export async function startOAuthStandIn(options: { expiresInSeconds?: number } = {}): Promise<OAuthStandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'clawauth-standin-'));
  const { authority, certificate, key } = makeCertificate(HOSTS);
  const authorityFile = join(folder, 'authority.pem');
  await writeFile(authorityFile, authority);

  const token = fakeToken();
  const exchanges: Record<string, unknown>[] = [];
  const asked: { authorization: string; model: unknown }[] = [];
  const bodies: string[] = [];
  let said = 'OK';
  const refusedHosts: string[] = [];
  const sockets = new Set<Socket>();
  let refusals = 0;
  let failing: number | null = null;
  const renewed: string[] = [];
  let held: Promise<void> | null = null;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const send = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (request.method === 'POST' && request.url?.split('?')[0] === '/v1/messages') {
      const { model, stream } = parseBody(body);
      asked.push({ authorization: request.headers.authorization ?? '', model });
      bodies.push(body);
      const message = messageOf(String(model), said);
      if (stream !== true) return send(200, message);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventsOf(message));
      return;
    }
    if (request.method !== 'POST' || request.url?.split('?')[0] !== '/v1/oauth/token') {
      return send(404, { type: 'error', error: { type: 'not_found_error', message: 'not here' } });
    }
    const wanted = parseBody(body);
    exchanges.push(wanted);
    await held;
    if (failing !== null) return send(failing, { error: { type: 'api_error', message: 'try again later' } });
    if (refusals > 0) {
      refusals--;
      return send(400, { error: 'invalid_grant', error_description: "Invalid 'code' in request." });
    }
    // A setup token is asked for with the time that it is to last; a login is renewed, and has wider scopes.
    const lasts = wanted.grant_type === 'authorization_code' && wanted.expires_in !== undefined;
    if (wanted.grant_type === 'refresh_token') renewed.push(fakeToken());
    return send(200, {
      token_type: 'Bearer',
      access_token: wanted.grant_type === 'refresh_token' ? renewed.at(-1) : token,
      ...(lasts ? {} : { refresh_token: `sk-ant-ort01-FAKE${'next'.repeat(22)}abc` }),
      expires_in: options.expiresInSeconds ?? 31_536_000,
      scope: lasts ? 'user:inference' : 'user:inference user:profile',
      account: { uuid: '00000000-0000-4000-8000-000000000001', email_address: 'ana@example.com' },
      organization: { uuid: '00000000-0000-4000-8000-000000000002', name: 'Example' },
    });
  };

  const inside = createTlsServer({ cert: certificate, key }, (request, response) => void answer(request, response));
  const proxy = createServer((_, response) => response.writeHead(405).end());
  proxy.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  proxy.on('connect', (request, socket, head) => {
    const host = request.url?.replace(/:\d+$/, '') ?? '';
    if (!HOSTS.includes(host)) {
      refusedHosts.push(host);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    inside.emit('connection', socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  return {
    env: { HTTPS_PROXY: url, https_proxy: url, NO_PROXY: '', no_proxy: '', NODE_EXTRA_CA_CERTS: authorityFile },
    token,
    exchanges,
    asked,
    bodies,
    say: (text) => {
      said = text;
    },
    refusedHosts,
    refuse: (times) => {
      refusals = times;
    },
    get renewals() {
      return exchanges.filter((one) => one.grant_type === 'refresh_token').length;
    },
    renewed,
    fail: (status) => {
      failing = status;
    },
    hold: () => {
      let release = () => {};
      held = new Promise<void>((resolve) => {
        release = () => {
          held = null;
          resolve();
        };
      });
      return () => release();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A code as the sign-in page shows it, for the address that Claude Code printed. */
export function codeFor(url: string): string {
  return `fakeCode_${randomBytes(12).toString('hex')}#${new URL(url).searchParams.get('state')}`;
}

/** A sign-in of Claude Code as 2.1.329 keeps it in `~/.claude/.credentials.json`; it ends `lastsMs` from now. */
export function signInFile(lastsMs: number): string {
  return JSON.stringify({
    claudeAiOauth: {
      accessToken: `sk-ant-oat01-FAKE${'ownL'.repeat(22)}abc`,
      refreshToken: `sk-ant-ort01-FAKE${'ownL'.repeat(22)}abc`,
      expiresAt: Date.now() + lastsMs,
      scopes: ['user:inference'],
      subscriptionType: 'max',
    },
  });
}

/** One that is good for hours. */
export const SIGN_IN = signInFile(8 * 3_600_000);

/**
 * In front of a command line: root is another user to what runs then, with the rights that it has. OpenClaw up to 2026.7 may
 * not run Claude Code for root.
 */
export const NOT_ROOT: readonly string[] =
  process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=1', '--map-group=1'] : [];

/** The releases of Claude Code that tests run. */
export const CLAUDE_VERSIONS = releases(['2.1.329', '2.1.100', '2.1.41', '2.0.77', '1.0.128'], ['2.1.200', '2.1.52']);

/**
 * The real Claude Code from npm, installed once outside the repository; gives the path of a `claude` that runs. Works
 * from an empty cache. Downloads about 100 MB for 2.1 releases (360 MB on disk).
 */
export async function installClaude(version: string): Promise<string> {
  const folder = await cached(`claude-${version}`, async (into) => {
    await writeFile(join(into, 'package.json'), '{"private":true}');
    // Its install script only links the program of this platform, which npm 11 may not let it do: done below instead.
    await npm(into, ['install', '--ignore-scripts', `@anthropic-ai/claude-code@${version}`]);
    await mkdir(join(into, 'bin'));
    await symlink(join('..', await programIn(into)), join(into, 'bin', 'claude'));
  });
  return join(folder, 'bin', 'claude');
}

/** From 2.1.2xx on a native program in a package of its own; before, a script that needs the Node on PATH. */
async function programIn(folder: string): Promise<string> {
  const scope = join('node_modules', '@anthropic-ai');
  for (const name of await readdir(join(folder, scope))) {
    const native = join(scope, name, 'claude');
    if (name.startsWith('claude-code-') && existsSync(join(folder, native))) return native;
  }
  return join(scope, 'claude-code', 'cli.js');
}

/** `folder` of a `claude`, for PATH. */
export function folderOf(claude: string): string {
  return dirname(claude);
}

function fakeToken(): string {
  const noise = createHash('sha512').update(randomBytes(16)).digest('base64url');
  return `sk-ant-oat01-FAKE${noise}${'FAKE'.repeat(30)}`.slice(0, 108);
}

const messageOf = (model: string, text: string) => ({
  id: 'msg_stand_in',
  type: 'message',
  role: 'assistant',
  model,
  content: [{ type: 'text', text }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 8, output_tokens: 1 },
});

/** The same message as the API streams it. */
function eventsOf(message: ReturnType<typeof messageOf>): string {
  const events = [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: message.content[0]?.text } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}
