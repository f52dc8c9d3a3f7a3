import { expect, test } from 'vitest';

import type { Exposition } from '../../../src/exposition/model.js';
import { serialiseExposition } from '../../../src/exposition/serialise.js';

const print = (exposition: Exposition): string =>
  Buffer.from(serialiseExposition(exposition)).toString('utf8');

test('P1: a label value cannot end its line or its quotes', () => {
  const value = '"} 1\nforged{a="b';
  const family = { name: 'm', type: 'gauge', typed: true } as const;
  expect(
    print({
      format: 'text',
      families: [{ ...family, samples: [{ name: 'm', labels: [{ name: 'l', value }], value: '1' }] }],
    }),
  ).toBe('# TYPE m gauge\nm{l="\\"} 1\\nforged{a=\\"b"} 1\n');
});

test('P1: a HELP text cannot end its line', () => {
  const families = [{ name: 'm', type: 'untyped', typed: false, help: 'a\nm 1', samples: [] }] as const;
  expect(print({ format: 'text', families })).toBe('# HELP m a\\nm 1\n');
});

test('OpenMetrics: metadata in order, exemplar, timestamps as written, end mark', () => {
  expect(
    print({
      format: 'openmetrics',
      families: [
        {
          name: 'm_seconds',
          type: 'counter',
          typed: true,
          help: 'A "b"',
          unit: 'seconds',
          samples: [
            {
              name: 'm_seconds_total',
              labels: [],
              value: '1.0',
              timestamp: '1.50',
              exemplar: { labels: [], value: '1e0', timestamp: '2' },
            },
          ],
        },
      ],
    }),
  ).toBe(
    '# HELP m_seconds A \\"b\\"\n# TYPE m_seconds counter\n# UNIT m_seconds seconds\nm_seconds_total 1.0 1.50 # {} 1e0 2\n# EOF\n',
  );
});

test('text has no UNIT lines', () => {
  const families = [{ name: 'm_s', type: 'gauge', typed: true, unit: 's', samples: [] }] as const;
  expect(print({ format: 'text', families })).toBe('# TYPE m_s gauge\n');
});

test('an exposition of several encoding chunks comes out whole', () => {
  const value = 'é'.repeat(700_000);
  const samples = ['a', 'b', 'c'].map((name) => ({ name: 'm', labels: [{ name, value }], value: '1' }));
  expect(print({ format: 'text', families: [{ name: 'm', type: 'untyped', typed: false, samples }] })).toBe(
    `m{a="${value}"} 1\nm{b="${value}"} 1\nm{c="${value}"} 1\n`,
  );
});
