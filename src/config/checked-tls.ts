// Certificate, key and authorities as they were read, checked: they belong together, the authorities are ones, and OpenSSL
// takes the rest, before a listener would find out.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { parseAuthorities } from '../gateway/client-authorities.js';
import { tlsProblem, type TlsOptions } from '../gateway/tls-options.js';
import { Secret } from '../internal/secret.js';
import type { ProblemList } from './problems.js';

/** A PEM text and the setting that it came from; undefined text where it could not be read, which is told already. */
export interface PemText {
  readonly setting: string;
  readonly text: string | undefined;
  /** Where the file is that the setting names; absent where the setting is the text itself. */
  readonly path?: string;
}

/** What TLS is made of, as it was read. */
export interface ReadTls {
  /** The setting of the whole. */
  readonly at: string;
  readonly cert: PemText;
  readonly key: PemText;
  readonly clientCa?: PemText;
  readonly more: Partial<TlsOptions>;
}

/** The options; undefined, with problems, where something is not sound. */
export function checkedTls(
  { at, cert, key, clientCa, more }: ReadTls,
  problems: ProblemList,
): TlsOptions | undefined {
  const isPair = checkPair(cert, key, problems);
  const clientAuthorities = clientCa && readAuthorities(clientCa, problems);
  if (!isPair || (clientCa !== undefined && clientAuthorities === undefined)) return undefined;
  const tls: TlsOptions = {
    cert: cert.text ?? '',
    ...(cert.path !== undefined && { certFile: cert.path }),
    key: new Secret(key.text ?? ''),
    ...(clientAuthorities !== undefined && { clientAuthorities }),
    ...more,
  };
  const refused = tlsProblem(tls);
  if (refused === undefined) return tls;
  problems.add(at, refused);
  return undefined;
}

/** Whether there are a certificate and its key. */
function checkPair(cert: PemText, key: PemText, problems: ProblemList): boolean {
  const certificate = tryParse(cert.text, (pem) => new X509Certificate(pem));
  const privateKey = tryParse(key.text, (pem) => createPrivateKey(pem));
  if (cert.text !== undefined && certificate === undefined) {
    problems.add(cert.setting, `${holder(cert)} holds no certificate; expected PEM`);
  }
  if (key.text !== undefined && privateKey === undefined) {
    problems.add(key.setting, `${holder(key)} holds no private key; expected PEM without a passphrase`);
  }
  if (certificate === undefined || privateKey === undefined) return false;
  if (certificate.checkPrivateKey(privateKey)) return true;
  problems.add(key.setting, `is not the key of the certificate in ${cert.setting}`);
  return false;
}

function readAuthorities(clientCa: PemText, problems: ProblemList): readonly string[] | undefined {
  if (clientCa.text === undefined) return undefined;
  const authorities = parseAuthorities(clientCa.text);
  if (authorities.ok) return authorities.value;
  problems.add(clientCa.setting, `${holder(clientCa)} ${authorities.error}`);
  return undefined;
}

function holder({ setting }: PemText): string {
  return setting.endsWith('_file') ? 'names a file that' : 'is a text that';
}

function tryParse<T>(pem: string | undefined, parse: (pem: string) => T): T | undefined {
  if (pem === undefined) return undefined;
  try {
    return parse(pem);
  } catch {
    return undefined;
  }
}
