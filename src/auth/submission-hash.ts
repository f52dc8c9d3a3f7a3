// Names for credentials and tokens as they were submitted, so that memory holds none of them: HMAC-SHA-256 of all that
// was submitted, under a key of this process. Nothing stored goes into a name (A1), the whole of a token does (A6), and
// each part has its length before it, so that no two submissions share a name (A4).

import { createHmac, randomBytes } from 'node:crypto';

const KEY_BYTES = 32;
const LENGTH_BYTES = 4;

/** The name of a submission of these parts. */
export type SubmissionHash = (...parts: readonly string[]) => string;

/** Makes names under a fresh random key: those of two of these cannot be compared. */
export function createSubmissionHash(): SubmissionHash {
  const key = randomBytes(KEY_BYTES);
  return (...parts) => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(bytes.length);
      hmac.update(length).update(bytes);
    }
    return hmac.digest('base64');
  };
}
