import { expect, it } from 'vitest';
import { formatByEnd } from '../../../src/exposition/format-by-end.js';

it.each([
  ['# EOF', 'openmetrics'],
  ['# EOF\n', 'openmetrics'],
  ['# TYPE a gauge\na 1\n# EOF\n', 'openmetrics'],
  [`${'# HELP a b\n'.repeat(20)}a 1\n# EOF`, 'openmetrics'],
  ['a 1\r\n# EOF\r\n', 'openmetrics'],
  ['a 1\n# EOF\n\n', 'openmetrics'],
  ['', 'text'],
  ['a 1\n', 'text'],
  ['# EOF\na 1\n', 'text'],
  ['## EOF\n', 'text'],
  ['# HELP a # EOF\n', 'text'],
  [`# HELP a ${'b'.repeat(80)}# EOF\n`, 'text'],
])('%j ends as %s', (body, format) => {
  expect(formatByEnd(body)).toBe(format);
  expect(formatByEnd(Buffer.from(body))).toBe(format);
});
