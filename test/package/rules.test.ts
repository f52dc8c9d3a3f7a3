// deploy/prometheus in step: with the metrics of the gate, with docs/monitoring.md, and with its own tests. Whether the
// alerts fire when they should, promtool says in test/e2e.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readPage } from '../support/documentation.js';
import { anchorsOf, codeSpans, tableUnder } from '../support/markdown.js';
import { exposeOwnMetrics } from '../support/own-metrics.js';
import { metricNamesOf } from '../support/promql.js';
import { REPOSITORY } from '../support/rooms.js';

const FOLDER = `${REPOSITORY}deploy/prometheus`;
const PAGE = readPage('docs/monitoring.md');
/** Metrics that Prometheus makes itself. */
const OF_PROMETHEUS = ['up'];

const rule = z.strictObject({ record: z.string(), expr: z.string() });
const alert = z.strictObject({
  alert: z.string().regex(/^Scrapegate[A-Za-z]+$/u),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
  annotations: z.strictObject({
    summary: z.string().max(100),
    description: z.string().regex(/\.$/u),
    runbook_url: z.string(),
  }),
});
const { groups } = z
  .strictObject({
    groups: z.array(z.strictObject({ name: z.string(), rules: z.array(z.union([rule, alert])) })),
  })
  .parse(parse(readFileSync(`${FOLDER}/rules.yml`, 'utf8')));
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter((one) => 'alert' in one);
const records = rules.filter((one) => 'record' in one);

const testFile = z.object({
  rule_files: z.tuple([z.literal('../rules.yml')]),
  tests: z.array(
    z.object({
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
    }),
  ),
});
const promtoolTests = readdirSync(`${FOLDER}/tests`).flatMap(
  (name) => testFile.parse(parse(readFileSync(`${FOLDER}/tests/${name}`, 'utf8'))).tests,
);

describe('the rules', () => {
  it('ask for metrics that exist', async () => {
    const exposition = await exposeOwnMetrics();
    const known = new Set([
      ...OF_PROMETHEUS,
      ...records.map(({ record }) => record),
      ...[...exposition.matchAll(/^# TYPE (\w+) /gmu)].map(([, name]) => name),
    ]);
    const asked = rules.flatMap(({ expr }) => metricNamesOf(expr));
    expect(asked.length).toBeGreaterThan(rules.length);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  it('ask for reasons that exist', () => {
    const known = [
      ...tableUnder(readPage('docs/operations.md'), 'Reasons'),
      ...tableUnder(readPage('docs/operations.md'), 'Connections'),
    ].flatMap(([reason = '']) => codeSpans(reason));
    const asked = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/reason=~?"([\w|]+)"/gu)].flatMap(([, reasons = '']) => reasons.split('|')),
    );
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((reason) => !known.includes(reason))).toEqual([]);
  });

  it('record nothing that no alert reads', () => {
    const asked = alerts.flatMap(({ expr }) => metricNamesOf(expr));
    expect(records.map(({ record }) => record).filter((name) => !asked.includes(name))).toEqual([]);
  });
});

describe('the alerts', () => {
  it('have names of their own', () => {
    const names = alerts.map((one) => one.alert);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.length).toBeGreaterThan(20);
  });

  it('are listed in docs/monitoring.md as they are', () => {
    const documented = tableUnder(PAGE, 'Alerts').map(([name = '', severity, after]) => [
      codeSpans(name)[0],
      severity,
      after,
    ]);
    expect(documented).toEqual(alerts.map((one) => [one.alert, one.labels.severity, one.for ?? '–']));
  });

  it.each(alerts)('of $alert lead to what to do', ({ alert: name, annotations }) => {
    const [page = '', anchor = ''] = annotations.runbook_url.split('#');
    expect(anchor).toBe(name.toLowerCase());
    expect(anchorsOf(readPage(page))).toContain(anchor);
    const section = PAGE.split(`\n### ${name}\n`)[1]?.split('\n### ')[0] ?? '';
    // What it means, and what to do about it.
    expect(section.trim().split('\n\n').length).toBeGreaterThan(1);
  });

  it.each(alerts)('of $alert are tested: silent first, then fired', ({ alert: name }) => {
    const cases = promtoolTests.filter((one) =>
      one.alert_rule_test.some(({ alertname }) => alertname === name),
    );
    expect(cases.length).toBeGreaterThan(0);
    for (const { alert_rule_test: steps } of cases) {
      expect(new Set(steps.map(({ alertname }) => alertname))).toEqual(new Set([name]));
      expect(steps[0]?.exp_alerts).toEqual([]);
      expect(steps.some(({ exp_alerts: fired }) => fired.length > 0)).toBe(true);
    }
  });
});
