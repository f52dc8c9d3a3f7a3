import { describe, expect, it } from 'vitest';
import { digestToken } from '../../../src/auth/digest.js';
import type { ProofOptions } from '../../../src/auth/options.js';
import type { GatewayOptions } from '../../../src/gateway/options.js';
import { standingWarnings } from '../../../src/gateway/warnings.js';
import { Secret } from '../../../src/internal/secret.js';

const NOW = Date.UTC(2027, 0, 15);
const DAY = 86_400_000;
const TOKEN = digestToken('one-token');

function warned(proofs: readonly ProofOptions[]): readonly string[] {
  const options: GatewayOptions = {
    listen: { host: '127.0.0.1', port: 0 },
    guard: { credentials: [{ name: 'acme', proofs, grant: { view: 'all', target: 'a' } }] },
    targets: [{ name: 'a', url: 'http://127.0.0.1:1/' }],
    views: [{ name: 'all', target: 'a' }],
    pseudonymKey: new Uint8Array(32),
  };
  return standingWarnings(options, NOW).map(({ code, message }) => `${code}: ${message}`);
}

function bearer(validity: { notBeforeMs?: number; notAfterMs?: number } = {}, digest = TOKEN): ProofOptions {
  return { kind: 'bearer', digest, ...validity };
}

describe('standingWarnings', () => {
  it.each([
    ['a token that holds', [bearer()]],
    ['a token that holds for its last moment', [bearer({ notAfterMs: NOW + 1 })]],
    ['a token that holds for its first moment', [bearer({ notBeforeMs: NOW })]],
    ['a rotation', [bearer({ notAfterMs: NOW - DAY }), bearer({ notBeforeMs: NOW - DAY })]],
    ['a new token beside the one that holds', [bearer(), bearer({ notBeforeMs: NOW + DAY })]],
    ['a digest with a few equal digits', [bearer({}, Uint8Array.of(...new Uint8Array(31), 1))]],
  ])('are none for %s', (_, proofs) => expect(warned(proofs)).toEqual([]));

  it.each([
    ['an expired token', [bearer({ notAfterMs: NOW })], 'expired at 2027-01-15T00:00:00.000Z'],
    [
      'an expired password',
      [{ kind: 'basic', username: 'a', passwordHash: new Secret('hunter2'), notAfterMs: NOW - DAY }],
      'expired at 2027-01-14T00:00:00.000Z',
    ],
    [
      'a token to come',
      [bearer({ notBeforeMs: NOW + DAY })],
      'opens nothing before 2027-01-16T00:00:00.000Z',
    ],
    [
      'a gap between two tokens',
      [bearer({ notAfterMs: NOW - DAY }), bearer({ notBeforeMs: NOW + DAY })],
      'opens nothing before 2027-01-16',
    ],
    ['zeros for a digest', [bearer({}, new Uint8Array(32))], 'has a placeholder for a digest'],
    ['one digit for a digest', [bearer(), bearer({}, new Uint8Array(32).fill(0x22))], 'has a placeholder'],
  ] satisfies [string, ProofOptions[], string][])('tell of %s', (_, proofs, part) => {
    const [warning, ...rest] = warned(proofs);
    expect(rest).toEqual([]);
    expect(warning).toContain(`WARN_SCRAPEGATE_CREDENTIAL_UNUSABLE: the credential "acme" ${part}`);
    expect(warning).not.toContain('hunter2');
  });

  it('are those of the configuration as well, each once', () => {
    const closed = { code: 'WARN_SCRAPEGATE_CLOSED', message: 'closed' } as const;
    const options: GatewayOptions = {
      listen: { host: '127.0.0.1', port: 0 },
      guard: {},
      targets: [],
      views: [],
      warnings: [closed],
    };
    expect(standingWarnings(options, NOW).map(({ code }) => code)).toEqual([
      'WARN_SCRAPEGATE_CLOSED',
      'WARN_SCRAPEGATE_PSEUDONYM_KEY_EPHEMERAL',
    ]);
  });
});
