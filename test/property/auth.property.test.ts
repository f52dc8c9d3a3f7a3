import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readAuthorization } from '../../src/auth/authorization.js';
import { parseBasicCredentials } from '../../src/auth/basic.js';
import { tokenBits } from '../../src/auth/credential-strength.js';
import { formatTokenDigest, parseTokenDigest } from '../../src/auth/digest.js';
import { parsePasswordHash } from '../../src/auth/password.js';
import { createVerifiedCache } from '../../src/auth/verified-cache.js';
import { HeaderLines } from '../../src/internal/header-lines.js';

const character = fc.constantFrom(...Array.from('aZ09:=+/-_.,$ \t\n\0äß€\u00a0\ufeff\u{1F511}'));
const text = fc.string({ unit: character, maxLength: 40 });
/** What a client can put into a pair. */
const printable = fc.string({
  unit: fc.constantFrom(...Array.from('aZ09=+/-_., $äß€\u00a0\u{1F511}')),
  maxLength: 40,
});
const headerText = fc.oneof(
  text,
  fc
    .tuple(
      fc.constantFrom('Bearer', 'basic', 'BASIC', 'Digest', ''),
      fc.constantFrom(' ', '  ', '\t', ''),
      text,
    )
    .map((parts) => parts.join('')),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => `Basic ${Buffer.from(bytes).toString('base64')}`),
);

function controlCharacters(value: string): readonly string[] {
  return Array.from(value).filter((one) => one < ' ' || one === '\x7f');
}

describe('Authorization', () => {
  test('nothing makes reading it throw; what is read has no space and no control character', () => {
    fc.assert(
      fc.property(fc.array(headerText, { maxLength: 3 }), (lines) => {
        const read = readAuthorization(HeaderLines.fromRaw(lines.flatMap((line) => ['authorization', line])));
        expect(!read.ok || /^[\x21-\x7e]+$/.test(read.value.text)).toBe(true);
        expect(read.ok && lines.length !== 1).toBe(false);
      }),
    );
  });
});

describe('Basic', () => {
  test('every pair comes back as it was sent', () => {
    fc.assert(
      fc.property(
        printable,
        fc.string({ unit: fc.constantFrom(':', 'a', 'ß', ' '), maxLength: 40 }),
        (username, password) => {
          const sent = Buffer.from(`${username}:${password}`).toString('base64');
          expect(parseBasicCredentials(sent)).toEqual({ ok: true, value: { username, password } });
        },
      ),
    );
  });

  test('nothing makes it throw, neither bytes nor text; what it reads has no control character', () => {
    const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array).toString('base64'));
    fc.assert(
      fc.property(fc.oneof(bytes, text), (submitted) => {
        const read = parseBasicCredentials(submitted);
        const controls = read.ok ? controlCharacters(read.value.username + read.value.password) : [];
        expect(controls).toEqual([]);
        expect(read.ok && read.value.username.includes(':')).toBe(false);
      }),
    );
  });

  test('each text has one meaning: what is read, written again, is the same text', () => {
    const bytes = fc.string({ unit: fc.constantFrom(...Array.from('ab:ß')), maxLength: 12 });
    fc.assert(
      fc.property(bytes, fc.constantFrom('', '=', '=='), (pair, padding) => {
        const submitted = Buffer.from(pair).toString('base64').replace(/=+$/, '') + padding;
        const read = parseBasicCredentials(submitted);
        const again = read.ok
          ? Buffer.from(`${read.value.username}:${read.value.password}`).toString('base64')
          : submitted;
        expect(again).toBe(submitted);
      }),
    );
  });
});

describe('digests, hashes and strength', () => {
  test('a digest comes back from its text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (digest) => {
        expect(Uint8Array.from(parseTokenDigest(formatTokenDigest(digest)) ?? [])).toEqual(digest);
      }),
    );
  });

  test('nothing makes the parsers throw', () => {
    const almostHash = fc.string({
      unit: fc.constantFrom(...Array.from('$scrypt,=lnrp0189AZaz+/')),
      maxLength: 90,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          almostHash,
          almostHash.map((rest) => `$scrypt$ln=15,r=8,p=3$${rest}`),
        ),
        (submitted) => {
          expect(typeof parsePasswordHash(submitted).ok).toBe('boolean');
          expect(parseTokenDigest(submitted)).toBeUndefined();
          expect(tokenBits(submitted)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  test('repeating a token makes it no stronger', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('abcXYZ019-')), minLength: 1, maxLength: 20 }),
        fc.integer({ min: 2, max: 8 }),
        (unit, times) => {
          expect(tokenBits(unit.repeat(times))).toBeLessThanOrEqual(tokenBits(unit));
        },
      ),
    );
  });

  test('A4: submissions share a key only when they are equal', () => {
    const cache = createVerifiedCache();
    const parts = fc.array(fc.string({ unit: fc.constantFrom('a', '\0', '\u0001', ':'), maxLength: 5 }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(cache.keyOf('basic', ...a) === cache.keyOf('basic', ...b)).toBe(
          JSON.stringify(a) === JSON.stringify(b),
        );
      }),
    );
  });
});
