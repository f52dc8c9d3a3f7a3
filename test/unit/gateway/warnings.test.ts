import { describe, expect, it } from 'vitest';
import { digestToken } from '../../../src/auth/digest.js';
import type { ProofOptions } from '../../../src/auth/options.js';
import type { GatewayOptions } from '../../../src/gateway/options.js';
import { standingWarnings } from '../../../src/gateway/warnings.js';
import { Secret } from '../../../src/internal/secret.js';
import { ManualClock } from '../../support/manual-clock.js';
import {
  makeAuthority,
  makeServerCertificate,
  type CertificateWish,
} from '../../support/make-certificate.js';
import { startGateway } from '../../support/start-gateway.js';

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

describe('the certificate of the gate', () => {
  const HOLDS = { notBeforeMs: NOW - DAY, notAfterMs: NOW + DAY };
  const EXPIRED = { notBeforeMs: NOW - 2 * DAY, notAfterMs: NOW - DAY };
  const TO_COME = { notBeforeMs: NOW + DAY, notAfterMs: NOW + 2 * DAY };

  function tlsOf(wish: CertificateWish, above = HOLDS): NonNullable<GatewayOptions['tls']> {
    const issuer = makeAuthority(above);
    const { cert, key } = makeServerCertificate({ ...wish, issuer });
    return { cert: cert + issuer.cert, key: new Secret(key), certFile: '/etc/gate/tls.crt' };
  }

  function told(tls: NonNullable<GatewayOptions['tls']>): readonly string[] {
    const options = { listen: { host: '127.0.0.1', port: 0 }, guard: {}, targets: [], views: [] };
    return standingWarnings({ ...options, tls, pseudonymKey: new Uint8Array(32) }, NOW).map(
      ({ code, message }) => `${code}: ${message}`,
    );
  }

  it.each([
    ['expired', EXPIRED, HOLDS, 'expired at 2027-01-14T00:00:00.000Z'],
    ['expired above', HOLDS, EXPIRED, 'expired at 2027-01-14T00:00:00.000Z'],
    ['is to come', TO_COME, HOLDS, 'does not hold before 2027-01-16T00:00:00.000Z'],
  ])('is a warning where it %s', (_, own, above, part) => {
    expect(told(tlsOf(own, above))).toEqual([
      expect.stringContaining(
        `WARN_SCRAPEGATE_CERTIFICATE_UNUSABLE: the TLS certificate in "/etc/gate/tls.crt" ${part}`,
      ),
    ]);
  });

  it('is none where it holds, in its first and its last moment as well', () => {
    for (const wish of [
      HOLDS,
      { notBeforeMs: NOW, notAfterMs: NOW + DAY },
      { notBeforeMs: NOW - DAY, notAfterMs: NOW },
    ])
      expect(told(tlsOf(wish))).toEqual([]);
  });

  it('has no file where it was given as text', () => {
    const { certFile: _, ...tls } = tlsOf(EXPIRED);
    expect(told(tls)).toEqual([expect.stringContaining(': the TLS certificate expired at ')]);
  });

  it('is looked at on each reload, and stops neither the start nor the reload', async () => {
    const { gateway, options, events } = await startGateway({
      clock: new ManualClock(NOW),
      gateway: { tls: tlsOf(HOLDS) },
      ready: false,
    });
    const codes = (): readonly string[] =>
      events.flatMap((event) => (event.kind === 'warning' ? [event.warning.code] : []));
    expect(codes()).toEqual([]);
    await gateway.reload({ ...options, tls: tlsOf(EXPIRED) });
    expect(codes()).toEqual(['WARN_SCRAPEGATE_CERTIFICATE_UNUSABLE']);
    await gateway.reload({ ...options, tls: tlsOf(HOLDS) });
    expect(codes()).toHaveLength(1);
  });
});
