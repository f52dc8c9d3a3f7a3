import { describe, expect, it } from 'vitest';
import type { LoadedConfiguration } from '../../../src/config/load.js';
import { makeAuthority, makeServerCertificate } from '../../support/make-certificate.js';
import { loadProblems, loadText } from '../../support/load-configuration.js';

const HASH = '$2y$10$1DpfPeqF9HzHJt.EWswy1exHluGfbhnn3yXhR7Xes6m3WJqFg0Wby';
const server = makeServerCertificate();
const other = makeServerCertificate();
const authority = makeAuthority();

const FILES = {
  '/web/server.crt': server.cert,
  '/web/server.key': server.key,
  '/web/other.key': other.key,
  '/web/ca.crt': authority.cert,
  '/web/empty.crt': '',
};
const CERTIFICATE = 'cert_file: server.crt, key_file: server.key';

function given(web: string, file?: string) {
  return {
    env: { SCRAPEGATE_TARGET: 'http://a.example/metrics' },
    files: { ...FILES, '/web/web.yml': web },
    webConfigPath: '/web/web.yml',
    listen: '127.0.0.1:0',
    ...(file !== undefined && { file }),
  };
}

function load(web: string): Promise<LoadedConfiguration> {
  return loadText(given(web));
}

function problems(web: string): Promise<readonly string[]> {
  return loadProblems(given(web));
}

/** A text as a block of YAML. */
function block(text: string): string {
  return `|\n${text.replaceAll(/^/gm, '    ')}`;
}

