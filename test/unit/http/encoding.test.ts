import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createAnswer } from '../../../src/http/answer.js';
import { encodeAnswer, type EncodedAnswer, type EncodingWishes } from '../../../src/http/encoding.js';
import { joinChunks } from '../../../src/internal/byte-chunks.js';
import { countedPieces } from '../../support/counted-pieces.js';

const BIG = 'x'.repeat(1400);
const MIB = 1024 * 1024;
const GZIP: EncodingWishes = { acceptEncoding: ['gzip'], chunked: true };

function wishing(acceptEncoding: readonly string[]): EncodingWishes {
  return { acceptEncoding, chunked: true };
}

describe('encodeAnswer, by Accept-Encoding', () => {
  it.each<[lines: readonly string[], accepted: boolean]>([
    [[], false],
    [[''], false],
    [[','], false],
    [['identity'], false],
    [['br, deflate, zstd'], false],
    [['gzip;q=0'], false],
    [['gzip;q=0.000'], false],
    [['gzip;q=0, *'], false],
    [['*;q=0'], false],
    [['*;q=0', 'br'], false],
    [['gzip;q=2'], false],
    [['gzip;q=-1'], false],
    [['gzip;q=0.0001'], false],
    [['gzip;q='], false],
    [['gzip;q=1;q=1'], false],
    [['gzip;level=9'], false],
    [['gzipx'], false],
    [['"gzip"'], false],
    [['gzip'], true],
    [['GZip'], true],
    [['x-gzip'], true],
    [['gzip;q=1'], true],
    [['gzip ; Q=0.5'], true],
    [['gzip;q=0.001'], true],
    [['gzip;q=1.000'], true],
    [['br;q=1, gzip;q=0.1'], true],
    [['br', 'gzip'], true],
    [['*'], true],
    [['*;q=0.1'], true],
    [['*;q=0, gzip'], true],
    [['gzip;q=nonsense, *'], true],
  ])('%j takes gzip: %s', async (lines, accepted) => {
    const { headers } = await encodeAnswer(createAnswer(200, 'text/plain', BIG), wishing(lines));
    expect(headers['Content-Encoding']).toBe(accepted ? 'gzip' : undefined);
  });
});

/** All of a body, which says its length where `isWhole`. */
async function bytesOf({ body }: EncodedAnswer, isWhole: boolean): Promise<Buffer> {
  expect('byteLength' in body).toBe(isWhole);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('encodeAnswer', () => {
  it('leaves small answers and failures as they are', async () => {
    const small = createAnswer(200, 'text/plain', BIG.slice(1));
    const failure = createAnswer(502, 'text/plain', BIG);
    const unasked = createAnswer(200, 'text/plain', BIG);
    expect(await encodeAnswer(small, GZIP)).toBe(small);
    expect(await encodeAnswer(failure, GZIP)).toBe(failure);
    expect(await encodeAnswer(unasked, wishing(['br']))).toBe(unasked);
  });

  it('compresses the rest, keeps its headers, and changes nothing of the original', async () => {
    const answer = createAnswer(200, 'text/plain', BIG);
    const encoded = await encodeAnswer(answer, GZIP);
    expect(encoded.headers).toEqual({ ...answer.headers, 'Content-Encoding': 'gzip' });
    const bytes = await bytesOf(encoded, true);
    expect(gunzipSync(bytes).toString()).toBe(BIG);
    expect(bytes.length).toBeLessThan(BIG.length);
    expect(answer.headers['Content-Encoding']).toBeUndefined();
  });

  it('says the length of a compressed answer up to a megabyte, and makes a larger one while it is sent', async () => {
    const whole = createAnswer(200, 'text/plain', countedPieces(16, MIB / 16).body);
    const larger = createAnswer(200, 'text/plain', countedPieces(17, MIB / 16).body);
    expect(gunzipSync(await bytesOf(await encodeAnswer(whole, GZIP), true))).toHaveLength(MIB);
    const encoded = await encodeAnswer(larger, GZIP);
    expect(encoded.headers).toEqual({ ...larger.headers, 'Content-Encoding': 'gzip' });
    const inflated = gunzipSync(await bytesOf(encoded, false));
    expect(inflated.equals(joinChunks(larger.body))).toBe(true);
  });

  it('leaves a large answer as it is for a reader that must know its length', async () => {
    const answer = createAnswer(200, 'text/plain', Buffer.alloc(2 * MIB));
    expect(await encodeAnswer(answer, { ...GZIP, chunked: false })).toBe(answer);
    const small = await encodeAnswer(createAnswer(200, 'text/plain', BIG), { ...GZIP, chunked: false });
    expect(small.headers['Content-Encoding']).toBe('gzip');
  });

  it('makes no more pieces than are asked for, and none once nobody reads', async () => {
    const pieces = countedPieces(256, MIB / 4);
    const encoded = await encodeAnswer(createAnswer(200, 'text/plain', pieces.body), GZIP);
    expect(pieces.made()).toBe(0);
    for await (const compressed of encoded.body) {
      expect(compressed.length).toBeGreaterThan(0);
      break;
    }
    const made = pieces.made();
    expect(made).toBeLessThan(128);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([pieces.made(), pieces.stopped()]).toEqual([made, 1]);
  });

  it('fails where a piece cannot be made', async () => {
    const pieces = countedPieces(8, MIB / 4, 5);
    const encoded = await encodeAnswer(createAnswer(200, 'text/plain', pieces.body), GZIP);
    await expect(bytesOf(encoded, false)).rejects.toThrow(RangeError);
  });
});
