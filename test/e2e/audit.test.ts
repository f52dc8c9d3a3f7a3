// `scrapegate audit` of the built program against real endpoints: the demo, the gate, node_exporter and Prometheus. What
// it finds is in a golden file for each.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#built/internal/clock.js';
import { createDemoTarget } from '#built/targets/demo-target.js';
import { audited, goldenText } from '../support/e2e/audited.js';
import { makeToken, runGate, startGate, type Gate } from '../support/e2e/start-gate.js';
import { startNodeExporter, type NodeExporter } from '../support/e2e/start-node-exporter.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';
import {
  OPENMETRICS_TYPE,
  startUpstream,
  TEXT_TYPE,
  wantsOpenMetrics,
  type Upstream,
} from '../support/e2e/start-upstream.js';
import { sarifProblems } from '../support/sarif-schema.js';

describe('the demo', () => {
  const token = makeToken();
  let open: Upstream;
  let gate: Gate;

  beforeAll(async () => {
    const demo = createDemoTarget('demo', { clock: systemClock });
    open = await startUpstream(async (path, headers) => {
      if (!path.startsWith('/metrics')) return { status: 404, type: 'text/plain', body: 'not here\n' };
      const wanted = wantsOpenMetrics(headers) ? 'openmetrics' : 'text';
      const fetched = await demo.fetch(wanted);
      if (!fetched.ok) throw new Error('the demo gave nothing');
      return { type: wanted === 'text' ? TEXT_TYPE : OPENMETRICS_TYPE, body: fetched.value.body };
    });
    gate = await startGate({
      config: {
        targets: { demo: { url: `${open.url}/metrics`, preset: 'litellm' } },
        views: { operations: { target: 'demo' } },
        credentials: { prometheus: { bearer_token_digest: token.digest, view: 'operations', self: true } },
      },
    });
  });

  afterAll(async () => {
    await gate?.stop();
    await open?.stop();
  });

  test('in the open gives away everything', async () => {
    const report = await audited(`${open.url}/metrics`);
    await expect(goldenText(report)).toMatchFileSnapshot('golden/audit/demo-open.txt');
  });

  test('behind the gate has no finding above info', async () => {
    const report = await audited(`${gate.url}/metrics`, { token: token.token, options: ['--interval', '1'] });
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    await expect(goldenText(report)).toMatchFileSnapshot('golden/audit/demo-behind-gate.txt');
  });

  test('behind the gate shows a stranger nothing but the gate', async () => {
    const report = await audited(`${gate.url}/metrics`);
    expect(report.readers).toEqual([]);
    await expect(goldenText(report)).toMatchFileSnapshot('golden/audit/gate-stranger.txt');
  });

  test("the gate's own metrics have no finding above info", async () => {
    const report = await audited(`${gate.url}/-/metrics`, { token: token.token });
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    await expect(goldenText(report)).toMatchFileSnapshot('golden/audit/gate-itself.txt');
  });

  test('ends with 3 where a finding is as bad as asked for, and its SARIF is valid', async () => {
    const args = ['audit', `${open.url}/metrics`, '--no-ports', '--interval', '0', '--format', 'sarif'];
    const failed = await runGate([...args, '--fail-on', 'high']);
    expect(failed.code).toBe(3);
    expect(sarifProblems(JSON.parse(failed.stdout))).toEqual([]);
  });
});

describe('exporters without a credential', () => {
  let nodeExporter: NodeExporter;
  let prometheus: Prometheus;

  beforeAll(async () => {
    [nodeExporter, prometheus] = await Promise.all([
      startNodeExporter(),
      startPrometheus({ scrapeConfigs: [] }),
    ]);
  });

  afterAll(async () => {
    await nodeExporter?.stop();
    await prometheus?.stop();
  });

  test('node_exporter', async () => {
    const report = await audited(nodeExporter.metricsUrl);
    expect(report.software).toMatchObject({ software: 'node_exporter', version: expect.any(String) });
    await expect(goldenText(report)).toMatchFileSnapshot('golden/audit/node-exporter.txt');
  });

  test("Prometheus' own metrics", async () => {
    const report = await audited(`${prometheus.url}/metrics`);
    expect(report.software).toMatchObject({ software: 'prometheus', version: expect.any(String) });
    await expect(goldenText(report)).toMatchFileSnapshot('golden/audit/prometheus.txt');
  });
});
