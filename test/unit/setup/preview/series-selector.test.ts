import { describe, expect, it } from 'vitest';
import { fitsSelector, parseSeriesSelector } from '../../../../src/setup/preview/series-selector.js';

const sample = (labels: Record<string, string>) => ({
  name: 'm_total',
  labels: Object.entries(labels).map(([name, value]) => ({ name, value })),
  value: '1',
});

describe('parseSeriesSelector', () => {
  it.each([
    '',
    ' ',
    '{',
    'm_total{',
    'm_total{a="b"',
    'm_total{a=b}',
    'm_total{a=~"b"}',
    'm_total{a!="b"}',
    'm total',
    'm_total 4',
    'm_total{a="b"} 4',
    '# TYPE m_total counter',
    'm_total\nn_total',
    'm_total{a="b",a="c"}',
  ])('refuses %j', (text) => {
    expect(parseSeriesSelector(text)).toBeUndefined();
  });

  it.each([
    ['m_total', []],
    [' m_total{} ', []],
    ['m_total{a="b"}', [{ name: 'a', value: 'b' }]],
    ['m_total{a="x\\"y\\\\z\\n"}', [{ name: 'a', value: 'x"y\\z\n' }]],
    ['{"m_total", "a.b"="c"}', [{ name: 'a.b', value: 'c' }]],
  ])('reads %j', (text, labels) => {
    expect(parseSeriesSelector(text)).toEqual({ name: 'm_total', labels });
  });
});

describe('fitsSelector', () => {
  it.each([
    ['m', { a: 'b' }, false],
    ['m_total{a="c"}', { a: 'b' }, false],
    ['m_total{c="b"}', { a: 'b' }, false],
    ['m_total{a=""}', { a: 'b' }, false],
    ['m_total', { a: 'b' }, true],
    ['m_total{a="b"}', { a: 'b', c: 'd' }, true],
    ['m_total{c=""}', { a: 'b' }, true],
  ])('%s, %j: %s', (text, labels, fits) => {
    const selector = parseSeriesSelector(text);
    expect(selector && fitsSelector(selector, sample(labels))).toBe(fits);
  });
});
