// The gate's own metrics: what it answered, what it refused, what it hid, and whether its configuration holds.
// Labels are names from the configuration, fixed reasons and label names; never a value that a stranger chose.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../adapters/scrape.js';
import type { Warning } from '../errors.js';
import type { ClosureReason } from './listeners.js';
import type { ViewEffects } from '../views/renderer.js';
import { VERSION } from '../internal/version.js';

/** Collects the gate's own metrics. */
export interface OwnMetrics {
  request(route: string, outcome: Outcome): void;
  reloaded(successful: boolean, nowSeconds: number): void;
  warned(warning: Warning): void;
  /** Before the warnings of a new configuration are given. */
  forgetWarnings(): void;
  /** Whether replicas count together; undefined where nobody asked for that. */
  limitsShared(shared: boolean | undefined): void;
  /** Whether a target gave an exposition when the gate itself asked. */
  targetAsked(target: string, answered: boolean): void;
  /** The counters of a view were given up; `template` is what made it. */
  viewForgotten(template: string): void;
  /** What an identity provider answered when the gate asked it for keys or about a token. */
  issuerAsked(issuer: string, purpose: string, result: string): void;
  /** A connection was closed before its time. */
  connectionClosed(reason: ClosureReason): void;
  /** The exposition in text 0.0.4. */
  exposition(): Promise<string>;
}

const NONE = '';
/** Label names counted apart over the life of the process: clients of some targets can make up names. */
const MAX_LABEL_NAMES = 500;
const OTHER_LABELS = '__other__';
/** What `scrapegate_labels_total` counts. */
const LABEL_EFFECTS = ['pseudonymised', 'dropped', 'overflowed'] as const;
/** Fetching takes as long as the target; from a demo in memory to a LiteLLM that sends 30 MB. */
const FETCH_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const RENDER_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Issuers, with the milliseconds since their keys were fetched; undefined while there are none. */
type KeyAges = readonly { readonly issuer: string; readonly ageMs: number | undefined }[];

/** What is asked whenever the metrics are read. */
export interface OwnMetricsSources {
  /** Client prefixes that are locked out. */
  readonly lockedOut: () => number;
  /** Connections that are open. */
  readonly connections: () => number;
  /** Views at hand, by the name of the template that made them. */
  readonly templateViews: () => ReadonlyMap<string, number>;
  readonly keyAges: () => KeyAges;
}

