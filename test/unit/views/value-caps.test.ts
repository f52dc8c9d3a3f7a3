import { describe, expect, test } from 'vitest';
import { createValueCaps, type AdmittedValues, type ValueCaps } from '../../../src/views/value-caps.js';
import { TEST_KEY } from '../../support/views.js';

function caps(max: number, snapshot?: AdmittedValues, maxTotal?: number): ValueCaps {
  return createValueCaps({ max, hashKey: TEST_KEY, ...(maxTotal !== undefined && { maxTotal }) }, snapshot);
}

describe('createValueCaps', () => {
  test('admits the first values of a label of a metric, and no other one ever', () => {
    const two = caps(2);
    expect(['a', 'b', 'c', 'a', 'd', 'b', 'c'].map((value) => two.admit('m', 'l', value))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    two.commit();
    expect(['c', 'b', 'a'].map((value) => two.admit('m', 'l', value))).toEqual([false, true, true]);
  });

  test('counts each label of each metric apart, whatever their names begin with', () => {
    const one = caps(1);
    expect(one.admit('m', 'l', 'a')).toBe(true);
    expect(one.admit('ml', '', 'a')).toBe(true);
    expect(one.admit('m', 'l2', 'b')).toBe(true);
    expect(one.admit('m2', 'l', 'c')).toBe(true);
    expect(one.admit('m', 'l', 'b')).toBe(false);
  });

  test('the empty value is no value, and takes no place', () => {
    const one = caps(1);
    expect(one.admit('m', 'l', '')).toBe(true);
    expect(one.admit('m', 'l', 'a')).toBe(true);
    expect(one.admit('m', 'l', '')).toBe(true);
  });

  test('the name of the overflow is never admitted, and takes no place', () => {
    const one = caps(1);
    expect(one.admit('m', 'l', '__other__')).toBe(false);
    expect(one.admit('m', 'l', 'a')).toBe(true);
    expect(one.admit('m', 'l', '__other__')).toBe(false);
  });

  test('a refused scrape admits nothing', () => {
    const two = caps(2);
    two.admit('m', 'l', 'a');
    two.commit();
    two.admit('m', 'l', 'refused');
    two.rollback();
    expect(two.admit('m', 'l', 'b')).toBe(true);
    expect(two.admit('m', 'l', 'refused')).toBe(false);
    two.commit();
    expect(two.admit('m', 'l', 'a')).toBe(true);
  });

  test('the snapshot holds what was committed, as hashes alone', () => {
    const two = caps(2);
    two.admit('metric_name', 'label_name', 'secret-value');
    two.commit();
    two.admit('metric_name', 'label_name', 'under-way');
    const text = JSON.stringify(two.snapshot());
    expect(two.snapshot().map(([, values]) => values.length)).toEqual([1]);
    expect(text).toMatch(/^\[\["[\w-]{22}",\["[\w-]{22}"\]\]\]$/);
    expect(text).not.toMatch(/metric_name|label_name|secret-value/);
  });

  test('goes on where the snapshot ends', () => {
    const before = caps(2);
    for (const value of ['a', 'b', 'c']) before.admit('m', 'l', value);
    before.commit();
    const after = caps(2, before.snapshot());
    expect(['c', 'b', 'a'].map((value) => after.admit('m', 'l', value))).toEqual([false, true, true]);
    expect(after.snapshot()).toEqual(before.snapshot());
  });

  test('a snapshot under another key admits nothing by accident', () => {
    const before = caps(1);
    before.admit('m', 'l', 'a');
    before.commit();
    const other = createValueCaps({ max: 1, hashKey: new Uint8Array(32).fill(8) }, before.snapshot());
    expect([other.admit('m', 'l', 'b'), other.admit('m', 'l', 'a')]).toEqual([true, false]);
  });

  test('is bounded over all labels: beyond it every new value is overflow, over a restart too', () => {
    const bounded = caps(2, undefined, 3);
    const asked = ['x', 'y', 'z'].flatMap((label) => ['a', 'b'].map((value) => [label, value] as const));
    expect(asked.map(([label, value]) => bounded.admit('m', label, value))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    bounded.commit();
    const after = caps(2, bounded.snapshot(), 3);
    expect(after.admit('m', 'y', 'b')).toBe(false);
    expect(after.admit('m', 'y', 'a')).toBe(true);
  });
});
