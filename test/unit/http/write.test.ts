import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAnswer, type Answer } from '../../../src/http/answer.js';
import { writeAnswer } from '../../../src/http/write.js';
import { exchangeRaw, head, openRaw } from '../../support/raw-http.js';

/** More than the kernel takes for a reader that does not read. */
const LARGE = Buffer.alloc(32 * 1024 * 1024, 'x');

interface Served {
  readonly port: number;
  /** The outcome of the first answer. */
  readonly written: Promise<'whole' | 'gone'>;
  readonly response: Promise<ServerResponse>;
}

async function serve(answer: Answer, before: () => Promise<void> = () => Promise.resolve()): Promise<Served> {
  let settle: (how: 'whole' | 'gone') => void = () => undefined;
  let begin: (response: ServerResponse) => void = () => undefined;
  const written = new Promise<'whole' | 'gone'>((resolve) => (settle = resolve));
  const begun = new Promise<ServerResponse>((resolve) => (begin = resolve));
  const server = createServer((request, response) => {
    begin(response);
    void before().then(() =>
      writeAnswer(response, answer, request.method ?? '').then(
        () => settle('whole'),
        () => settle('gone'),
      ),
    );
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

describe('writeAnswer', () => {
  it('rejects when the reader goes away in the middle', async () => {
    const { port, written } = await serve(createAnswer(200, 'text/plain', LARGE));
    const socket = openRaw(port);
    socket.write(GET);
    await new Promise<void>((resolve) => {
      socket.once('readable', () => resolve());
    });
    socket.destroy();
    expect(await written).toBe('gone');
  });

  it('rejects when the reader went away before the first byte', async () => {
    let gone = (): void => undefined;
    const isGone = new Promise<void>((resolve) => (gone = resolve));
    const { port, written, response } = await serve(createAnswer(200, 'text/plain', 'x'), () => isGone);
    const socket = openRaw(port);
    socket.write(GET);
    const pending = await response;
    pending.once('close', gone);
    socket.destroy();
    expect(await written).toBe('gone');
  });

  it('waits for a reader that does not read, and hands over every byte to one that does', async () => {
    const { port, written, response } = await serve(createAnswer(200, 'text/plain', LARGE));
    const socket = openRaw(port);
    socket.write(GET);
    await new Promise<void>((resolve) => {
      socket.once('readable', () => resolve());
    });
    let outcome = 'waiting';
    void written.then((how) => (outcome = how));
    const pending = await response;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(outcome).toBe('waiting');
    // Held once in the answer; the response has at most a chunk or two of it.
    expect(pending.writableLength).toBeLessThan(1024 * 1024);
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    expect(await written).toBe('whole');
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (received < LARGE.length) setImmediate(check);
        else resolve();
      };
      check();
    });
    socket.destroy();
    expect(received).toBeGreaterThan(LARGE.length);
  });

  it('sends HEAD the length without the body', async () => {
    const { port, written } = await serve(createAnswer(200, 'text/plain', 'body'));
    const { text } = await exchangeRaw(port, head('HEAD / HTTP/1.1', 'Host: x', 'Connection: close'));
    expect(await written).toBe('whole');
    expect(text).toContain('Content-Length: 4\r\n');
    expect(text.endsWith('\r\n\r\n')).toBe(true);
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
