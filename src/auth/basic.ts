// Basic credentials (RFC 7617): reading them strictly, and checking them at a cost that tells nothing.
//
// A3, A5: every check runs the same derivations, whoever is named. The work profile is, for each cost in the
// configuration, the most hashes that any one user has of it (more than one while a password is rotated). A user's own
// hashes fill their places, dummies the rest, and an unknown user gets dummies alone. A deterministic choice of one
// cost for each unknown name would be cheaper, but names could then be told by how their cost changes with the list.
// The result of a dummy is thrown away, so that no password can ever match it (A2).

import { fail, ok, type Result } from '../internal/result.js';
import {
  costName,
  dummyPasswordHash,
  hasControlCharacters,
  verifyPassword,
  type PasswordHash,
} from './password.js';
import type { Validity } from './validity.js';

/** A submitted pair. */
export interface UserPassword {
  readonly username: string;
  readonly password: string;
}

/** A configured user with one of its password hashes. */
export interface BasicUser {
  readonly credential: string;
  readonly username: string;
  readonly hash: PasswordHash;
  /** Identifies user and hash; equal after a reload when neither was changed. */
  readonly proofId: string;
  readonly validity: Validity;
}

/** Every configured hash that the pair proves; empty for a wrong password and for an unknown user. */
export type PasswordCheck = (pair: UserPassword) => Promise<readonly BasicUser[]>;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const MAX_USERNAME_BYTES = 256;
const MAX_PASSWORD_BYTES = 1024;

/** Decodes `user:password` from base64. The first colon splits. Never throws. */
export function parseBasicCredentials(text: string): Result<UserPassword, 'credential_malformed'> {
  const bytes = Buffer.from(text, 'base64');
  // Buffer skips what is not base64; a text that it does not give back was not canonical.
  if (!BASE64.test(text) || bytes.toString('base64') !== text) return fail('credential_malformed');
  const pair = decodeUtf8(bytes);
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon === -1 || hasControlCharacters(pair)) return fail('credential_malformed');
  const username = pair.slice(0, colon);
  const password = pair.slice(colon + 1);
  if (Buffer.byteLength(username) > MAX_USERNAME_BYTES || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    return fail('credential_malformed');
  }
  return ok({ username, password });
}

/** What is wrong with a user name in the configuration; undefined when clients can present it. */
export function usernameProblem(username: string): string | undefined {
  if (username === '') return 'empty; expected a user name';
  if (username.includes(':'))
    return 'has a colon, which ends the user name on the wire; expected a name without';
  if (hasControlCharacters(username)) return 'has control characters, which no client can send';
  if (Buffer.byteLength(username) > MAX_USERNAME_BYTES) return 'longer than 256 bytes';
  return undefined;
}

/** Compiles the check; `verify` is the derivation, replaced in tests that count work. */
export function compilePasswordCheck(
  users: readonly BasicUser[],
  verify: typeof verifyPassword = verifyPassword,
): PasswordCheck {
  const places = workProfile(users);
  return async ({ username, password }) => {
    const matching: BasicUser[] = [];
    for (const { cost, index, dummy } of places) {
      const user = users.filter((known) => known.username === username && costOf(known) === cost)[index];
      const matches = await verify(password, user?.hash ?? dummy);
      if (matches && user !== undefined) matching.push(user);
    }
    return matching;
  };
}

/** One derivation that every check makes. */
interface Place {
  readonly cost: string;
  readonly index: number;
  readonly dummy: PasswordHash;
}

function workProfile(users: readonly BasicUser[]): readonly Place[] {
  const counts = new Map<string, number>();
  const places: Place[] = [];
  for (const user of users) {
    const cost = costOf(user);
    const index = counts.get(`${cost} ${user.username}`) ?? 0;
    counts.set(`${cost} ${user.username}`, index + 1);
    if (places.some((place) => place.cost === cost && place.index === index)) continue;
    places.push({ cost, index, dummy: dummyPasswordHash(user.hash.cost) });
  }
  return places;
}

function costOf({ hash }: BasicUser): string {
  return costName(hash.cost);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
