// The authorities that vouch for clients, from PEM text: whole, and of certificates that may sign others, or refused.
// A list that turned out empty would be no list, and OpenSSL passes over what it cannot read without a word (T1). Pure.

import { X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../internal/result.js';

/** Far more than anybody has; the handshake names them all to each client. */
const MAX_AUTHORITIES = 256;

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;
const MARK = '-----';

/** One PEM text for each authority; or what is wrong, without repeating any of it. */
export function parseAuthorities(pem: string): Result<readonly string[], string> {
  const blocks = [...pem.matchAll(BLOCK)];
  if (pem.replaceAll(BLOCK, '').includes(MARK)) return fail('holds a PEM block that does not end');
  if (blocks.some(([, kind = '']) => kind !== 'CERTIFICATE')) {
    return fail('holds something else than certificates; expected those of authorities alone');
  }
  if (blocks.length === 0) return fail('holds no certificate; expected PEM');
  if (blocks.length > MAX_AUTHORITIES) return fail(`holds more than ${MAX_AUTHORITIES} certificates`);
  const certificates: X509Certificate[] = [];
  for (const [index, [text]] of blocks.entries()) {
    const certificate = tryParse(text);
    const which = `certificate ${index + 1} of it`;
    if (certificate === undefined) return fail(`cannot be read: ${which} is no certificate`);
    if (!certificate.ca) return fail(`holds no authorities alone: ${which} may not sign others`);
    certificates.push(certificate);
  }
  // OpenSSL trusts a chain only where it ends at a root, so that every certificate of a client would be refused.
  const orphan = certificates.findIndex(
    (certificate) => !certificates.some((issuer) => certificate.checkIssued(issuer)),
  );
  if (orphan !== -1) {
    return fail(
      `lacks the authority above certificate ${orphan + 1} of it; expected every one up to the root`,
    );
  }
  return ok(blocks.map(([text]) => text));
}

function tryParse(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}
