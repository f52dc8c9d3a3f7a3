// Checks RedisOptions and takes the URL apart. Collects every problem. Pure.
// Never repeats the URL: there may be a password in it.

import type { Problem } from '../../errors.js';
import { isCertificateList } from '../../internal/certificates.js';
import { asRecord, unknownKeyProblems } from '../../internal/option-problems.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { Secret } from '../../internal/secret.js';
import type { RedisOptions } from '../limiter.js';

/** Where a Redis is, and how it is spoken to. */
export interface ResolvedRedisOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly database: number;
  readonly username: string | undefined;
  readonly password: Secret | undefined;
  readonly caPem: string | undefined;
  readonly keyPrefix: string;
}

const DEFAULT_PORT = 6379;
const DEFAULT_KEY_PREFIX = 'scrapegate:';
const KEY_PREFIX = /^[\x21-\x7e]{1,100}$/;
const HOST = /^(?:[A-Za-z0-9]([A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]+\])$/;
const DATABASE = /^\/(\d{1,5})?$/;
const EXPECTED_URL =
  'expected redis:// or rediss:// with a host, and at most user, password, port and database';

/** The options with defaults, or everything that is wrong with them; paths are option names. */
export function resolveRedisOptions(options: unknown): Result<ResolvedRedisOptions, readonly Problem[]> {
  const given = asRecord(options);
  if (given === undefined) return fail([{ path: '', message: 'not an object; expected url' }]);
  const known: readonly (keyof RedisOptions)[] = ['url', 'caPem', 'keyPrefix'];
  const problems: Problem[] = [...unknownKeyProblems(given, known)];
  const { url, caPem, keyPrefix = DEFAULT_KEY_PREFIX } = given;
  const place = url instanceof Secret ? parseRedisUrl(url.reveal()) : undefined;
  if (place === undefined) problems.push({ path: 'url', message: EXPECTED_URL });
  if (caPem !== undefined && !isCertificateList(caPem)) {
    problems.push({ path: 'caPem', message: 'is not a list of certificates; expected PEM' });
  } else if (caPem !== undefined && place?.tls === false) {
    problems.push({ path: 'caPem', message: 'is of no use without TLS; expected a URL with rediss://' });
  }
  if (typeof keyPrefix !== 'string' || !KEY_PREFIX.test(keyPrefix)) {
    problems.push({ path: 'keyPrefix', message: 'expected 1 to 100 visible ASCII characters' });
  }
  if (problems.length > 0 || place === undefined || typeof keyPrefix !== 'string') return fail(problems);
  return ok(Object.freeze({ ...place, caPem: typeof caPem === 'string' ? caPem : undefined, keyPrefix }));
}

function parseRedisUrl(text: string): Omit<ResolvedRedisOptions, 'caPem' | 'keyPrefix'> | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(text);
  const database = DATABASE.exec(pathname === '' ? '/' : pathname);
  const user = decoded(username);
  const secret = decoded(password);
  if (protocol !== 'redis:' && protocol !== 'rediss:') return undefined;
  if (!HOST.test(hostname) || port === '0' || database === null) return undefined;
  if (search !== '' || hash !== '' || user === undefined || secret === undefined) return undefined;
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? DEFAULT_PORT : Number(port),
    tls: protocol === 'rediss:',
    database: Number(database[1] ?? '0'),
    username: user === '' ? undefined : user,
    password: secret === '' ? undefined : new Secret(secret),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
