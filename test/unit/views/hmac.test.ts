import { createHmac as createNodeHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHmac } from '../../../src/views/hmac.js';
import { createKeyedHash, createTextHash } from '../../../src/views/keyed-hash.js';

describe('HMAC-SHA-256', () => {
  it.each([
    ['1', 20, 0x0b, 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '6, a key of more than a block',
      131,
      0xaa,
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('gives what RFC 4231 says: test case %s', (_, length, byte, text, expected) => {
    const hmac = createHmac(Buffer.alloc(length, byte));
    expect(Buffer.from(hmac(text, 'binary'), 'latin1').toString('hex')).toBe(expected);
    expect(Buffer.from(hmac(text, 'base64url'), 'base64url').toString('hex')).toBe(expected);
  });

  it('is that of node:crypto for any key and any texts, one after the other', () => {
    const longTexts = fc
      .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }), fc.integer({ min: 200, max: 3000 }))
      .map(([text, times]) => text.repeat(times));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 140 }),
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), longTexts, fc.constant('\ud800')), { maxLength: 5 }),
        (key, texts) => {
          const hmac = createHmac(key);
          for (const text of texts) {
            const mac = createNodeHmac('sha256', key).update(text, 'utf8').digest();
            expect(hmac(text, 'binary')).toBe(mac.toString('latin1'));
            expect(createTextHash(key)(text)).toBe(mac.toString('base64url', 0, 16));
          }
        },
      ),
    );
  });

  it('keeps the parts of a hash apart', () => {
    const hash = createKeyedHash(Buffer.alloc(32, 7));
    expect(hash('a', 'bc')).not.toBe(hash('ab', 'c'));
    expect(hash('a', 'bc')).toBe(hash('a', 'bc'));
  });
});
