// The expressions of a dashboard, asked of a real Prometheus as Grafana would ask them, for everything that can be chosen.

import { dashboardExpressions, readDashboard } from '../dashboards.js';
import { eventually } from './eventually.js';
import type { Prometheus } from './start-prometheus.js';

const CHOICES: readonly (readonly [variable: string, value: string])[] = [
  ['$__rate_interval', '15s'],
  ['$__range', '5m'],
  ['$job', '.+'],
  ['$instance', '.+'],
  ['$model', '.*'],
  ['$team', '.*'],
];

/** Every expression of the dashboard of that name, with everything chosen. */
export function chosenExpressions(name: string): readonly string[] {
  return dashboardExpressions(readDashboard(name)).map((expression) =>
    CHOICES.reduce((text, [variable, value]) => text.replaceAll(variable, value), expression),
  );
}

/** Those of the expressions for which Prometheus has no number now. An expression that it cannot read throws. */
export async function withoutData(
  prometheus: Prometheus,
  expressions: readonly string[],
): Promise<readonly string[]> {
  const empty: string[] = [];
  for (const expression of expressions) {
    const series = await prometheus.query(expression);
    if (!series.some(({ value }) => Number.isFinite(value))) empty.push(expression);
  }
  return empty;
}

/** Waits until Prometheus has a number for every expression. */
export async function untilData(
  prometheus: Prometheus,
  expressions: readonly string[],
  deadlineMs: number,
): Promise<void> {
  let missing = expressions;
  await eventually(
    async () => {
      missing = await withoutData(prometheus, missing);
      return missing.length === 0 ? true : undefined;
    },
    { what: 'every expression has data', deadlineMs, context: () => missing.join('\n') },
  );
}
