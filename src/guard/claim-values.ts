// The values of one claim: what may decide about a view, and what is refused. A token is trusted, its types are not.
// Nothing is trimmed, folded or converted: a value that only looks like another is another. Pure; never throws.
// Claims are a JSON object (RFC 7519 section 4); members are found by their exact names, never by a path in one text.

import type { Claims } from '../auth/decision.js';
import { fail, ok, type Result } from '../internal/result.js';
import { asRecord } from '../internal/option-problems.js';

/** Why a claim says nothing. */
export type ClaimProblem = 'claim_missing' | 'claim_invalid';

/** A longer text is no name of a team, and would be kept for each view. */
const MAX_VALUE_BYTES = 256;
/** Control characters, and halves of characters, which no label of an exposition can have. */
const UNUSABLE = /[\p{Cc}\p{Surrogate}]/u;

/**
 * The distinct values of the claim at `path`, in an order of their own: a text, or a list of 1 to `maxValues` texts,
 * each of 1 to 256 bytes without control characters. One that is unsound makes all of them `claim_invalid`.
 */
export function readClaim(
  claims: Claims | undefined,
  path: readonly string[],
  maxValues: number,
): Result<readonly string[], ClaimProblem> {
  let found: unknown = claims;
  for (const name of path) {
    const members = asRecord(found);
    if (members === undefined) return fail(found === undefined ? 'claim_missing' : 'claim_invalid');
    found = Object.hasOwn(members, name) ? members[name] : undefined;
  }
  if (found === undefined) return fail('claim_missing');
  const values: readonly unknown[] = Array.isArray(found) ? found : [found];
  if (values.length === 0 || values.length > maxValues) return fail('claim_invalid');
  const distinct = new Set<string>();
  for (const value of values) {
    if (!isSound(value)) return fail('claim_invalid');
    distinct.add(value);
  }
  return ok([...distinct].toSorted());
}

function isSound(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    !UNUSABLE.test(value) &&
    Buffer.byteLength(value) <= MAX_VALUE_BYTES
  );
}
