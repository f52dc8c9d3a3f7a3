// The names of the environment variables, and what an unknown name beside them means.
// Foreign software may own METRICS_… and RATE_LIMIT_… names; SCRAPEGATE_… is ours alone, but for what Kubernetes adds by itself.

import { nearestName } from './suggest.js';

/** Every variable that is read, and what it says. */
export const ENVIRONMENT_VARIABLES: Readonly<Record<string, string>> = {
  SCRAPEGATE_CONFIG: 'Path of the configuration file; --config is stronger.',
  SCRAPEGATE_WEB_CONFIG_FILE:
    'Path of a web configuration of Prometheus (users, TLS); --web.config.file is stronger.',
  PORT: 'Port, or unix:/path, of every path, or of /health and /ready alone. Default: 9087.',
  METRICS_PORT:
    'Port of a listener of its own for all but /health and /ready; that of PORT: one listener for all.',
  SCRAPEGATE_TARGET: 'URL of the default target.',
  SCRAPEGATE_TARGET_BEARER_TOKEN: 'Token that the gate itself shows to the default target.',
  SCRAPEGATE_TARGET_BEARER_TOKEN_FILE: 'File with that token.',
  SCRAPEGATE_PRESET: 'Preset of the default target: generic, litellm, vllm or librechat.',
  METRICS_BEARER_TOKEN: 'Token of a scraper that sees the view "default".',
  METRICS_BEARER_TOKEN_FILE: 'File with that token.',
  METRICS_API_KEY: 'Another such token; of these credentials it alone opens /v1/metrics.',
  METRICS_API_KEY_FILE: 'File with that token.',
  METRICS_BASIC_AUTH_USER: 'User name of a scraper that sees the view "default".',
  METRICS_BASIC_AUTH_PASSWORD: 'The password of that user; both or neither.',
  METRICS_BASIC_AUTH_PASSWORD_FILE: 'File with that password.',
  METRICS_OAUTH2_ISSUER: 'Issuer whose access tokens see the view "default"; needs METRICS_OAUTH2_AUDIENCE.',
  METRICS_OAUTH2_JWKS_URI: 'URL of its keys. Default: what its discovery document says.',
  METRICS_OAUTH2_AUDIENCE: 'Audiences, comma separated: one of them must be in a token.',
  METRICS_OAUTH2_REQUIRED_SCOPES: 'Scopes, separated by spaces or commas: all of them must be in a token.',
  METRICS_OAUTH2_ALGORITHMS: 'Signature algorithms, comma separated. Default: every asymmetric one.',
  METRICS_ALLOWED_IPS:
    'CIDRs, comma separated: addresses that may ask at all, in addition to any credential.',
  TRUST_PROXY: 'Proxies to believe: loopback (default), CIDRs, false (none), or true (one private hop).',
  RATE_LIMIT_WINDOW_MS: 'Window of the budget of each credential. Default: 60000.',
  RATE_LIMIT_MAX: 'Requests of each credential in a window. Default: 120.',
  SCRAPEGATE_PSEUDONYM_KEY_FILE: 'File with the key of the pseudonyms: at least 32 bytes.',
  SCRAPEGATE_STATE_FILE: 'Where aggregated counters are kept over a restart.',
  SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED: 'true: requests without any credential see the view "default".',
};

const KNOWN_NAMES = Object.keys(ENVIRONMENT_VARIABLES);
const PREFIXES = ['SCRAPEGATE_', 'METRICS_', 'RATE_LIMIT_'];

/** What Kubernetes sets for a Service called `scrapegate` or `metrics`. */
const SERVICE_LINK =
  /^(?:SCRAPEGATE|METRICS)(?:_[A-Z0-9_]+)?_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;

/**
 * What only access control is called, and the beginnings of the names that say it here: who sets such a variable believes
 * to be protected by it. Whole names or their beginnings: METRICS_DB_PASSWORD and METRICS_TOKEN_COUNT are of other software.
 */
const ACCESS: readonly (readonly [meant: RegExp, beginnings: readonly string[]])[] = [
  [accessName('TOKEN|SECRET', 'BEARER'), ['METRICS_BEARER_']],
  [accessName('USER|USERNAME|PASS|PASSWD|PASSWORD', 'BASIC'), ['METRICS_BASIC_AUTH_']],
  [accessName('API_?KEY'), ['METRICS_API_KEY']],
  [accessName('(?:IP_)?(?:ALLOW_?LIST|WHITE_?LIST)', 'ALLOWED'), ['METRICS_ALLOWED_']],
  [accessName('OAUTH', 'OAUTH2|OIDC'), ['METRICS_OAUTH2_']],
  [
    accessName('AUTHORIZATION|CREDENTIALS?', 'AUTH(?:_|$)'),
    ['METRICS_BEARER_', 'METRICS_API_KEY', 'METRICS_BASIC_AUTH_', 'METRICS_OAUTH2_'],
  ],
];

function accessName(whole: string, beginning = '(?!)'): RegExp {
  return new RegExp(
    `^METRICS_(?:(?:(?:HTTP_|ACCESS_|SCRAPE_)?(?:AUTH_)?(?:${whole})(?:_FILE)?$)|${beginning})`,
  );
}

/** Whether the variable is read. */
export function isKnownVariable(name: string): boolean {
  return Object.hasOwn(ENVIRONMENT_VARIABLES, name);
}

/** What is wrong with a variable that is not read; undefined where it is none of ours. */
export function unknownVariableProblem(name: string, value: string): string | undefined {
  const prefix = PREFIXES.find((known) => name.startsWith(known));
  if (prefix === undefined) return undefined;
  if (SERVICE_LINK.test(name) || (name === 'SCRAPEGATE_PORT' && value.includes('://'))) return undefined;
  const nearest = name === 'SCRAPEGATE_PORT' ? 'PORT' : nearestVariable(name, prefix);
  if (nearest !== undefined) return `is not known; did you mean ${nearest}?`;
  const beginnings = ACCESS.find(([meant]) => meant.test(name))?.[1] ?? [];
  const alike = KNOWN_NAMES.filter((known) => beginnings.some((beginning) => known.startsWith(beginning)));
  if (alike.length > 0) return `is not known; known here: ${alike.join(', ')}`;
  return prefix === 'SCRAPEGATE_' ? 'is not known; see scrapegate serve --help for the variables' : undefined;
}

/** A shared prefix makes two names look alike, so only what follows it is compared; or the unit alone was left out. */
function nearestVariable(name: string, prefix: string): string | undefined {
  const rests = KNOWN_NAMES.filter((known) => known.startsWith(prefix)).map((known) =>
    known.slice(prefix.length),
  );
  const rest = name.slice(prefix.length);
  const nearest = nearestName(rest, rests) ?? rests.find((known) => known === `${rest}_MS`);
  return nearest === undefined ? undefined : prefix + nearest;
}
