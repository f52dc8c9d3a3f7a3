import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAnswer, type Answer } from '../../../src/http/answer.js';
import { encodeAnswer } from '../../../src/http/encoding.js';
import { writeAnswer, type Written } from '../../../src/http/write.js';
import { joinChunks, type ByteChunks } from '../../../src/internal/byte-chunks.js';
import { MemoryPool } from '../../../src/internal/memory-pool.js';
import { countedPieces } from '../../support/counted-pieces.js';
import { exchangeRaw, head, openRaw } from '../../support/raw-http.js';

const KIB = 1024;
const MIB = KIB * KIB;

/** More than the kernel takes for a reader that does not read. */
const LARGE = Buffer.alloc(32 * MIB, 'x');

interface Served {
  readonly port: number;
  /** What became of the first answer. */
  readonly written: Promise<Written>;
  readonly response: Promise<ServerResponse>;
}

interface Serving {
  readonly before?: () => Promise<void>;
  readonly acceptEncoding?: readonly string[];
}

async function serve(answer: Answer, serving: Serving = {}): Promise<Served> {
  const { before = () => Promise.resolve(), acceptEncoding = [] } = serving;
  let settle: (written: Written) => void = () => undefined;
  let begin: (response: ServerResponse) => void = () => undefined;
  const written = new Promise<Written>((resolve) => (settle = resolve));
  const begun = new Promise<ServerResponse>((resolve) => (begin = resolve));
  const server = createServer((request, response) => {
    begin(response);
    void before()
      .then(() => encodeAnswer(answer, { acceptEncoding, chunked: true }))
      .then((encoded) => writeAnswer(response, encoded, request.method ?? ''))
      .then(settle);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, written, response: begun };
}

const GET = head('GET / HTTP/1.1', 'Host: x');

/** Asks, and waits for the first bytes without reading them. */
async function askAndHold(port: number): Promise<Socket> {
  const socket = openRaw(port);
  socket.write(GET);
  await new Promise<void>((resolve) => {
    socket.once('readable', () => resolve());
  });
  return socket;
}

/** Lets everything that is ready run, several times over. */
async function settled(turns = 50): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Everything that comes until the server closes the connection. */
function readToEnd(socket: Socket): Promise<Buffer> {
  const received: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(Buffer.concat(received)));
  });
}

/** What comes after the head. */
function bodyOf(answer: Buffer): Buffer {
  return answer.subarray(answer.indexOf('\r\n\r\n') + 4);
}

describe('writeAnswer, to a reader that goes away', () => {
  it('stops in the middle', async () => {
    const { port, written } = await serve(createAnswer(200, 'text/plain', LARGE));
    const socket = await askAndHold(port);
    socket.destroy();
    const { end, bytesOut } = await written;
    expect(end).toBe('gone');
    expect(bytesOut).toBeGreaterThan(0);
    expect(bytesOut).toBeLessThan(LARGE.length);
  });

  it('writes nothing where that was before the first byte', async () => {
    let gone = (): void => undefined;
    const isGone = new Promise<void>((resolve) => (gone = resolve));
    const pieces = countedPieces(4, MIB);
    const answer = createAnswer(200, 'text/plain', pieces.body);
    const { port, written, response } = await serve(answer, { before: () => isGone });
    const socket = openRaw(port);
    socket.write(GET);
    const pending = await response;
    pending.once('close', gone);
    socket.destroy();
    expect(await written).toEqual({ bytesOut: 0, end: 'gone' });
    expect(pieces.stopped()).toBe(1);
  });

  it.each([
    ['as it is', []],
    ['compressed', ['gzip']],
  ])('makes no further pieces of a body %s', async (_, acceptEncoding) => {
    const pieces = countedPieces(256, MIB / 4);
    const { port, written } = await serve(createAnswer(200, 'text/plain', pieces.body), { acceptEncoding });
    const socket = await askAndHold(port);
    socket.destroy();
    expect((await written).end).toBe('gone');
    await settled();
    const made = pieces.made();
    await settled();
    expect([pieces.made(), pieces.stopped()]).toEqual([made, 1]);
    expect(made).toBeLessThan(256);
  });
});

