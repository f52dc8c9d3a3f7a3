import { describe, expect, test } from 'vitest';

import { findBearerToken, type BearerToken } from '../../../src/auth/bearer.js';
import { digestToken } from '../../../src/auth/digest.js';

function token(credential: string, text: string): BearerToken {
  return { credential, digest: digestToken(text), validity: {} };
}

const TOKENS = [token('first', 'alpha'), token('second', 'beta'), token('third', 'gamma')];

describe('findBearerToken', () => {
  test.each(['', 'alph', 'alphaa', 'Alpha', 'delta', '__proto__'])('A9: knows no %j', (presented) => {
    expect(findBearerToken(TOKENS, presented)).toBeUndefined();
  });

  test.each([
    ['alpha', 'first'],
    ['beta', 'second'],
    ['gamma', 'third'],
  ])('%s is of %s', (presented, credential) => {
    expect(findBearerToken(TOKENS, presented)?.credential).toBe(credential);
  });

  test('A9: looks at every digest, wherever the match is', () => {
    for (const presented of ['alpha', 'gamma', 'delta']) {
      let read = 0;
      const counted = TOKENS.map(({ credential, digest, validity }) => ({
        credential,
        validity,
        get digest(): Uint8Array {
          read += 1;
          return digest;
        },
      }));
      findBearerToken(counted, presented);
      expect(read).toBe(TOKENS.length);
    }
  });
});
