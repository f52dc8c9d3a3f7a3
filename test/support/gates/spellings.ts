// Request targets that some server, proxy or framework could take for the paths of the gate. None of them is the path
// itself; what no parser of the gate reads is refused as malformed.

/** A request target as it stands on the request line. */
export interface Spelling {
  readonly target: string;
  /** Not in origin form (RFC 9112 section 3.2.1). */
  readonly isUnreadable?: boolean;
}

const READABLE = [
  '/metrics/',
  '/metrics//',
  '//metrics',
  '///metrics///',
  '/METRICS',
  '/Metrics/',
  '/mEtRiCs?x=1',
  '/%6Detrics',
  '/%6d%65%74%72%69%63%73',
  '/m%45trics',
  '/%256Detrics',
  '/%2Fmetrics',
  '/metrics%2F',
  '/metrics%2f%2e',
  '//x/metrics',
  '///x/metrics',
  '//%78/metrics',
  '//x:80/metrics',
  '//[::1]/metrics',
  '//x/v1/metrics',
  '/./metrics',
  '/metrics/.',
  '/x/../metrics',
  '/metrics/x/..',
  '/x//..//metrics',
  '/%2e%2E/metrics',
  '/x%2F..%2Fmetrics',
  '/a%2Fb/../metrics',
  '/x;y/../metrics',
  '/metrics;a',
  '/metrics;a=b/',
  '/metrics;/../x',
  '/metrics%3Ba',
  '/metrics%20',
  '/%20metrics',
  '/metrics%09',
  '/metrics%00',
  '/metrics%E2%80%8B',
  '/%EF%BD%8Detrics',
  '/metric%C5%BF',
  '/metrics%5C',
  '/%5Cmetrics',
  '/v1/metrics/',
  '/V1/METRICS',
  '/v1//metrics',
  '/v1/./metrics',
  '/v1/x/../metrics',
  '/v1%2Fmetrics',
  '/%761/metrics',
];

const UNREADABLE = [
  'http://a/metrics',
  'HTTP://a/metrics',
  'https://user:pass@a:80/metrics',
  'http://a//METRICS/',
  'http://a/v1/metrics',
  'http://a\\metrics',
  '/metrics#',
  '/metrics#/health',
  '/\\metrics',
  '/\\x/metrics',
  '\\metrics',
  '/metrics\\',
  '/metrics\u00a0',
];

/** All of them. */
export const SPELLINGS: readonly Spelling[] = [
  ...READABLE.map((target) => ({ target })),
  ...UNREADABLE.map((target) => ({ target, isUnreadable: true })),
];
