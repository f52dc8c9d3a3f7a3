// The demo's counters of requests, spend and tokens. Pure.

import type { ExpositionFormat, Family } from '../../exposition/model.js';
import { byCallerAndModel, mergeStreams, type Active } from './activity.js';
import { counter, type DemoSeries } from './families.js';
import { accountLabels, modelLabels, netLabels } from './labels.js';
import { COST_UNITS_PER_DOLLAR, type DemoTraffic } from './population.js';

/** Requests and failures, by everything that LiteLLM knows of a request. */
export function requestFamilies(active: readonly Active[], format: ExpositionFormat): Family[] {
  const outcomes = active.flatMap(({ traffic, counts }) => {
    const labels = { ...accountLabels(traffic), ...netLabels(traffic), route: traffic.route };
    const succeeded = { labels: { ...labels, status_code: '200' }, value: counts.succeeded };
    const failed = { labels: { ...labels, status_code: '429' }, value: counts.failed };
    return counts.failed > 0 ? [succeeded, failed] : [succeeded];
  });
  const failures = active
    .filter(({ counts }) => counts.failed > 0)
    .map(({ traffic, counts }) => ({
      labels: {
        ...accountLabels(traffic),
        ...netLabels(traffic),
        route: traffic.route,
        exception_status: '429',
        exception_class: 'Openai.RateLimitError',
      },
      value: counts.failed,
    }));
  return [
    counter('litellm_proxy_total_requests_metric', 'Requests to the proxy.', outcomes, format),
    counter('litellm_proxy_failed_requests_metric', 'Requests that the proxy failed.', failures, format),
  ];
}

/** Spend by program and address; tokens without them. */
export function usageFamilies(active: readonly Active[], format: ExpositionFormat): Family[] {
  const spend = active.map(({ traffic, counts }) => ({
    labels: { ...modelLabels(traffic), ...netLabels(traffic), service_tier: '' },
    value: (counts.succeeded * traffic.deployment.costUnits) / COST_UNITS_PER_DOLLAR,
  }));
  const merged = mergeStreams(active, byCallerAndModel);
  const tokens = (each: (traffic: DemoTraffic) => number): DemoSeries[] =>
    merged.map(({ traffic, counts }) => ({
      labels: modelLabels(traffic),
      value: counts.succeeded * each(traffic),
    }));
  return [
    counter('litellm_spend_metric', 'Spend in US dollars.', spend, format),
    counter(
      'litellm_total_tokens_metric',
      'Tokens in and out.',
      tokens(({ deployment }) => deployment.inputTokens + deployment.outputTokens),
      format,
    ),
    counter(
      'litellm_input_tokens_metric',
      'Tokens in.',
      tokens(({ deployment }) => deployment.inputTokens),
      format,
    ),
    counter(
      'litellm_output_tokens_metric',
      'Tokens out.',
      tokens(({ deployment }) => deployment.outputTokens),
      format,
    ),
  ];
}