describe('writeAnswer, to a slow reader', () => {
  it('holds a piece or two, however many there are, and then hands over every byte', async () => {
    const pieces = countedPieces(128, MIB / 4);
    const { port, written, response } = await serve(createAnswer(200, 'text/plain', pieces.body));
    const socket = await askAndHold(port);
    const pending = await response;
    await settled();
    const made = pieces.made();
    await settled();
    // What the kernel took, and no more.
    expect([pieces.made(), made < 128]).toEqual([made, true]);
    expect(pending.writableLength).toBeLessThan(MIB);
    const received = readToEnd(socket);
    expect(await written).toEqual({ bytesOut: 32 * MIB, end: 'whole' });
    expect(pieces.made()).toBe(128);
    socket.end();
    expect(bodyOf(await received).equals(joinChunks(pieces.body))).toBe(true);
  });

  it('cuts a body of one piece', async () => {
    const { port, written, response } = await serve(createAnswer(200, 'text/plain', LARGE));
    const socket = await askAndHold(port);
    const pending = await response;
    await settled();
    expect(pending.writableLength).toBeLessThan(MIB);
    const received = readToEnd(socket);
    expect(await written).toEqual({ bytesOut: LARGE.length, end: 'whole' });
    socket.end();
    expect(bodyOf(await received).equals(LARGE)).toBe(true);
  });
});

describe('writeAnswer', () => {
  it('lets others run in between, also when the socket takes everything at once', async () => {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    const perTurn = new Map<number, number>();
    function* pieces(): Generator<Uint8Array> {
      for (let index = 0; index < 512; index += 1) {
        perTurn.set(turns, (perTurn.get(turns) ?? 0) + 1);
        yield Buffer.alloc(64 * KIB);
      }
    }
    const body = { byteLength: 32 * MIB, [Symbol.iterator]: pieces };
    const { port, written, response } = await serve(createAnswer(200, 'text/plain', body), {
      before: () => {
        count();
        return Promise.resolve();
      },
    });
    const socket = openRaw(port);
    socket.on('data', () => undefined);
    socket.write(GET);
    (await response).on('finish', () => (isOver = true));
    expect((await written).end).toBe('whole');
    socket.destroy();
    expect(Math.max(...perTurn.values()) * 64 * KIB).toBeLessThanOrEqual(MIB);
  });

  it('sends HEAD the length without making the body', async () => {
    const pieces = countedPieces(4, MIB);
    const { port, written } = await serve(createAnswer(200, 'text/plain', pieces.body));
    const { text } = await exchangeRaw(port, head('HEAD / HTTP/1.1', 'Host: x', 'Connection: close'));
    expect(await written).toEqual({ bytesOut: 0, end: 'whole' });
    expect(text).toContain(`Content-Length: ${4 * MIB}\r\n`);
    expect(text.endsWith('\r\n\r\n')).toBe(true);
    expect(pieces.made()).toBe(0);
  });

  it('sends HEAD no length that only making the body would tell', async () => {
    const pieces = countedPieces(4, MIB);
    const serving = { acceptEncoding: ['gzip'] };
    const { port, written } = await serve(createAnswer(200, 'text/plain', pieces.body), serving);
    const { text } = await exchangeRaw(port, head('HEAD / HTTP/1.1', 'Host: x', 'Connection: close'));
    expect(await written).toEqual({ bytesOut: 0, end: 'whole' });
    expect(text).toContain('Content-Encoding: gzip\r\n');
    expect(text).not.toMatch(/content-length|transfer-encoding/iu);
    expect(pieces.made()).toBe(0);
  });

  it('sends an empty body with its length, one line for each of several values, and closes where asked', async () => {
    const headers = { 'WWW-Authenticate': ['Bearer', 'Basic'] };
    const { port } = await serve(createAnswer(401, 'text/plain', '', { headers, close: true }));
    const { answers, closed } = await exchangeRaw(port, GET);
    expect(closed).toBe(true);
    expect(answers[0]?.headers.filter(([name]) => name === 'www-authenticate')).toEqual([
      ['www-authenticate', 'Bearer'],
      ['www-authenticate', 'Basic'],
    ]);
    expect(answers[0]?.headers).toContainEqual(['content-length', '0']);
    expect(answers[0]?.headers).toContainEqual(['connection', 'close']);
  });
});

