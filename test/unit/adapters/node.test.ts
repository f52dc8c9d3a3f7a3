import { once } from 'node:events';
import { createServer, get, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNodeListener, type NodeHandler, type Sent } from '../../../src/adapters/node.js';
import type { Outcome } from '../../../src/adapters/scrape.js';
import { createAnswer } from '../../../src/http/answer.js';
import { joinChunks, type ByteChunks } from '../../../src/internal/byte-chunks.js';
import { countedPieces } from '../../support/counted-pieces.js';
import { ManualClock } from '../../support/manual-clock.js';
import { exchangeRaw, head, openRaw } from '../../support/raw-http.js';

const MIB = 1024 * 1024;

interface Ended {
  readonly path: string | undefined;
  readonly method: string;
  readonly outcome: Outcome;
  readonly sent: Sent;
}

interface Scene {
  readonly port: number;
  readonly clock: ManualClock;
  readonly handled: readonly (string | undefined)[];
  /** How often a credential was right so far. */
  proofs(): number;
  /** Resolves once `count` requests have ended. */
  ended(count: number): Promise<readonly Ended[]>;
}

async function serve(handle: NodeHandler['handle'], onEnded: () => void = () => undefined): Promise<Scene> {
  const clock = new ManualClock();
  const handled: (string | undefined)[] = [];
  const ends: Ended[] = [];
  let proofs = 0;
  let notify: () => void = () => undefined;
  const listener = createNodeListener(
    {
      handle: (request) => {
        handled.push(request.path);
        return handle(request);
      },
      proved: () => {
        proofs += 1;
      },
      ended: (request, method, outcome, sent) => {
        ends.push({ path: request?.path, method, outcome, sent });
        notify();
        onEnded();
      },
    },
    clock,
  );
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    clock,
    handled,
    proofs: () => proofs,
    ended: (count) =>
      new Promise((resolve) => {
        notify = () => {
          if (ends.length >= count) resolve(ends);
        };
        notify();
      }),
  };
}

function allowed(body: string | Uint8Array | ByteChunks, close = false): Outcome {
  return { decision: 'allowed', answer: createAnswer(200, 'text/plain', body, { close }) };
}

const GET = head('GET /metrics HTTP/1.1', 'Host: x');

