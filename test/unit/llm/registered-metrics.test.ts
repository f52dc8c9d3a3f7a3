// What a registry prints of our metrics is, letter by letter, what it prints of its own.

import { AggregatorRegistry, Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../src/llm/conventions.js';
import { CounterMetric, HistogramMetric, linesOfSeries } from '../../../src/llm/registered-metrics.js';
import type { MetricsRegistry } from '../../../src/llm/options.js';

const LABELS = { gen_ai_operation_name: 'chat', gen_ai_request_model: 'a "b" \\ \n c' };
const labelNames = Object.keys(LABELS);
const VALUES = [0, 0.01, 0.011, 5, 81.92, 1e6];
const { name, help, buckets } = METRICS.duration;

function ours(): {
  readonly register: Registry;
  readonly histogram: HistogramMetric;
  readonly counter: CounterMetric;
} {
  const register = new Registry();
  const histogram = new HistogramMetric(METRICS.duration);
  const counter = new CounterMetric(METRICS.cost);
  const structural: MetricsRegistry = register;
  structural.registerMetric(histogram);
  structural.registerMetric(counter);
  const observed = histogram.series(LABELS);
  for (const value of VALUES) observed.observe(value);
  counter.series(LABELS).add(0.25);
  return { register, histogram, counter };
}

function theirs(): Registry {
  const register = new Registry();
  const registers = [register];
  const histogram = new Histogram({ name, help, buckets: [...buckets], labelNames, registers });
  for (const value of VALUES) histogram.observe(LABELS, value);
  new Counter({ name: METRICS.cost.name, help: METRICS.cost.help, labelNames, registers }).inc(LABELS, 0.25);
  return register;
}

describe('metrics in a registry of prom-client', () => {
  it('are printed as its own, as text', async () => {
    expect(await ours().register.metrics()).toBe(await theirs().metrics());
  });

  it('are printed as its own, as OpenMetrics', async () => {
    const texts = [ours().register, theirs()].map((register) => {
      // The types of prom-client fix the format of a registry when it is made; at run time it can change.
      Reflect.set(register, '_contentType', Registry.OPENMETRICS_CONTENT_TYPE);
      return register.metrics();
    });
    const [own, their] = await Promise.all(texts);
    expect(own).toBe(their);
    expect(own).toContain('llm_cost_usd_total{');
  });

  it('have the default labels of the registry, whose JSON has the same values', async () => {
    const [own, their] = [ours().register, theirs()];
    for (const register of [own, their]) register.setDefaultLabels({ pod: 'a' });
    expect(await own.metrics()).toBe(await their.metrics());
    const sorted = async (register: Registry): Promise<unknown> =>
      (await register.getMetricsAsJSON()).map(({ values }) =>
        values.map(({ labels, value }) => ({ labels, value })),
      );
    expect(await sorted(own)).toEqual(await sorted(their));
  });

  it('add up over the workers of a cluster', async () => {
    const workers = await Promise.all([ours(), ours()].map(({ register }) => register.getMetricsAsJSON()));
    const text = await AggregatorRegistry.aggregate(JSON.parse(JSON.stringify(workers))).metrics();
    expect(text).toContain(`${name}_count{`);
    expect(text).toMatch(/_count\{.*\} 12$/m);
    expect(text).toMatch(/^llm_cost_usd_total\{.*\} 0\.5$/m);
  });

  it('begin anew with the registry, and go on', async () => {
    const { register, counter } = ours();
    register.resetMetrics();
    expect((await register.metrics()).split('\n').filter((line) => line.includes('{'))).toEqual([]);
    counter.series({ a: 'b' }).add(0);
    counter.series({ a: 'shown' }, true);
    expect((await register.metrics()).split('\n').filter((line) => line.includes('{'))).toEqual([
      'llm_cost_usd_total{a="b"} 0',
      'llm_cost_usd_total{a="shown"} 0',
    ]);
  });
});

describe('linesOfSeries', () => {
  it.each([METRICS.duration, METRICS.tokens, METRICS.firstToken, METRICS.perToken, METRICS.cost])(
    'is what a series of $name is printed in',
    async (definition) => {
      const isHistogram = definition.type === 'histogram';
      const metric = isHistogram ? new HistogramMetric(definition) : new CounterMetric(definition);
      if (metric instanceof HistogramMetric) metric.series({}).observe(1);
      else metric.series({}).add(1);
      expect((await metric.get()).values.length).toBe(linesOfSeries(definition));
    },
  );
});
