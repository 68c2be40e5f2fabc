import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realNetwork } from '../../../src/system/real-network.ts';

const server = createServer();
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('hears an answer that came in time, although we were busy until after it', async () => {
  const { port } = server.address() as AddressInfo;
  const asked = realNetwork.listening('127.0.0.1', port, 10);
  // The question is on its way.
  await new Promise(process.nextTick);
  const busyUntil = performance.now() + 100;
  while (performance.now() < busyUntil);
  expect(await asked).toBe(true);
});
