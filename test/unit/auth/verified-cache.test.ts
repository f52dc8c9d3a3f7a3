import { describe, expect, test } from 'vitest';

import { createVerifiedCache } from '../../../src/auth/verified-cache.js';

describe('createVerifiedCache', () => {
  test('A1, A4: parts that join to the same text have different keys', () => {
    const cache = createVerifiedCache();
    const keys = [
      cache.keyOf('basic', 'ab', 'c'),
      cache.keyOf('basic', 'a', 'bc'),
      cache.keyOf('basic', '', 'abc'),
      cache.keyOf('basic', 'abc', ''),
      cache.keyOf('basic', 'abc'),
      cache.keyOf('bearer', 'abc'),
      cache.keyOf('basic', 'a\0\0\0\u0001b', 'c'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(cache.keyOf('basic', 'ab', 'c')).toBe(keys[0]);
  });

  test('another cache has another key', () => {
    expect(createVerifiedCache().keyOf('basic', 'a', 'b')).not.toBe(
      createVerifiedCache().keyOf('basic', 'a', 'b'),
    );
  });

  test('knows nothing before it is told', () => {
    const cache = createVerifiedCache();
    expect(cache.proofIds('key')).toEqual([]);
    expect(cache.isKnownFrom('key', '192.0.2.1/32')).toBe(false);
  });

  test('knows a submission from the prefixes that proved it, and from no other', () => {
    const cache = createVerifiedCache();
    cache.remember('key', ['old'], '192.0.2.1/32');
    cache.remember('key', ['proof'], '192.0.2.2/32');
    expect(cache.proofIds('key')).toEqual(['proof']);
    expect(cache.isKnownFrom('key', '192.0.2.1/32')).toBe(true);
    expect(cache.isKnownFrom('key', '192.0.2.2/32')).toBe(true);
    expect(cache.isKnownFrom('key', '192.0.2.3/32')).toBe(false);
    expect(cache.isKnownFrom('other', '192.0.2.1/32')).toBe(false);
  });

  test('is bounded in submissions and in prefixes; what is used stays', () => {
    const cache = createVerifiedCache();
    for (let i = 0; i < 300; i += 1) {
      cache.remember('used', ['proof'], `192.0.${i >> 8}.${i & 255}/32`);
    }
    expect(cache.isKnownFrom('used', '192.0.0.0/32')).toBe(false);
    expect(cache.isKnownFrom('used', '192.0.1.43/32')).toBe(true);
    for (let i = 0; i < 5_000; i += 1) {
      cache.remember(`other-${i}`, ['proof'], 'prefix');
      expect(cache.proofIds('used')).toEqual(['proof']);
    }
    expect(cache.proofIds('other-0')).toEqual([]);
  });
});
