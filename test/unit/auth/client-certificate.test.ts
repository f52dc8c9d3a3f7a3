import { describe, expect, test } from 'vitest';
import { checkCertificate, hasName, type ClientCertificate } from '../../../src/auth/client-certificate.js';
import { readCertificate, type ShownCertificate } from '../../../src/auth/read-certificate.js';

const CERTIFICATE: ClientCertificate = {
  trusted: true,
  thumbprint: 'x',
  notBeforeMs: 1_000,
  notAfterMs: 2_000,
  names: [{ type: 'dns', value: 'a.example' }],
};

describe('checkCertificate', () => {
  test.each<[string, ClientCertificate | undefined, number, string]>([
    ['none', undefined, 1_500, 'certificate_missing'],
    ['a moment before', CERTIFICATE, 999, 'certificate_not_yet_valid'],
    ['the first moment', CERTIFICATE, 1_000, 'valid'],
    ['the last moment', CERTIFICATE, 2_000, 'valid'],
    ['a moment after', CERTIFICATE, 2_001, 'certificate_expired'],
    ['not trusted', { ...CERTIFICATE, trusted: false }, 1_500, 'certificate_untrusted'],
    ['not trusted and expired', { ...CERTIFICATE, trusted: false }, 3_000, 'certificate_expired'],
    [
      'no beginning that can be read',
      { ...CERTIFICATE, notBeforeMs: Number.NaN },
      1_500,
      'certificate_not_yet_valid',
    ],
    ['no end that can be read', { ...CERTIFICATE, notAfterMs: Number.NaN }, 1_500, 'certificate_expired'],
  ])('%s', (_, certificate, nowMs, state) => {
    expect(checkCertificate(certificate, nowMs)).toBe(state);
  });
});

test('T3: hasName compares type and value', () => {
  expect(hasName(CERTIFICATE, 'any')).toBe(true);
  expect(hasName(CERTIFICATE, [{ type: 'dns', value: 'a.example' }])).toBe(true);
  expect(hasName(CERTIFICATE, [{ type: 'uri', value: 'a.example' }])).toBe(false);
  expect(hasName(CERTIFICATE, [])).toBe(false);
  expect(hasName({ ...CERTIFICATE, names: [] }, [{ type: 'dns', value: 'a.example' }])).toBe(false);
});

describe('readCertificate', () => {
  const NOW = Date.UTC(2026, 5, 1);
  const SHOWN: ShownCertificate = {
    raw: Buffer.from('der'),
    subjectAltName: 'DNS:a.example',
    validFrom: 'Jan  1 00:00:00 2026 GMT',
    validTo: 'Jan  1 00:00:00 2027 GMT',
    issuers: [],
    authorized: true,
  };

  test('takes down what is asked for later', () => {
    expect(readCertificate(SHOWN, NOW)).toEqual({
      trusted: true,
      // printf der | openssl dgst -sha256 -binary | basenc --base64url
      thumbprint: 'UFDYDSLs1HHqVd9wNAQsHgQTQf9AZuf2_zjiC3IN-Oo',
      notBeforeMs: Date.UTC(2026, 0, 1),
      notAfterMs: Date.UTC(2027, 0, 1),
      names: [{ type: 'dns', value: 'a.example' }],
    });
    expect(readCertificate({ ...SHOWN, authorized: false }, NOW).trusted).toBe(false);
  });

  test('T6: holds no longer than those that vouch for it', () => {
    const issuer = { validFrom: 'Feb  1 00:00:00 2026 GMT', validTo: 'Sep  1 00:00:00 2026 GMT' };
    const past = { validFrom: 'Jan  1 00:00:00 2025 GMT', validTo: 'May 31 23:59:59 2026 GMT' };
    const { notBeforeMs, notAfterMs } = readCertificate({ ...SHOWN, issuers: [past, issuer] }, NOW);
    expect([notBeforeMs, notAfterMs]).toEqual([Date.UTC(2026, 1, 1), Date.UTC(2026, 8, 1)]);
  });

  test('T6: does not hold at all where its dates cannot be read', () => {
    const odd = readCertificate({ ...SHOWN, validTo: 'Bad time value' }, NOW);
    expect(checkCertificate(odd, NOW)).toBe('certificate_expired');
  });
});
