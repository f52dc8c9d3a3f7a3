// A real Prometheus in front of the gate: who is up, who is down and why, and what arrives in its database.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/e2e/eventually.js';
import { additiveNames, readPage, totals } from '../support/e2e/exposition-reader.js';
import { TEXT_ACCEPT } from '../support/e2e/http-get.js';
import { checkMetrics } from '../support/e2e/promtool.js';
import {
  basic,
  bearer,
  hashPassword,
  makePseudonymKey,
  makeToken,
  startGate,
  type Gate,
  type GateOptions,
} from '../support/e2e/start-gate.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';
import {
  OPENMETRICS_TYPE,
  startUpstream,
  TEXT_TYPE,
  wantsOpenMetrics,
  type Upstream,
} from '../support/e2e/start-upstream.js';

const corpus = (name: string): string =>
  readFileSync(new URL(`../corpus/exposition/${name}`, import.meta.url), 'utf8');

const PAGES = {
  text: corpus('litellm-real-single.prom'),
  openmetrics: corpus('litellm-real-single.openmetrics'),
  /** 2 MB, fifteen tenants. */
  large: corpus('litellm.prom'),
};
const PLANTED = /@|p%40|rosalind|tobias|weißmüller|203\.0\.113\.|QuillAgent/iu;

const operator = makeToken();
const tenant = makeToken();
const revealing = makeToken();
const plain = makeToken();
const wrong = makeToken();
const books = { username: 'books', password: 'correct horse battery staple' };

let upstream: Upstream;
let gate: Gate;
let distant: Gate;

beforeAll(async () => {
  upstream = await startUpstream((path, headers) => {
    if (path === '/large') return { type: TEXT_TYPE, body: PAGES.large };
    return wantsOpenMetrics(headers)
      ? { type: OPENMETRICS_TYPE, body: PAGES.openmetrics }
      : { type: TEXT_TYPE, body: PAGES.text };
  });
  const hash = await hashPassword(books.password);
  const options: GateOptions = {
    files: { 'pseudonym.key': makePseudonymKey() },
    config: {
      pseudonym_key_file: 'pseudonym.key',
      targets: {
        litellm: { url: `${upstream.url}/metrics`, preset: 'litellm' },
        large: { url: `${upstream.url}/large`, preset: 'litellm' },
      },
      views: {
        operations: { target: 'litellm' },
        tenant: { target: 'litellm', only: { team: ['2f6a1c00-0000-4000-8000-000000000001'] } },
        revealing: { target: 'large', reveal: ['team_alias'] },
        plain: { target: 'large', preset: 'generic' },
      },
      credentials: {
        operator: { bearer_token_digest: operator.digest, view: 'operations', self: true },
        books: { username: books.username, password_hash: hash, view: 'operations' },
        tenant: { bearer_token_digest: tenant.digest, view: 'tenant' },
        revealing: { bearer_token_digest: revealing.digest, view: 'revealing' },
        plain: { bearer_token_digest: plain.digest, view: 'plain' },
      },
    },
  };
  gate = await startGate(options);
  distant = await startGate({ ...options, config: { ...options.config, allowed_ips: ['10.0.0.0/8'] } });
});

afterAll(async () => {
  await gate?.stop();
  await distant?.stop();
  await upstream?.stop();
});

