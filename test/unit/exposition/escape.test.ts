import { describe, expect, test } from 'vitest';

import {
  escapeHelp,
  escapeLabelValue,
  unescapeHelp,
  unescapeLabelLetter,
} from '../../../src/exposition/escape.js';

describe('unescapeLabelLetter', () => {
  test.each(['', 'd', 'N', 't', 'r', '0', 'u', "'"])('does not know \\%s', (letter) => {
    expect(unescapeLabelLetter(letter)).toBeUndefined();
  });

  test.each([
    ['n', '\n'],
    ['\\', '\\'],
    ['"', '"'],
  ])('knows \\%s', (letter, character) => {
    expect(unescapeLabelLetter(letter)).toBe(character);
  });
});

test('a label value leaves with backslash, line feed and quote escaped, and nothing else', () => {
  expect(escapeLabelValue('a\\b\nc"d\te é')).toBe('a\\\\b\\nc\\"d\te é');
});

describe('HELP', () => {
  test('quotes are escaped in OpenMetrics alone', () => {
    expect(escapeHelp('a"b\\c\nd', 'text')).toBe('a"b\\\\c\\nd');
    expect(escapeHelp('a"b\\c\nd', 'openmetrics')).toBe('a\\"b\\\\c\\nd');
  });

  test.each([
    ['C:\\temp', 'C:\\temp'],
    ['trailing\\', 'trailing\\'],
    ['\\\\n', '\\n'],
    ['\\\\\\n', '\\\n'],
    ['\\"', '\\"'],
  ])('text 0.0.4 reads %j', (text, help) => {
    expect(unescapeHelp(text, 'text')).toBe(help);
  });

  test('OpenMetrics reads an escaped quote', () => {
    expect(unescapeHelp('a\\"b\\x', 'openmetrics')).toBe('a"b\\x');
  });
});