describe('writeAnswer never ends as if it were whole', () => {
  const WRONG: readonly (readonly [title: string, pieces: number, said: number, sent: number])[] = [
    ['is shorter than it said', 3, 4, 2],
    ['is longer than it said', 5, 4, 3],
  ];
  it.each(WRONG)('a body that %s', async (_, count, said, sent) => {
    const { body } = countedPieces(count, MIB);
    const wrong = { byteLength: said * MIB, [Symbol.iterator]: () => body[Symbol.iterator]() };
    const { port, written } = await serve(createAnswer(200, 'text/plain', wrong));
    const socket = openRaw(port);
    const received = readToEnd(socket);
    // A second request, which an answer that looked whole would be followed by.
    socket.write(GET + GET);
    expect(await written).toEqual({ bytesOut: sent * MIB, end: 'failed', fault: 'RangeError' });
    const text = await received;
    expect(bodyOf(text).length).toBeLessThan(said * MIB);
    expect(text.toString('latin1').split('HTTP/1.1 ')).toHaveLength(2);
  });

  it.each([
    ['as it is', [], 'Content-Length: 8388608\r\n'],
    ['compressed', ['gzip'], 'Transfer-Encoding: chunked\r\n'],
  ])('a body of which a piece cannot be made, %s', async (_, acceptEncoding, framing) => {
    const pieces = countedPieces(32, MIB / 4, 20);
    const { port, written } = await serve(createAnswer(200, 'text/plain', pieces.body), { acceptEncoding });
    const socket = openRaw(port);
    const received = readToEnd(socket);
    socket.write(GET);
    expect(await written).toMatchObject({ end: 'failed', fault: 'RangeError' });
    const text = (await received).toString('latin1');
    expect(text).toContain(framing);
    expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false);
    expect(text.length).toBeLessThan(8 * MIB);
  });

  it('says the name of what was thrown, and never its message', async () => {
    const body = {
      byteLength: 1,
      [Symbol.iterator]: (): Iterator<Uint8Array> => {
        // oxlint-disable-next-line typescript/only-throw-error
        throw 'user@example.com';
      },
    };
    const { port, written } = await serve(createAnswer(200, 'text/plain', body));
    const { closed } = await exchangeRaw(port, GET);
    expect([closed, await written]).toEqual([true, { bytesOut: 0, end: 'failed', fault: 'unknown' }]);
  });
});

/** Pieces that are told apart by every byte, in memory that serves again as soon as the writer is done with it. */
function pooledPieces(count: number, bytes: number): { body: ByteChunks; memories: Set<ArrayBufferLike> } {
  const pool = new MemoryPool(bytes, 4);
  const memories = new Set<ArrayBufferLike>();
  function* pieces(): Generator<Uint8Array> {
    for (let index = 0; index < count; index += 1) {
      const piece = pool.take(bytes).fill(33 + (index % 90));
      memories.add(piece.buffer);
      yield piece;
    }
  }
  return { body: { byteLength: count * bytes, [Symbol.iterator]: pieces }, memories };
}

describe('memory of pieces', () => {
  const COUNT = 512;
  const BYTES = 64 * KIB;

  it('serves again once the socket has taken what was in it, and not before', async () => {
    const { body, memories } = pooledPieces(COUNT, BYTES);
    const { port, written } = await serve(createAnswer(200, 'text/plain', body));
    const socket = await askAndHold(port);
    // The kernel has taken what it takes, and nothing more is made.
    await settled();
    const made = memories.size;
    const received: Buffer[] = [];
    let length = 0;
    for await (const chunk of socket) {
      received.push(Buffer.from(chunk));
      length += chunk.length;
      if (length >= body.byteLength + (received[0]?.indexOf('\r\n\r\n') ?? 0) + 4) break;
    }
    expect((await written).end).toBe('whole');
    const bytes = Buffer.concat(received);
    const expected = pooledPieces(COUNT, BYTES).body;
    expect(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4).equals(joinChunks(expected))).toBe(true);
    expect(made).toBeLessThan(16);
    expect(memories.size).toBeLessThan(16);
  });

  it('is left alone where it is compressed', async () => {
    const { body, memories } = pooledPieces(COUNT, BYTES);
    const { port, written } = await serve(createAnswer(200, 'text/plain', body), {
      acceptEncoding: ['gzip'],
    });
    const { answers } = await exchangeRaw(port, head('GET / HTTP/1.1', 'Host: x', 'Connection: close'));
    expect((await written).end).toBe('whole');
    expect(answers[0]?.headers).toContainEqual(['content-encoding', 'gzip']);
    expect(memories.size).toBe(COUNT);
  });
});
