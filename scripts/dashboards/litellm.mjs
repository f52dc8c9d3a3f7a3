// LiteLLM as a view of the preset `litellm` shows it: teams and keys are pseudonyms, clients have been added up.

import { BAD, bars, dashboard, GOOD, labelVariable, lines, section, stat, states, WATCH } from './panel.mjs';

const PLACE = 'job=~"$job", instance=~"$instance"';
const CHOSEN = `${PLACE}, requested_model=~"$model", team_alias=~"$team"`;

const of = (metric, more = '') => `${metric}{${CHOSEN}${more === '' ? '' : `, ${more}`}}`;
const rate = (metric, more) => `rate(${of(metric, more)}[$__rate_interval])`;
const increase = (metric) => `increase(${of(metric)}[$__range])`;
const orZero = (expression) => `(${expression} or vector(0))`;
const quantile = (q, metric, by = '') =>
  `histogram_quantile(${q}, sum by (le${by === '' ? '' : `, ${by}`}) (${rate(`${metric}_bucket`)}))`;
/** Three quantiles of one histogram. */
const quantiles = (metric) => [0.5, 0.95, 0.99].map((q) => [quantile(q, metric), `p${String(q * 100)}`]);

const REQUESTS = 'litellm_proxy_total_requests_metric_total';
const FAILED = 'litellm_proxy_failed_requests_metric_total';
const LATENCY = 'litellm_request_total_latency_metric';
const API_LATENCY = 'litellm_llm_api_latency_metric';
const FIRST_TOKEN = 'litellm_llm_api_time_to_first_token_metric';
const INPUT = 'litellm_input_tokens_metric_total';
const OUTPUT = 'litellm_output_tokens_metric_total';
const CACHED = 'litellm_input_cached_tokens_metric_total';
const SPEND = 'litellm_spend_metric_total';
const PER_HOUR = 3600;

const glance = section('At a glance', 4, [
  stat({
    title: 'Requests',
    description: 'Requests of clients to the proxy, each second.',
    unit: 'reqps',
    queries: [[`sum(${rate(REQUESTS)})`]],
  }),
  stat({
    title: 'Failed',
    description: 'Share of the requests that got no successful answer from the proxy.',
    unit: 'percentunit',
    decimals: 2,
    thresholds: [
      [0, GOOD],
      [0.01, WATCH],
      [0.05, BAD],
    ],
    queries: [[`${orZero(`sum(${rate(FAILED)})`)} / sum(${rate(REQUESTS)})`]],
  }),
  stat({
    title: 'Latency, p95',
    description: '95th percentile from the request of a client to the end of its answer.',
    unit: 's',
    thresholds: [
      [0, GOOD],
      [10, WATCH],
      [60, BAD],
    ],
    queries: [[quantile(0.95, LATENCY)]],
  }),
  stat({
    title: 'Tokens',
    description: 'Input and output tokens, each second.',
    unit: 'cps',
    queries: [[`sum(${rate(INPUT)}) + sum(${rate(OUTPUT)})`]],
  }),
  stat({
    title: 'Spend',
    description: 'What LiteLLM counts as spent within the range of the dashboard.',
    unit: 'currencyUSD',
    decimals: 2,
    queries: [[`sum(${increase(SPEND)})`]],
  }),
  stat({
    title: 'In flight',
    description: 'Requests under way, over all workers. Of the whole proxy, whatever is chosen above.',
    unit: 'none',
    queries: [[`sum(litellm_in_flight_requests{${PLACE}})`]],
  }),
]);

