import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checks } from '../../../src/doctor/index.ts';
import { judgeWith } from '../../../src/doctor/judge.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { Cancelled } from '../../../src/system/problem.ts';
import { realNetwork } from '../../../src/system/real-network.ts';
import type { TlsRequest, World } from '../../../src/system/world.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { tempEach } from '../../support/temp-each.ts';

const temp = tempEach();
const { certificate: cert, key } = makeCertificate(['localhost']);
const MINUTE = 60_000;

let server: Server;
let asked: IncomingMessage[];
let ahead: number;
/** A stand-in for Anthropic on loopback, whose certificate nobody signed that Node knows; our clock is `ahead` of it. */
beforeEach(async () => {
  asked = [];
  ahead = 0;
  server = createTlsServer({ cert, key }, (request, answer) => {
    asked.push(request);
    answer.setHeader('date', new Date(Date.now() - ahead).toUTCString());
    answer.writeHead(404).end();
  });
  await listening(server);
});
afterEach(() => server.close());

const listening = (one: Server) => new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
const portOf = (one: Server) => (one.address() as AddressInfo).port;
const probeTls = (request: TlsRequest) => {
  expect([request.host, request.port]).toEqual(['api.anthropic.com', 443]);
  return (
    realNetwork.probeTls?.({ ...request, host: '127.0.0.1', port: portOf(server), timeoutMs: 600_000 }) ??
    Promise.resolve(null)
  );
};
const world = (env: World['env'] = {}): World => ({
  ...temp.world,
  env: { ...temp.world.env, ...env },
  network: { ...temp.world.network, listening: async () => false, probeTls },
});

const own = checks.filter(({ id }) => id.startsWith('wire.'));
async function found(live: boolean, env: World['env'] = {}) {
  const facts = await gatherFacts(world(env), { slow: false, live });
  return { facts, ...judgeWith(own, facts, Date.now()) };
}

describe('the way to Anthropic', () => {
  it('is not looked at unless it is asked for', async () => {
    const { findings, notMade } = await found(false);
    expect([findings, notMade, asked]).toEqual([[], [], []]);
  });

  it('is looked at with one request that carries nothing', async () => {
    await found(true, { ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-FAKE' });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['HEAD /']);
    expect(Object.keys(asked[0]?.headers ?? {}).sort()).toEqual(['connection', 'host']);
  });

  it('tells of a certificate that no known authority signed, and what has to be told of it', async () => {
    const { findings } = await found(true, { NODE_EXTRA_CA_CERTS: '/etc/company.pem' });
    expect(findings).toMatchObject([{ id: 'wire.intercepted', verdict: 'warning' }]);
    expect(findings[0]?.says).toMatch(/"clawauth-setup test authority" \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)/);
    expect(findings[0]?.why).toContain('NODE_EXTRA_CA_CERTS says /etc/company.pem here');
    expect((await found(true)).findings[0]?.why).toContain('NODE_EXTRA_CA_CERTS, which is not set here');
  });

  it.each([
    [-90 * MINUTE, /is 90 minutes behind\./],
    [5 * MINUTE, /is 5 minutes ahead\./],
    [26 * 60 * MINUTE, /is 26 hours ahead\./],
  ])('tells of a clock that is %i ms ahead', async (ms, says) => {
    ahead = ms;
    const { findings } = await found(true);
    expect(findings.find(({ id }) => id === 'wire.clock-skew')).toMatchObject({
      says: expect.stringMatching(says),
      next: 'sudo timedatectl set-ntp true',
    });
  });

  it('says nothing of a clock that is right, where no date is told, and where nothing answers', async () => {
    expect((await found(true)).facts.wire).toMatchObject({ known: true, value: { aheadMs: 0 } });
    server.removeAllListeners('request').on('request', (_, answer) => {
      answer.sendDate = false;
      answer.writeHead(404).end();
    });
    expect((await found(true)).facts.wire).toMatchObject({ known: true, value: { aheadMs: null } });
    const plain = createServer((request) => request.socket.destroy());
    await listening(plain);
    const refused = realNetwork.probeTls?.({ host: '127.0.0.1', port: portOf(plain), timeoutMs: 600_000 });
    expect(await refused).toBeNull();
    plain.close();
  });

  it('is given up at once when the person stops it', async () => {
    server.removeAllListeners('request');
    const stop = new AbortController();
    server.on('request', () => stop.abort());
    await expect(
      probeTls({ host: 'api.anthropic.com', port: 443, timeoutMs: 600_000, signal: stop.signal }),
    ).rejects.toThrow(Cancelled);
  });

  it('is not looked at from a sandbox', async () => {
    const facts = await gatherFacts({ ...world(), sandbox: '/x' }, { slow: false, live: true });
    expect([facts.wire.known, asked]).toEqual([false, []]);
  });
});
