// What the gate's own metrics tell of the configuration in force: which targets and views there are, how far a view may
// grow, and when credentials and the certificate of the listeners end. Pure. Names and numbers only, never a secret.

import { DEFAULT_MAX_SERIES } from '../views/resolve-options.js';
import { chainValidity } from './chain-validity.js';
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
    certificateExpiryMs: options.tls && chainValidity(options.tls.cert)?.notAfterMs,
  };
}
