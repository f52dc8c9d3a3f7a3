// The hash of the one password that is given in the clear, in the environment. It is made anew only when the password
// changes: a fresh salt at each reload would make a proven scraper a stranger, and cost a derivation each time.

import { createHmac, randomBytes } from 'node:crypto';
import { hashPassword } from '../auth/password.js';

/** Under a key of this process, so that memory holds nothing by which a password could be tried. */
const processKey = randomBytes(32);
let remembered: { readonly digest: string; readonly hash: string } | undefined;

/**
 * The hash of a password; the same one as before for the same password.
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_USAGE_INVALID` for a password that no client could present
 */
export async function hashEnvironmentPassword(password: string): Promise<string> {
  const digest = createHmac('sha256', processKey).update(password, 'utf8').digest('base64');
  if (remembered?.digest !== digest) remembered = { digest, hash: await hashPassword(password) };
  return remembered.hash;
}
