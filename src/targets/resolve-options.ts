// Checks what an operator says about an HTTP target and fills in the defaults.
// Pure. Messages never repeat the URL, the credential or the certificate: a secret may have been typed into any of them.

import { isIPv4 } from 'node:net';
import { ScrapegateError, type Problem } from '../errors.js';
import { isCertificateList } from '../internal/certificates.js';
import { Secret } from '../internal/secret.js';
import type {
  HttpTargetOptions,
  OnMalformed,
  ResolvedHttpTargetOptions,
  TargetCredential,
  TargetUrl,
} from './options.js';

/** The bounds of a target, of whatever kind. The least is 1 for each. */
export const BOUNDS: Readonly<
  Record<'timeoutMs' | 'maxBytes', { readonly fallback: number; readonly max: number }>
> = {
  /** What Prometheus itself allows a scrape unless told otherwise; an hour is longer than any scrape interval. */
  timeoutMs: { fallback: 10_000, max: 3_600_000 },
  /** A body is held whole in one buffer; a gibibyte fits every supported Node. */
  maxBytes: { fallback: 256 * 1024 * 1024, max: 1024 * 1024 * 1024 },
};

/** Every choice of what becomes of a malformed family, the default first. */
export const ON_MALFORMED: readonly OnMalformed[] = ['fail', 'quarantine'];

/** A name is a path segment, a configuration key and a label value. */
const TARGET_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/;

const NO_CONTROLS = /^[^\p{Cc}]*$/u;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/**
 * The options with every default filled in, deeply frozen.
 *
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with all problems; paths are the options' own (`url`, `credential.token`).
 */
export function resolveHttpTargetOptions(options: HttpTargetOptions): ResolvedHttpTargetOptions {
  const problems: Problem[] = [];
  const refuse = (path: string, message: string): void => {
    problems.push({ path, message });
  };

  if (typeof options.name !== 'string' || !TARGET_NAME.test(options.name)) {
    refuse('name', 'is not a usable name; expected 1 to 63 of A-Z a-z 0-9 _ . -, not beginning with . or -');
  }
  const url = parseTargetUrl(options.url, (message) => refuse('url', message));
  const credential = checkCredential(options.credential, refuse);
  checkAuthorities(options.ca, url, refuse);
  const {
    timeoutMs = BOUNDS.timeoutMs.fallback,
    maxBytes = BOUNDS.maxBytes.fallback,
    onMalformed = 'fail',
  } = options;
  if (!isWholeBetween(timeoutMs, 1, BOUNDS.timeoutMs.max)) {
    const max = String(BOUNDS.timeoutMs.max);
    refuse('timeoutMs', `is out of range; expected whole milliseconds from 1 to ${max}`);
  }
  if (!isWholeBetween(maxBytes, 1, BOUNDS.maxBytes.max)) {
    const max = String(BOUNDS.maxBytes.max);
    refuse('maxBytes', `is out of range; expected whole bytes from 1 to ${max}`);
  }

  if (!ON_MALFORMED.includes(onMalformed)) {
    refuse('onMalformed', `is not known; expected ${ON_MALFORMED.join(' or ')}`);
  }

  if (url === undefined || problems.length > 0) {
    throw new ScrapegateError('ERR_SCRAPEGATE_OPTIONS_INVALID', 'the options of an HTTP target are invalid', {
      problems,
    });
  }
  return Object.freeze({
    name: options.name,
    url,
    credential,
    ca: options.ca,
    timeoutMs,
    maxBytes,
    onMalformed,
  });
}

/** Whether a value is a whole number within bounds. */
export function isWholeBetween(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

type Refuse = (path: string, message: string) => void;

function parseTargetUrl(text: unknown, refuse: (message: string) => void): TargetUrl | undefined {
  if (typeof text !== 'string' || text === '') {
    refuse('is missing; expected an absolute http: or https: URL');
    return undefined;
  }
  // The WHATWG parser repairs white space, backslashes and foreign alphabets; what is called must be what was written.
  if (!VISIBLE_ASCII.test(text) || text.includes('\\')) {
    refuse('has characters that a URL cannot have; expected visible ASCII without backslashes');
    return undefined;
  }
  const parts = /^(https?):\/\/([^/?#]+)/i.exec(text);
  if (parts === null || !URL.canParse(text)) {
    refuse('is not an absolute http: or https: URL, such as http://127.0.0.1:4000/metrics/');
    return undefined;
  }
  const authority = parts[2] ?? '';
  const url = new URL(text);
  if (authority.includes('@')) {
    refuse('has user information in it; expected the credential in its own setting');
  }
  if (text.includes('#')) refuse('has a fragment; expected none, because a fragment is never sent');
  // 2130706433, 0x7f.1 and 0177.0.0.1 are all loopback to the parser, and none looks like it to a reader.
  if (isIPv4(url.hostname) && !authority.startsWith(url.hostname)) {
    refuse('has an address in an unusual notation; expected four decimal numbers');
  }
  return Object.freeze({
    href: url.href,
    protocol: url.protocol === 'https:' ? 'https:' : 'http:',
    hostname: url.hostname,
    origin: url.origin,
    path: url.pathname + url.search,
  });
}

function checkCredential(
  credential: TargetCredential | undefined,
  refuse: Refuse,
): TargetCredential | undefined {
  if (credential === undefined) return undefined;
  switch (credential.kind) {
    case 'bearer':
      // Anything else could not be sent in a header, or would be sent as something else.
      if (!isSecret(credential.token) || !VISIBLE_ASCII.test(credential.token.reveal())) {
        refuse('credential.token', 'is not a usable token; expected visible ASCII characters without spaces');
      }
      return Object.freeze({ kind: 'bearer', token: credential.token });
    case 'basic':
      if (!isPlainText(credential.username) || credential.username.includes(':')) {
        refuse(
          'credential.username',
          'is not a usable name; expected text without colons and control characters',
        );
      }
      if (!isSecret(credential.password) || !isPlainText(credential.password.reveal())) {
        refuse('credential.password', 'is not a usable password; expected text without control characters');
      }
      return Object.freeze({ kind: 'basic', username: credential.username, password: credential.password });
    default:
      refuse('credential.kind', 'is not known; expected bearer or basic');
      return undefined;
  }
}

function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && NO_CONTROLS.test(value);
}

function isSecret(value: unknown): value is Secret {
  return value instanceof Secret;
}

function checkAuthorities(ca: string | undefined, url: TargetUrl | undefined, refuse: Refuse): void {
  if (ca === undefined) return;
  if (url?.protocol === 'http:') {
    refuse('ca', 'has no effect on an http: URL; expected an https: URL, or no authorities');
  }
  if (!isCertificateList(ca)) refuse('ca', 'is not a list of certificates; expected PEM');
}
