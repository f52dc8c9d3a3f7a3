import { describe, expect, test } from 'vitest';

import { digestToken } from '../../../src/auth/digest.js';
import { resolveCredentials } from '../../../src/auth/resolve-credentials.js';
import { Secret } from '../../../src/internal/secret.js';
import { basicProof, bearerProof } from '../../support/credentials.js';
import { callUntyped } from '../../support/untyped.js';

const HASH = (await basicProof('alice', 'password')).passwordHash;
const ALICE = { kind: 'basic', username: 'alice', passwordHash: HASH };

/** Paths and messages of what is wrong. */
function problems(credentials: unknown): readonly string[] {
  const resolved = callUntyped(resolveCredentials, credentials);
  return resolved.ok ? [] : resolved.error.map(({ path, message }) => `${path}: ${message}`);
}

function hashOfCost(ln: number): Secret {
  return new Secret(HASH.reveal().replace('ln=12', `ln=${ln}`));
}

describe('resolveCredentials', () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ['no list', { a: 1 }, [': not a list']],
    ['no object', ['a'], ['[0]: not an object']],
    ['no name', [{ proofs: [bearerProof('t')] }], ['[0].name: expected 1 to 64']],
    [
      'a name that is no label',
      [{ name: 'a\nb', proofs: [bearerProof('t')] }],
      ['[0].name: expected 1 to 64'],
    ],
    [
      'A18: a name from the prototype',
      [{ name: '__proto__', proofs: [bearerProof('t')] }],
      ['[0].name: expected 1 to 64'],
    ],
    [
      'one name twice',
      [
        { name: 'a', proofs: [bearerProof('t')] },
        { name: 'a', proofs: [bearerProof('u')] },
      ],
      ['[1].name: "a" is the name'],
    ],
    [
      'no proofs',
      [{ name: 'a' }, { name: 'b', proofs: [] }],
      ['[0].proofs: no proof', '[1].proofs: no proof'],
    ],
    [
      'an unknown kind',
      [{ name: 'a', proofs: [{ kind: 'none' }, null] }],
      ['[0].proofs[0].kind: expected', '[0].proofs[1].kind: expected'],
    ],
    [
      'a misspelt end',
      [{ name: 'a', proofs: [{ ...bearerProof('t'), notAfter: 1 }] }],
      ['[0].proofs[0].notAfter: unknown option'],
    ],
    [
      'a date for milliseconds',
      [{ name: 'a', proofs: [{ ...bearerProof('t'), notAfterMs: '2027-01-01' }] }],
      ['[0].proofs[0].notAfterMs: expected milliseconds'],
    ],
    [
      'no number',
      [{ name: 'a', proofs: [bearerProof('t', { notBeforeMs: Number.NaN })] }],
      ['[0].proofs[0].notBeforeMs: expected milliseconds'],
    ],
    [
      'a window that never opens',
      [{ name: 'a', proofs: [bearerProof('t', { notBeforeMs: 2, notAfterMs: 2 })] }],
      ['[0].proofs[0].notAfterMs: not after notBeforeMs'],
    ],
    [
      'a short digest',
      [{ name: 'a', proofs: [{ kind: 'bearer', digest: new Uint8Array(31) }] }],
      ['[0].proofs[0].digest: expected the 32 bytes'],
    ],
    [
      'a token for a digest',
      [{ name: 'a', proofs: [{ kind: 'bearer', digest: 'hunter2' }] }],
      ['[0].proofs[0].digest: expected the 32 bytes'],
    ],
    [
      'A10: the digest of nothing',
      [{ name: 'a', proofs: [bearerProof('')] }],
      ['[0].proofs[0].digest: the digest of an empty token'],
    ],
    [
      'one token twice',
      [
        { name: 'a', proofs: [bearerProof('t')] },
        { name: 'b', proofs: [bearerProof('t')] },
      ],
      ['[1].proofs[0].digest: the same token'],
    ],
    [
      'a user name that cannot be sent',
      [{ name: 'a', proofs: [{ ...ALICE, username: 'a:b' }] }],
      ['[0].proofs[0].username: has a colon'],
    ],
    [
      'no user name and no hash',
      [{ name: 'a', proofs: [{ kind: 'basic', passwordHash: 'plain' }] }],
      ['[0].proofs[0].username: expected a user name', '[0].proofs[0].passwordHash: not a password hash'],
    ],
    [
      'one user in two credentials',
      [
        { name: 'a', proofs: [ALICE] },
        { name: 'b', proofs: [ALICE] },
      ],
      ['[1].proofs[0].username: the user is in the credential "a"'],
    ],
    [
      'too many different costs',
      [12, 13, 14, 15, 16].map((ln) => ({
        name: `c${ln}`,
        proofs: [{ kind: 'basic', username: `u${ln}`, passwordHash: hashOfCost(ln) }],
      })),
      [': password hashes of 5 different costs'],
    ],
  ])('refuses %s', (_title, credentials, expected) => {
    const found = problems(credentials);
    expect(found).toHaveLength(expected.length);
    for (const [index, start] of expected.entries()) expect(found[index]?.startsWith(start)).toBe(true);
  });

  test('A12: no problem repeats a secret', () => {
    const found = problems([
      {
        name: 'a',
        proofs: [
          { kind: 'basic', username: 'alice', passwordHash: new Secret('hunter2') },
          { kind: 'bearer', digest: 'hunter2' },
        ],
      },
    ]);
    expect(found).toHaveLength(2);
    expect(found.join()).not.toContain('hunter2');
  });

  test('takes overlapping proofs of one credential, and one user twice within it', () => {
    const resolved = resolveCredentials([
      { name: 'a', proofs: [bearerProof('t', { notAfterMs: 5 }), bearerProof('u', { notBeforeMs: 4 })] },
      {
        name: 'b',
        proofs: [
          { kind: 'basic', username: '__proto__', passwordHash: HASH },
          { kind: 'basic', username: '__proto__', passwordHash: HASH },
        ],
      },
    ]);
    expect(resolved).toMatchObject({
      ok: true,
      value: {
        tokens: [
          { credential: 'a', digest: Uint8Array.from(digestToken('t')), validity: { notAfterMs: 5 } },
          { credential: 'a', digest: Uint8Array.from(digestToken('u')), validity: { notBeforeMs: 4 } },
        ],
        users: [
          { credential: 'b', username: '__proto__', validity: {} },
          { credential: 'b', username: '__proto__', validity: {} },
        ],
      },
    });
  });

  test('a digest that the caller changes later stays what it was', () => {
    const digest = new Uint8Array(digestToken('t'));
    const resolved = resolveCredentials([{ name: 'a', proofs: [{ kind: 'bearer', digest }] }]);
    digest.fill(0);
    expect(resolved).toMatchObject({
      ok: true,
      value: { tokens: [{ digest: Uint8Array.from(digestToken('t')) }] },
    });
  });
});
