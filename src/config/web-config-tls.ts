// `tls_server_config` of a web configuration: the words of Go for what OpenSSL calls otherwise, and only what protects.
// A choice that would ask for certificates and not check them is refused, never taken for less or for more.

import type { CertificateName, CertificateNames } from '../auth/client-certificate.js';
import { certificateName } from '../auth/certificate-name.js';
import type { TlsOptions, TlsVersion } from '../gateway/tls-options.js';
import { parseIpAddress } from '../network/ip-address.js';
import { checkedTls, type PemText } from './checked-tls.js';
import type { ProblemList } from './problems.js';
import type { FileReader } from './secrets.js';
import type { WebTls } from './web-config-schema.js';

/** TLS of the listeners, and which certificates of clients will do. */
export interface BuiltWebTls {
  readonly tls: TlsOptions | undefined;
  /** Where a certificate is required: which ones. */
  readonly certificate: CertificateNames | undefined;
  /** Keys that have no effect here. */
  readonly ignored: readonly string[];
}

const SECTION = 'tls_server_config';
const VERSIONS: Readonly<Record<string, TlsVersion>> = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' };

/** Suites of TLS 1.2 that Go calls safe. Those of TLS 1.3 are always on, as in Go. */
const CIPHERS: Readonly<Record<string, string | undefined>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};
const CIPHERS_1_3 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** Builds the section; `reader` reads the files that it names. What is wrong goes to `problems`. */
export function buildWebTls(section: WebTls, reader: FileReader, problems: ProblemList): BuiltWebTls {
  const auth = clientAuth(section, problems);
  const more: Partial<TlsOptions> = {
    ...(auth.clientAuth !== undefined && { clientAuth: auth.clientAuth }),
    ...version('min_version', 'minVersion', section.min_version, problems),
    ...version('max_version', 'maxVersion', section.max_version, problems),
    ...ciphers(section.cipher_suites, problems),
    ...curves(section.curve_preferences, problems),
    ...(section.prefer_server_cipher_suites === false && { clientCipherOrder: true }),
  };
  const cert = pem('cert', section, reader, problems);
  const key = pem('key', section, reader, problems);
  const clientCa = auth.usesAuthorities ? pem('client_ca', section, reader, problems) : undefined;
  for (const [name, found] of [
    ['cert', cert],
    ['key', key],
  ] as const) {
    if (found === undefined)
      problems.add(`${SECTION}.${name}_file`, 'is missing; TLS needs certificate and key');
  }
  const certificate = auth.clientAuth === 'require' ? allowedNames(section, problems) : undefined;
  const { ignored } = auth;
  if (cert === undefined || key === undefined) return { tls: undefined, certificate, ignored };
  const tls = checkedTls({ at: SECTION, cert, key, ...(clientCa && { clientCa }), more }, problems);
  return { tls, certificate, ignored };
}

interface ClientAuth {
  readonly clientAuth?: 'request' | 'require';
  readonly usesAuthorities: boolean;
  readonly ignored: readonly string[];
}

function clientAuth(section: WebTls, problems: ProblemList): ClientAuth {
  const { client_auth_type: type, client_ca, client_ca_file, client_allowed_sans: sans } = section;
  const hasAuthorities = (client_ca ?? client_ca_file) !== undefined;
  const setting = `${SECTION}.client_auth_type`;
  const none: ClientAuth = { usesAuthorities: false, ignored: [] };
  if (sans !== undefined && type !== 'RequireAndVerifyClientCert') {
    problems.add(`${SECTION}.client_allowed_sans`, 'needs client_auth_type: RequireAndVerifyClientCert');
  }
  switch (type) {
    case undefined:
    case 'NoClientCert':
      if (hasAuthorities) problems.add(setting, 'asks for no certificate, but there are client authorities');
      return none;
    case 'RequestClientCert':
      // Whatever a client shows then is not looked at.
      if (!hasAuthorities) return { ...none, ignored: [setting] };
      return { clientAuth: 'request', usesAuthorities: true, ignored: [] };
    case 'VerifyClientCertIfGiven':
    case 'RequireAndVerifyClientCert':
      if (!hasAuthorities)
        problems.add(setting, 'needs client_ca_file; the authorities of the web are not asked');
      if (!hasAuthorities) return none;
      return {
        clientAuth: type === 'VerifyClientCertIfGiven' ? 'request' : 'require',
        usesAuthorities: true,
        ignored: [],
      };
    case 'RequireAnyClientCert':
    case 'RequireClientCert':
      problems.add(
        setting,
        'takes any certificate unchecked, which protects nothing; expected RequireAndVerifyClientCert',
      );
      return none;
    default:
      problems.add(
        setting,
        'is not known; expected NoClientCert, RequestClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert',
      );
      return none;
  }
}

