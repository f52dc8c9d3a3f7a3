// Label pairs and series are told apart by their bytes, never by a hash: here every hash is the same.

import { describe, expect, test } from 'vitest';
import { LabelTable } from '../../../../src/exposition/incremental/label-table.js';
import { SeriesTable } from '../../../../src/exposition/incremental/series-table.js';

const FACTS = { structural: -1, bound: Number.NaN };

function pairsOf(labels: LabelTable, ...texts: readonly string[]): Int32Array {
  return Int32Array.from(texts, (text) => {
    const [name = '', value = ''] = text.split('=');
    return labels.internLabel({ name, value });
  });
}

describe('where every hash is the same', () => {
  test('each label pair has a number of its own, and keeps it', () => {
    const labels = new LabelTable(() => 7);
    const texts = Array.from({ length: 3000 }, (_, number) => `a=${number}`);
    const numbers = pairsOf(labels, ...texts);
    expect(new Set(numbers).size).toBe(texts.length);
    expect(pairsOf(labels, ...texts)).toEqual(numbers);
    expect(labels.label(numbers[2999] ?? 0)).toEqual({ name: 'a', value: '2999' });
  });

  test('each series has a number of its own; one that is written in another way has the same identity', () => {
    const labels = new LabelTable(() => 7);
    const table = new SeriesTable(labels);
    const add = (...texts: readonly string[]): number => {
      const pairs = pairsOf(labels, ...texts);
      const sum = table.sumOf(pairs, pairs.length);
      expect(table.find(0, 0, pairs, pairs.length, sum)).toBe(-1);
      const series = table.add(0, 0, pairs, pairs.length, sum, FACTS);
      expect(table.find(0, 0, pairs, pairs.length, sum)).toBe(series);
      return series;
    };
    const numbers = [add('a=1', 'b=2'), add('a=2', 'b=1'), add('b=2', 'a=1'), add('a=1', 'b=2', 'c=')];
    expect(numbers).toEqual([0, 1, 2, 3]);
    expect(numbers.map((series) => table.identities[series])).toEqual([0, 1, 0, 0]);
  });
});
