import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/normalizer/limits.ts';
import { type FakeMaxApi, fakeMaxApi } from '../../support/fake-max-api.ts';
import {
  ask,
  eventsOf,
  KEY,
  lazyClient,
  maxApi,
  startService,
  type TestService,
  until,
} from '../../support/normalizer.ts';

let api: FakeMaxApi;
let service: TestService;

beforeEach(async () => {
  api = await fakeMaxApi();
  service = await startService(maxApi(api.port));
});

afterEach(async () => {
  await service.stop();
  await api.close();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(service.url + path, { headers });
const bearer = { authorization: `Bearer ${KEY}` };

interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string };
}

async function refused(answer: Response): Promise<{ status: number; code: string; message: string; type: string }> {
  expect(answer.headers.get('content-type')).toBe('application/json');
  const { error } = (await answer.json()) as ErrorBody;
  expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
  return { status: answer.status, ...error };
}

/** Sends raw bytes and gives everything that comes back until the connection closes. */
function raw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(service.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

describe('an answer', () => {
  it('comes whole', async () => {
    const answer = await service.chat(ask('SAY:Grüße 🦞;'));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      object: 'chat.completion',
      model: 'claude-opus-4',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Grüße 🦞' }, finish_reason: 'stop' }],
    });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}$/);
  });

  it('comes as a stream, under the name that was asked for', async () => {
    const answer = await service.chat(ask('SAY:Hello;', { model: 'opus', stream: true }));
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = eventsOf(await answer.text());
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(events.slice(0, -1)).toMatchObject([
      {
        object: 'chat.completion.chunk',
        model: 'opus',
        choices: [{ delta: { role: 'assistant', content: 'He' }, finish_reason: null }],
      },
      { choices: [{ delta: { content: 'llo' }, finish_reason: null }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
    ]);
    expect(api.asked[0]?.model).toBe('claude-opus-4');
  });

  it('asks the upstream for a stream either way, and with one message', async () => {
    await service.say('x');
    expect(api.asked[0]).toMatchObject({ stream: true, messages: [{ role: 'user' }] });
    expect(Object.keys(api.asked[0] ?? {}).sort()).toEqual(['messages', 'model', 'stream']);
  });

  it('keeps characters whole when both sides send byte by byte', async () => {
    api.mode = 'byte by byte';
    const body = Buffer.from(JSON.stringify(ask('SAY:日本語 🦞 naïve;')));
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\nAuthorization: Bearer ${KEY}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    const text = await new Promise<string>((resolve) => {
      const socket = connect({ port: service.port, host: '127.0.0.1', noDelay: true });
      const got: Buffer[] = [];
      socket.on('data', (chunk) => got.push(chunk));
      socket.on('close', () => resolve(Buffer.concat(got).toString('utf8')));
      socket.write(head);
      let at = 0;
      const next = () => {
        if (at === body.length) return;
        socket.write(body.subarray(at, at + 1), () => setImmediate(next));
        at++;
      };
      next();
    });
    expect(text).toContain('"content":"日本語 🦞 naïve"');
  });

  it('keeps answers apart that come byte by byte and at the same time', async () => {
    api.mode = 'byte by byte';
    const wanted = Array.from({ length: 8 }, (_, n) => `answer ${n}, ${'é'.repeat(n)}`);
    const got = wanted.map(async (text) => {
      const answer = await service.chat(ask(`SAY:${text};`));
      return ((await answer.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
    });
    expect(await Promise.all(got)).toEqual(wanted);
  });

  it('leaves a long answer with the upstream while its client does not read', async () => {
    api.mode = 'flood';
    const client = lazyClient(service, ask('x', { stream: true }));
    await until(() => client.held() > 0);
    await new Promise((done) => setTimeout(done, 500));
    // 50 MB are waiting; what we hold of it stays near a few socket buffers.
    expect(client.held()).toBeLessThan(8 * 1024 * 1024);
    expect(await client.read()).toBeGreaterThan(50 * 1024 * 1024);
  });

  it('counts what was left out in a header', async () => {
    const content = [
      { type: 'text', text: 'SAY:ok;' },
      { type: 'image_url', image_url: { url: 'data:x' } },
    ];
    const answer = await service.chat({ model: 'opus', messages: [{ role: 'user', content }] });
    expect(answer.headers.get('x-omitted-parts')).toBe('1');
    await answer.text();
  });

  it('survives many requests on one connection', async () => {
    for (let at = 0; at < 30; at++) expect(await service.say(`SAY:answer ${at};`)).toBe(`answer ${at}`);
  });
});

describe('what the upstream does wrong', () => {
  it.each([
    ['empty', 502, 'not_signed_in', /claude auth login/],
    ['error event', 502, 'upstream_failed', /exited with code 1/],
    ['status 500', 502, 'upstream_failed', /500.*E2BIG/],
    ['cut off', 502, 'upstream_failed', /middle of the answer/],
    ['not http', 502, 'upstream_down', /claude-max-api/],
    ['bad event', 502, 'upstream_failed', /not JSON/],
    ['close at once', 502, 'upstream_down', /systemctl --user status/],
  ] as const)('%s becomes %i %s', async (mode, status, code, message) => {
    // A good answer first, so that the connection is a kept one.
    await service.say('x');
    api.mode = mode;
    const told = await refused(await service.chat(ask('x')));
    expect(told).toMatchObject({ status, code, type: 'server_error' });
    expect(told.message).toMatch(message);
    api.mode = 'ok';
    expect(await service.say('SAY:again;')).toBe('again');
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['choices of null', { choices: null }],
    ['choices that are a text', { choices: 'no' }],
    ['a choice of null', { choices: [null] }],
    ['a delta of null', { choices: [{ delta: null }] }],
    ['a piece that is an object', { choices: [{ delta: { content: { a: 1 } } }] }],
    ['a piece that is a number', { choices: [{ delta: { content: 5 } }] }],
    ['an error that is a number', { error: 5 }],
    ['an error whose message is an object', { error: { message: {} } }],
  ])('an event like %s ends its own request at most', async (_what, event) => {
    api.events = [`data: ${JSON.stringify(event)}\n\n`];
    const answer = await service.chat(ask('x'));
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain('[object');
    api.events = null;
    expect(await service.say('SAY:again;')).toBe('again');
    expect(service.lines.join('')).not.toContain('bug');
  });

  it('a whole answer that is larger than anything a model says is refused', async () => {
    api.mode = 'flood';
    expect(await refused(await service.chat(ask('x')))).toMatchObject({ status: 502, code: 'answer_too_large' });
    await until(() => api.dropped === 1);
  });

  it('is told inside a stream that has begun, which then has no [DONE]', async () => {
    api.mode = 'cut off';
    const answer = await service.chat(ask('SAY:Hello;', { stream: true }));
    expect(answer.status).toBe(200);
    const events = eventsOf(await answer.text());
    expect(events.at(-1)).toMatchObject({ error: { code: 'upstream_failed', type: 'server_error' } });
    expect(events).not.toContain('data: [DONE]');
  });

  it('is a real status for a stream that has not begun', async () => {
    api.mode = 'empty';
    const answer = await service.chat(ask('x', { stream: true }));
    // Asking again would change nothing.
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(await refused(answer)).toMatchObject({
      status: 502,
      code: 'not_signed_in',
    });
  });

  it('being down is 502 with what to look at', async () => {
    await api.close();
    const told = await refused(await service.chat(ask('x')));
    expect(told).toMatchObject({ status: 502, code: 'upstream_down' });
    expect(told.message).toContain('ECONNREFUSED');
  });

  it('a kept connection that it closes goes unnoticed', async () => {
    for (let at = 0; at < 20; at++) {
      expect(await service.say(`SAY:${at};`)).toBe(String(at));
      // Sometimes we have heard of it when the next request goes out, sometimes not.
      api.closeIdle();
      if (at % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(api.asked).toHaveLength(20);
    expect(api.connections).toBeGreaterThanOrEqual(20);
  });
});

describe('limits', () => {
  it('refuses a model that is not offered, with the list', async () => {
    const told = await refused(await service.chat(ask('x', { model: 'gpt-4' })));
    expect(told).toMatchObject({ status: 404, code: 'model_not_found', type: 'invalid_request_error', param: 'model' });
    expect(told.message).toContain('claude-opus-4, claude-sonnet-4, claude-haiku-4');
    expect(await refused(await service.chat({ messages: [{ role: 'user', content: 'x' }] }))).toMatchObject({
      status: 404,
    });
  });

  it('refuses a prompt over the argument limit, to the byte', async () => {
    const overhead = async () => {
      await service.say('');
      return Buffer.byteLength(api.asked.at(-1)?.messages[0]?.content ?? '');
    };
    await service.chat(ask('é'));
    const fixed = Buffer.byteLength(api.asked.at(-1)?.messages[0]?.content ?? '') - 2;
    expect(await overhead()).toBeLessThan(fixed);
    const fits = 'é'.repeat(Math.floor((131_071 - fixed) / 2)) + ((131_071 - fixed) % 2 === 1 ? 'x' : '');
    expect((await service.chat(ask(fits))).status).toBe(200);
    expect(Buffer.byteLength(api.asked.at(-1)?.messages[0]?.content ?? '')).toBe(131_071);
    const told = await refused(await service.chat(ask(`${fits}x`)));
    expect(told).toMatchObject({ status: 413, code: 'prompt_too_long' });
    expect(told.message).toMatch(/131,072 bytes.*131,071 bytes/);
  });

  it('refuses a NUL, which no argument can hold', async () => {
    expect(await refused(await service.chat(ask('a\0b')))).toMatchObject({ status: 400, code: 'nul_in_text' });
  });

  it('refuses a body over the limit, declared or chunked, and lets the sender read why', async () => {
    await service.stop();
    service = await startService(maxApi(api.port), { maxBody: 100_000 });
    const large = JSON.stringify(ask('x'.repeat(2_000_000)));
    expect(await refused(await service.chat(large))).toMatchObject({ status: 413, code: 'body_too_large' });
    const chunked = new ReadableStream({
      start(controller) {
        for (let at = 0; at < 20; at++) controller.enqueue(new TextEncoder().encode('x'.repeat(10_000)).fill(32));
        controller.close();
      },
    });
    const answer = await fetch(`${service.url}/v1/chat/completions`, {
      method: 'POST',
      headers: bearer,
      body: chunked,
      duplex: 'half',
    } as RequestInit);
    expect(await refused(answer)).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(api.asked).toHaveLength(0);
  });

  it('refuses what is not JSON', async () => {
    expect(await refused(await service.chat('{"model": "opus", messages}'))).toMatchObject({
      status: 400,
      code: 'bad_json',
    });
  });

  it('refuses compressed bodies', async () => {
    const answer = await service.chat('x', { headers: { 'content-encoding': 'gzip' } });
    expect(await refused(answer)).toMatchObject({ status: 415, code: 'bad_encoding' });
  });

  it('waits for a slow body no longer than it may', async () => {
    await service.stop();
    service = await startService(maxApi(api.port), { bodyMs: 150 });
    const text = await raw(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\nAuthorization: Bearer ${KEY}\r\nContent-Length: 50\r\n\r\n{"mod`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 408 .*body_timeout/s);
  });

  it('waits for a body as a whole, however it drips', async () => {
    await service.stop();
    service = await startService(maxApi(api.port), { bodyMs: 1_000 });
    const socket = connect(service.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\nAuthorization: Bearer ${KEY}\r\nContent-Length: 5000000\r\n\r\n`,
    );
    const drip = setInterval(() => socket.write(' '), 50);
    await until(() => text.includes('body_timeout'));
    clearInterval(drip);
    socket.destroy();
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('serves others while bodies drip', async () => {
    await service.stop();
    // They hold all memory for bodies until their time is over.
    service = await startService(maxApi(api.port), { bodyMs: 1_000 });
    const limit = DEFAULT_LIMITS.maxBody;
    const slow = [1, 2].map(() => {
      const socket = connect(service.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\nAuthorization: Bearer ${KEY}\r\nContent-Length: ${limit}\r\n\r\n{`,
      );
      return socket;
    });
    await until(() => service.sockets.length === 2 && service.sockets.every(({ bytesRead }) => bytesRead > 100));
    expect(await service.say(`SAY:in between;${' '.repeat(50_000)}`)).toBe('in between');
    for (const socket of slow) socket.destroy();
  });

  it('waits for slow headers no longer than it may', async () => {
    await service.stop();
    service = await startService(maxApi(api.port), { headersMs: 100 });
    expect(await raw('POST /v1/chat/completions HTTP/1.1\r\nHost: x')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('ends a run that takes too long', async () => {
    await service.stop();
    service = await startService(maxApi(api.port), { runMs: 100 });
    api.mode = 'hang';
    expect(await refused(await service.chat(ask('x')))).toMatchObject({ status: 504, code: 'run_timeout' });
    await until(() => api.dropped === 1);
  });

  it('shows a waiting stream that it is alive', async () => {
    await service.stop();
    service = await startService(maxApi(api.port), { beatMs: 20, runMs: 400 });
    api.mode = 'hang';
    const answer = await service.chat(ask('x', { stream: true }));
    expect(answer.status).toBe(200);
    const events = eventsOf(await answer.text());
    expect(events.filter((event) => event === ': waiting for Claude Code').length).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({ error: { code: 'run_timeout' } });
  });
});

describe('who may ask', () => {
  it.each([
    ['no key', {}],
    ['a wrong key', { authorization: 'Bearer test-key-0123456789abcdeX' }],
    ['a key of another length', { authorization: 'Bearer x' }],
    ['the key as another scheme', { authorization: `Basic ${KEY}` }],
    ['an empty key', { authorization: 'Bearer ' }],
  ])('%s is refused before the body is read', async (_what, headers) => {
    const answer = await fetch(`${service.url}/v1/chat/completions`, { method: 'POST', headers, body: 'not json' });
    expect(await refused(answer)).toMatchObject({ status: 401, code: 'bad_key', type: 'authentication_error' });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect((await get('/v1/models', headers)).status).toBe(401);
  });

  it('a web page is refused, and gets no CORS header', async () => {
    for (const origin of ['https://evil.example', 'null', service.url]) {
      const answer = await service.chat(ask('x'), { headers: { origin } });
      expect(await refused(answer)).toMatchObject({ status: 403, code: 'no_web_pages' });
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    const text = await raw(
      `OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    expect(text.toLowerCase()).not.toContain('access-control');
  });

  it('who has no key cannot shut out who has it', async () => {
    const { strangers } = DEFAULT_LIMITS;
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    const known = () =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = { host: '127.0.0.1', port: service.port, path: '/v1/models', headers: bearer, agent: kept };
        request(options, (answer) => answer.resume().on('end', () => resolve(answer.statusCode)))
          .on('error', reject)
          .end();
      });
    expect(await known()).toBe(200);
    // They send half of a request, and stay.
    const idle = Array.from({ length: strangers + 50 }, () => {
      const socket = connect(service.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write('GET /health HTTP/1.1\r\nHost: x\r\n');
      return socket;
    });
    await until(() => idle.filter((socket) => socket.closed).length === 50);
    expect(service.sockets.filter((socket) => !socket.destroyed)).toHaveLength(strangers + 1);
    expect(await known()).toBe(200);
    expect(await service.say('SAY:a new connection;')).toBe('a new connection');
    expect(service.sockets.filter((socket) => !socket.destroyed).length).toBeLessThanOrEqual(strangers + 2);
    for (const socket of idle) socket.destroy();
    kept.destroy();
  });

  it('who has no key keeps no connection', async () => {
    const text = await raw(`GET /health HTTP/1.1\r\nHost: localhost:${service.port}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 200 .*\r\nconnection: close\r\n/is);
  });

  it.each([
    ['that never says anything', ''],
    ['that is idle after its answer', `GET /v1/models HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer ${KEY}\r\n\r\n`],
  ])('a connection %s ends', async (_what, said) => {
    await service.stop();
    service = await startService(maxApi(api.port), { headersMs: 200, idleMs: 200 });
    await raw(said.replace('HOST', `127.0.0.1:${service.port}`));
  });

  it.each(['evil.example', 'evil.example:1', '127.0.0.1', '127.0.0.1:1', '[::1]', ''])(
    'host %j is refused',
    async (host) => {
      const text = await raw(`GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(text).toMatch(/^HTTP\/1\.1 40[03] /);
    },
  );

  it('localhost is fine', async () => {
    const text = await raw(`GET /health HTTP/1.1\r\nHost: localhost:${service.port}\r\nConnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('the other paths', () => {
  it('lists the models', async () => {
    const { data } = (await (await get('/v1/models', bearer)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual([
      'claude-opus-4',
      'claude-sonnet-4',
      'claude-haiku-4',
      'opus',
      'sonnet',
      'haiku',
    ]);
  });

  it('tells strangers only that it runs, and the key holder more', async () => {
    expect(await (await get('/health')).json()).toEqual({ status: 'ok', service: 'clawauth-setup-normalizer' });
    expect(await (await get('/health', bearer)).json()).toMatchObject({
      status: 'ok',
      upstream: 'claude-max-api',
      running: 0,
      waiting: 0,
    });
    await api.close();
    const answer = await get('/health', bearer);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: 'not ready' });
    expect((await get('/health')).status).toBe(200);
  });

  it('knows no other path and no other method', async () => {
    expect(await refused(await get('/v1/embeddings', bearer))).toMatchObject({ status: 404, code: 'unknown_path' });
    const answer = await get('/v1/chat/completions', bearer);
    expect(answer.headers.get('allow')).toBe('POST');
    expect(await refused(answer)).toMatchObject({ status: 405, code: 'bad_method' });
  });
});

describe('the log', () => {
  it('has one line per request, without what was said and without keys', async () => {
    await service.say('SAY:secret answer; the secret question');
    api.mode = 'empty';
    await service.chat(ask('secret question', { model: 'sk-ant-oat01-FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKE\n<3>forged' }));
    await service.chat(ask('secret question'));
    await until(() => service.lines.length === 3);
    expect(service.lines[0]).toMatch(
      /^<6>request id=[0-9a-f]{12} route=chat status=200 outcome=ok model=claude-opus-4 stream=false in=\d+ prompt=\d+ omitted=0 out=13 waited=\d+ first=\d+ total=\d+\n$/,
    );
    expect(service.lines[1]).toMatch(/status=404 outcome=model_not_found/);
    expect(service.lines[2]).toMatch(/^<4>.*status=502 outcome=not_signed_in/);
    const all = service.lines.join('');
    expect(all.match(/\n/g)).toHaveLength(3);
    for (const word of ['secret', KEY, 'FAKEFAKE']) expect(all).not.toContain(word);
  });
});
