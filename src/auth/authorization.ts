// The Authorization header line: exactly one, its scheme, and what the scheme carries. Never from the URL.
// Whatever is presented but unreadable is a refusal and not a missing credential. RFC 9110 §11.4, RFC 6750 §2.1.

import type { HeaderLines } from '../internal/header-lines.js';
import { fail, ok, type Result } from '../internal/result.js';
import type { AuthReason } from './decision.js';

/** What a request presents, not yet examined. `text` is base64 for `basic`. */
export interface PresentedCredential {
  readonly scheme: 'bearer' | 'basic';
  readonly text: string;
}

/** Longer credentials than this are no static token and no password. */
const MAX_CREDENTIAL_LENGTH = 4096;

/** The longest bearer token in characters: a JWT with many groups in it. */
export const MAX_BEARER_LENGTH = 8192;

/** A scheme, and after `1*SP` the rest: RFC 9110 has no tab and no other space there. */
const AUTHORIZATION = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: +(.*))?$/s;

/**
 * Visible ASCII. RFC 6750 allows fewer characters, but every client sends what it was given, and tokens with `!` or
 * `$` are in use.
 */
const PRESENTABLE_TOKEN = /^[\x21-\x7e]+$/;

/** Whether a token can be a static one: visible ASCII, 1 to 4096 characters. */
export function isPresentableToken(token: string): boolean {
  return isPresentable(token, MAX_CREDENTIAL_LENGTH);
}

function isPresentable(text: string, maxLength: number): boolean {
  return text.length <= maxLength && PRESENTABLE_TOKEN.test(text);
}

/** Reads the one credential of a request. Never throws. */
export function readAuthorization(headers: HeaderLines): Result<PresentedCredential, AuthReason> {
  const lines = headers.all('authorization');
  if (lines.length > 1) return fail('credential_repeated');
  const [line] = lines;
  if (line === undefined) return fail('credential_missing');

  const match = AUTHORIZATION.exec(line);
  const scheme = match?.[1]?.toLowerCase();
  const text = match?.[2] ?? '';
  if (scheme === undefined) return fail('credential_malformed');
  if (scheme !== 'bearer' && scheme !== 'basic') return fail('scheme_unknown');
  if (!isPresentable(text, scheme === 'bearer' ? MAX_BEARER_LENGTH : MAX_CREDENTIAL_LENGTH))
    return fail('credential_malformed');
  return ok({ scheme, text });
}
