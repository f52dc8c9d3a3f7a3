import { describe, expect, it } from 'vitest';
import { readConfigurationFacts, type ConfigurationFacts } from '../../../src/gateway/configuration-facts.js';
import type { GatewayOptions } from '../../../src/gateway/options.js';
import { Secret } from '../../../src/internal/secret.js';
import { makeCertificate } from '../../support/make-certificate.js';

const SECOND = Date.UTC(2027, 0, 1);

function factsOf(options: Partial<GatewayOptions>): ConfigurationFacts {
  return readConfigurationFacts({ guard: {}, targets: [], views: [], ...options });
}

function factsOfCredential(...ends: readonly (number | undefined)[]): readonly (readonly [string, number])[] {
  const proofs = ends.map((notAfterMs) => ({
    kind: 'bearer' as const,
    digest: new Uint8Array(32),
    ...(notAfterMs !== undefined && { notAfterMs }),
  }));
  const credentials = [{ name: 'books', proofs, grant: { view: 'all', target: 'litellm' } }];
  return [...factsOf({ guard: { credentials } }).credentialExpiriesMs];
}

describe('readConfigurationFacts', () => {
  it('knows nothing of an empty configuration', () => {
    expect(factsOf({})).toEqual({
      targets: new Set(),
      seriesLimits: new Map(),
      credentialExpiriesMs: new Map(),
      certificateExpiryMs: undefined,
    });
  });

  it('leaves out credentials that do not end, one of whose proofs does not end among them', () => {
    expect(factsOfCredential(undefined)).toEqual([]);
    expect(factsOfCredential(SECOND, undefined)).toEqual([]);
  });

  it('takes the last end of a credential that is rotated', () => {
    expect(factsOfCredential(SECOND)).toEqual([['books', SECOND]]);
    expect(factsOfCredential(SECOND + 1000, SECOND)).toEqual([['books', SECOND + 1000]]);
  });

  it('names targets, and views and templates with their limits', () => {
    const facts = factsOf({
      targets: [
        { kind: 'demo', name: 'demo' },
        { kind: 'demo', name: 'other' },
      ],
      views: [
        { name: 'all', target: 'demo' },
        { name: 'small', target: 'demo', maxSeries: 10 },
      ],
      viewTemplates: [{ view: { name: 'tenant', target: 'demo', maxSeries: 20 }, scopedLabels: ['team'] }],
    });
    expect(facts.targets).toEqual(new Set(['demo', 'other']));
    expect(facts.seriesLimits).toEqual(
      new Map([
        ['all', 2_000_000],
        ['small', 10],
        ['tenant', 20],
      ]),
    );
  });

  it('finds the certificate of a chain that ends first, and passes over what it cannot read', () => {
    const leaf = makeCertificate({ notAfterMs: SECOND + 5000 });
    const issuer = makeCertificate({ notAfterMs: SECOND });
    const expiryOf = (cert: string): number | undefined =>
      factsOf({ tls: { cert, key: new Secret(leaf.key) } }).certificateExpiryMs;
    const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(expiryOf('')).toBeUndefined();
    expect(expiryOf(damaged)).toBeUndefined();
    expect(expiryOf(`a comment\n${leaf.cert}`)).toBe(SECOND + 5000);
    expect(expiryOf(`${leaf.cert}${damaged}${issuer.cert}`)).toBe(SECOND);
  });
});
