import { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createBodyReader, type BodyOptions } from '../../../src/targets/body.js';
import { readAll } from '../../support/read-body.js';

const KIB = 1024;
const Gunzip = createGunzip().constructor;

/** A source that counts what was taken from it. */
function counted(chunks: Iterable<Buffer>): {
  readonly source: Iterable<Buffer>;
  readonly taken: () => number;
} {
  let taken = 0;
  function* counting(): Generator<Buffer> {
    for (const chunk of chunks) {
      taken += chunk.length;
      yield chunk;
    }
  }
  return { source: counting(), taken: () => taken };
}

function* endless(chunk: Buffer): Generator<Buffer> {
  for (;;) yield chunk;
}

describe('a body reader', () => {
  test('stops an endless body at the cap', async () => {
    const { source, taken } = counted(endless(Buffer.alloc(16 * KIB, 'x')));
    const outcome = await readAll(source, { gzip: false, maxBytes: 100 * KIB });
    expect(outcome).toEqual({ ok: false, error: { reason: 'body_too_large' } });
    expect(taken()).toBe(112 * KIB);
  });

  test('stops a gzip bomb at the cap: no more is ever inflated than that and what is on its way', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * KIB * KIB));
    const push = vi.spyOn(Readable.prototype, 'push');
    onTestFinished(() => push.mockRestore());
    const outcome = await readAll([bomb], { gzip: true, maxBytes: 100 * KIB });
    expect(outcome).toEqual({ ok: false, error: { reason: 'inflated_too_large' } });
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const inflated = push.mock.calls
      .filter((_, call) => push.mock.contexts[call] instanceof Gunzip)
      .reduce((sum, [chunk]) => sum + (chunk instanceof Uint8Array ? chunk.length : 0), 0);
    expect(inflated).toBeGreaterThan(100 * KIB);
    expect(inflated).toBeLessThan(300 * KIB);
  });

  test('takes no more of a gzip body than it can inflate, until it asks for more', () => {
    const ready = vi.fn<() => void>();
    const reader = createBodyReader({
      gzip: true,
      maxBytes: KIB * KIB,
      expectedBytes: undefined,
      onSettled: () => undefined,
      onReady: ready,
    });
    expect(reader.take(gzipSync(Buffer.alloc(KIB)))).toBe(true);
    expect(reader.take(Buffer.alloc(64 * KIB))).toBe(false);
    expect(ready).not.toHaveBeenCalled();
    reader.abort(new Error('enough'));
  });

  test('stops an endless gzip body that inflates to nothing at the cap on the wire', async () => {
    const header = gzipSync('').subarray(0, 10);
    // Stored blocks of length zero: valid deflate without end.
    const emptyBlocks = Buffer.alloc(16 * KIB - 4, Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]));
    const blocks = emptyBlocks.subarray(0, Math.floor(emptyBlocks.length / 5) * 5);
    function* chunks(): Generator<Buffer> {
      yield header;
      yield* endless(blocks);
    }
    const { source, taken } = counted(chunks());
    const outcome = await readAll(source, { gzip: true, maxBytes: 100 * KIB });
    expect(outcome).toEqual({ ok: false, error: { reason: 'body_too_large' } });
    expect(taken()).toBeLessThan(120 * KIB);
  });

  test('does not need the size of a gzip body to fit before it is inflated', async () => {
    const text = 'up 1\n'.repeat(10_000);
    const outcome = await readAll([gzipSync(text)], { gzip: true, maxBytes: text.length });
    expect(outcome).toMatchObject({ ok: true, value: { receivedBytes: gzipSync(text).length } });
  });

  test('reads a gzip body that comes byte by byte', async () => {
    const chunks = Array.from(gzipSync('up 1\n'), (byte) => Buffer.from([byte]));
    const outcome = await readAll(chunks, { gzip: true, maxBytes: 100 });
    expect(outcome).toMatchObject({ ok: true, value: { body: Buffer.from('up 1\n') } });
  });

  test.each([false, true])('settles once, and ignores what comes afterwards (gzip: %s)', async (gzip) => {
    const settled = vi.fn<BodyOptions['onSettled']>();
    const options = { gzip, maxBytes: 100, expectedBytes: 8, onSettled: settled, onReady: () => undefined };
    const reader = createBodyReader(options);
    reader.take(Buffer.from([0x1f, 0x8b]));
    reader.abort(Object.assign(new Error('broken'), { code: 'UND_ERR_SOCKET' }));
    reader.abort(new Error('again'));
    expect(reader.take(Buffer.alloc(KIB, 'x'))).toBe(true);
    reader.end();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(settled.mock.calls).toEqual([
      [{ ok: false, error: { reason: 'body_cut_off', detail: 'UND_ERR_SOCKET' } }],
    ]);
  });

  test('is refused, not fatal, where there is no memory for it', async () => {
    const text = Buffer.alloc(5 * KIB * KIB);
    const outcome = await readAll([gzipSync(text)], { gzip: true, maxBytes: 10 * KIB * KIB }, () => {
      const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation(() => {
        throw new RangeError('Array buffer allocation failed');
      });
      onTestFinished(() => allocate.mockRestore());
    });
    expect(outcome).toEqual({ ok: false, error: { reason: 'body_cut_off' } });
  });
});