describe('a web configuration', () => {
  it.each([
    '',
    '# nothing\n',
    '---\n',
    '{}',
    'basic_auth_users:\n',
    'tls_server_config: {}\nhttp_server_config: { http2: false }',
  ])('that says nothing (%j) adds nothing, and the gate stays closed', async (web) => {
    const { options } = await load(web);
    expect([options.guard.credentials, options.guard.anonymous, options.tls]).toEqual([
      [],
      undefined,
      undefined,
    ]);
    expect(options.warnings?.map(({ code }) => code)).toContain('WARN_SCRAPEGATE_CLOSED');
  });

  it('does not open the gate to addresses alone either', async () => {
    const env = { SCRAPEGATE_TARGET: 'http://a.example/metrics', METRICS_ALLOWED_IPS: '10.0.0.0/8' };
    const web = `basic_auth_users: { alice: ${HASH} }`;
    const { options } = await loadText({ ...given(web), env });
    expect(options.guard.anonymous).toBeUndefined();
  });

  it('gives its users the view default and the metrics of the gate', async () => {
    const { options, webConfigPath } = await load(
      `basic_auth_users: { alice: ${HASH}, __proto__: ${HASH}, "1": ${HASH} }`,
    );
    const [credential, ...rest] = options.guard.credentials ?? [];
    expect(rest).toEqual([]);
    expect(credential).toMatchObject({
      name: 'web-config',
      grant: { view: 'default', target: 'default', self: true, summary: false },
    });
    expect(
      credential?.proofs.map((proof) => (proof.kind === 'basic' ? proof.username : '')).toSorted(),
    ).toEqual(['1', '__proto__', 'alice']);
    expect(webConfigPath).toBe('/web/web.yml');
  });

  it('is read where the variable says, too', async () => {
    const { webConfigPath: _, ...rest } = given(`basic_auth_users: { alice: ${HASH} }`);
    const env = { ...rest.env, SCRAPEGATE_WEB_CONFIG_FILE: '/web/web.yml' };
    expect((await loadText({ ...rest, env })).options.guard.credentials).toHaveLength(1);
    const missing = { ...rest.env, SCRAPEGATE_WEB_CONFIG_FILE: '/web/nothing.yml' };
    expect(await loadProblems({ ...rest, env: missing })).toEqual([
      'SCRAPEGATE_WEB_CONFIG_FILE: names a file that does not exist',
    ]);
  });

  it.each<[string, string, string]>([
    ['a list', '[]', ': expected keys and their values, such as basic_auth_users'],
    ['an unknown key', 'basic_auth: {}', 'basic_auth: is not known in a web configuration'],
    [
      'our own file',
      'targets: {}',
      'targets: belongs in a configuration of scrapegate; give that file with --config',
    ],
    ['an unknown key of TLS', 'tls_server_config: { ca_file: x }', 'tls_server_config.ca_file: is not known'],
    ['an unknown header', 'http_server_config: { headers: { Server: x } }', 'headers.Server: is not known'],
    [
      'a plain password',
      'basic_auth_users: { alice: hunter2 }',
      'basic_auth_users.alice: not a password hash',
    ],
    [
      'a hash that Prometheus would not read',
      `basic_auth_users: { alice: "$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'A'.repeat(43)}" }`,
      'is no bcrypt hash',
    ],
    ['no hash', 'basic_auth_users: { alice: }', 'basic_auth_users.alice: expected text'],
    ['a name with a colon', `basic_auth_users: { "a:b": ${HASH} }`, 'is no user name: has a colon'],
    ['a limit for all', 'rate_limit: { interval: 1s, burst: 5 }', 'rate_limit: is one limit for all'],
    ['a certificate without a key', 'tls_server_config: { cert_file: server.crt }', 'key_file: is missing'],
    ['versions alone', 'tls_server_config: { min_version: TLS12 }', 'cert_file: is missing'],
    [
      'the key of another certificate',
      'tls_server_config: { cert_file: server.crt, key_file: other.key }',
      'is not the key of the certificate in tls_server_config.cert_file',
    ],
    [
      'a broken version',
      `tls_server_config: { ${CERTIFICATE}, min_version: TLS10 }`,
      'expected TLS12 or TLS13',
    ],
    [
      'a version that is none',
      `tls_server_config: { ${CERTIFICATE}, max_version: toString }`,
      'expected TLS12 or TLS13',
    ],
    [
      'a range without a version',
      `tls_server_config: { ${CERTIFICATE}, min_version: TLS13, max_version: TLS12 }`,
      'tls_server_config: leaves no version of TLS',
    ],
    [
      'a suite without forward secrecy',
      `tls_server_config: { ${CERTIFICATE}, cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA] }`,
      'cipher_suites[0]: is no suite',
    ],
    [
      'an invented curve',
      `tls_server_config: { ${CERTIFICATE}, curve_preferences: [CurveP42] }`,
      'curve_preferences[0]: expected one of',
    ],
    [
      'both a text and a file',
      `tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n  cert: ${block(server.cert)}`,
      'cert: is given together with cert_file',
    ],
    [
      'unchecked certificates',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: RequireAnyClientCert, client_ca_file: ca.crt }`,
      'takes any certificate unchecked',
    ],
    [
      'their old name',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: RequireClientCert }`,
      'takes any certificate unchecked',
    ],
    [
      'an invented policy',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: require }`,
      'client_auth_type: is not known',
    ],
    [
      'authorities that nobody asks',
      `tls_server_config: { ${CERTIFICATE}, client_ca_file: ca.crt }`,
      'asks for no certificate',
    ],
    [
      'a check without authorities',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: RequireAndVerifyClientCert }`,
      'needs client_ca_file',
    ],
    [
      'another check without authorities',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: VerifyClientCertIfGiven }`,
      'needs client_ca_file',
    ],
    [
      'an empty file of authorities',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: empty.crt }`,
      'client_ca_file: names a file that is empty',
    ],
    [
      'a certificate of a server as authority',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: server.crt }`,
      'may not sign others',
    ],
    [
      'names that need no certificate',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: RequestClientCert, client_ca_file: ca.crt, client_allowed_sans: [a.example] }`,
      'client_allowed_sans: needs client_auth_type',
    ],
    [
      'no name',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.crt, client_allowed_sans: [] }`,
      'client_allowed_sans: is empty',
    ],
    [
      'a pattern',
      `tls_server_config: { ${CERTIFICATE}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.crt, client_allowed_sans: ["*.example"] }`,
      'client_allowed_sans[0]: is no whole name',
    ],
  ])('is refused with %s', async (_, web, problem) => {
    const found = await problems(web);
    expect(found.join('\n')).toContain(problem);
    expect(found.join('\n')).not.toMatch(/hunter2|1Dpf|BEGIN/);
  });

  it('tells problems by its own lines', async () => {
    const error: unknown = await load(`basic_auth_users:\n  alice: ${HASH}\n  bob: hunter2\n`).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ problems: [{ place: '/web/web.yml:3', path: 'basic_auth_users.bob' }] });
  });
});

describe('TLS of a web configuration', () => {
  const withAuth = (type: string, more = ''): string =>
    `tls_server_config: { ${CERTIFICATE}, client_ca_file: ca.crt, client_auth_type: ${type}${more} }`;

  it('is that of the listeners, by file or inline, with the words of Go', async () => {
    const web = `tls_server_config:
  cert: ${block(server.cert)}
  key: ${block(server.key)}
  min_version: TLS12
  max_version: TLS12
  cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]
  curve_preferences: [X25519, CurveP256]
  prefer_server_cipher_suites: false
