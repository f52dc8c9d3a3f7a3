import { describe, expect, test } from 'vitest';

import type { Label } from '../../../src/exposition/model.js';
import { seriesKey } from '../../../src/exposition/series-key.js';

const label = (name: string, value: string): Label => ({ name, value });

describe('P9: seriesKey', () => {
  test.each([
    [[label('a', '1,b=2')], [label('a', '1'), label('b', '2')]],
    [[label('a', '1"')], [label('a', '1')]],
    [[label('a', 'bc')], [label('ab', 'c')]],
    [[label('a', ' ')], []],
    [[label('a', ''), label('b', '1')], [label('a', '1')]],
  ])('tells %j from %j', (left, right) => {
    expect(seriesKey('m', left)).not.toBe(seriesKey('m', right));
  });

  test('does not mind the order of labels', () => {
    expect(seriesKey('m', [label('b', '2'), label('a', '1')])).toBe(
      seriesKey('m', [label('a', '1'), label('b', '2')]),
    );
  });

  test('does not tell an empty label from none, as Prometheus does not', () => {
    expect(seriesKey('m', [label('a', ''), label('b', '1'), label('c', '')])).toBe(
      seriesKey('m', [label('b', '1')]),
    );
    expect(seriesKey('m', [label('a', '')])).toBe(seriesKey('m', []));
  });

  test('leaves one label out on request', () => {
    expect(seriesKey('m', [label('le', '1'), label('a', '1')], 'le')).toBe(seriesKey('m', [label('a', '1')]));
  });
});
