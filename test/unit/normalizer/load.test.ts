import { expect, it } from 'vitest';
import { fakeMaxApi } from '../../support/fake-max-api.ts';
import { ask, maxApi, startService } from '../../support/normalizer.ts';

it('200 clients at once get their own answers, all of them, over a bounded line', async () => {
  const api = await fakeMaxApi();
  api.delayMs = 2;
  // All four places of the line are taken at least once, however slow this machine is.
  api.holdUntil = 4;
  const service = await startService(maxApi(api.port), { runs: 4, waiting: 50 });
  let turnedAway = 0;

  async function client(number: number): Promise<void> {
    for (let at = 0; at < 5; at++) {
      const wanted = `client ${number}, answer ${at}, ${'é'.repeat(number)}`;
      const stream = (number + at) % 2 === 0;
      for (;;) {
        const answer = await service.chat(ask(`SAY:${wanted};`, { stream }));
        const text = await answer.text();
        if (answer.status === 429) {
          expect(answer.headers.get('retry-after')).toBe('5');
          turnedAway++;
          // Not the five seconds that it asks for: the test is about what happens, not about how long it takes.
          await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 200));
          continue;
        }
        expect(answer.status).toBe(200);
        const got = stream
          ? [...text.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)]
              .map(([, piece]) => JSON.parse(piece ?? '') as string)
              .join('')
          : (JSON.parse(text) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
        expect(got).toBe(wanted);
        break;
      }
    }
  }

  await Promise.all(Array.from({ length: 200 }, (_, number) => client(number)));
  expect(api.asked).toHaveLength(1000);
  expect(turnedAway).toBeGreaterThan(0);
  expect(api.most).toBe(4);
  expect(service.lines.filter((line) => line.includes('outcome=ok'))).toHaveLength(1000);
  await service.stop();
  await api.close();
});