const requests = section('Requests', 8, [
  lines({
    title: 'Requests by status',
    description: 'Requests of clients to the proxy, by the status that they got.',
    unit: 'reqps',
    stacked: true,
    queries: [[`sum by (status_code) (${rate(REQUESTS)})`, '{{status_code}}']],
  }),
  lines({
    title: 'Requests by model',
    description: 'By the model that was asked for.',
    unit: 'reqps',
    stacked: true,
    queries: [[`sum by (requested_model) (${rate(REQUESTS)})`, '{{requested_model}}']],
  }),
  lines({
    title: 'Requests by team',
    description: 'By the pseudonym of the team.',
    unit: 'reqps',
    stacked: true,
    queries: [[`sum by (team_alias) (${rate(REQUESTS)})`, '{{team_alias}}']],
  }),
  lines({
    title: 'Errors by kind',
    description: 'Requests that got no successful answer from the proxy.',
    unit: 'reqps',
    stacked: true,
    queries: [
      [
        `sum by (exception_class, exception_status) (${rate(FAILED)})`,
        '{{exception_class}} {{exception_status}}',
      ],
    ],
  }),
  lines({
    title: 'Share of errors by model',
    description: 'Share of the requests for each model that failed.',
    unit: 'percentunit',
    max: 1,
    queries: [
      [
        `sum by (requested_model) (${rate(FAILED)}) / sum by (requested_model) (${rate(REQUESTS)})`,
        '{{requested_model}}',
      ],
    ],
  }),
  lines({
    title: 'Requests by route',
    description: 'By the route of the proxy.',
    unit: 'reqps',
    stacked: true,
    queries: [[`sum by (route) (${rate(REQUESTS)})`, '{{route}}']],
  }),
]);

const latency = section('Latency', 8, [
  lines({
    title: 'Whole request',
    description: 'From the request of a client to the end of its answer.',
    unit: 's',
    queries: quantiles(LATENCY),
  }),
  lines({
    title: 'Answer of the provider',
    description: 'What of that was spent waiting for the provider.',
    unit: 's',
    queries: quantiles(API_LATENCY),
  }),
  lines({
    title: 'Time to the first token',
    description: 'Of streamed answers, as the provider gave them.',
    unit: 's',
    queries: quantiles(FIRST_TOKEN),
  }),
  lines({
    title: 'Whole request by model, p95',
    description: '95th percentile by the model that was asked for.',
    unit: 's',
    queries: [[quantile(0.95, LATENCY, 'requested_model'), '{{requested_model}}']],
  }),
  lines({
    title: 'Time in the queue',
    description: 'Between arrival and the beginning of the work, 95th percentile.',
    unit: 's',
    queries: [[quantile(0.95, 'litellm_request_queue_time_seconds'), 'p95']],
  }),
  lines({
    title: 'Time for each output token',
    description: 'By deployment, 95th percentile. Of all models, whatever is chosen above.',
    unit: 's',
    queries: [
      [
        `histogram_quantile(0.95, sum by (le, litellm_model_name) (rate(litellm_deployment_latency_per_output_token_bucket{${PLACE}, team_alias=~"$team"}[$__rate_interval])))`,
        '{{litellm_model_name}}',
      ],
    ],
  }),
]);

const tokens = section('Tokens and spend', 8, [
  lines({
    title: 'Tokens',
    description: 'Input, output, and input that the provider had in its cache.',
    unit: 'cps',
    queries: [
      [`sum(${rate(INPUT)})`, 'input'],
      [`sum(${rate(OUTPUT)})`, 'output'],
      [`sum(${rate(CACHED)})`, 'input from cache'],
    ],
  }),
  lines({
    title: 'Tokens by model',
    description: 'Input and output, by the model that was asked for.',
    unit: 'cps',
    stacked: true,
    queries: [
      [
        `sum by (requested_model) (${rate(INPUT)}) + sum by (requested_model) (${rate(OUTPUT)})`,
        '{{requested_model}}',
      ],
    ],
  }),
  lines({
    title: 'Tokens by team',
    description: 'Input and output, by the pseudonym of the team.',
    unit: 'cps',
    stacked: true,
    queries: [
      [`sum by (team_alias) (${rate(INPUT)}) + sum by (team_alias) (${rate(OUTPUT)})`, '{{team_alias}}'],
    ],
  }),
  lines({
    title: 'Spend by model, each hour',
    description: 'At the pace of the moment, by the model that was asked for.',
    unit: 'currencyUSD',
    stacked: true,
    queries: [[`sum by (requested_model) (${rate(SPEND)}) * ${PER_HOUR}`, '{{requested_model}}']],
  }),
  bars({
    title: 'Spend by team',
    description: 'Within the range of the dashboard, by the pseudonym of the team; the ten largest.',
    unit: 'currencyUSD',
    queries: [[`topk(10, sum by (team_alias) (${increase(SPEND)}))`, '{{team_alias}}']],
  }),
  bars({
    title: 'Spend by key',
    description: 'Within the range of the dashboard, by the pseudonym of the key; the ten largest.',
    unit: 'currencyUSD',
    queries: [[`topk(10, sum by (api_key_alias) (${increase(SPEND)}))`, '{{api_key_alias}}']],
  }),
]);

