// Those of the gate's own metrics that say how things stand: asked for whenever the metrics are read, and made anew, so
// that nothing is shown of a target, view or credential that a reload has taken away. Names and numbers only.

import { Gauge, type Registry } from 'prom-client';
import type { ConfigurationFacts } from './configuration-facts.js';

/** What is known of a target. */
export interface TargetState {
  up: boolean;
  lastSuccessMs?: number;
  quarantined?: number;
}

/** Series of the last scrape of a view. */
export interface ViewSize {
  readonly seriesIn: number;
  readonly seriesOut: number;
}

/** What requests have told. */
export interface Seen {
  readonly targets: ReadonlyMap<string, TargetState>;
  readonly views: ReadonlyMap<string, ViewSize>;
}

/** What is asked whenever the metrics are read. */
export interface StandingSources {
  /** Of the configuration in force: what it no longer names is no longer shown. */
  readonly facts: () => ConfigurationFacts;
  /** Client prefixes that are locked out. */
  readonly lockedOut: () => number;
  /** Connections that are open. */
  readonly connections: () => number;
  /** Views at hand, by the name of the template that made them. */
  readonly templateViews: () => ReadonlyMap<string, number>;
  /** Issuers, with the milliseconds since their keys were fetched; undefined while there are none. */
  readonly keyAges: () => readonly { readonly issuer: string; readonly ageMs: number | undefined }[];
}

/** Registers them. */
export function registerStandingMetrics(registry: Registry, sources: StandingSources, seen: Seen): void {
  const { facts, lockedOut, connections, templateViews, keyAges } = sources;
  const standing = (
    name: string,
    help: string,
    labelNames: readonly string[],
    fill: (gauge: Gauge) => void,
  ): void => {
    const gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset();
        // A reset leaves a gauge without labels at 0.
        if (labelNames.length === 0) this.remove();
        fill(this);
      },
    });
    registry.registerMetric(gauge);
  };
  const ofTargets = (name: string, help: string, read: (state: TargetState) => number | undefined): void => {
    standing(name, help, ['target'], (gauge) => {
      for (const target of facts().targets) {
        const state = seen.targets.get(target);
        const value = state && read(state);
        if (value !== undefined) gauge.set({ target }, value);
      }
    });
  };
  ofTargets(
    'scrapegate_target_up',
    'Whether the last fetch of a target gave an exposition that can be read.',
    ({ up }) => (up ? 1 : 0),
  );
  ofTargets(
    'scrapegate_target_last_success_timestamp_seconds',
    'When a target last gave an exposition that can be read. Absent before the first one.',
    ({ lastSuccessMs }) => lastSuccessMs && lastSuccessMs / 1000,
  );
  ofTargets(
    'scrapegate_quarantined_families',
    'Malformed families that the views of the last scrape of a target left out.',
    ({ quarantined }) => quarantined,
  );
  standing(
    'scrapegate_view_series',
    'Series of the last scrape of a view: in the target (in) and in the view (out).',
    ['view', 'direction'],
    (gauge) => {
      for (const view of facts().seriesLimits.keys()) {
        const last = seen.views.get(view);
        if (last === undefined) continue;
        gauge.set({ view, direction: 'in' }, last.seriesIn);
        gauge.set({ view, direction: 'out' }, last.seriesOut);
      }
    },
  );
  standing(
    'scrapegate_view_series_limit',
    'Series of its target beyond which the scrapes of a view fail.',
    ['view'],
    (gauge) => {
      for (const [view, limit] of facts().seriesLimits) gauge.set({ view }, limit);
    },
  );
  standing(
    'scrapegate_template_views',
    'Views at hand that were made by claims, by the name of their template.',
    ['view'],
    (gauge) => {
      for (const [view, count] of templateViews()) gauge.set({ view }, count);
    },
  );
  standing(
    'scrapegate_credential_expiry_timestamp_seconds',
    'When a credential ends: from then on nothing of it opens anything. Absent where it has no end.',
    ['credential'],
    (gauge) => {
      for (const [credential, ms] of facts().credentialExpiriesMs) gauge.set({ credential }, ms / 1000);
    },
  );
  standing(
    'scrapegate_tls_certificate_expiry_timestamp_seconds',
    "When the first certificate of the listeners' chain ends. Absent without TLS.",
    [],
    (gauge) => {
      const { certificateExpiryMs } = facts();
      if (certificateExpiryMs !== undefined) gauge.set(certificateExpiryMs / 1000);
    },
  );
  standing(
    'scrapegate_issuer_keys_age_seconds',
    'Time since the keys of an identity provider were last fetched. Absent while there are none.',
    ['issuer'],
    (gauge) => {
      for (const { issuer, ageMs } of keyAges()) {
        if (ageMs !== undefined) gauge.set({ issuer }, ageMs / 1000);
      }
    },
  );
  standing('scrapegate_locked_out_clients', 'Client prefixes that are locked out now.', [], (gauge) =>
    gauge.set(lockedOut()),
  );
  standing('scrapegate_connections', 'Connections that are open, of all listeners.', [], (gauge) =>
    gauge.set(connections()),
  );
}
