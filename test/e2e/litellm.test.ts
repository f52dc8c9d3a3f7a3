// A real LiteLLM proxy behind the gate, with three planted tenants: whatever identifies them is in LiteLLM's own
// page, and nowhere in what the gate sends or logs, while every total stays the same.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/e2e/eventually.js';
import { Evidence } from '../support/e2e/evidence.js';
import { additiveNames, readPage, totals, type ReadPage } from '../support/e2e/exposition-reader.js';
import { httpGet, PROMETHEUS_ACCEPT, TEXT_ACCEPT, type HttpAnswer } from '../support/e2e/http-get.js';
import { REQUESTS, SECRET_MARKERS, SHOWN_MARKERS, TEAM_IDS } from '../support/e2e/planted.js';
import { countOpenMetricsSamples } from '../support/e2e/prometheus-client.js';
import { checkMetrics } from '../support/e2e/promtool.js';
import {
  basic,
  bearer,
  hashPassword,
  makePseudonymKey,
  makeToken,
  runGate,
  startGate,
  type Gate,
} from '../support/e2e/start-gate.js';
import { setUpBefore } from '../support/e2e/set-up.js';
import { startLitellm, type Litellm } from '../support/e2e/start-litellm.js';

const RELATIVE_ERROR = 1e-9;
const SETTLE_DEADLINE_MS = 60_000;

const FORMATS = [
  { format: 'text 0.0.4', accept: TEXT_ACCEPT, type: 'text/plain' },
  { format: 'OpenMetrics', accept: PROMETHEUS_ACCEPT, type: 'application/openmetrics-text' },
];

/** What totals are compared by: everything that a preset keeps and a dashboard sums by. */
const TOTALS_BY = [
  ['requested_model', 'status_code', 'le'],
  ['model', 'api_provider', 'le'],
  ['team', 'route', 'exception_class', 'le'],
];

const WRONG_MASTER_KEY = 'sk-planted-wrong-key-0008';
const HIDDEN = '(hidden)';
const operations = makeToken();
const finance = makeToken();
const tenant = makeToken();
const redirected = makeToken();
const refused = makeToken();
const pseudonymKey = makePseudonymKey();
const books = { username: 'books', password: 'correct horse battery staple' };