/** Creates the metrics of a gateway. */
export function createOwnMetrics({
  lockedOut,
  connections,
  templateViews,
  keyAges,
}: OwnMetricsSources): OwnMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const requests = new Counter({
    name: 'scrapegate_requests_total',
    help: 'Requests by route, target, view, credential and status code. Empty where it does not apply.',
    labelNames: ['route', 'target', 'view', 'credential', 'code'],
    registers,
  });
  const rejections = new Counter({
    name: 'scrapegate_rejections_total',
    help: 'Requests that were denied or failed, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const targetFailures = new Counter({
    name: 'scrapegate_target_failures_total',
    help: 'Fetches of a target that gave no exposition, by reason.',
    labelNames: ['target', 'reason'],
    registers,
  });
  const targetUp = new Gauge({
    name: 'scrapegate_target_up',
    help: 'Whether the last fetch of a target gave an exposition.',
    labelNames: ['target'],
    registers,
  });
  const quarantinedFamilies = new Gauge({
    name: 'scrapegate_quarantined_families',
    help: 'Malformed families that the views of the last scrape of a target left out.',
    labelNames: ['target'],
    registers,
  });
  const fetchDuration = new Histogram({
    name: 'scrapegate_fetch_duration_seconds',
    help: 'Time that a scrape waited for its target.',
    labelNames: ['target'],
    buckets: FETCH_BUCKETS,
    registers,
  });
  const renderDuration = new Histogram({
    name: 'scrapegate_render_duration_seconds',
    help: 'Time to parse a scrape and render a view of it.',
    labelNames: ['view'],
    buckets: RENDER_BUCKETS,
    registers,
  });
  const series = new Gauge({
    name: 'scrapegate_view_series',
    help: 'Series of the last scrape of a view: in the target (in) and in the view (out).',
    labelNames: ['view', 'direction'],
    registers,
  });
  const labels = new Counter({
    name: 'scrapegate_labels_total',
    help: 'Labels of scraped series that were pseudonymised, dropped or beyond a cap, by label name.',
    labelNames: ['view', 'label', 'effect'],
    registers,
  });
  const detections = new Counter({
    name: 'scrapegate_detections_total',
    help: 'Values that a detector found where no rule hid them, by label name.',
    labelNames: ['view', 'label', 'detection'],
    registers,
  });
  const withheldSeries = new Counter({
    name: 'scrapegate_series_withheld_total',
    help: 'Scraped series that a view could not show although its tenant and metrics allow it, by reason.',
    labelNames: ['view', 'reason'],
    registers,
  });
  const made = new Gauge({
    name: 'scrapegate_template_views',
    help: 'Views at hand that were made by claims, by the name of their template.',
    labelNames: ['view'],
    registers: [],
    collect() {
      this.reset();
      for (const [view, count] of templateViews()) this.set({ view }, count);
    },
  });
  registry.registerMetric(made);
  const forgottenViews = new Counter({
    name: 'scrapegate_template_views_forgotten_total',
    help: 'Views made by claims whose aggregated counters begin anew, because too many others were used since.',
    labelNames: ['view'],
    registers,
  });
  const reloadSuccessful = new Gauge({
    name: 'scrapegate_config_last_reload_successful',
    help: 'Whether the last attempt to load the configuration succeeded.',
    registers,
  });
  const reloadTime = new Gauge({
    name: 'scrapegate_config_last_reload_success_timestamp_seconds',
    help: 'When the configuration was last loaded successfully.',
    registers,
  });
  const warnings = new Gauge({
    name: 'scrapegate_warnings',
    help: 'Warnings that hold, by code; each is explained in the documentation.',
    labelNames: ['code'],
    registers,
  });
  const locked = new Gauge({
    name: 'scrapegate_locked_out_clients',
    help: 'Client prefixes that are locked out now.',
    registers,
    collect() {
      this.set(lockedOut());
    },
  });
  const issuerRequests = new Counter({
    name: 'scrapegate_issuer_requests_total',
    help: 'Questions to identity providers, for keys and about tokens, by result.',
    labelNames: ['issuer', 'purpose', 'result'],
    registers,
  });
  registry.registerMetric(
    new Gauge({
      name: 'scrapegate_issuer_keys_age_seconds',
      help: 'Time since the keys of an identity provider were last fetched. Absent while there are none.',
      labelNames: ['issuer'],
      registers: [],
      collect() {
        this.reset();
        for (const { issuer, ageMs } of keyAges()) {
          if (ageMs !== undefined) this.set({ issuer }, ageMs / 1000);
        }
      },
    }),
  );
  const sharedLimits = new Gauge({
    name: 'scrapegate_limits_shared',
    help: 'Whether lockouts and budgets are shared through Redis now; absent where that is not configured.',
    registers,
  });
  // A gauge without labels is 0 from the start, which would be an alarm.
  sharedLimits.remove();
  const open = new Gauge({
    name: 'scrapegate_connections',
    help: 'Connections that are open, of all listeners.',
    registers,
    collect() {
      this.set(connections());
    },
  });
  const closed = new Counter({
    name: 'scrapegate_connections_closed_total',
    help: 'Connections that the gate closed before their time, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const build = new Gauge({
    name: 'scrapegate_build_info',
    help: 'Version of Scrapegate and of Node.js; the value is always 1.',
    labelNames: ['version', 'node_version'],
    registers,
  });
  build.set({ version: VERSION, node_version: process.versions.node }, 1);
  locked.set(0);
  open.set(0);

  const labelNames = new Set<string>();
  const bounded = (name: string): string => {
    if (labelNames.size < MAX_LABEL_NAMES) labelNames.add(name);
    return labelNames.has(name) ? name : OTHER_LABELS;
  };
  const recordEffects = (view: string, effects: ViewEffects): void => {
    for (const effect of LABEL_EFFECTS) {
      for (const [name, count] of effects[effect]) labels.inc({ view, label: bounded(name), effect }, count);
    }
    for (const [reason, count] of effects.withheld) withheldSeries.inc({ view, reason }, count);
    for (const [name, counts] of effects.detected) {
      for (const [detection, count] of counts)
        detections.inc({ view, label: bounded(name), detection }, count);
    }
  };

  return {
    request(route, { answer, reason, target, view, credential, failure, fetchMs, renderMs, rendered }) {
      const code = String(answer.status);
      requests.inc({
        route,
        target: target ?? NONE,
        view: view ?? NONE,
        credential: credential ?? NONE,
        code,
      });
      if (reason !== undefined) rejections.inc({ reason });
      if (target !== undefined) {
        if (failure !== undefined) targetFailures.inc({ target, reason: failure.reason });
        targetUp.set({ target }, failure === undefined ? 1 : 0);
        if (rendered !== undefined) {
          quarantinedFamilies.set({ target }, rendered.quarantined?.families ?? 0);
        }
        if (fetchMs !== undefined) fetchDuration.observe({ target }, fetchMs / 1000);
      }
      if (view !== undefined && renderMs !== undefined) renderDuration.observe({ view }, renderMs / 1000);
      if (view !== undefined && rendered !== undefined) {
        series.set({ view, direction: 'in' }, rendered.seriesIn);
        series.set({ view, direction: 'out' }, rendered.seriesOut);
        recordEffects(view, rendered.effects);
      }
    },
    reloaded(successful, nowSeconds) {
      reloadSuccessful.set(successful ? 1 : 0);
      if (successful) reloadTime.set(nowSeconds);
    },
    connectionClosed: (reason) => closed.inc({ reason }),
    warned: ({ code }) => warnings.set({ code }, 1),
    forgetWarnings: () => warnings.reset(),
    limitsShared(shared) {
      if (shared === undefined) sharedLimits.remove();
      else sharedLimits.set(shared ? 1 : 0);
    },
    targetAsked: (target, answered) => targetUp.set({ target }, answered ? 1 : 0),
    viewForgotten: (view) => forgottenViews.inc({ view }),
    issuerAsked: (issuer, purpose, result) => issuerRequests.inc({ issuer, purpose, result }),
    exposition: () => registry.metrics(),
  };
}