`;
    expect((await load(web)).options.tls).toMatchObject({
      cert: expect.stringContaining('BEGIN CERTIFICATE') as unknown,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      ciphers: ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'],
      curves: ['X25519', 'P-256'],
      clientCipherOrder: true,
    });
    expect(
      (await load(`tls_server_config: { ${CERTIFICATE} }`)).options.tls?.clientAuthorities,
    ).toBeUndefined();
  });

  it.each<[string, string | undefined]>([
    ['NoClientCert', undefined],
    ['RequestClientCert', 'request'],
    ['VerifyClientCertIfGiven', 'request'],
    ['RequireAndVerifyClientCert', 'require'],
  ])('%s asks as %s', async (type, clientAuth) => {
    const web =
      clientAuth === undefined
        ? `tls_server_config: { ${CERTIFICATE}, client_auth_type: ${type} }`
        : withAuth(type);
    const { tls, guard } = (await load(web)).options;
    expect(tls?.clientAuth).toBe(clientAuth);
    expect(tls?.clientAuthorities?.length).toBe(clientAuth === undefined ? undefined : 1);
    expect(guard.credentials).toHaveLength(clientAuth === 'require' ? 1 : 0);
  });

  it('a required certificate is the credential where there are no users', async () => {
    const { guard } = (await load(withAuth('RequireAndVerifyClientCert'))).options;
    expect(guard.credentials).toMatchObject([
      { name: 'web-config', proofs: [{ kind: 'certificate', names: 'any' }], grant: { view: 'default' } },
    ]);
  });

  it('and beside the password where there are, by the names that are allowed', async () => {
    const sans = ', client_allowed_sans: [a.example, "spiffe://x/y", a@b.example, 10.0.0.1]';
    const { guard } = (
      await load(`${withAuth('RequireAndVerifyClientCert', sans)}\nbasic_auth_users: { alice: ${HASH} }`)
    ).options;
    expect(guard.credentials).toMatchObject([
      {
        proofs: [{ kind: 'basic' }],
        certificate: [
          { type: 'dns', value: 'a.example' },
          { type: 'uri', value: 'spiffe://x/y' },
          { type: 'email', value: 'a@b.example' },
          { type: 'ip', value: '10.0.0.1' },
        ],
      },
    ]);
  });

  it('stands against a section of our own', async () => {
    const file = 'tls: { cert_file: /web/server.crt, key_file: /web/server.key }';
    expect(await loadProblems(given(`tls_server_config: { ${CERTIFICATE} }`, file))).toEqual([
      'tls: is given together with tls_server_config of the web configuration; keep one of the two',
    ]);
    const users = await loadText(given(`basic_auth_users: { alice: ${HASH} }`, file));
    expect(users.options.tls?.cert).toBe(server.cert);
  });

  it('vouches for client certificates of credentials in our own file', async () => {
    const file = 'credentials: { a: { view: default, client_certificate: { dns: [a.example] } } }';
    const { guard } = (await loadText(given(withAuth('RequestClientCert'), file))).options;
    expect(guard.credentials).toMatchObject([{ name: 'a', proofs: [{ kind: 'certificate' }] }]);
  });

  it('names what has no effect', async () => {
    const { warnings } = (
      await load(`http_server_config: { http2: true, headers: { X-Frame-Options: deny, X-Content-Type-Options: nosniff, X-XSS-Protection: } }
basic_auth_users: { alice: ${HASH} }
rate_limit: { interval: 0s }
tls_server_config: { ${CERTIFICATE}, client_auth_type: RequestClientCert }`)
    ).options;
    expect(warnings).toEqual([
      {
        code: 'WARN_SCRAPEGATE_WEB_CONFIG_IGNORED',
        message: expect.stringContaining(
          'web configuration: tls_server_config.client_auth_type, http_server_config.http2, http_server_config.headers.X-Frame-Options; remove',
        ) as unknown,
      },
    ]);
  });
});
