import { describe, expect, it } from 'vitest';
import { parseAuthorities } from '../../../src/gateway/client-authorities.js';
import { makeAuthority, makeCertificate } from '../../support/make-certificate.js';

const root = makeAuthority();
const middle = makeAuthority({ commonName: 'middle', issuer: root });
const leaf = makeCertificate({ issuer: root });

describe('parseAuthorities', () => {
  it.each<[string, string]>([
    ['a root', root.cert],
    ['a root and what it signed, in any order', middle.cert + root.cert],
    ['text between', `subject=root\n${root.cert}\n\n# the other\n${makeAuthority().cert}`],
    ['CRLF', root.cert.replaceAll('\n', '\r\n')],
  ])('takes %s', (_, pem) => {
    const parsed = parseAuthorities(pem);
    expect(parsed.ok && parsed.value.length).toBe(pem.split('BEGIN CERTIFICATE').length - 1);
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'holds no certificate'],
    ['text', 'no certificate here', 'holds no certificate'],
    ['half a block', root.cert.slice(0, 100), 'does not end'],
    [
      'a block whose end has another name',
      root.cert.replace('END CERTIFICATE', 'END X509 CRL'),
      'does not end',
    ],
    ['a key', root.cert + root.key, 'something else than certificates'],
    [
      'a certificate with trust settings',
      root.cert.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'),
      'something else',
    ],
    [
      'damage',
      `${root.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      'certificate 2 of it is no certificate',
    ],
    ['a certificate of a client', root.cert + leaf.cert, 'certificate 2 of it may not sign others'],
    ['no root', middle.cert, 'lacks the authority above certificate 1'],
    [
      'another root',
      makeAuthority({ commonName: 'other' }).cert + middle.cert,
      'lacks the authority above certificate 2',
    ],
    ['too many', root.cert.repeat(257), 'more than 256'],
  ])('refuses %s', (_, pem, problem) => {
    expect(parseAuthorities(pem)).toEqual({ ok: false, error: expect.stringContaining(problem) as unknown });
  });
});
