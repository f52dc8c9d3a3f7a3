// What the benchmarks make of their figures.

import { describe, expect, it } from 'vitest';
import { median, renderTable, verdictOf, type Figure } from '../../../bench/figures.js';
import { isRowName, ROW_NAMES } from '../../../bench/row-names.js';
import { readPage } from '../../support/documentation.js';
import { codeSpans, tableUnder } from '../../support/markdown.js';

const speed: Figure = {
  name: 'speed',
  value: 30,
  unit: 'times',
  better: 'more',
  must: 20,
  aim: 60,
  note: '10 ms',
};
const cost: Figure = { ...speed, name: 'cost', unit: 'of its peer', better: 'less', must: 1.5, aim: 1.2 };

describe('verdictOf', () => {
  it.each([
    { figure: speed, value: 19.9, verdict: 'FAIL' },
    { figure: speed, value: 20, verdict: 'must' },
    { figure: speed, value: 60, verdict: 'aim' },
    { figure: speed, value: Number.NaN, verdict: 'FAIL' },
    { figure: cost, value: 1.51, verdict: 'FAIL' },
    { figure: cost, value: 1.5, verdict: 'must' },
    { figure: cost, value: 1.2, verdict: 'aim' },
    { figure: cost, value: Number.NaN, verdict: 'FAIL' },
  ])('of $figure.name $value is $verdict', ({ figure, value, verdict }) => {
    expect(verdictOf({ ...figure, value })).toBe(verdict);
  });

  it('has nothing between must and aim where there is no aim', () => {
    const { aim: _, ...bounded } = cost;
    expect([1.6, 1.5].map((value) => verdictOf({ ...bounded, value }))).toEqual(['FAIL', 'aim']);
  });
});

describe('median', () => {
  it.each([
    { values: [3, 1, 2], middle: 2 },
    { values: [10, 9, 100, 1], middle: 9.5 },
    { values: [5], middle: 5 },
    { values: [], middle: Number.NaN },
  ])('of $values is $middle', ({ values, middle }) => {
    expect(median(values)).toBe(middle);
  });
});

describe('renderTable', () => {
  it('has a line for each figure, with its bounds and its verdict', () => {
    const [header, ...lines] = renderTable([speed, { ...cost, value: 1.3456 }]).split('\n');
    expect(header).toMatch(/^figure +measured +must +aim +verdict +in absolute numbers$/);
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['speed', '30.0 times', '≥ 20.0', '≥ 60.0', 'must', '10 ms'],
      ['cost', '1.35 of its peer', '≤ 1.50', '≤ 1.20', 'must', '10 ms'],
    ]);
  });
});

describe('rows', () => {
  it('are known by their names alone', () => {
    expect(['', 'Next', 'constructor', 'all'].filter(isRowName)).toEqual([]);
    expect(ROW_NAMES.every(isRowName)).toBe(true);
  });

  it('are all in CONTRIBUTING.md, in their order', () => {
    const table = tableUnder(readPage('CONTRIBUTING.md'), 'Benchmarks');
    expect(table.flatMap(([name = '']) => codeSpans(name))).toEqual(ROW_NAMES);
  });
});
