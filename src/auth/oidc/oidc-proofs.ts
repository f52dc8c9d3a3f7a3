// The oidc proofs of all credentials, put together by identity provider. Several credentials may take tokens of one
// provider, with other audiences and scopes; how it is asked must then be the same. Pure.

import type { Problem } from '../../errors.js';
import type { Validity } from '../validity.js';
import type { ResolvedOidcProof } from './options.js';

/** A configured proof and the credential that it proves. */
export interface OidcProof extends ResolvedOidcProof {
  readonly credential: string;
  readonly validity: Validity;
}

/** How one identity provider is asked. */
export type ProviderSettings = Pick<
  ResolvedOidcProof,
  'issuer' | 'jwksUri' | 'jwksMaxStaleMs' | 'caPem' | 'introspection'
>;

/** A text that is equal for equal settings, and for those alone. It has the secret in it: never show it. */
export function providerIdentity(settings: ProviderSettings): string {
  const { issuer, jwksUri, jwksMaxStaleMs, caPem, introspection } = settings;
  return JSON.stringify([issuer, jwksUri, jwksMaxStaleMs, caPem, introspectionIdentity(introspection)]);
}

function introspectionIdentity(introspection: ProviderSettings['introspection']): unknown {
  if (introspection === undefined) return undefined;
  return [introspection.endpoint, introspection.clientId, introspection.clientSecret.reveal()];
}

/** What contradicts each other. `paths` are those of the proofs, in their order. */
export function providerConflicts(
  proofs: readonly OidcProof[],
  paths: readonly string[],
): readonly Problem[] {
  const problems: Problem[] = [];
  const first = new Map<string, OidcProof>();
  let introspected: OidcProof | undefined;
  for (const [index, proof] of proofs.entries()) {
    const path = paths[index] ?? '';
    const known = first.get(proof.issuer);
    first.set(proof.issuer, known ?? proof);
    if (known !== undefined && providerIdentity(known) !== providerIdentity(proof)) {
      problems.push({
        path,
        message:
          `asks its issuer in another way than the credential "${known.credential}" does; ` +
          'expected the same jwksUri, jwksMaxStaleMs, caPem and introspection',
      });
    }
    if (proof.introspection === undefined) continue;
    introspected ??= proof;
    // An opaque token does not say whose it is: to ask both would be to show each the tokens of the other.
    if (introspected.issuer !== proof.issuer) {
      problems.push({
        path: `${path}.introspection`,
        message: `the credential "${introspected.credential}" has another issuer introspect tokens; expected one alone`,
      });
    }
  }
  return problems;
}