describe.each([
  { name: 'one process', workers: 1 },
  { name: 'two workers and PROMETHEUS_MULTIPROC_DIR', workers: 2 },
] as const)('LiteLLM, $name', ({ workers }) => {
  const evidence = new Evidence();
  let litellm: Litellm;
  let gate: Gate;

  beforeAll(async () => {
    litellm = await startLitellm({ workers });
    await sendRequests(litellm, workers);
    await untilSettled(litellm);
    gate = await startGate({
      evidence,
      files: {
        'litellm.key': litellm.masterKey,
        'pseudonym.key': pseudonymKey,
      },
      config: {
        pseudonym_key_file: 'pseudonym.key',
        targets: {
          litellm: { url: litellm.metricsUrl, preset: 'litellm', bearer_token_file: 'litellm.key' },
        },
        views: {
          operations: { target: 'litellm' },
          generic: { target: 'litellm', preset: 'generic' },
          finance: { target: 'litellm', reveal: ['org_alias'] },
          tenant: { target: 'litellm', only: { team: [TEAM_IDS.quillfeather] } },
        },
        credentials: {
          prometheus: { bearer_token_digest: operations.digest, view: 'operations', self: true },
          books: {
            username: books.username,
            password_hash: await hashPassword(books.password),
            view: 'generic',
          },
          finance: { bearer_token_digest: finance.digest, view: 'finance' },
          tenant: { bearer_token_digest: tenant.digest, view: 'tenant' },
        },
      },
    });
  });

  afterAll(async () => {
    await gate?.stop();
    await litellm?.stop();
  });

  const scrape = (accept: string): Promise<HttpAnswer> =>
    gate.get('/metrics', { headers: { ...bearer(operations.token), accept } });

  test.each(FORMATS)('LiteLLM itself shows all that was planted, in $format', async ({ accept, type }) => {
    const raw = await litellm.scrape(accept);
    expect(raw.status).toBe(200);
    expect(raw.headers['content-type']).toContain(type);
    // The same search that has to find nothing in the end finds every single one here.
    const found = new Evidence();
    found.add('page', raw.text);
    expect(new Set(found.find(SHOWN_MARKERS).map(({ marker }) => marker))).toEqual(new Set(SHOWN_MARKERS));
    // The empty proof would be a page of one worker.
    expect(pidsOf(raw.text).size).toBe(workers === 1 ? 0 : workers);
  });

  test.each(FORMATS)('every total of the view equals LiteLLM’s own, in $format', async ({ accept, type }) => {
    const raw = await litellm.scrape(accept);
    const view = await scrape(accept);
    expect(view.status).toBe(200);
    expect(view.headers['content-type']).toContain(type);
    const rawAfter = ofLitellm(readPage((await litellm.scrape(accept)).text));

    const rawPage = ofLitellm(readPage(raw.text));
    const viewPage = ofLitellm(readPage(view.text));
    expect(additiveSampleCount(rawPage)).toBeGreaterThan(300);
    // Nothing moved in between, or a difference would mean nothing.
    expect(totals(rawAfter, ['le'])).toEqual(totals(rawPage, ['le']));
    for (const by of TOTALS_BY) {
      expectEqualTotals(totals(viewPage, by, hideUnknown(rawPage, by)), totals(rawPage, by, hidePlanted));
    }
    // Clients dropped out and their series were added up, not discarded.
    expect(additiveSampleCount(viewPage)).toBeLessThan(additiveSampleCount(rawPage));
    for (const { labels } of viewPage.samples) {
      expect(labels.has('client_ip')).toBe(false);
      expect(labels.has('user_agent')).toBe(false);
    }
  });

  test.each(FORMATS)('identities are stable pseudonyms, in $format', async ({ accept }) => {
    const [first, second] = [readPage((await scrape(accept)).text), readPage((await scrape(accept)).text)];
    const teams = valuesOf(first, 'team_alias');
    expect(teams.filter((value) => value.startsWith('p_'))).toHaveLength(3);
    expect(teams.filter((value) => !value.startsWith('p_'))).toEqual(['None']);
    expect(valuesOf(second, 'team_alias')).toEqual(teams);
    expect(valuesOf(first, 'user_email').length).toBeGreaterThan(3);
    // An identifier without personal content stays.
    expect(valuesOf(first, 'team')).toEqual(valuesOf(readPage((await litellm.scrape(accept)).text), 'team'));
  });

  test('a tenant’s view is that tenant alone', async () => {
    const view = await gate.get('/metrics', { headers: { ...bearer(tenant.token), accept: TEXT_ACCEPT } });
    const page = readPage(view.text);
    expect(page.samples.length).toBeGreaterThan(50);
    expect(new Set(page.samples.map(({ labels }) => labels.get('team')))).toEqual(
      new Set([TEAM_IDS.quillfeather]),
    );
    const raw = readPage((await litellm.scrape(TEXT_ACCEPT)).text);
    const own = raw.samples.filter(({ labels }) => labels.get('team') === TEAM_IDS.quillfeather);
    const by = ['requested_model', 'le'];
    expectEqualTotals(totals(page, by), totals({ ...raw, samples: own }, by));
  });

  test('a revealed label shows its own values and no other', async () => {
    const headers = { ...bearer(finance.token), accept: TEXT_ACCEPT };
    // Not evidence: this view is allowed to name organisations.
    const view = readPage((await httpGet(`${gate.url}/metrics`, { headers })).text);
    expect(valuesOf(view, 'org_alias')).toContain('Bramblewick Corporation');
    const others = new Evidence();
    for (const { labels } of view.samples) {
      for (const [label, value] of labels) if (label !== 'org_alias') others.add(label, value);
    }
    expect(others.find(SHOWN_MARKERS)).toEqual([]);
  });

  test('promtool and Python’s parser accept every view', async () => {
    const readers = [bearer(operations.token), bearer(tenant.token), basic(books.username, books.password)];
    for (const headers of readers) {
      const text = await gate.get('/metrics', { headers: { ...headers, accept: TEXT_ACCEPT } });
      expect(text.status).toBe(200);
      expect(await checkMetrics(text.text)).toMatchObject({ parsed: true });
      const open = await gate.get('/metrics', { headers: { ...headers, accept: PROMETHEUS_ACCEPT } });
      expect(await countOpenMetricsSamples(open.text)).toBe(readPage(open.text).samples.length);
    }
  });

  test('a redirect of LiteLLM is not followed, and its refusal is not passed on', async () => {
    // A gate of its own, for a while: LiteLLM counts requests that it refuses.
    const misled = await startGate({
      evidence,
      files: {
        'litellm.key': litellm.masterKey,
        'wrong.key': WRONG_MASTER_KEY,
        'pseudonym.key': pseudonymKey,
      },
      config: {
        pseudonym_key_file: 'pseudonym.key',
        targets: {
          redirected: {
            url: litellm.metricsUrl.replace(/\/$/u, ''),
            preset: 'litellm',
            bearer_token_file: 'litellm.key',
          },
          refused: { url: litellm.metricsUrl, preset: 'litellm', bearer_token_file: 'wrong.key' },
        },
        views: { redirected: { target: 'redirected' }, refused: { target: 'refused' } },
        credentials: {
          redirected: { bearer_token_digest: redirected.digest, view: 'redirected' },
          refused: { bearer_token_digest: refused.digest, view: 'refused' },
        },
      },
    });
    const redirect = await misled.get('/metrics/redirected', { headers: bearer(redirected.token) });
    const refusal = await misled.get('/metrics/refused', { headers: bearer(refused.token) });
    const readiness = await misled.get('/ready');
    await misled.stop();
    expect(redirect.status).toBe(502);
    expect(redirect.headers['location']).toBeUndefined();
    expect(refusal.status).toBe(502);
    // LiteLLM's refusal tells the reader how to switch its authentication off.
    expect(refusal.text).not.toContain('require_auth_for_metrics_endpoint');
    expect(readiness.status).toBe(503);
    const details = misled.log().map((line) => line['detail']);
    expect(details).toContain('redirected 307');
    expect(details).toContain('status_not_200 401');
  });

  test('scrapegate init finds it without its path, and Prometheus is up with what was printed', async () => {
    const url = new URL('/', litellm.metricsUrl).href;
    const closed = await runGate(['init', url, '--output', join(gate.folder, 'refused')]);
    expect(closed.code).toBe(1);
    expect(closed.stderr).toContain('give it a token with --bearer-token-file');
    const outcome = await setUpBefore(url, ['--bearer-token-file', join(gate.folder, 'litellm.key')]);
    expect(outcome.init.stdout).toContain(`Found LiteLLM at ${litellm.metricsUrl}\n`);
    expect({ code: outcome.check.code, stderr: outcome.check.stderr }).toEqual({ code: 0, stderr: '' });
    expect(outcome.targets.map(({ health }) => health)).toEqual(['up', 'up']);
    expect(outcome.series).toBeGreaterThan(300);
    expect(outcome.seconds).toBeLessThan(60);
    expect(outcome.printed).not.toContain(outcome.token);
    expect({ code: outcome.audit.code, said: outcome.audit.code === 0 ? '' : outcome.audit.stdout }).toEqual({
      code: 0,
      said: '',
    });
    evidence.add('init, check and serve', outcome.printed);
  });

  // Last: it ends the gate, so that its whole log is there.
  test('nothing planted is in any byte that the gate sent or logged', async () => {
    for (const accept of [TEXT_ACCEPT, PROMETHEUS_ACCEPT]) {
      for (const encoding of ['gzip', 'identity']) {
        const headers = { ...bearer(operations.token), accept, 'accept-encoding': encoding };
        expect((await gate.get('/metrics', { headers })).status).toBe(200);
        expect((await gate.get('/-/metrics', { headers })).status).toBe(200);
      }
    }
    expect((await gate.get('/metrics', { method: 'HEAD', headers: bearer(operations.token) })).status).toBe(
      200,
    );
    expect((await gate.get('/metrics')).status).toBe(401);
    expect((await gate.get('/metrics', { headers: bearer('sk-planted-unknown-key-0009') })).status).toBe(401);
    expect(
      (await gate.get('/metrics/lena.kundin@endkunde.example', { headers: bearer(operations.token) })).status,
    ).toBe(404);
    expect((await gate.get('/metrics', { method: 'POST', headers: bearer(operations.token) })).status).toBe(
      405,
    );
    expect((await gate.get('/ready')).status).toBe(200);
    await gate.stop();

    expect(evidence.bytes).toBeGreaterThan(500_000);
    expect(gate.log().filter((line) => line['event'] === 'request').length).toBeGreaterThan(20);
    const secrets = [operations, tenant, finance, redirected, refused].map(({ token }) => token);
    const markers = [
      ...SHOWN_MARKERS,
      ...SECRET_MARKERS,
      litellm.masterKey,
      pseudonymKey,
      books.password,
      ...secrets,
    ];
    expect(evidence.find(markers)).toEqual([]);
  });
});