/** Go compares the text with names of every type; here each text has the one type that it looks like. */
function allowedNames({ client_allowed_sans: sans }: WebTls, problems: ProblemList): CertificateNames {
  if (sans === undefined) return 'any';
  const names: CertificateName[] = [];
  if (sans.length === 0)
    problems.add(`${SECTION}.client_allowed_sans`, 'is empty; expected names, or no such key');
  for (const [index, text] of sans.entries()) {
    const name = certificateName(typeOf(text), text);
    if (name !== undefined) names.push(name);
    else
      problems.add(`${SECTION}.client_allowed_sans[${String(index)}]`, 'is no whole name of a certificate');
  }
  return names;
}

function typeOf(text: string): CertificateName['type'] {
  if (parseIpAddress(text) !== undefined) return 'ip';
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return 'uri';
  return text.includes('@') ? 'email' : 'dns';
}

function pem(
  name: 'cert' | 'key' | 'client_ca',
  section: WebTls,
  reader: FileReader,
  problems: ProblemList,
): PemText | undefined {
  const inline = section[name];
  const path = section[`${name}_file`];
  if (inline !== undefined && path !== undefined) {
    problems.add(`${SECTION}.${name}`, `is given together with ${name}_file; keep one of the two`);
    return { setting: `${SECTION}.${name}`, text: undefined };
  }
  if (inline !== undefined) return { setting: `${SECTION}.${name}`, text: inline };
  const setting = `${SECTION}.${name}_file`;
  return path === undefined
    ? undefined
    : { setting, text: reader.text(setting, path), path: reader.resolvePath(path) };
}

function version(
  key: string,
  option: 'minVersion' | 'maxVersion',
  value: string | undefined,
  problems: ProblemList,
): Partial<TlsOptions> {
  if (value === undefined) return {};
  const known = Object.hasOwn(VERSIONS, value) ? VERSIONS[value] : undefined;
  if (known !== undefined) return { [option]: known };
  problems.add(`${SECTION}.${key}`, 'expected TLS12 or TLS13; older versions are broken');
  return {};
}

function ciphers(names: readonly string[] | undefined, problems: ProblemList): Partial<TlsOptions> {
  const found: string[] = [];
  for (const [index, name] of (names ?? []).entries()) {
    const known = Object.hasOwn(CIPHERS, name) ? CIPHERS[name] : undefined;
    if (known !== undefined) found.push(known);
    else if (!CIPHERS_1_3.includes(name)) {
      problems.add(`${SECTION}.cipher_suites[${String(index)}]`, 'is no suite that is safe and known here');
    }
  }
  return found.length === 0 ? {} : { ciphers: found };
}

function curves(names: readonly string[] | undefined, problems: ProblemList): Partial<TlsOptions> {
  const found: string[] = [];
  for (const [index, name] of (names ?? []).entries()) {
    const known = Object.hasOwn(CURVES, name) ? CURVES[name] : undefined;
    if (known !== undefined) found.push(known);
    else
      problems.add(
        `${SECTION}.curve_preferences[${String(index)}]`,
        `expected one of ${Object.keys(CURVES).join(', ')}`,
      );
  }
  return found.length === 0 ? {} : { curves: found };
}
