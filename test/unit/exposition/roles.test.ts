import { describe, expect, test } from 'vitest';

import type { ExpositionFormat, MetricType } from '../../../src/exposition/model.js';
import {
  familyNamesOf,
  parseMetricType,
  sampleNamesOf,
  sampleRole,
  type SampleRole,
} from '../../../src/exposition/roles.js';

type Row = readonly [ExpositionFormat, MetricType, sampleName: string, SampleRole | undefined];

describe('sampleRole in family x', () => {
  test.each<Row>([
    ['text', 'gauge', 'y', undefined],
    ['text', 'gauge', 'x_count', undefined],
    ['text', 'gauge', 'x_bucket', undefined],
    ['text', 'counter', 'x_total', undefined],
    ['text', 'counter', 'x_created', undefined],
    ['text', 'untyped', 'x_sum', undefined],
    ['text', 'histogram', 'x', undefined],
    ['text', 'histogram', 'x_created', undefined],
    ['text', 'histogram', 'x_gcount', undefined],
    ['text', 'histogram', 'x_toString', undefined],
    ['text', 'histogram', 'xtoString', undefined],
    ['text', 'summary', 'x_bucket', undefined],
    ['openmetrics', 'counter', 'x', undefined],
    ['openmetrics', 'info', 'x', undefined],
    ['openmetrics', 'gaugehistogram', 'x_sum', undefined],
    ['openmetrics', 'gaugehistogram', 'x_created', undefined],
    ['openmetrics', 'stateset', 'x_info', undefined],
    ['text', 'gauge', 'x', 'value'],
    ['text', 'counter', 'x', 'value'],
    ['text', 'untyped', 'x', 'value'],
    ['text', 'histogram', 'x_bucket', 'bucket'],
    ['text', 'histogram', 'x_sum', 'sum'],
    ['text', 'histogram', 'x_count', 'count'],
    ['text', 'summary', 'x', 'quantile'],
    ['text', 'summary', 'x_sum', 'sum'],
    ['text', 'summary', 'x_count', 'count'],
    ['openmetrics', 'counter', 'x_total', 'value'],
    ['openmetrics', 'counter', 'x_created', 'created'],
    ['openmetrics', 'gauge', 'x', 'value'],
    ['openmetrics', 'unknown', 'x', 'value'],
    ['openmetrics', 'stateset', 'x', 'value'],
    ['openmetrics', 'info', 'x_info', 'value'],
    ['openmetrics', 'histogram', 'x_bucket', 'bucket'],
    ['openmetrics', 'histogram', 'x_created', 'created'],
    ['openmetrics', 'gaugehistogram', 'x_bucket', 'bucket'],
    ['openmetrics', 'gaugehistogram', 'x_gsum', 'sum'],
    ['openmetrics', 'gaugehistogram', 'x_gcount', 'count'],
    ['openmetrics', 'summary', 'x', 'quantile'],
    ['openmetrics', 'summary', 'x_created', 'created'],
  ])('%s %s: %s is %s', (format, type, sampleName, role) => {
    expect(sampleRole({ name: 'x', type }, sampleName, format)).toBe(role);
  });
});

describe('parseMetricType', () => {
  test.each<[string, ExpositionFormat]>([
    ['unknown', 'text'],
    ['info', 'text'],
    ['gaugehistogram', 'text'],
    ['untyped', 'openmetrics'],
    ['Counter', 'text'],
    ['toString', 'text'],
    ['__proto__', 'openmetrics'],
    ['', 'text'],
  ])('%j is no type of %s', (text, format) => {
    expect(parseMetricType(text, format)).toBeUndefined();
  });

  test.each<[MetricType, ExpositionFormat]>([
    ['untyped', 'text'],
    ['summary', 'text'],
    ['unknown', 'openmetrics'],
    ['stateset', 'openmetrics'],
  ])('%s is a type of %s', (type, format) => {
    expect(parseMetricType(type, format)).toBe(type);
  });
});

test.each([
  ['x', ['x']],
  ['x_bucket', ['x_bucket', 'x']],
  ['x_gcount', ['x_gcount', 'x']],
  ['_sum', ['_sum', '']],
])('%s may be part of the families %j', (sampleName, names) => {
  expect(familyNamesOf(sampleName)).toEqual(names);
});

test.each([
  ['text', 'gauge', ['x']],
  ['text', 'histogram', ['x_bucket', 'x_sum', 'x_count']],
  ['openmetrics', 'counter', ['x_total', 'x_created']],
  ['openmetrics', 'summary', ['x', 'x_sum', 'x_count', 'x_created']],
] as const)('%s: samples of the %s x may be called %j', (format, type, names) => {
  expect(sampleNamesOf({ name: 'x', type }, format)).toEqual(names);
});
