// The environment variables: which there are, and what they say. They stand over the file.
// *Set but empty* is a problem, never "off"; a variable that looks mistyped, or asks for protection that this
// build cannot give, stops the start.

import type { OidcProofOptions } from '../auth/oidc/options.js';
import type { Secret } from '../internal/secret.js';
import type { UnixListenOptions } from '../gateway/options.js';
import { isPresetName, PRESET_NAMES } from '../views/presets.js';
import type { PresetName } from '../views/options.js';
import { isKnownVariable, unknownVariableProblem } from './environment-names.js';
import { parsePort, parseUnixAddress } from './listen-address.js';
import type { ProblemList } from './problems.js';
import type { FileReader } from './secrets.js';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which proxies `TRUST_PROXY` believes. */
export type TrustProxy =
  | { readonly kind: 'cidrs'; readonly cidrs: readonly string[] }
  /** One hop, from a loopback or private peer alone. */
  | { readonly kind: 'private_peers' }
  | { readonly kind: 'none' };

/** What the `METRICS_OAUTH2_…` variables say. */
export type EnvironmentOAuth2 = Pick<
  OidcProofOptions,
  'issuer' | 'jwksUri' | 'audience' | 'requiredScopes' | 'algorithms'
>;

/** What the environment says; absent members were not set. */
export interface EnvironmentOptions {
  /** The known variables that were set, by name. */
  readonly used: readonly string[];
  readonly port: number | UnixListenOptions | undefined;
  readonly metricsPort: number | UnixListenOptions | undefined;
  readonly target: string | undefined;
  readonly targetBearerToken: Secret | undefined;
  readonly preset: PresetName | undefined;
  readonly bearerToken: Secret | undefined;
  readonly apiKey: Secret | undefined;
  readonly basicAuth: { readonly username: string; readonly password: Secret } | undefined;
  /** The issuer whose access tokens open the view `default`. */
  readonly oauth2: EnvironmentOAuth2 | undefined;
  readonly allowedIps: readonly string[] | undefined;
  readonly trustProxy: TrustProxy | undefined;
  readonly rateLimitWindowMs: number | undefined;
  readonly rateLimitMax: number | undefined;
  readonly allowUnauthenticated: boolean | undefined;
  readonly pseudonymKeyFile: string | undefined;
  readonly stateFile: string | undefined;
  readonly webConfigFile: string | undefined;
}

const LOOPBACK_CIDRS = ['127.0.0.0/8', '::1/128'];

/** Reads the variables. `reader` resolves relative `…_FILE` paths; what is wrong goes to `problems`. */
export function readEnvironment(
  env: Environment,
  reader: FileReader,
  problems: ProblemList,
): EnvironmentOptions {
  const set = setVariables(env, problems);
  const number = (name: string): number | undefined => wholeNumber(name, set.get(name), problems);
  const secret = (name: string): Secret | undefined =>
    reader.secret({
      setting: name,
      value: set.get(name),
      fileSetting: `${name}_FILE`,
      file: set.get(`${name}_FILE`),
    });
  return {
    used: [...set.keys()].filter((name) => isKnownVariable(name)),
    port: port('PORT', set, problems),
    metricsPort: port('METRICS_PORT', set, problems),
    target: set.get('SCRAPEGATE_TARGET'),
    targetBearerToken: secret('SCRAPEGATE_TARGET_BEARER_TOKEN'),
    preset: preset(set, problems),
    bearerToken: secret('METRICS_BEARER_TOKEN'),
    apiKey: secret('METRICS_API_KEY'),
    basicAuth: basicAuth(set, secret('METRICS_BASIC_AUTH_PASSWORD'), problems),
    oauth2: oauth2(set, problems),
    allowedIps: list('METRICS_ALLOWED_IPS', set.get('METRICS_ALLOWED_IPS'), problems),
    trustProxy: trustProxy(set.get('TRUST_PROXY'), problems),
    rateLimitWindowMs: number('RATE_LIMIT_WINDOW_MS'),
    rateLimitMax: number('RATE_LIMIT_MAX'),
    allowUnauthenticated: optOut(set, problems),
    pseudonymKeyFile: set.get('SCRAPEGATE_PSEUDONYM_KEY_FILE'),
    stateFile: set.get('SCRAPEGATE_STATE_FILE'),
    webConfigFile: set.get('SCRAPEGATE_WEB_CONFIG_FILE'),
  };
}

/** Variables with a value; known ones without, and unknown ones of ours, are problems. */
function setVariables(env: Environment, problems: ProblemList): ReadonlyMap<string, string> {
  const set = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (!isKnownVariable(name)) {
      const problem = unknownVariableProblem(name, value);
      if (problem !== undefined) problems.add(name, problem);
    } else if (value.trim() === '') {
      problems.add(name, 'is set but empty; give it a value or unset it');
    } else {
      set.set(name, value);
    }
  }
  return set;
}

