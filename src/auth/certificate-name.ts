// Names of certificates: reading those of a certificate out of the text that Node gives, and those of an operator.
// Node puts in quotes, as JSON, whatever could be mistaken for a separator or be hidden (CVE-2021-44532). No name that
// can be configured has such a character, so that quoted entries never match (T3). Pure. RFC 5280 section 4.2.1.6.

import { formatIpAddress, parseIpAddress } from '../network/ip-address.js';
import type { CertificateName } from './client-certificate.js';

/** What Node calls the types that can be asked for. */
const TYPES: Readonly<Record<string, CertificateName['type']>> = {
  DNS: 'dns',
  URI: 'uri',
  email: 'email',
  'IP Address': 'ip',
};

/** An entry in quotes, or one that needs none, up to the next separator. */
const ENTRY = /([A-Za-z0-9 ]+):("(?:[^"\\]|\\.)*"|[^",\\]*)(?:, |$)/y;

/** Printable ASCII without blanks, and without what Node would put in quotes. */
const PLAIN = /^[\x21\x23-\x26\x28-\x2b\x2d-\x5b\x5d-\x7e]+$/;
const DNS_NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*$/;
const EMAIL = /^[^@]+@[^@]+$/;
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:./;

/** The names in a text such as `DNS:a.example, IP Address:10.0.0.1`; none where it cannot be read in full. */
export function parseAlternativeNames(text: string | undefined): readonly CertificateName[] {
  const names: CertificateName[] = [];
  if (text === undefined || text === '') return names;
  ENTRY.lastIndex = 0;
  while (ENTRY.lastIndex < text.length) {
    const match = ENTRY.exec(text);
    if (match === null) return [];
    const [, label = '', value = ''] = match;
    const type = Object.hasOwn(TYPES, label) ? TYPES[label] : undefined;
    const name = type === undefined ? undefined : certificateName(type, value);
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** A name in the form in which names are compared; undefined where `value` is no whole, literal name of the type. */
export function certificateName(type: CertificateName['type'], value: string): CertificateName | undefined {
  if (!PLAIN.test(value)) return undefined;
  switch (type) {
    case 'dns': {
      const lower = value.toLowerCase();
      return DNS_NAME.test(lower) ? { type, value: lower } : undefined;
    }
    case 'ip': {
      const address = parseIpAddress(value);
      return address === undefined ? undefined : { type, value: formatIpAddress(address) };
    }
    case 'email':
      return EMAIL.test(value) ? { type, value } : undefined;
    case 'uri':
      return URI.test(value) ? { type, value } : undefined;
  }
}