describe('createNodeListener', () => {
  it('ends the connection, and nothing else, where what hears of the end fails', async () => {
    const scene = await serve(
      () => Promise.resolve(allowed('whole')),
      () => {
        throw new TypeError('a fault of whoever listens');
      },
    );
    const first = await exchangeRaw(scene.port, GET + GET);
    expect([first.answers.map(({ status }) => status), first.closed]).toEqual([[200], true]);
    expect((await exchangeRaw(scene.port, GET)).answers.map(({ status }) => status)).toEqual([200]);
  });

  it('tells of connections on which a credential was right, and of no anonymous one', async () => {
    const outcomes: readonly (readonly [Pick<Outcome, 'decision' | 'credential'>, proofs: number])[] = [
      [{ decision: 'public' }, 0],
      [{ decision: 'denied', credential: 'books' }, 0],
      [{ decision: 'allowed' }, 0],
      [{ decision: 'allowed', credential: 'anonymous' }, 0],
      [{ decision: 'allowed', credential: 'books' }, 1],
    ];
    for (const [outcome, proofs] of outcomes) {
      const scene = await serve(() => Promise.resolve({ ...allowed('x'), ...outcome }));
      await exchangeRaw(scene.port, GET, { answers: 1 });
      await scene.ended(1);
      expect([outcome, scene.proofs()]).toEqual([outcome, proofs]);
    }
  });

  it.each([
    ['GET /metrics#x HTTP/1.1', 400, 'request_malformed'],
    ['GET http://x/metrics HTTP/1.1', 400, 'request_malformed'],
  ])('refuses %s without asking the handler', async (line, status, reason) => {
    const scene = await serve(() => Promise.resolve(allowed('x')));
    const { answers, closed } = await exchangeRaw(scene.port, head(line, 'Host: x'));
    expect([answers.map((answer) => answer.status), closed]).toEqual([[status], true]);
    const [end] = await scene.ended(1);
    expect([end?.path, end?.outcome.decision, end?.outcome.reason]).toEqual([undefined, 'denied', reason]);
    expect(scene.handled).toEqual([]);
  });

  it('answers a fault of the handler with a constant 500, and tells its name alone', async () => {
    const scene = await serve(() => Promise.reject(new RangeError('secret-7f3a')));
    const { answers } = await exchangeRaw(scene.port, GET, { answers: 1 });
    expect(answers.map(({ status, body }) => [status, body])).toEqual([[500, 'Internal Server Error\n']]);
    const [end] = await scene.ended(1);
    expect(end?.outcome).toMatchObject({ reason: 'internal_error', detail: 'RangeError' });
    expect(JSON.stringify(end?.outcome)).not.toContain('secret-7f3a');
  });

  it('survives a handler that throws what is no error', async () => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors
    const scene = await serve(() => Promise.reject('text'));
    expect((await exchangeRaw(scene.port, GET, { answers: 1 })).answers[0]?.status).toBe(500);
    expect((await scene.ended(1))[0]?.outcome.detail).toBe('unknown');
  });

  it.each([
    ['the handler', (): Promise<Outcome> => Promise.resolve(allowed('x', true)), GET],
    ['the parser', (): Promise<Outcome> => Promise.resolve(allowed('x')), head('GET /# HTTP/1.1', 'Host: x')],
  ])(
    'neither handles nor answers what follows an answer of %s that ends the connection',
    async (_, handle, first) => {
      const scene = await serve(handle);
      const { answers, closed } = await exchangeRaw(scene.port, first);
      expect([answers.length, closed]).toEqual([1, true]);
      const before = scene.handled.length;
      const pipelined = await exchangeRaw(scene.port, head('GET /# HTTP/1.1', 'Host: x') + GET + GET);
      expect([pipelined.answers.map(({ status }) => status), pipelined.closed]).toEqual([[400], true]);
      expect(scene.handled).toHaveLength(before);
    },
  );

  it('lets others go before what a connection sent ahead', async () => {
    const scene = await serve(() => Promise.resolve(allowed('x')));
    const [many, one] = [openRaw(scene.port), openRaw(scene.port)];
    await Promise.all([once(many, 'connect'), once(one, 'connect')]);
    many.write(head('GET /many HTTP/1.1', 'Host: x').repeat(10));
    one.write(head('GET /one HTTP/1.1', 'Host: x'));
    await scene.ended(11);
    expect(scene.handled.indexOf('/one')).toBeLessThan(5);
    many.destroy();
    one.destroy();
  });

  it('answers several requests of one connection in their order', async () => {
    const scene = await serve(({ query }) => Promise.resolve(allowed(query)));
    const requests = ['a', 'b', 'c'].map((name) => head(`GET /metrics?${name} HTTP/1.1`, 'Host: x'));
    const { answers } = await exchangeRaw(scene.port, requests.join(''), { answers: 3 });
    expect(answers.map(({ body }) => body)).toEqual(['a', 'b', 'c']);
  });

  it('reports bytes as they were sent and the time since the headers', async () => {
    const scene = await serve(() => {
      scene.clock.advance(25);
      return Promise.resolve(allowed('x'.repeat(5000)));
    });
    await exchangeRaw(scene.port, GET, { answers: 1 });
    await exchangeRaw(scene.port, head('GET /metrics HTTP/1.1', 'Host: x', 'Accept-Encoding: gzip'), {
      answers: 1,
    });
    await exchangeRaw(scene.port, head('HEAD /metrics HTTP/1.1', 'Host: x', 'Connection: close'));
    const ends = await scene.ended(3);
    expect(ends.map(({ method, sent }) => [method, sent.durationMs])).toEqual([
      ['GET', 25],
      ['GET', 25],
      ['HEAD', 25],
    ]);
    expect(ends[0]?.sent.bytesOut).toBe(5000);
    expect(ends[1]?.sent.bytesOut).toBeLessThan(100);
    expect(ends[2]?.sent.bytesOut).toBe(0);
  });

  it('reports nothing sent to a reader that went away before the answer', async () => {
    let answer: (outcome: Outcome) => void = () => undefined;
    const scene = await serve(() => new Promise((resolve) => (answer = resolve)));
    const socket = openRaw(scene.port);
    socket.write(GET);
    while (scene.handled.length === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
    });
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    answer(allowed(Buffer.alloc(32 * 1024 * 1024)));
    expect((await scene.ended(1))[0]?.sent.bytesOut).toBe(0);
  });

  it('reports the compressed bytes of a large body, which are the whole of it', async () => {
    const { body } = countedPieces(16, MIB / 4);
    const scene = await serve(() => Promise.resolve(allowed(body)));
    const { headers, bytes } = await download(scene.port, { 'Accept-Encoding': 'gzip' });
    expect([headers['content-encoding'], headers['content-length']]).toEqual(['gzip', undefined]);
    expect(gunzipSync(bytes).equals(joinChunks(body))).toBe(true);
    expect((await scene.ended(1))[0]?.sent.bytesOut).toBe(bytes.length);
  });

  it('gives HTTP/1.0 a large body with its length, because its end would be no proof', async () => {
    const { body } = countedPieces(16, MIB / 4);
    const scene = await serve(() => Promise.resolve(allowed(body)));
    const request = head('GET /metrics HTTP/1.0', 'Host: x', 'Accept-Encoding: gzip');
    const { answers, closed } = await exchangeRaw(scene.port, request);
    expect([answers.length, closed]).toEqual([1, true]);
    expect(answers[0]?.headers).toContainEqual(['content-length', String(body.byteLength)]);
    expect(answers[0]?.body).toBe(Buffer.from(joinChunks(body)).toString());
    expect((await scene.ended(1))[0]?.sent.bytesOut).toBe(body.byteLength);
  });

  it.each([
    ['while it is written', 16, 'identity'],
    ['while it is compressed as a whole', 2, 'gzip'],
    ['while it is compressed and written', 16, 'gzip'],
  ])('ends the connection, and says why, where a body cannot be made %s', async (_, count, coding) => {
    const { body } = countedPieces(count, MIB / 4, count - 1);
    const scene = await serve(() => Promise.resolve(allowed(body)));
    await expect(download(scene.port, { 'Accept-Encoding': coding })).rejects.toThrow(/aborted|hang up/u);
    const [end] = await scene.ended(1);
    expect(end?.outcome).toMatchObject({
      decision: 'allowed',
      reason: 'internal_error',
      detail: 'RangeError',
    });
    expect(end?.sent.bytesOut).toBeLessThan(body.byteLength);
    expect((await exchangeRaw(scene.port, head('GET /# HTTP/1.1', 'Host: x'))).answers[0]?.status).toBe(400);
  });

  it('tells who made a body that a reader has all of it, and nothing where the reader has not', async () => {
    let taken = 0;
    const { body } = countedPieces(16, MIB / 4);
    const outcome = allowed(body);
    const answer = { ...outcome.answer, taken: () => (taken += 1) };
    const scene = await serve(() => Promise.resolve({ ...outcome, answer }));
    await download(scene.port, {});
    await scene.ended(1);
    expect(taken).toBe(1);
    await download(scene.port, { 'Accept-Encoding': 'gzip' });
    await scene.ended(2);
    expect(taken).toBe(2);

    const gone = openRaw(scene.port);
    gone.write(GET);
    await new Promise<void>((resolve) => {
      gone.once('readable', resolve);
    });
    expect(taken).toBe(2);
    gone.destroy();
    await scene.ended(3);
    expect(taken).toBe(2);
  });
});

interface Download {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** One answer, as an HTTP client reads it; rejects where that does not come whole. */
function download(port: number, headers: Readonly<Record<string, string>>): Promise<Download> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/metrics', headers, agent: false }, (message) => {
      const received: Buffer[] = [];
      message.on('data', (chunk: Buffer) => received.push(chunk));
      message.once('error', reject);
      message.once('end', () => resolve({ headers: message.headers, bytes: Buffer.concat(received) }));
    }).once('error', reject);
  });
}