function port(
  name: string,
  set: ReadonlyMap<string, string>,
  problems: ProblemList,
): number | UnixListenOptions | undefined {
  const value = set.get(name);
  if (value === undefined) return undefined;
  const parsed = parsePort(value) ?? parseUnixAddress(value);
  if (parsed !== undefined) return parsed;
  problems.add(
    name,
    value.includes('://')
      ? 'is an address, as Kubernetes sets it for a Service of that name; set enableServiceLinks: false, or the port itself'
      : 'is not a port; expected a number from 0 to 65535, or unix:/path/of/socket',
  );
  return undefined;
}

function wholeNumber(name: string, value: string | undefined, problems: ProblemList): number | undefined {
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(value)) return Number(value);
  problems.add(name, 'expected a whole number of at least 1');
  return undefined;
}

function preset(set: ReadonlyMap<string, string>, problems: ProblemList): PresetName | undefined {
  const value = set.get('SCRAPEGATE_PRESET');
  if (value === undefined || isPresetName(value)) return value;
  problems.add('SCRAPEGATE_PRESET', `expected one of ${PRESET_NAMES.join(', ')}`);
  return undefined;
}

function basicAuth(
  set: ReadonlyMap<string, string>,
  password: Secret | undefined,
  problems: ProblemList,
): EnvironmentOptions['basicAuth'] {
  const username = set.get('METRICS_BASIC_AUTH_USER');
  const givesPassword = set.has('METRICS_BASIC_AUTH_PASSWORD') || set.has('METRICS_BASIC_AUTH_PASSWORD_FILE');
  if (username === undefined && givesPassword) {
    problems.add(
      'METRICS_BASIC_AUTH_USER',
      'is missing; METRICS_BASIC_AUTH_PASSWORD is set, and both belong together',
    );
  }
  if (username !== undefined && !givesPassword) {
    problems.add(
      'METRICS_BASIC_AUTH_PASSWORD',
      'is missing; METRICS_BASIC_AUTH_USER is set, and both belong together',
    );
  }
  return username === undefined || password === undefined ? undefined : { username, password };
}

/** Issuer and audience are always needed: a key set alone signs the tokens of others, and for others, as well. */
function oauth2(set: ReadonlyMap<string, string>, problems: ProblemList): EnvironmentOAuth2 | undefined {
  const prefix = 'METRICS_OAUTH2_';
  const given = [...set.keys()].find((name) => name.startsWith(prefix));
  if (given === undefined) return undefined;
  const issuer = set.get(`${prefix}ISSUER`);
  const jwksUri = set.get(`${prefix}JWKS_URI`);
  const scopes = set
    .get(`${prefix}REQUIRED_SCOPES`)
    ?.trim()
    .split(/[\s,]+/);
  const audience = list(`${prefix}AUDIENCE`, set.get(`${prefix}AUDIENCE`), problems);
  const algorithms = list(`${prefix}ALGORITHMS`, set.get(`${prefix}ALGORITHMS`), problems);
  for (const [name, why] of [
    [`${prefix}ISSUER`, 'a key set alone does not say whose tokens are meant'],
    [`${prefix}AUDIENCE`, 'tokens for other services would open the gate without it'],
  ] as const) {
    if (!set.has(name) && !problems.hasUnder(name)) {
      problems.add(name, `is missing; ${given} is set, and ${why}`);
    }
  }
  // What is missing or wrong is a problem by now. Stand-ins let the rest be checked as well; they are never run.
  return {
    issuer: issuer ?? 'https://issuer.invalid',
    audience: audience ?? ['missing'],
    ...(jwksUri !== undefined && { jwksUri }),
    ...(scopes !== undefined && { requiredScopes: scopes }),
    ...(algorithms !== undefined && { algorithms }),
  };
}

function list(name: string, value: string | undefined, problems: ProblemList): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const entries = value.split(',').map((entry) => entry.trim());
  if (!entries.includes('')) return entries;
  problems.add(name, 'has an empty entry; expected values separated by single commas');
  return undefined;
}

function trustProxy(value: string | undefined, problems: ProblemList): TrustProxy | undefined {
  if (value === undefined) return undefined;
  if (value === 'true') return { kind: 'private_peers' };
  if (value === 'false') return { kind: 'none' };
  if (/^\d+$/.test(value.trim())) {
    problems.add(
      'TRUST_PROXY',
      'counts hops, which anybody can add to; list the proxies as CIDRs, such as 10.0.0.0/8',
    );
    return undefined;
  }
  const entries = list('TRUST_PROXY', value, problems);
  if (entries === undefined) return undefined;
  return {
    kind: 'cidrs',
    cidrs: entries.flatMap((entry) => (entry === 'loopback' ? LOOPBACK_CIDRS : [entry])),
  };
}

function optOut(set: ReadonlyMap<string, string>, problems: ProblemList): boolean | undefined {
  const name = 'SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED';
  const value = set.get(name);
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') problems.add(name, 'expected exactly true, or false');
  return value === 'true';
}
