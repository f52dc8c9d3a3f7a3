import { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readBody } from '../../../src/targets/body.js';

const KIB = 1024;
const Gunzip = createGunzip().constructor;

/** A source that counts what was taken from it. */
function counted(chunks: Iterable<Uint8Array>): { readonly source: Readable; readonly taken: () => number } {
  let taken = 0;
  function* counting(): Generator<Uint8Array> {
    for (const chunk of chunks) {
      taken += chunk.length;
      yield chunk;
    }
  }
  return { source: Readable.from(counting(), { objectMode: false, highWaterMark: 1 }), taken: () => taken };
}

function* endless(chunk: Uint8Array): Generator<Uint8Array> {
  for (;;) yield chunk;
}

describe('readBody', () => {
  test('stops an endless body at the cap', async () => {
    const { source, taken } = counted(endless(Buffer.alloc(16 * KIB, 'x')));
    const outcome = await readBody(source, { gzip: false, maxBytes: 100 * KIB });
    expect(outcome).toEqual({ ok: false, error: { reason: 'body_too_large' } });
    expect(source.destroyed).toBe(true);
    // The cap, and what two streams may hold on the way.
    expect(taken()).toBeLessThan(200 * KIB);
  });

  test('stops a gzip bomb at the cap: no more is ever inflated than that and what is on its way', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * KIB * KIB));
    const push = vi.spyOn(Readable.prototype, 'push');
    onTestFinished(() => push.mockRestore());
    const { source } = counted([bomb]);
    const outcome = await readBody(source, { gzip: true, maxBytes: 100 * KIB });
    expect(outcome).toEqual({ ok: false, error: { reason: 'inflated_too_large' } });
    expect(source.destroyed).toBe(true);
    const inflated = push.mock.calls
      .filter((_, call) => push.mock.contexts[call] instanceof Gunzip)
      .reduce((sum, [chunk]) => sum + (chunk instanceof Uint8Array ? chunk.length : 0), 0);
    expect(inflated).toBeGreaterThan(100 * KIB);
    expect(inflated).toBeLessThan(300 * KIB);
  });

  test('stops an endless gzip body that inflates to nothing at the cap on the wire', async () => {
    const header = gzipSync('').subarray(0, 10);
    // Stored blocks of length zero: valid deflate without end.
    const emptyBlocks = Buffer.alloc(16 * KIB - 4, Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]));
    const blocks = emptyBlocks.subarray(0, Math.floor(emptyBlocks.length / 5) * 5);
    function* chunks(): Generator<Uint8Array> {
      yield header;
      yield* endless(blocks);
    }
    const { source, taken } = counted(chunks());
    const outcome = await readBody(source, { gzip: true, maxBytes: 100 * KIB });
    expect(outcome).toEqual({ ok: false, error: { reason: 'body_too_large' } });
    expect(taken()).toBeLessThan(200 * KIB);
  });

  test('does not need the size of a gzip body to fit before it is inflated', async () => {
    const text = 'up 1\n'.repeat(10_000);
    const outcome = await readBody(Readable.from([gzipSync(text)]), { gzip: true, maxBytes: text.length });
    expect(outcome).toMatchObject({ ok: true, value: { receivedBytes: gzipSync(text).length } });
  });

  test('reads a gzip body that comes byte by byte', async () => {
    const bytes = gzipSync('up 1\n');
    const chunks = Array.from(bytes, (byte) => Buffer.from([byte]));
    const outcome = await readBody(Readable.from(chunks), { gzip: true, maxBytes: 100 });
    expect(outcome).toMatchObject({ ok: true, value: { body: Buffer.from('up 1\n') } });
  });

  test('tells a source that broke from one that ended', async () => {
    const source = new Readable({
      read() {
        this.push('up ');
        this.destroy(Object.assign(new Error('broken'), { code: 'UND_ERR_SOCKET' }));
      },
    });
    expect(await readBody(source, { gzip: false, maxBytes: 100 })).toEqual({
      ok: false,
      error: { reason: 'body_cut_off', detail: 'UND_ERR_SOCKET' },
    });
  });
});
