// `scrapegate audit` of the built program against a real LiteLLM: its main port with the key, and its separate metrics
// port, which asks for none. Nothing of the planted tenants is in a report.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audited, goldenText } from '../support/e2e/audited.js';
import { eventually } from '../support/e2e/eventually.js';
import { freePort } from '../support/e2e/free-port.js';
import { TEXT_ACCEPT } from '../support/e2e/http-get.js';
import { REQUESTS, SECRET_MARKERS } from '../support/e2e/planted.js';
import { startLitellm, type Litellm } from '../support/e2e/start-litellm.js';

const SETTLE_DEADLINE_MS = 60_000;

describe('LiteLLM', () => {
  let litellm: Litellm;
  let metricsPort: number;

  beforeAll(async () => {
    metricsPort = await freePort();
    litellm = await startLitellm({ workers: 1, metricsPort });
    for (const request of REQUESTS) await litellm.send(request);
    let before = '';
    await eventually(
      async () => {
        const { text } = await litellm.scrape(TEXT_ACCEPT);
        const settled = text === before && text.includes('litellm_proxy_failed_requests_metric_total{');
        before = text;
        return settled ? true : undefined;
      },
      { what: 'LiteLLM has counted everything', deadlineMs: SETTLE_DEADLINE_MS },
    );
  });

  afterAll(async () => {
    await litellm?.stop();
  });

  test('asks for its key on the main port, and gives away everything to whoever has it', async () => {
    const report = await audited(litellm.metricsUrl, {
      token: litellm.masterKey,
      options: ['--ports', String(metricsPort)],
    });
    expect(report.findings.map(({ id }) => id)).not.toContain('access/open');
    for (const marker of SECRET_MARKERS) expect(report.printed).not.toContain(marker);
    await expect(goldenText(report)).toMatchFileSnapshot('golden/audit/litellm-main-port.txt');
  });

  test('asks for nothing on its metrics port', async () => {
    const report = await audited(`http://127.0.0.1:${String(metricsPort)}/metrics/`);
    expect(report.findings.map(({ id }) => id)).toContain('access/open');
    for (const marker of SECRET_MARKERS) expect(report.printed).not.toContain(marker);
    await expect(goldenText(report)).toMatchFileSnapshot('golden/audit/litellm-metrics-port.txt');
  });
});
