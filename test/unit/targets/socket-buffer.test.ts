// Every body comes whole and unmixed though one buffer is read into again and again: plain, inflated, over TLS, in
// pieces of any size, one after the other on one connection.

import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { exposition, readFixture, response } from '../../support/hostile-server.js';
import { scene, TEXT, textOf } from '../../support/http-target-scene.js';
import { Random } from '../../support/differential/random.js';

/** Text that no piece of it can stand for another one. */
function bodyOf(lines: number, seed: number): string {
  const random = new Random(seed);
  return Array.from({ length: lines }, (_, line) => `m{n="${line}"} ${random.below(2 ** 31)}\n`).join('');
}

/** Writes in pieces of these sizes, in turn, and lets the other side read in between. */
async function writeInPieces(socket: Socket, bytes: Uint8Array, sizes: readonly number[]): Promise<void> {
  socket.setNoDelay(true);
  for (let at = 0, piece = 0; at < bytes.length && !socket.destroyed; piece += 1) {
    const size = sizes[piece % sizes.length] ?? 1;
    if (!socket.write(bytes.subarray(at, at + size)) && !socket.destroyed) {
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve);
        socket.once('close', resolve);
      });
    }
    at += size;
    await nextTurn();
  }
}

const LARGE = bodyOf(120_000, 1);
const SIZES = [
  ['whole', [2 ** 30]],
  ['as large as the buffer', [64 * 1024]],
  ['of any size', [100_000, 17, 64 * 1024 + 1, 4096, 63_000]],
] as const;

describe.each(SIZES)('a body in pieces, %s', (_, sizes) => {
  test.each([
    ['plain', exposition(LARGE)],
    ['as gzip', exposition(gzipSync(LARGE), { 'Content-Encoding': 'gzip' })],
    [
      'as gzip that hardly compresses',
      exposition(gzipSync(LARGE, { level: 0 }), { 'Content-Encoding': 'gzip' }),
    ],
    [
      'in chunks',
      response(
        '200 OK',
        { ...TEXT, 'Transfer-Encoding': 'chunked' },
        `${LARGE.length.toString(16)}\r\n${LARGE}\r\n0\r\n\r\n`,
      ),
    ],
  ])('comes as it was sent, %s', async (_title, bytes) => {
    const { server, target } = await scene((socket) => void writeInPieces(socket, bytes, sizes));
    for (let fetch = 0; fetch < 3; fetch += 1) expect((await textOf(target)) === LARGE).toBe(true);
    expect(server.connections).toBe(1);
  });

  test('comes as it was sent over TLS', async () => {
    const options = { ca: readFixture('ca.pem') };
    const bytes = exposition(LARGE);
    const answer = (socket: Socket): void => void writeInPieces(socket, bytes, sizes);
    const { target } = await scene(answer, options, 'server');
    for (let fetch = 0; fetch < 2; fetch += 1) expect((await textOf(target)) === LARGE).toBe(true);
  });
});

test('a head that comes letter by letter says what it said, before a body that does as well', async () => {
  const bytes = exposition('up 1\n', { 'X-Filler': 'x'.repeat(300) });
  const { target } = await scene((socket) => void writeInPieces(socket, bytes, [1]));
  expect(await textOf(target)).toBe('up 1\n');
});

test('gzip in small chunks comes as it was sent, though its reader has to wait in the middle of a read', async () => {
  const body = gzipSync(LARGE, { level: 1 });
  const headers = { ...TEXT, 'Content-Encoding': 'gzip', 'Transfer-Encoding': 'chunked' };
  const pieces: Uint8Array[] = [response('200 OK', headers)];
  for (let at = 0; at < body.length; at += 4096) {
    const chunk = body.subarray(at, at + 4096);
    pieces.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  const bytes = Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
  const { target } = await scene((socket) => void socket.write(bytes));
  for (let fetch = 0; fetch < 10; fetch += 1) expect((await textOf(target)) === LARGE).toBe(true);
});

test.each([0, 20, 50, 70])(
  'a head that ends %i bytes behind a full read, after interim ones',
  async (behind) => {
    const interim = 'HTTP/1.1 103 Early Hints\r\n\r\n';
    const before = 64 * 1024 - behind;
    const whole = interim.repeat(Math.floor((before - 100) / interim.length));
    const filler = 'x'.repeat(before - whole.length - 'HTTP/1.1 103 Early Hints\r\nx: \r\n\r\n'.length);
    const hints = `${whole}HTTP/1.1 103 Early Hints\r\nx: ${filler}\r\n\r\n`;
    expect(hints).toHaveLength(before);
    const bytes = Buffer.concat([
      Buffer.from(hints),
      exposition(LARGE, { 'Content-Length': String(LARGE.length) }),
    ]);
    const { target } = await scene((socket) => void socket.write(bytes));
    for (let fetch = 0; fetch < 3; fetch += 1) expect((await textOf(target)) === LARGE).toBe(true);
  },
);
