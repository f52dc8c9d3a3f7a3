// Identity providers of the file and of the environment to proofs. The secret of the gate's own client and the
// authorities are read here; what an issuer or a claim may be is checked by auth, in its words.

import type { IntrospectionOptions, OidcProofOptions } from '../auth/oidc/options.js';
import type { Validity } from '../auth/validity.js';
import type { BuildContext } from './build-context.js';
import type { FileOidc } from './file-options.js';
import { formatDuration } from './units.js';

/** A proof, and where each of its members came from: names of options → settings. */
export interface BuiltOidc {
  readonly proof: OidcProofOptions;
  readonly settings: Readonly<Record<string, string>>;
}

/** Options of a proof, and the keys that operators know them by. */
const KEYS = {
  issuer: 'issuer',
  jwksUri: 'jwks_uri',
  audience: 'audience',
  requiredScopes: 'required_scopes',
  algorithms: 'algorithms',
  clockToleranceMs: 'clock_tolerance',
  jwksMaxStaleMs: 'jwks_max_stale',
  requireAccessTokenType: 'require_access_token_type',
  caPem: 'ca_file',
  introspection: 'introspection',
  'introspection.endpoint': 'introspection.endpoint',
  'introspection.clientId': 'introspection.client_id',
  'introspection.clientSecret': 'introspection.client_secret',
};

/** The proof of an `oidc` section; undefined where a file that it names cannot be used, which is a problem then. */
export function buildOidc(
  setting: string,
  oidc: FileOidc,
  validity: Validity,
  context: BuildContext,
): BuiltOidc | undefined {
  const { audience, required_scopes, algorithms, ca_file } = oidc;
  const caPem = ca_file === undefined ? undefined : context.fileReader.text(`${setting}.ca_file`, ca_file);
  const introspection =
    oidc.introspection && buildIntrospection(`${setting}.introspection`, oidc.introspection, context);
  const isWhole =
    (ca_file === undefined || caPem !== undefined) &&
    (oidc.introspection === undefined || introspection !== undefined);
  if (!isWhole) return undefined;
  const proof: OidcProofOptions = {
    kind: 'oidc',
    issuer: oidc.issuer,
    ...(oidc.jwks_uri !== undefined && { jwksUri: oidc.jwks_uri }),
    audience: [audience].flat(),
    ...(required_scopes !== undefined && { requiredScopes: required_scopes }),
    ...(algorithms !== undefined && { algorithms }),
    ...(oidc.clock_tolerance !== undefined && { clockToleranceMs: oidc.clock_tolerance }),
    ...(oidc.jwks_max_stale !== undefined && { jwksMaxStaleMs: oidc.jwks_max_stale }),
    ...(oidc.require_access_token_type !== undefined && {
      requireAccessTokenType: oidc.require_access_token_type,
    }),
    ...(caPem !== undefined && { caPem }),
    ...(introspection !== undefined && { introspection }),
    ...validity,
  };
  const settings = Object.entries(KEYS).map(([option, key]) => [option, `${setting}.${key}`]);
  return { proof, settings: Object.fromEntries(settings) };
}

function buildIntrospection(
  setting: string,
  { endpoint, client_id, client_secret, client_secret_file }: NonNullable<FileOidc['introspection']>,
  { fileReader, problems }: BuildContext,
): IntrospectionOptions | undefined {
  const at = `${setting}.client_secret`;
  if (client_secret === undefined && client_secret_file === undefined) {
    problems.add(at, 'is missing; expected the secret of the client, or client_secret_file');
  }
  const clientSecret = fileReader.secret({
    setting: at,
    value: client_secret,
    fileSetting: `${at}_file`,
    file: client_secret_file,
  });
  if (clientSecret === undefined) return undefined;
  return { ...(endpoint !== undefined && { endpoint }), clientId: client_id, clientSecret };
}

/** The proof of the variables; undefined where none was given, or not enough of them. */
export function buildEnvironmentOidc({ env }: BuildContext): BuiltOidc | undefined {
  if (env.oauth2 === undefined) return undefined;
  return {
    proof: { kind: 'oidc', ...env.oauth2 },
    settings: {
      issuer: 'METRICS_OAUTH2_ISSUER',
      jwksUri: 'METRICS_OAUTH2_JWKS_URI',
      audience: 'METRICS_OAUTH2_AUDIENCE',
      requiredScopes: 'METRICS_OAUTH2_REQUIRED_SCOPES',
      algorithms: 'METRICS_OAUTH2_ALGORITHMS',
    },
  };
}

/** A message of auth in the words of the file. */
export function inOperatorsWords(message: string): string {
  const range = /(?<=^is out of range; expected )whole milliseconds from (\d+) to (\d+)$/.exec(message);
  const [whole = '', least, most] = range ?? [];
  const from = Number(least) === 0 ? 'of' : `from ${formatDuration(Number(least))}`;
  const inDurations = `a duration ${from} up to ${formatDuration(Number(most))}`;
  return Object.entries(KEYS).reduce(
    (text, [option, key]) => text.replaceAll(new RegExp(`\\b${option}\\b`, 'g'), key),
    range === null ? message : message.replace(whole, inDurations),
  );
}