const deployments = section('Deployments', 8, [
  states({
    title: 'State',
    description:
      'The worst that any worker says of each deployment. Of all of them, whatever is chosen above.',
    unit: 'none',
    thresholds: [
      [0, GOOD],
      [1, WATCH],
      [2, BAD],
    ],
    mappings: { 0: ['healthy', GOOD], 1: ['partial outage', WATCH], 2: ['outage', BAD] },
    queries: [
      [
        `max by (litellm_model_name, model_id) (litellm_deployment_state{${PLACE}})`,
        '{{litellm_model_name}}',
      ],
    ],
  }),
  lines({
    title: 'Failures of providers',
    description: 'Calls to a provider that failed, by deployment and kind.',
    unit: 'reqps',
    stacked: true,
    queries: [
      [
        `sum by (litellm_model_name, exception_class) (${rate('litellm_deployment_failure_responses_total')})`,
        '{{litellm_model_name}}: {{exception_class}}',
      ],
    ],
  }),
  lines({
    title: 'Fallbacks',
    description: 'Requests that another model answered, since the one that was asked for failed.',
    unit: 'reqps',
    queries: [
      [
        `sum by (requested_model, fallback_model) (${rate('litellm_deployment_successful_fallbacks_total')})`,
        '{{requested_model}} → {{fallback_model}}',
      ],
    ],
  }),
  lines({
    title: 'Requests left at the provider',
    description: 'What the provider says is left of its limit. Of all models, whatever is chosen above.',
    unit: 'short',
    queries: [
      [
        `min by (model_group, api_provider) (litellm_remaining_requests_metric{${PLACE}})`,
        '{{model_group}} ({{api_provider}})',
      ],
    ],
  }),
  lines({
    title: 'Tokens left at the provider',
    description: 'What the provider says is left of its limit. Of all models, whatever is chosen above.',
    unit: 'short',
    queries: [
      [
        `min by (model_group, api_provider) (litellm_remaining_tokens_metric{${PLACE}})`,
        '{{model_group}} ({{api_provider}})',
      ],
    ],
  }),
  lines({
    title: 'Time that LiteLLM adds',
    description:
      'Its own share of a request, 95th percentile by model. Of all models, whatever is chosen above.',
    unit: 's',
    queries: [
      [
        `histogram_quantile(0.95, sum by (le, model_group) (rate(litellm_overhead_latency_metric_bucket{${PLACE}}[$__rate_interval])))`,
        '{{model_group}}',
      ],
    ],
  }),
]);

export const LITELLM = dashboard({
  uid: 'scrapegate-litellm',
  title: 'LiteLLM through Scrapegate',
  description:
    'LiteLLM by model and by pseudonym of team and key, as a view of the preset "litellm" shows it.',
  tags: ['scrapegate', 'litellm'],
  variables: [
    labelVariable('job', 'job', { title: 'Job', selector: REQUESTS }),
    labelVariable('instance', 'instance', { title: 'Instance', selector: `${REQUESTS}{job=~"$job"}` }),
    // A view need not have these labels, and `.*` matches one that is not there.
    labelVariable('model', 'requested_model', {
      title: 'Model',
      selector: `${REQUESTS}{${PLACE}}`,
      allValue: '.*',
    }),
    labelVariable('team', 'team_alias', { title: 'Team', selector: `${REQUESTS}{${PLACE}}`, allValue: '.*' }),
  ],
  sections: [glance, requests, latency, tokens, deployments],
});
