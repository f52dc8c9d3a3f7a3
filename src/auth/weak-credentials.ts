// Credentials that hold and can be guessed or broken: the warnings that configuration gives when it sees them. Pure.

import type { Warning } from '../errors.js';
import type { Secret } from '../internal/secret.js';
import { SOUND_BCRYPT_ROUNDS } from './bcrypt-password.js';
import { STRONG_TOKEN_BITS, tokenBits } from './credential-strength.js';
import type { CredentialOptions } from './options.js';
import { parsePasswordHash } from './password.js';

/** The warning for a token of less than 128 bits; `setting` is where it comes from. */
export function weakTokenWarnings(setting: string, token: string): readonly Warning[] {
  if (tokenBits(token) >= STRONG_TOKEN_BITS) return [];
  return [
    {
      code: 'WARN_SCRAPEGATE_TOKEN_WEAK',
      message: `the token of ${setting} has less than 128 bits, so that it can be guessed or locked out; replace it with one from "scrapegate token"`,
    },
  ];
}

/** The warning for each credential with a bcrypt hash that takes too little work. */
export function weakHashWarnings(
  credentials: readonly Pick<CredentialOptions, 'name' | 'proofs'>[],
): readonly Warning[] {
  return credentials.flatMap(({ name, proofs }) => {
    const weak = proofs.filter((proof) => proof.kind === 'basic' && hasWeakHash(proof.passwordHash));
    if (weak.length === 0) return [];
    const what = weak.length === 1 ? 'a password hash' : `${weak.length} password hashes`;
    return {
      code: 'WARN_SCRAPEGATE_PASSWORD_HASH_WEAK',
      message: `the credential "${name}" has ${what} with a bcrypt cost under ${SOUND_BCRYPT_ROUNDS}, which whoever steals the file breaks quickly; make it anew with "scrapegate hash-password" or "htpasswd -nB -C 12"`,
    };
  });
}

function hasWeakHash(passwordHash: Secret): boolean {
  const hash = parsePasswordHash(passwordHash.reveal());
  return hash.ok && 'rounds' in hash.value.cost && hash.value.cost.rounds < SOUND_BCRYPT_ROUNDS;
}