/** Sends everything, until each worker has counted some of it: one may start later, and the kernel chooses who is asked. */
async function sendRequests(litellm: Litellm, workers: number): Promise<void> {
  await sendAll(litellm);
  await eventually(
    async () => {
      // At once, so that no worker is free for all of them.
      await Promise.all([sendAll(litellm), sendAll(litellm)]);
      const { text } = await litellm.scrape(TEXT_ACCEPT);
      return workers === 1 || pidsOf(text).size === workers ? true : undefined;
    },
    { what: 'each worker of LiteLLM was asked', deadlineMs: SETTLE_DEADLINE_MS },
  );
}

async function sendAll(litellm: Litellm): Promise<void> {
  for (const request of REQUESTS) {
    const { status, text } = await litellm.send(request);
    if (status !== request.status) {
      throw new Error(`${JSON.stringify(request.body)} got ${String(status)}: ${text}`);
    }
  }
}

/** The workers that have counted something. */
function pidsOf(page: string): ReadonlySet<string> {
  return new Set(readPage(page).samples.flatMap(({ labels }) => labels.get('pid') ?? []));
}

/** Waits until LiteLLM has counted everything that was sent: it does so after it has answered. */
async function untilSettled(litellm: Litellm): Promise<void> {
  let before = new Map<string, number>();
  await eventually(
    async () => {
      const raw = await litellm.scrape(TEXT_ACCEPT);
      const now = totals(ofLitellm(readPage(raw.text)), ['le', 'requested_model', 'user']);
      const same = now.size === before.size && [...now].every(([key, value]) => before.get(key) === value);
      before = now;
      return same && SHOWN_MARKERS.every((marker) => raw.text.includes(marker)) ? true : undefined;
    },
    { what: 'LiteLLM has counted every request', deadlineMs: SETTLE_DEADLINE_MS },
  );
}

