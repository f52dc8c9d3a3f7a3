// Hashes of keys in labels, and keys that everybody knows among them.

import type { ExaminedContents } from '../check.js';
import { createFinding, type Finding } from '../finding.js';
import { isKeyHash, isWellKnownKeyHash } from '../key-hashes.js';
import { count, labelEvidence } from '../phrases.js';
import { printableName } from '../redact.js';

/** `secrets/key-hash`, `secrets/well-known-key`. */
export function checkKeyHashes({ labels, reader }: ExaminedContents): readonly Finding[] {
  const hashes: string[] = [];
  const known: string[] = [];
  for (const examined of labels) {
    const { label, plain } = examined;
    const wellKnown = plain.filter(isWellKnownKeyHash);
    if (wellKnown.length > 0) {
      const keys = count(wellKnown.length, 'hash', 'hashes');
      known.push(`label ${printableName(label.name)}: ${keys} of keys on the built-in list`);
    }
    const values = label.group === 'key' ? plain.filter(isKeyHash) : [];
    if (values.length > 0) hashes.push(labelEvidence(examined, values));
  }
  return [
    ...(known.length > 0 ? [createFinding('secrets/well-known-key', { reader, evidence: known })] : []),
    ...(hashes.length > 0 ? [createFinding('secrets/key-hash', { reader, evidence: hashes })] : []),
  ];
}
