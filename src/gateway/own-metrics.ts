// The gate's own metrics: what it answered, what it refused, what it hid, and whether its configuration holds.
// Labels are names from the configuration, fixed reasons and label names; never a value that a stranger chose.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../adapters/scrape.js';
import type { Warning } from '../errors.js';
import type { Clock } from '../internal/clock.js';
import type { ClosureReason } from './listeners.js';
import {
  registerStandingMetrics,
  type StandingSources,
  type TargetState,
  type ViewSize,
} from './standing-metrics.js';
import type { TargetFailure } from '../targets/target.js';
import type { ViewEffects } from '../views/renderer.js';
import { VERSION } from '../internal/version.js';

/** Collects the gate's own metrics. */
export interface OwnMetrics {
  request(route: string, outcome: Outcome): void;
  /** What a scrape showed of its target and view. */
  scraped(target: string, outcome: Outcome): void;
  /** A configuration was loaded, or could not be. */
  reloaded(successful: boolean): void;
  /** The counters were written to the state file, or could not be. */
  stateSaved(successful: boolean): void;
  warned(warning: Warning): void;
  /** Before the warnings of a new configuration are given. */
  forgetWarnings(): void;
  /** Whether replicas count together; undefined where nobody asked for that. */
  limitsShared(shared: boolean | undefined): void;
  /** A target gave an exposition when the gate itself asked. */
  targetAnswered(target: string): void;
  /** A fetch of a target failed, whoever waited for it. */
  fetchFailed(target: string, failure: TargetFailure): void;
  /** A target is another one now, or gone. */
  forgetTarget(target: string): void;
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

/** What the metrics are made from besides what is reported. */
export interface OwnMetricsSources extends StandingSources {
  readonly clock: Clock;
}

/** Creates the metrics of a gateway. */
export function createOwnMetrics({ clock, ...standing }: OwnMetricsSources): OwnMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const targets = new Map<string, TargetState>();
  const views = new Map<string, ViewSize>();

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
  const stateSaved = new Gauge({
    name: 'scrapegate_state_last_save_successful',
    help: 'Whether the last attempt to write the state file succeeded. Absent before the first one.',
    registers,
  });
  const stateTime = new Gauge({
    name: 'scrapegate_state_last_save_success_timestamp_seconds',
    help: 'When the state file was last written. Absent before the first time.',
    registers,
  });
  // Gauges without labels are 0 from the start, which would be an alarm.
  for (const gauge of [stateSaved, stateTime]) gauge.remove();
  const warnings = new Gauge({
    name: 'scrapegate_warnings',
    help: 'Warnings that hold, by code; each is explained in the documentation.',
    labelNames: ['code'],
    registers,
  });
  const issuerRequests = new Counter({
    name: 'scrapegate_issuer_requests_total',
    help: 'Questions to identity providers, for keys and about tokens, by result.',
    labelNames: ['issuer', 'purpose', 'result'],
    registers,
  });
  const sharedLimits = new Gauge({
    name: 'scrapegate_limits_shared',
    help: 'Whether lockouts and budgets are shared through Redis now; absent where that is not configured.',
    registers,
  });
  sharedLimits.remove();
  const closed = new Counter({
    name: 'scrapegate_connections_closed_total',
    help: 'Connections that the gate closed before their time, by reason.',
    labelNames: ['reason'],
    registers,
  });
  registerStandingMetrics(registry, standing, { targets, views });
  const build = new Gauge({
    name: 'scrapegate_build_info',
    help: 'Version of Scrapegate and of Node.js; the value is always 1.',
    labelNames: ['version', 'node_version'],
    registers,
  });
  build.set({ version: VERSION, node_version: process.versions.node }, 1);

  const targetAsked = (name: string, up: boolean): void => {
    const state = targets.get(name) ?? { up };
    targets.set(name, state);
    state.up = up;
    if (up) state.lastSuccessMs = clock.nowMs();
  };
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
    request(route, { answer, reason, target, view, credential, fetchMs, renderMs, rendered }) {
      const code = String(answer.status);
      requests.inc({
        route,
        target: target ?? NONE,
        view: view ?? NONE,
        credential: credential ?? NONE,
        code,
      });
      if (reason !== undefined) rejections.inc({ reason });
      if (target !== undefined && fetchMs !== undefined) fetchDuration.observe({ target }, fetchMs / 1000);
      if (view === undefined) return;
      if (renderMs !== undefined) renderDuration.observe({ view }, renderMs / 1000);
      if (rendered !== undefined) recordEffects(view, rendered.effects);
    },
    scraped(target, { view, isReadable, rendered }) {
      if (isReadable !== undefined) targetAsked(target, isReadable);
      if (rendered === undefined) return;
      const { quarantined, seriesIn, seriesOut } = rendered;
      const state = targets.get(target);
      if (state !== undefined) state.quarantined = quarantined?.families ?? 0;
      if (view !== undefined) views.set(view, { seriesIn, seriesOut });
    },
    reloaded(successful) {
      reloadSuccessful.set(successful ? 1 : 0);
      if (!successful) return;
      reloadTime.set(clock.nowMs() / 1000);
      const known = standing.facts();
      for (const name of targets.keys()) if (!known.targets.has(name)) targets.delete(name);
      for (const name of views.keys()) if (!known.seriesLimits.has(name)) views.delete(name);
    },
    stateSaved(successful) {
      stateSaved.set(successful ? 1 : 0);
      if (successful) stateTime.set(clock.nowMs() / 1000);
    },
    connectionClosed: (reason) => closed.inc({ reason }),
    warned: ({ code }) => warnings.set({ code }, 1),
    forgetWarnings: () => warnings.reset(),
    limitsShared(shared) {
      if (shared === undefined) sharedLimits.remove();
      else sharedLimits.set(shared ? 1 : 0);
    },
    targetAnswered: (target) => targetAsked(target, true),
    fetchFailed(target, { reason }) {
      targetFailures.inc({ target, reason });
      targetAsked(target, false);
    },
    forgetTarget: (target) => void targets.delete(target),
    viewForgotten: (view) => forgottenViews.inc({ view }),
    issuerAsked: (issuer, purpose, result) => issuerRequests.inc({ issuer, purpose, result }),
    exposition: () => registry.metrics(),
  };
}
