// The dashboard of LiteLLM against a real LiteLLM behind a gate, through a real Prometheus: every expression gives data,
// and nothing that identifies anybody. That of the gates is in alerts.test.ts, where everything happens that it shows.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chosenExpressions, untilData, withoutData } from '../support/e2e/dashboard-data.js';
import { REQUESTS, SHOWN_MARKERS, TENANTS } from '../support/e2e/planted.js';
import { makePseudonymKey, makeToken, startGate, type Gate } from '../support/e2e/start-gate.js';
import { startLitellm, type Litellm } from '../support/e2e/start-litellm.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';

const DEADLINE_MS = 60_000;
const scraper = makeToken();

describe('the dashboard of LiteLLM', () => {
  let litellm: Litellm;
  let gate: Gate;
  let prometheus: Prometheus;
  const enough = new AbortController();
  let traffic: Promise<void>;

  beforeAll(async () => {
    litellm = await startLitellm({ workers: 1 });
    gate = await startGate({
      files: { 'litellm.key': litellm.masterKey, 'pseudonym.key': makePseudonymKey() },
      config: {
        pseudonym_key_file: 'pseudonym.key',
        targets: {
          litellm: { url: litellm.metricsUrl, preset: 'litellm', bearer_token_file: 'litellm.key' },
        },
        views: { operations: { target: 'litellm' } },
        credentials: { prometheus: { bearer_token_digest: scraper.digest, view: 'operations' } },
      },
    });
    prometheus = await startPrometheus({
      interval: '1s',
      scrapeConfigs: [
        {
          job_name: 'litellm',
          authorization: { credentials: scraper.token },
          static_configs: [{ targets: [new URL(gate.url).host] }],
        },
      ],
    });
    // Rates need counters that move: one request after the other, until the test has seen what it wants.
    traffic = (async () => {
      while (!enough.signal.aborted) for (const request of REQUESTS) await litellm.send(request);
    })();
  });

  afterAll(async () => {
    enough.abort();
    await traffic?.catch(() => undefined);
    await prometheus?.stop();
    await gate?.stop();
    await litellm?.stop();
  });

  test('would be empty without a LiteLLM', async () => {
    const others = chosenExpressions('litellm').map((one) => one.replaceAll('job=~".+"', 'job="another"'));
    expect(await withoutData(prometheus, others)).toEqual(others);
  });

  test('has data for every expression', async () => {
    const expressions = chosenExpressions('litellm');
    expect(expressions.length).toBeGreaterThan(30);
    await untilData(prometheus, expressions, DEADLINE_MS);
  });

  test('shows teams and keys as pseudonyms, and models by name', async () => {
    const answers = await Promise.all(
      chosenExpressions('litellm').map((expression) => prometheus.query(expression)),
    );
    const labels = answers.flatMap((series) => series.map((one) => one.labels));
    const valuesOf = (label: string): ReadonlySet<string> =>
      new Set(labels.flatMap((one) => one[label] ?? []).filter((value) => value !== 'None'));
    for (const label of ['team_alias', 'api_key_alias']) {
      expect(valuesOf(label).size).toBe(TENANTS.length);
      for (const value of valuesOf(label)) expect(value).toMatch(/^p_[a-z2-7]{26}$/u);
    }
    expect(valuesOf('requested_model')).toContain('chat-small');
    expect(valuesOf('exception_class')).toContain('Openai.RateLimitError');
    const shown = JSON.stringify(labels);
    expect(SHOWN_MARKERS.filter((marker) => shown.includes(marker))).toEqual([]);
  });

  test('narrows to what is chosen', async () => {
    const all = await prometheus.query(
      'sum by (requested_model) (litellm_proxy_total_requests_metric_total{team_alias=~".*"})',
    );
    expect(all.length).toBeGreaterThan(3);
    const [expression = ''] = chosenExpressions('litellm').filter((one) =>
      one.startsWith('sum by (requested_model)'),
    );
    const narrowed = await prometheus.query(
      expression.replace('requested_model=~".*"', 'requested_model=~"chat-small"'),
    );
    expect(narrowed.map(({ labels }) => labels['requested_model'])).toEqual(['chat-small']);
  });
});
