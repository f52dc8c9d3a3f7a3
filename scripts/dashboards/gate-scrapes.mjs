// Whether scrapes succeed, and which targets answer.

import {
  DAY,
  NONE_IS_GOOD,
  of,
  ONE_IS_GOOD,
  orZero,
  quantile,
  rate,
  SOME_TO_WATCH,
  YES,
} from './gate-queries.mjs';
import { BAD, GOOD, lines, section, stat, states, WATCH } from './panel.mjs';

export const glance = section('At a glance', 4, [
  stat({
    title: 'Gates',
    description: 'Gates that are scraped.',
    unit: 'none',
    thresholds: ONE_IS_GOOD,
    queries: [[orZero(`count(${of('scrapegate_build_info')})`)]],
  }),
  stat({
    title: 'Targets down',
    description: 'Targets whose last fetch gave no exposition.',
    unit: 'none',
    thresholds: NONE_IS_GOOD,
    queries: [[orZero(`count(${of('scrapegate_target_up')} == 0)`)]],
  }),
  stat({
    title: 'Scrapes that fail',
    description: 'Share of the scrapes that were let in and ended without metrics.',
    unit: 'percentunit',
    decimals: 2,
    thresholds: [
      [0, GOOD],
      [0.001, WATCH],
      [0.1, BAD],
    ],
    queries: [
      [
        `(${orZero(`sum(${rate('scrapegate_requests_total', 'view!="", code=~"5.."')})`)}) / sum(${rate('scrapegate_requests_total', 'view!=""')})`,
      ],
    ],
  }),
  stat({
    title: 'Locked-out clients',
    description: 'Client prefixes that failed too often and are not listened to now.',
    unit: 'none',
    thresholds: SOME_TO_WATCH,
    queries: [[orZero(`sum(${of('scrapegate_locked_out_clients')})`)]],
  }),
  stat({
    title: 'Credentials about to end',
    description: 'Credentials that end within 14 days, or have ended.',
    unit: 'none',
    thresholds: SOME_TO_WATCH,
    queries: [
      [orZero(`count(${of('scrapegate_credential_expiry_timestamp_seconds')} - time() < 14 * ${DAY})`)],
    ],
  }),
  stat({
    title: 'Warnings',
    description: 'Warnings that hold, over all gates; the bars at the end name them.',
    unit: 'none',
    thresholds: SOME_TO_WATCH,
    queries: [[orZero(`sum(${of('scrapegate_warnings')})`)]],
  }),
  stat({
    title: 'Configuration in force',
    description: 'Whether the last attempt to load the configuration succeeded on every gate.',
    unit: 'none',
    mappings: YES,
    thresholds: ONE_IS_GOOD,
    queries: [[`min(${of('scrapegate_config_last_reload_successful')})`]],
  }),
  stat({
    title: 'State saved',
    description:
      'Whether the last attempt to write the state file succeeded. No data where there is no state file.',
    unit: 'none',
    mappings: YES,
    thresholds: ONE_IS_GOOD,
    queries: [[`min(${of('scrapegate_state_last_save_successful')})`]],
  }),
  stat({
    title: 'Limits shared',
    description: 'Whether replicas count together through Redis. No data where that is not configured.',
    unit: 'none',
    mappings: YES,
    thresholds: ONE_IS_GOOD,
    queries: [[`min(${of('scrapegate_limits_shared')})`]],
  }),
  stat({
    title: 'Fullest view',
    description: 'Series of a target, as a share of the max_series of the view that is nearest to it.',
    unit: 'percentunit',
    decimals: 1,
    thresholds: [
      [0, GOOD],
      [0.8, WATCH],
      [1, BAD],
    ],
    queries: [
      [
        `max(${of('scrapegate_view_series', 'direction="in"')} / ignoring (direction) ${of('scrapegate_view_series_limit')})`,
      ],
    ],
  }),
  stat({
    title: 'Certificate ends in',
    description: 'Time until the first certificate of a listener ends. No data without TLS.',
    unit: 's',
    thresholds: [
      [0, BAD],
      [3 * DAY, WATCH],
      [14 * DAY, GOOD],
    ],
    queries: [[`min(${of('scrapegate_tls_certificate_expiry_timestamp_seconds')} - time())`]],
  }),
  stat({
    title: 'Oldest keys',
    description: 'Age of the oldest key set of an identity provider. They are fetched every nine minutes.',
    unit: 's',
    thresholds: [
      [0, GOOD],
      [1800, WATCH],
      [12 * 3600, BAD],
    ],
    queries: [[`max(${of('scrapegate_issuer_keys_age_seconds')})`]],
  }),
]);

export const scrapes = section('Scrapes', 8, [
  lines({
    title: 'Requests by status',
    description: 'Every request, scrapes or not.',
    unit: 'reqps',
    stacked: true,
    queries: [[`sum by (code) (${rate('scrapegate_requests_total')})`, '{{code}}']],
  }),
  lines({
    title: 'Refused and failed, by reason',
    description:
      'Why requests were denied, or ended without metrics. docs/operations.md explains each reason.',
    unit: 'reqps',
    stacked: true,
    queries: [[`sum by (reason) (${rate('scrapegate_rejections_total')})`, '{{reason}}']],
  }),
  lines({
    title: 'Scrapes by credential and view',
    description: 'Requests that were let in to a view.',
    unit: 'reqps',
    queries: [
      [
        `sum by (credential, view) (${rate('scrapegate_requests_total', 'view!=""')})`,
        '{{credential}}: {{view}}',
      ],
    ],
  }),
  lines({
    title: 'Time that scrapes wait for a target',
    description: 'Median and 99th percentile by target.',
    unit: 's',
    queries: [
      [quantile(0.5, 'scrapegate_fetch_duration_seconds', 'target'), '{{target}} p50'],
      [quantile(0.99, 'scrapegate_fetch_duration_seconds', 'target'), '{{target}} p99'],
    ],
  }),
  lines({
    title: 'Time to render a view',
    description: 'Median and 99th percentile of parsing and rendering, by view.',
    unit: 's',
    queries: [
      [quantile(0.5, 'scrapegate_render_duration_seconds', 'view'), '{{view}} p50'],
      [quantile(0.99, 'scrapegate_render_duration_seconds', 'view'), '{{view}} p99'],
    ],
  }),
  lines({
    title: 'Open connections',
    description: 'Connections of all listeners.',
    unit: 'none',
    queries: [[`sum by (instance) (${of('scrapegate_connections')})`, '{{instance}}']],
  }),
]);

export const targets = section('Targets', 7, [
  states({
    title: 'Up',
    description: 'Whether the last fetch of each target gave an exposition.',
    unit: 'none',
    thresholds: ONE_IS_GOOD,
    mappings: { 0: ['down', BAD], 1: ['up', GOOD] },
    queries: [[`min by (target) (${of('scrapegate_target_up')})`, '{{target}}']],
  }),
  lines({
    title: 'Time since the last answer',
    description: 'Grows while a target does not answer, or nobody asks.',
    unit: 's',
    queries: [
      [`time() - max by (target) (${of('scrapegate_target_last_success_timestamp_seconds')})`, '{{target}}'],
    ],
  }),
  lines({
    title: 'Failed fetches, by reason',
    description: 'Fetches that gave no exposition.',
    unit: 'ops',
    stacked: true,
    queries: [
      [`sum by (target, reason) (${rate('scrapegate_target_failures_total')})`, '{{target}}: {{reason}}'],
    ],
  }),
]);
