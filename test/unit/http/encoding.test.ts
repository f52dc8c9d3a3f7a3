import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createAnswer } from '../../../src/http/answer.js';
import { encodeAnswer } from '../../../src/http/encoding.js';

const BIG = 'x'.repeat(1400);

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
    const { headers } = await encodeAnswer(createAnswer(200, 'text/plain', BIG), lines);
    expect(headers['Content-Encoding']).toBe(accepted ? 'gzip' : undefined);
  });
});

describe('encodeAnswer', () => {
  it('leaves small answers and failures as they are', async () => {
    const small = createAnswer(200, 'text/plain', BIG.slice(1));
    const failure = createAnswer(502, 'text/plain', BIG);
    const unasked = createAnswer(200, 'text/plain', BIG);
    expect(await encodeAnswer(small, ['gzip'])).toBe(small);
    expect(await encodeAnswer(failure, ['gzip'])).toBe(failure);
    expect(await encodeAnswer(unasked, ['br'])).toBe(unasked);
  });

  it('compresses the rest, keeps its headers, and changes nothing of the original', async () => {
    const answer = createAnswer(200, 'text/plain', BIG);
    const encoded = await encodeAnswer(answer, ['gzip']);
    expect(encoded.headers).toEqual({ ...answer.headers, 'Content-Encoding': 'gzip' });
    expect(gunzipSync(encoded.body).toString()).toBe(BIG);
    expect(encoded.body.length).toBeLessThan(BIG.length);
    expect(answer.headers['Content-Encoding']).toBeUndefined();
  });
});
