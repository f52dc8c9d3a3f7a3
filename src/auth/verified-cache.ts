// Remembers which submitted credentials were proven, so that a scraper costs one password hash and not one a scrape.
// Keys are hashes of what was submitted and of nothing else (A1, A4): a memory dump holds no password.
// Only successes get in, so strangers can neither fill it nor push anything out (A7).

import { BoundedMap } from '../internal/bounded-map.js';
import { createSubmissionHash } from './submission-hash.js';

/** Proofs that a submitted credential matched, and the client prefixes from which it was proven. */
interface VerifiedEntry {
  readonly proofIds: readonly string[];
  readonly prefixes: BoundedMap<string, true>;
}

/** What is remembered of proven credentials. May outlive an authenticator: entries name proofs, not credentials. */
export interface VerifiedCache {
  /** The key of a submitted credential; also good for telling whether two submissions are the same. */
  keyOf(kind: 'basic' | 'bearer', ...parts: readonly string[]): string;
  /** The proofs that this submission matched before, from any client. */
  proofIds(key: string): readonly string[];
  /** Whether it was proven from this client prefix before. */
  isKnownFrom(key: string, clientPrefix: string): boolean;
  /** Remembers a proven submission. */
  remember(key: string, proofIds: readonly string[], clientPrefix: string): void;
}

/** Proven submissions: more than a configuration has credentials, and short tokens of an identity provider besides. */
const MAX_ENTRIES = 4096;
/** Client prefixes of one submission: scrapers that move between addresses. */
const MAX_PREFIXES = 256;

/** Creates an empty cache under a fresh random key. */
export function createVerifiedCache(): VerifiedCache {
  const hash = createSubmissionHash();
  const entries = new BoundedMap<string, VerifiedEntry>(MAX_ENTRIES);
  return {
    keyOf: (kind, ...parts) => hash(kind, ...parts),
    proofIds: (key) => entries.get(key)?.proofIds ?? [],
    isKnownFrom: (key, clientPrefix) => entries.get(key)?.prefixes.get(clientPrefix) === true,
    remember(key, proofIds, clientPrefix) {
      const prefixes = entries.get(key)?.prefixes ?? new BoundedMap<string, true>(MAX_PREFIXES);
      prefixes.set(clientPrefix, true);
      entries.set(key, { proofIds, prefixes });
    },
  };
}