describe('Prometheus', () => {
  let prometheus: Prometheus;
  let strangers: Prometheus;

  beforeAll(async () => {
    const job = (name: string, to: Gate, more: object): object => ({
      job_name: name,
      ...more,
      static_configs: [{ targets: [new URL(to.url).host] }],
    });
    const authorization = (credentials: string): object => ({ authorization: { credentials } });
    prometheus = await startPrometheus({
      scrapeConfigs: [
        job('bearer', gate, authorization(operator.token)),
        job('basic', gate, { basic_auth: books }),
        job('tenant', gate, authorization(tenant.token)),
        job('self', gate, { ...authorization(operator.token), metrics_path: '/-/metrics' }),
      ],
    });
    await allUp(prometheus);
    // Afterwards, and from the same address: a password counts as proven only once it was verified.
    strangers = await startPrometheus({
      scrapeConfigs: [
        job('without credential', gate, {}),
        job('wrong token', gate, authorization(wrong.token)),
        job('wrong password', gate, { basic_auth: { ...books, password: 'incorrect' } }),
        job('disallowed address', distant, authorization(operator.token)),
      ],
    });
  });

  afterAll(async () => {
    await strangers?.stop();
    await prometheus?.stop();
  });

  async function allUp(server: Prometheus): Promise<void> {
    await eventually(
      async () => {
        const targets = await server.settledTargets();
        return targets.every(({ health }) => health === 'up') ? true : undefined;
      },
      { what: 'every job is up', deadlineMs: 60_000 },
    );
  }

  test.each(['bearer', 'basic', 'tenant', 'self'])('%s is up', async (job) => {
    const targets = await prometheus.settledTargets();
    expect(targets.find((target) => target.job === job)).toEqual({ job, health: 'up', lastError: '' });
  });

  test.each([
    ['without credential', /401|429/u],
    ['wrong token', /401|429/u],
    ['wrong password', /401|429/u],
    ['disallowed address', /403/u],
  ])('%s is down', async (job, error) => {
    const targets = await strangers.settledTargets();
    expect(targets.find((target) => target.job === job)).toMatchObject({
      health: 'down',
      lastError: expect.stringMatching(error) as unknown,
    });
    expect(await strangers.query(`max_over_time(up{job="${job}"}[1h])`)).toMatchObject([{ value: 0 }]);
  });

  test('scrapers with a strong or a proven credential outlive the lockout of their own address', async () => {
    await eventually(
      async () => {
        const targets = await strangers.settledTargets();
        const refused = targets.find(({ job }) => job === 'wrong token')?.lastError ?? '';
        return refused.includes('429') ? true : undefined;
      },
      { what: 'the address is locked out', deadlineMs: 60_000 },
    );
    const lockedAtSeconds = Date.now() / 1000;
    await eventually(
      async () => {
        const scraped = await prometheus.query(`timestamp(up == 1) > ${String(lockedAtSeconds)}`);
        return scraped.length === 4 ? true : undefined;
      },
      { what: 'every job is up after the lockout', deadlineMs: 60_000 },
    );
    expect((await gate.get('/metrics')).status).toBe(429);
  });

  test('every sample of the view arrives, none collides with another', async () => {
    const text = await gate.get('/metrics', { headers: { ...bearer(operator.token), accept: TEXT_ACCEPT } });
    const inOpenMetrics = readPage(
      (
        await gate.get('/metrics', {
          headers: { ...bearer(operator.token), accept: 'application/openmetrics-text' },
        })
      ).text,
    );
    expect(text.status).toBe(200);
    const scraped = await prometheus.query('scrape_samples_scraped{job="bearer"}');
    expect(scraped[0]?.value).toBe(inOpenMetrics.samples.length);
    const series = await prometheus.query(
      'count({job="bearer", __name__=~"litellm_.+|python_.+|process_.+"})',
    );
    expect(series[0]?.value).toBe(inOpenMetrics.samples.length);
  });

  test('queries give LiteLLM’s own totals', async () => {
    const page = readPage(PAGES.openmetrics);
    const additive = additiveNames(page);
    const answer = await prometheus.query(
      'sum by (__name__, requested_model, le) ({job="bearer", __name__=~"litellm_.+"})',
    );
    const stored = answer
      .filter(({ labels }) => additive.has(labels['__name__'] ?? ''))
      .map(({ labels, value }): [string, number] => [
        JSON.stringify([labels['__name__'], labels['requested_model'] ?? '', labels['le'] ?? '']),
        value,
      ]);
    const own = [...totals(page, ['requested_model', 'le'])].filter(([key]) => key.startsWith('["litellm_'));
    expect(own.length).toBeGreaterThan(100);
    expect(
      own.some(([key]) => key.startsWith('["litellm_proxy_total_requests_metric_total","chat-small"')),
    ).toBe(true);
    expect(new Set(stored.map(([key]) => key))).toEqual(new Set(own.map(([key]) => key)));
    const byKey = new Map(stored);
    for (const [key, value] of own) expect(byKey.get(key)).toBeCloseTo(value, 9);
  });

  test('no planted text is anywhere in its database', async () => {
    // The same question to the source finds plenty.
    expect(PAGES.text).toMatch(PLANTED);
    const names = await prometheus.api('/api/v1/labels');
    expect(names).not.toMatch(/client_ip|user_agent/u);
    const everything = encodeURIComponent('{__name__=~".+"}');
    expect(await prometheus.api(`/api/v1/series?match[]=${everything}`)).not.toMatch(PLANTED);
    expect(await prometheus.api('/api/v1/metadata')).not.toMatch(PLANTED);
    for (const label of ['user', 'user_email', 'end_user', 'api_key_alias', 'hashed_api_key', 'team_alias']) {
      const values = await prometheus.query(`count by (${label}) ({job="bearer", ${label}!=""})`);
      const shown = values.map(({ labels }) => labels[label] ?? '');
      expect(shown.length).toBeGreaterThan(0);
      expect(shown.filter((value) => !/^p_[a-z2-7]{26}$/u.test(value) && value !== 'None')).toEqual([]);
    }
  });

  test('a tenant’s scraper stores that tenant alone', async () => {
    const teams = await prometheus.query('count by (team) ({job="tenant", team!=""})');
    expect(teams.map(({ labels }) => labels['team'])).toEqual(['2f6a1c00-0000-4000-8000-000000000001']);
    const without = await prometheus.query('count({job="tenant", team="", __name__!~"up|scrape_.+"})');
    expect(without).toEqual([]);
  });
});

describe('promtool', () => {
  test.each([
    { view: 'operations', path: '/metrics', headers: bearer(operator.token) },
    { view: 'operations by password', path: '/metrics', headers: basic(books.username, books.password) },
    { view: 'tenant', path: '/metrics', headers: bearer(tenant.token) },
    { view: 'revealing', path: '/metrics/large', headers: bearer(revealing.token) },
    { view: 'plain', path: '/metrics/large', headers: bearer(plain.token) },
    { view: 'the gate itself', path: '/-/metrics', headers: bearer(operator.token) },
  ])('parses $view', async ({ path, headers }) => {
    const answer = await gate.get(path, { headers: { ...headers, accept: TEXT_ACCEPT } });
    expect(answer.status).toBe(200);
    expect(additiveNames(readPage(answer.text)).size).toBeGreaterThan(0);
    expect(await checkMetrics(answer.text)).toMatchObject({ parsed: true });
  });

  test('would say so if a page were broken', async () => {
    expect(await checkMetrics('metric_without_a_value\n')).toMatchObject({ parsed: false });
  });

  test('finds nothing to remark on the gate’s own metrics but those of Node.js', async () => {
    const own = await gate.get('/-/metrics', { headers: bearer(operator.token) });
    const { remarks } = await checkMetrics(own.text);
    expect(remarks.filter((remark) => !remark.startsWith('nodejs_'))).toEqual([]);
  });
});
