import { describe, expect, it } from 'vitest';
import { describeConfiguration } from '../../../src/config/describe.js';
import { makeAuthority, makeCertificate, makeServerCertificate } from '../../support/make-certificate.js';
import { loadProblems, loadText } from '../../support/load-configuration.js';

const server = makeServerCertificate();
const authority = makeAuthority();
const FILES = {
  '/gate/s.crt': server.cert,
  '/gate/s.key': server.key,
  '/gate/ca.crt': authority.cert,
  '/gate/empty': '',
  '/gate/garbage': 'garbage',
  '/gate/client.crt': makeCertificate({ issuer: authority }).cert,
};
const TARGET = 'targets: { a: { url: "http://a.example/" } }';

function withTls(
  more: string,
  credentials = '',
): { file: string; files: Record<string, string>; listen: string } {
  const file = `${TARGET}\ntls: { cert_file: s.crt, key_file: s.key${more} }\n${credentials}`;
  return { file, files: FILES, listen: '127.0.0.1:1' };
}

describe('tls', () => {
  it.each<[string, string, string]>([
    ['missing', 'nothing', 'names a file that does not exist'],
    ['empty', 'empty', 'names a file that is empty'],
    ['garbage', 'garbage', 'names a file that holds no certificate'],
    ['a key', 's.key', 'names a file that holds something else'],
    ['the certificate of a client', 'client.crt', 'names a file that holds no authorities alone'],
  ])('T1: refuses a file of authorities that is %s', async (_, path, problem) => {
    for (const auth of ['', ', client_auth: request', ', client_auth: require']) {
      const [found, ...rest] = await loadProblems(withTls(`, client_ca_file: ${path}${auth}`));
      expect(rest).toEqual([]);
      expect(found).toContain(`tls.client_ca_file: ${problem}`);
    }
  });

  it('T1: refuses to ask without authorities', async () => {
    for (const auth of ['request', 'require']) {
      expect(await loadProblems(withTls(`, client_auth: ${auth}`))).toEqual([
        'tls.client_auth: needs client_ca_file, the authorities that vouch for clients',
      ]);
    }
  });

  it('refuses versions that are broken', async () => {
    for (const version of ['TLS11', '"1.2"', '1.2'])
      expect(await loadProblems(withTls(`, min_version: ${version}`))).toEqual([
        expect.stringContaining('tls.min_version: expected one of TLS12, TLS13'),
      ]);
  });

  it('asks for certificates where there are authorities, and says so', async () => {
    const plain = await loadText(withTls(''));
    expect(plain.options.tls?.certFile).toBe('/gate/s.crt');
    expect(plain.options.tls).not.toHaveProperty('clientAuthorities');
    expect(describeConfiguration(plain)).toContain('TLS: 1.2 or newer, no client certificates');
    const asking = await loadText(withTls(', client_ca_file: ca.crt'));
    expect(asking.options.tls?.clientAuthorities).toEqual([authority.cert.trimEnd()]);
    expect(describeConfiguration(asking)).toContain(
      'TLS: 1.2 or newer, client certificates of 1 authority asked for',
    );
    const requiring = await loadText(
      withTls(', client_ca_file: ca.crt, client_auth: require, min_version: TLS13'),
    );
    expect(requiring.options.tls).toMatchObject({ clientAuth: 'require', minVersion: 'TLSv1.3' });
    expect(describeConfiguration(requiring)).toContain(
      'TLS: 1.3, client certificates of 1 authority required, also for /health and /ready',
    );
  });
});

describe('client_certificate of a credential', () => {
  const credential = (certificate: string, more = ''): string =>
    `credentials: { a: { view: default, client_certificate: ${certificate}${more} } }`;
  const CA = ', client_ca_file: ca.crt';
  const TOKEN =
    ', bearer_token_digest: "sha256:3333333333333333333333333333333333333333333333333333333333333334"';

  it('alone is a proof, beside another a condition', async () => {
    const names =
      '{ dns: [Scraper.example], ip: ["2001:DB8::1"], uri: ["spiffe://x/y"], email: [a@b.example] }';
    const expected = [
      { type: 'dns', value: 'scraper.example' },
      { type: 'uri', value: 'spiffe://x/y' },
      { type: 'email', value: 'a@b.example' },
      { type: 'ip', value: '2001:db8::1' },
    ];
    const alone = await loadText(withTls(CA, credential(names, ', not_after: 2027-01-01')));
    expect(alone.options.guard.credentials).toEqual([
      expect.objectContaining({
        proofs: [{ kind: 'certificate', names: expected, notAfterMs: Date.UTC(2027, 0, 1) }],
      }),
    ]);
    expect(alone.options.guard.credentials?.[0]).not.toHaveProperty('certificate');
    const beside = await loadText(withTls(CA, credential(names, TOKEN)));
    expect(beside.options.guard.credentials).toMatchObject([
      { proofs: [{ kind: 'bearer' }], certificate: expected },
    ]);
    expect(describeConfiguration(beside).join('\n')).toContain(
      'with a token, beside a client certificate of dns scraper.example or uri spiffe://x/y',
    );
  });

  it('may be any', async () => {
    const { guard } = (await loadText(withTls(CA, credential('{ any: true }')))).options;
    expect(guard.credentials).toMatchObject([{ proofs: [{ kind: 'certificate', names: 'any' }] }]);
  });

  it.each<[string, string, string]>([
    ['nothing', '{ any: false }', 'client_certificate: names no certificate'],
    ['any and a name', '{ any: true, dns: [a.example] }', 'client_certificate.any: takes every certificate'],
    ['a pattern', '{ dns: [a.example, "*.example"] }', 'client_certificate.dns[1]: is no DNS name'],
    ['a network', '{ ip: [10.0.0.0/8] }', 'client_certificate.ip[0]: is no IP address'],
    ['no URI', '{ uri: [scraper] }', 'client_certificate.uri[0]: is no URI'],
    ['no address', '{ email: [scraper] }', 'client_certificate.email[0]: is no address of mail'],
    ['a common name', '{ cn: [scraper] }', 'client_certificate.cn: is not known'],
  ])('refuses %s', async (_, certificate, problem) => {
    const [found, ...rest] = await loadProblems(withTls(CA, credential(certificate)));
    expect(rest).toEqual([]);
    expect(found).toContain(`credentials.a.${problem}`);
  });

  it('needs somebody who asks for it', async () => {
    const problem =
      'credentials.a.client_certificate: is asked of nobody; set tls.client_ca_file, the authorities that vouch for clients';
    expect(await loadProblems(withTls('', credential('{ any: true }')))).toEqual([problem]);
    const file = `${TARGET}\n${credential('{ any: true }')}`;
    expect(await loadProblems({ file, listen: '127.0.0.1:1' })).toEqual([problem]);
  });

  it('may not be the same in two credentials', async () => {
    const both = `credentials:
  a: { view: default, client_certificate: { dns: [a.example] } }
  b: { view: default, client_certificate: { dns: [A.example] } }`;
    expect(await loadProblems(withTls(CA, both))).toEqual([
      'credentials.b.client_certificate: the same certificates are in the credential "a", too',
    ]);
  });
});
