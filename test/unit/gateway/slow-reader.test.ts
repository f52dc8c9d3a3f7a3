// A scraper that reads slowly gets the scrape that it asked for, whatever others are given meanwhile: the memory of its
// answer, and of what that is made of, serves nobody else before it has everything.

import { describe, expect, it } from 'vitest';
import { exchangeRaw, head, openRaw, parseAnswers } from '../../support/raw-http.js';
import { answering, BEARER, startGateway } from '../../support/start-gateway.js';

const SERIES = 60_000;
const OTHERS = 6;

/** Larger than the sockets' buffers, and told apart from every other scrape by each of its lines. */
function exposition(scrape: number): string {
  const lines = Array.from(
    { length: SERIES },
    (_, at) =>
      `requests{model="model-${String(at)}",route="/v1/chat/completions",status="200"} ${String(scrape)}\n`,
  );
  return `# TYPE requests gauge\n${lines.join('')}`;
}

describe('a slow reader', () => {
  it('gets the whole of its own scrape while others get theirs', async () => {
    const scene = await startGateway();
    scene.upstream.answer = answering(exposition(0));
    const slow = openRaw(scene.port);
    slow.write(
      head('GET /metrics HTTP/1.1', 'Host: 127.0.0.1', `Authorization: ${BEARER}`, 'Connection: close'),
    );
    await new Promise<void>((resolve) => {
      slow.once('readable', resolve);
    });

    for (let scrape = 1; scrape <= OTHERS; scrape += 1) {
      scene.upstream.answer = answering(exposition(scrape));
      const { body } = await scene.get();
      expect(body.toString().split(` ${String(scrape)}\n`)).toHaveLength(SERIES + 1);
    }

    const received: Buffer[] = [];
    for await (const chunk of slow) received.push(Buffer.from(chunk));
    const [answer] = parseAnswers(Buffer.concat(received));
    expect(answer?.status).toBe(200);
    expect(answer?.body.split(' 0\n')).toHaveLength(SERIES + 1);
    expect(answer?.body).toHaveLength(exposition(0).length);
  });

  it('gets nothing but its own scrape when it goes away', async () => {
    const scene = await startGateway();
    for (let scrape = 1; scrape <= OTHERS; scrape += 1) {
      scene.upstream.answer = answering(exposition(scrape));
      const gone = openRaw(scene.port);
      gone.write(head('GET /metrics HTTP/1.1', 'Host: 127.0.0.1', `Authorization: ${BEARER}`));
      await new Promise<void>((resolve) => {
        gone.once('readable', resolve);
      });
      gone.destroy();
      await scene.audit(scrape * 2 - 1);
      const request = head('GET /metrics HTTP/1.1', 'Host: 127.0.0.1', `Authorization: ${BEARER}`);
      const { answers } = await exchangeRaw(scene.port, request, { answers: 1 });
      expect(answers[0]?.body.split(` ${String(scrape)}\n`)).toHaveLength(SERIES + 1);
    }
  });
});
