// The document in which an identity provider says where its keys are, and the keys themselves.
// The document counts only when the issuer in it is the configured one, byte for byte (B9).
// OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3.

import type { Clock } from '../../internal/clock.js';
import { fail, ok, type Result } from '../../internal/result.js';
import type { IssuerFailure } from './issuer-failure.js';
import type { IssuerHttp } from './issuer-http.js';
import { parseJsonObject } from './json-object.js';
import { parseKeySet, type VerificationKey } from './key-set.js';
import type { ProviderSettings } from './oidc-proofs.js';
import { isPlainHttp, providerUrlProblem } from './provider-url.js';

/** Reads what an identity provider publishes. */
export interface DocumentReader {
  /**
   * The keys, at least one, or none where the provider has no key set and introspects instead. Looks for the key set
   * anew once a day, and after it was not where it was said to be.
   */
  readKeys(signal: AbortSignal): Promise<Result<readonly VerificationKey[], IssuerFailure>>;
  /** Where tokens are introspected, as far as it is known. */
  introspectionEndpoint(): string | undefined;
}

interface Metadata {
  readonly jwksUri: string | undefined;
  readonly introspectionEndpoint: string | undefined;
}

/** Key sets with certificate chains of large providers stay below a tenth of it. */
const MAX_DOCUMENT_BYTES = 256 * 1024;
const METADATA_MAX_AGE_MS = 24 * 60 * 60_000;

/** Creates the reader of one identity provider. */
export function createDocumentReader(
  settings: ProviderSettings,
  { http, clock }: { readonly http: IssuerHttp; readonly clock: Clock },
): DocumentReader {
  const { issuer, introspection } = settings;
  let metadata: Metadata | undefined;
  let discoverAfterMs = 0;

  const discover = async (signal: AbortSignal): Promise<Result<Metadata, IssuerFailure>> => {
    const found = await http.send({ url: openIdAddress(issuer), signal, maxBytes: MAX_DOCUMENT_BYTES });
    const isElsewhere = !found.ok && found.error.reason === 'status' && found.error.detail?.startsWith('4');
    const text =
      isElsewhere === true
        ? await http.send({ url: oauthAddress(issuer), signal, maxBytes: MAX_DOCUMENT_BYTES })
        : found;
    return text.ok ? readMetadata(text.value, settings) : text;
  };

  const currentMetadata = async (signal: AbortSignal): Promise<Result<Metadata, IssuerFailure>> => {
    if (settings.jwksUri !== undefined) {
      return ok({ jwksUri: settings.jwksUri, introspectionEndpoint: undefined });
    }
    if (metadata !== undefined && clock.monotonicMs() < discoverAfterMs) return ok(metadata);
    const discovered = await discover(signal);
    if (discovered.ok) {
      metadata = discovered.value;
      discoverAfterMs = clock.monotonicMs() + METADATA_MAX_AGE_MS;
      return discovered;
    }
    // The last document still says where the keys are, unless this one says that it is somebody else's.
    return metadata === undefined || discovered.error.reason === 'issuer_mismatch'
      ? discovered
      : ok(metadata);
  };

  return {
    async readKeys(signal) {
      const current = await currentMetadata(signal);
      if (!current.ok) return current;
      const { jwksUri } = current.value;
      if (jwksUri === undefined) return ok([]);
      const text = await http.send({ url: jwksUri, signal, maxBytes: MAX_DOCUMENT_BYTES });
      const keys = text.ok ? parseKeySet(text.value) : text;
      if (!keys.ok) discoverAfterMs = 0;
      return keys;
    },
    introspectionEndpoint: () => introspection?.endpoint ?? metadata?.introspectionEndpoint,
  };
}

function openIdAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

function oauthAddress(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`;
}

function readMetadata(text: string, settings: ProviderSettings): Result<Metadata, IssuerFailure> {
  const document = parseJsonObject(text);
  if (document === undefined) return fail({ reason: 'malformed', detail: 'document' });
  if (document['issuer'] !== settings.issuer) return fail({ reason: 'issuer_mismatch' });
  const { jwks_uri: jwksUri, introspection_endpoint: endpoint } = document;
  const { introspection } = settings;
  if (jwksUri === undefined && introspection === undefined) {
    return fail({ reason: 'malformed', detail: 'jwks_uri' });
  }
  if (jwksUri !== undefined && !isUsable(jwksUri, settings.issuer)) {
    return fail({ reason: 'malformed', detail: 'jwks_uri' });
  }
  const isEndpointNeeded = introspection !== undefined && introspection.endpoint === undefined;
  if (isEndpointNeeded && !isUsable(endpoint, settings.issuer)) {
    return fail({ reason: 'malformed', detail: 'introspection_endpoint' });
  }
  return ok({
    jwksUri: typeof jwksUri === 'string' ? jwksUri : undefined,
    introspectionEndpoint: isEndpointNeeded && typeof endpoint === 'string' ? endpoint : undefined,
  });
}

/** A document that came over TLS must not lead to what anybody on the machine can answer. */
function isUsable(url: unknown, issuer: string): boolean {
  if (typeof url !== 'string' || providerUrlProblem(url) !== undefined) return false;
  return !isPlainHttp(url) || isPlainHttp(issuer);
}
