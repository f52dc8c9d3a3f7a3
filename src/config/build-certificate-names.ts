// `client_certificate` of a credential to the names that the guard compares.

import { certificateName } from '../auth/certificate-name.js';
import {
  CERTIFICATE_NAME_TYPES,
  type CertificateName,
  type CertificateNames,
} from '../auth/client-certificate.js';
import type { FileClientCertificate } from './file-options.js';
import type { ProblemList } from './problems.js';

const EXPECTED: Readonly<Record<CertificateName['type'], string>> = {
  dns: 'is no DNS name; expected a whole one, such as scraper.example, without a pattern',
  uri: 'is no URI; expected a whole one, such as spiffe://example/scraper',
  email: 'is no address of mail; expected a whole one, such as scraper@example.com',
  ip: 'is no IP address; expected a single one',
};

/** The names; undefined, with problems below `setting`, where they are not sound. */
export function buildCertificateNames(
  setting: string,
  given: FileClientCertificate,
  problems: ProblemList,
): CertificateNames | undefined {
  const names: CertificateName[] = [];
  let isSound = true;
  for (const type of CERTIFICATE_NAME_TYPES) {
    for (const [index, value] of (given[type] ?? []).entries()) {
      const name = certificateName(type, value);
      if (name === undefined) problems.add(`${setting}.${type}[${String(index)}]`, EXPECTED[type]);
      if (name === undefined) isSound = false;
      else names.push(name);
    }
  }
  if (!isSound) return undefined;
  if (given.any === true && names.length > 0) {
    problems.add(`${setting}.any`, 'takes every certificate, whatever its names; keep any or the names');
    return undefined;
  }
  if (given.any === true) return 'any';
  if (names.length > 0) return names;
  if (!problems.hasUnder(setting))
    problems.add(setting, 'names no certificate; expected dns, uri, email, ip, or any: true');
  return undefined;
}
