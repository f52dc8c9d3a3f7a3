import { describe, expect, test } from 'vitest';

import { MAX_LABELS } from '../../../src/exposition/limits.js';
import { scanLabelSet } from '../../../src/exposition/scan-series.js';
import { LineScanner } from '../../../src/exposition/scan.js';

const scan = (set: string): unknown => scanLabelSet(new LineScanner(set, false), { blanks: true });

const labelSet = (count: number): string =>
  `{${Array.from({ length: count }, (_, index) => `l${index}="v"`).join(',')}}`;

describe('LineScanner', () => {
  test('reads what it is asked for and nothing else', () => {
    const scanner = new LineScanner('name_1:x rest of it', false);
    expect(scanner.takeBlanks()).toBe(false);
    expect(scanner.take('nope')).toBe(false);
    expect(scanner.takeMetricName()).toBe('name_1:x');
    expect(scanner.takeMetricName()).toBeUndefined();
    expect(scanner.takeBlanks()).toBe(true);
    expect(scanner.takeWord()).toBe('rest');
    expect(scanner.atEnd).toBe(false);
    expect(scanner.takeRest()).toBe(' of it');
    expect(scanner.atEnd).toBe(true);
    expect(scanner.takeWord()).toBeUndefined();
  });

  test('reads a label value of a mebibyte, plain or escaped all through', () => {
    const plain = 'a'.repeat(1024 * 1024);
    expect(new LineScanner(`"${plain}"`, false).takeQuoted()).toEqual({ ok: true, value: plain });
    expect(new LineScanner(`"${'\\"'.repeat(512 * 1024)}"`, false).takeQuoted()).toEqual({
      ok: true,
      value: '"'.repeat(512 * 1024),
    });
  });
});

describe('scanLabelSet', () => {
  test('holds a series to its limit of labels', () => {
    expect(scan(labelSet(MAX_LABELS))).toHaveProperty('value.length', MAX_LABELS);
    expect(scan(labelSet(MAX_LABELS + 1))).toEqual({ ok: false, error: 'too many labels' });
  });

  test('keeps labels in the order in which they came', () => {
    expect(scanLabelSet(new LineScanner('{b="2",a="1"}', false), { blanks: false })).toEqual({
      ok: true,
      value: [
        { name: 'b', value: '2' },
        { name: 'a', value: '1' },
      ],
    });
  });
});
