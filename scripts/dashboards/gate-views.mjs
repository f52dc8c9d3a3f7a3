// What views hide, who is refused and what is about to end, and how the process does.

import { DAY, of, rate, SOME_TO_WATCH } from './gate-queries.mjs';
import { BAD, bars, GOOD, lines, section, WATCH } from './panel.mjs';

export const views = section('Views', 8, [
  lines({
    title: 'Series in and out',
    description: 'Series of the target, and of the view of it, at the last scrape.',
    unit: 'none',
    queries: [[`max by (view, direction) (${of('scrapegate_view_series')})`, '{{view}} {{direction}}']],
  }),
  lines({
    title: 'How full views are',
    description: 'Series of the target as a share of max_series. Beyond it scrapes fail.',
    unit: 'percentunit',
    thresholds: [
      [0, GOOD],
      [0.8, WATCH],
      [1, BAD],
    ],
    queries: [
      [
        `max by (view) (${of('scrapegate_view_series', 'direction="in"')} / ignoring (direction) ${of('scrapegate_view_series_limit')})`,
        '{{view}}',
      ],
    ],
  }),
  lines({
    title: 'Labels hidden',
    description: 'Labels of scraped series that were pseudonymised, dropped or beyond a cap, each second.',
    unit: 'cps',
    stacked: true,
    queries: [[`sum by (effect) (${rate('scrapegate_labels_total')})`, '{{effect}}']],
  }),
  bars({
    title: 'Labels that are hidden most',
    description: 'Labels of scraped series that were hidden within the range of the dashboard.',
    unit: 'short',
    queries: [
      [
        `topk(10, sum by (label, effect) (increase(${of('scrapegate_labels_total')}[$__range])))`,
        '{{label}} {{effect}}',
      ],
    ],
  }),
  lines({
    title: 'What detectors found',
    description: 'Values that a detector hid where no rule did. Each is a label that wants a rule.',
    unit: 'cps',
    queries: [
      [
        `sum by (view, label, detection) (${rate('scrapegate_detections_total')})`,
        '{{view}} {{label}}: {{detection}}',
      ],
    ],
  }),
  lines({
    title: 'Series left out',
    description:
      'Series that a view could not show, by reason, each second; and malformed metrics of targets that are left out.',
    unit: 'none',
    queries: [
      [`sum by (view, reason) (${rate('scrapegate_series_withheld_total')})`, '{{view}}: {{reason}}'],
      [`max by (target) (${of('scrapegate_quarantined_families')})`, '{{target}}: malformed'],
    ],
  }),
  lines({
    title: 'Views made by claims',
    description: 'Views at hand, by the template that made them.',
    unit: 'none',
    queries: [[`sum by (view) (${of('scrapegate_template_views')})`, '{{view}}']],
  }),
  lines({
    title: 'Views by claims that were forgotten',
    description:
      'Views whose counters were given up, because too many others were used since; within the hour before.',
    unit: 'none',
    queries: [
      [`sum by (view) (increase(${of('scrapegate_template_views_forgotten_total')}[1h]))`, '{{view}}'],
    ],
  }),
]);

export const credentials = section('Credentials', 8, [
  bars({
    title: 'Time until credentials end',
    description: 'Credentials that have an end. Below zero: it has ended.',
    unit: 's',
    thresholds: [
      [0, BAD],
      [3 * DAY, WATCH],
      [14 * DAY, GOOD],
    ],
    queries: [
      [
        `sort(min by (credential) (${of('scrapegate_credential_expiry_timestamp_seconds')} - time()))`,
        '{{credential}}',
      ],
    ],
  }),
  lines({
    title: 'Refused although right',
    description: 'Requests with a known credential that were refused all the same.',
    unit: 'reqps',
    queries: [
      [
        `sum by (credential, code) (${rate('scrapegate_requests_total', 'credential!="", code=~"401|403|429"')})`,
        '{{credential}}: {{code}}',
      ],
    ],
  }),
  lines({
    title: 'Locked-out clients',
    description: 'Client prefixes that are not listened to.',
    unit: 'none',
    queries: [[`sum by (instance) (${of('scrapegate_locked_out_clients')})`, '{{instance}}']],
  }),
  lines({
    title: 'Questions to identity providers',
    description: 'For keys and about tokens, by result.',
    unit: 'reqps',
    queries: [
      [
        `sum by (issuer, purpose, result) (${rate('scrapegate_issuer_requests_total')})`,
        '{{issuer}} {{purpose}}: {{result}}',
      ],
    ],
  }),
  lines({
    title: 'Age of keys',
    description: 'Time since the keys of each identity provider were fetched.',
    unit: 's',
    thresholds: [
      [0, GOOD],
      [1800, WATCH],
    ],
    queries: [[`max by (issuer) (${of('scrapegate_issuer_keys_age_seconds')})`, '{{issuer}}']],
  }),
  lines({
    title: 'Connections closed early',
    description: 'Connections that the gate closed before their time, by reason.',
    unit: 'ops',
    stacked: true,
    queries: [[`sum by (reason) (${rate('scrapegate_connections_closed_total')})`, '{{reason}}']],
  }),
]);

export const processes = section('Process', 7, [
  bars({
    title: 'Warnings that hold',
    description: 'Gates on which each warning holds. docs/warnings explains them.',
    unit: 'none',
    thresholds: SOME_TO_WATCH,
    queries: [[`sum by (code) (${of('scrapegate_warnings')})`, '{{code}}']],
  }),
  bars({
    title: 'Versions',
    description: 'Gates of each version of Scrapegate and Node.js.',
    unit: 'none',
    queries: [
      [
        `count by (version, node_version) (${of('scrapegate_build_info')})`,
        '{{version}} on Node.js {{node_version}}',
      ],
    ],
  }),
  lines({
    title: 'Memory',
    description: 'Resident memory of each gate.',
    unit: 'bytes',
    queries: [
      [`${of('process_resident_memory_bytes')} and on (job, instance) scrapegate_build_info`, '{{instance}}'],
    ],
  }),
  lines({
    title: 'Processor',
    description: 'Processors in use by each gate.',
    unit: 'none',
    queries: [
      [`${rate('process_cpu_seconds_total')} and on (job, instance) scrapegate_build_info`, '{{instance}}'],
    ],
  }),
  lines({
    title: 'Event loop lag',
    description: '99th percentile of the time for which one task kept the others waiting.',
    unit: 's',
    queries: [
      [
        `${of('nodejs_eventloop_lag_p99_seconds')} and on (job, instance) scrapegate_build_info`,
        '{{instance}}',
      ],
    ],
  }),
  lines({
    title: 'Uptime',
    description: 'Time since each gate was started.',
    unit: 's',
    queries: [
      [
        `time() - ${of('process_start_time_seconds')} and on (job, instance) scrapegate_build_info`,
        '{{instance}}',
      ],
    ],
  }),
]);
