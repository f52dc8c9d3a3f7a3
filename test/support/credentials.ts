// Credentials for tests: the cheapest password hashes that are accepted, and header lines that present them.

import { digestToken } from '../../src/auth/digest.js';
import type { BasicUserOptions, BearerTokenOptions } from '../../src/auth/options.js';
import type { Validity } from '../../src/auth/validity.js';
import { hashPassword, type PasswordCost } from '../../src/auth/password.js';
import { HeaderLines } from '../../src/internal/header-lines.js';
import { Secret } from '../../src/internal/secret.js';

/** About 15 ms. */
export const CHEAP_COST: PasswordCost = { ln: 12, r: 8, p: 1 };

/** 256 bits, as `generateToken` makes them. */
export const STRONG_TOKEN = 'qX3vZr0cT8mLw5yKbN1hUe7JdGfPs9aRoVi2tQkWxYc';

export function bearerProof(token: string, validity: Validity = {}): BearerTokenOptions {
  return { kind: 'bearer', digest: digestToken(token), ...validity };
}

export async function basicProof(
  username: string,
  password: string,
  validity: Validity & { readonly cost?: PasswordCost } = {},
): Promise<BasicUserOptions> {
  const { cost = CHEAP_COST, ...window } = validity;
  return { kind: 'basic', username, passwordHash: new Secret(await hashPassword(password, cost)), ...window };
}

/** The value of an Authorization line. */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Header lines of a request that presents these Authorization values. */
export function presenting(...values: readonly string[]): HeaderLines {
  return HeaderLines.fromRaw(values.flatMap((value) => ['Authorization', value]));
}
