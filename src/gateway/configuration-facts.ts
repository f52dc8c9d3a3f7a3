// What the gate's own metrics tell of the configuration in force: which targets and views there are, how far a view may
// grow, and when credentials and the certificate of the listeners end. Pure. Names and numbers only, never a secret.

import { X509Certificate } from 'node:crypto';
import { DEFAULT_MAX_SERIES } from '../views/resolve-options.js';
import type { GatewayOptions } from './options.js';

/** Facts of one configuration. */
export interface ConfigurationFacts {
  readonly targets: ReadonlySet<string>;
  /** View, or template of views → series of its target beyond which its scrapes fail. */
  readonly seriesLimits: ReadonlyMap<string, number>;
  /** Credential → Unix milliseconds from which on nothing of it holds; those that do not end are left out. */
  readonly credentialExpiriesMs: ReadonlyMap<string, number>;
  /** When the first certificate of the listeners' chain ends, in Unix milliseconds; undefined without TLS. */
  readonly certificateExpiryMs: number | undefined;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Reads the facts of `options`. */
export function readConfigurationFacts(
  options: Pick<GatewayOptions, 'guard' | 'targets' | 'tls' | 'views' | 'viewTemplates'>,
): ConfigurationFacts {
  const views = [...options.views, ...(options.viewTemplates ?? []).map(({ view }) => view)];
  return {
    targets: new Set(options.targets.map(({ name }) => name)),
    seriesLimits: new Map(views.map(({ name, maxSeries }) => [name, maxSeries ?? DEFAULT_MAX_SERIES])),
    credentialExpiriesMs: new Map(
      (options.guard.credentials ?? []).flatMap(({ name, proofs }): [string, number][] => {
        const lastMs = Math.max(...proofs.map(({ notAfterMs = Infinity }) => notAfterMs));
        return Number.isFinite(lastMs) ? [[name, lastMs]] : [];
      }),
    ),
    certificateExpiryMs: options.tls && firstExpiryMs(options.tls.cert),
  };
}

/** Any member of a chain that has expired makes clients refuse it. */
function firstExpiryMs(pem: string): number | undefined {
  const expiries = [...pem.matchAll(CERTIFICATE)].flatMap(([text]) => expiryMs(text));
  return expiries.length === 0 ? undefined : Math.min(...expiries);
}

/** OpenSSL has accepted the chain, but it passes over members that it cannot read. */
function expiryMs(pem: string): readonly number[] {
  try {
    const ms = Date.parse(new X509Certificate(pem).validTo);
    return Number.isNaN(ms) ? [] : [ms];
  } catch {
    return [];
  }
}
