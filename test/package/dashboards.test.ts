// deploy/grafana in step with what describes it, and with the metrics that it shows. Whether each expression gives data
// from a real Prometheus is shown in test/e2e.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dashboardExpressions, readDashboard, type Panel } from '../support/dashboards.js';
import { readPage } from '../support/documentation.js';
import { exposeOwnMetrics } from '../support/own-metrics.js';
import { familyOf, metricNamesOf } from '../support/promql.js';
import { REPOSITORY } from '../support/rooms.js';

const FOLDER = `${REPOSITORY}deploy/grafana`;
/** Units of Grafana that the dashboards use. */
const UNITS = ['none', 'short', 's', 'bytes', 'percentunit', 'reqps', 'ops', 'cps', 'currencyUSD'];
const GRID_WIDTH = 24;

function familiesIn(exposition: string): ReadonlySet<string> {
  return new Set([...exposition.matchAll(/^# TYPE (\S+) /gmu)].map(([, name = '']) => name));
}

async function familiesOf(name: string): Promise<ReadonlySet<string>> {
  if (name === 'scrapegate') return familiesIn(await exposeOwnMetrics());
  return familiesIn(readFileSync(`${REPOSITORY}test/corpus/exposition/litellm-real-single.prom`, 'utf8'));
}

function cellsOf({ gridPos: { x, y, w, h } }: Panel): readonly string[] {
  return Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);
}

it('is what "npm run dashboards" writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scrapegate-dashboards-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync(process.execPath, [`${REPOSITORY}scripts/write-dashboards.mjs`, folder]);
  expect(readdirSync(folder).toSorted()).toEqual(['litellm.json', 'scrapegate.json']);
  expect(readdirSync(FOLDER).toSorted()).toEqual(['litellm.json', 'scrapegate.json']);
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(readFileSync(join(folder, name), 'utf8'));
  }
});

describe.each(['scrapegate', 'litellm'])('%s.json', (name) => {
  const dashboard = readDashboard(name);
  const shown = dashboard.panels.filter(({ type }) => type !== 'row');

  it('says what it is, and names no machine', () => {
    expect(dashboard).not.toHaveProperty('id');
    expect(dashboard).not.toHaveProperty('__inputs');
    expect(dashboard.schemaVersion).toBe(42);
    expect(dashboard.description).not.toBe('');
    expect(readPage(`deploy/grafana/${name}.json`)).not.toMatch(/https?:|localhost|127\.0\.0\.1/u);
  });

  it('asks the data source that is chosen on it, nowhere another', () => {
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    const asked = [
      ...shown,
      ...shown.flatMap(({ targets }) => targets),
      ...dashboard.templating.list.slice(1),
    ];
    for (const { datasource } of asked) {
      expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
    }
  });

  it.each(shown.map((panel) => [panel.title, panel] as const))(
    'has %s described, with a unit',
    (_, panel) => {
      expect(panel.title).toMatch(/^[A-Z]/u);
      expect(panel.description).toMatch(/\.$/u);
      expect(UNITS).toContain(panel.fieldConfig.defaults.unit);
      expect(panel.targets.length).toBeGreaterThan(0);
      const [lowest, ...others] = panel.fieldConfig.defaults.thresholds.steps.map(({ value }) => value);
      expect(lowest).toBeNull();
      expect(others).toEqual(others.toSorted((a, b) => Number(a) - Number(b)));
      const refs = panel.targets.map(({ refId }) => refId);
      expect(new Set(refs).size).toBe(refs.length);
    },
  );

  it('has panels beside and under each other, on the grid, none over another', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(shown.map(({ title }) => title)).size).toBeGreaterThan(20);
    for (const {
      gridPos: { x, w },
    } of dashboard.panels)
      expect(x + w).toBeLessThanOrEqual(GRID_WIDTH);
    const cells = dashboard.panels.flatMap(cellsOf);
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('can be narrowed to a job and an instance, which every expression respects', () => {
    const variables = dashboard.templating.list.map((variable) => variable.name);
    expect(variables.slice(0, 3)).toEqual(['datasource', 'job', 'instance']);
    const expressions = dashboardExpressions(dashboard);
    const used = new Set(
      expressions.flatMap((one) => [...one.matchAll(/\$(?!__)\{?(\w+)/gu)].map(([, used_]) => used_)),
    );
    expect(used).toEqual(new Set(variables.slice(1)));
    for (const expression of expressions) expect(expression).toContain('job=~"$job"');
  });

  it('asks for metrics that exist', async () => {
    const families = await familiesOf(name);
    const asked = dashboardExpressions(dashboard).flatMap(metricNamesOf);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((metric) => familyOf(metric, families) === undefined)).toEqual([]);
  });
});

it('shows every metric that the gate has of itself', async () => {
  const own = [...familiesIn(await exposeOwnMetrics())].filter((name) => name.startsWith('scrapegate_'));
  const families = new Set(own);
  const shown = new Set(
    dashboardExpressions(readDashboard('scrapegate'))
      .flatMap(metricNamesOf)
      .map((name) => familyOf(name, families)),
  );
  // Two times of which the alerts and the panels "Configuration in force" and "State saved" tell what matters.
  const left = own.filter((name) => !shown.has(name));
  expect(left).toEqual([
    'scrapegate_config_last_reload_success_timestamp_seconds',
    'scrapegate_state_last_save_success_timestamp_seconds',
  ]);
});