/** LiteLLM's own families: those of its Python process move with every request. */
function ofLitellm(page: ReadPage): ReadPage {
  return { ...page, samples: page.samples.filter(({ name }) => name.startsWith('litellm_')) };
}

function additiveSampleCount(page: ReadPage): number {
  const additive = additiveNames(page);
  return page.samples.filter(({ name }) => additive.has(name)).length;
}

function valuesOf(page: ReadPage, label: string): readonly string[] {
  const values = page.samples.flatMap(({ labels }) => labels.get(label) ?? []);
  return [...new Set(values)].toSorted();
}

/** In LiteLLM's page: values with something planted in them count as one. */
function hidePlanted(value: string): string {
  return SHOWN_MARKERS.some((marker) => value.includes(marker)) ? HIDDEN : value;
}

/** In a view: values that LiteLLM did not print count as that one. */
function hideUnknown(raw: ReadPage, labels: readonly string[]): (value: string) => string {
  const known = new Set(['', ...labels.flatMap((label) => valuesOf(raw, label))]);
  return (value) => (known.has(value) ? hidePlanted(value) : HIDDEN);
}

function expectEqualTotals(actual: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void {
  expect([...actual.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  const different = [...expected].filter(([key, value]) => {
    return Math.abs((actual.get(key) ?? Number.NaN) - value) > RELATIVE_ERROR * Math.abs(value);
  });
  expect(different).toEqual([]);
}
