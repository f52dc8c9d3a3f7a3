import { describe, expect, test } from 'vitest';

import { parseMediaType, parseMediaTypes } from '../../../src/exposition/media-type.js';

describe('parseMediaType', () => {
  test.each([
    '',
    ' ',
    'text',
    'text/',
    '/plain',
    'text /plain',
    'text/ plain',
    'text/plain x',
    'text/plain; charset',
    'text/plain; charset=',
    'text/plain; charset="utf-8',
    'text/plain; charset="a\\',
    'text/plain; q=1; q=1',
    'text/plain; Q=1; q=1',
    'text/plain, text/html',
    'text/plain; charset = utf-8',
    'text/pl\u00e4in',
  ])('refuses %j', (text) => {
    expect(parseMediaType(text)).toBeUndefined();
  });

  test.each([
    ['text/plain', 'text/plain', {}],
    ['  TEXT/Plain\t', 'text/plain', {}],
    ['text/plain;;version=0.0.4;', 'text/plain', { version: '0.0.4' }],
    ['text/plain ; Charset="UTF-8"', 'text/plain', { charset: 'UTF-8' }],
    ['a/b; x="c\\"d, e;f"', 'a/b', { x: 'c"d, e;f' }],
    ['*/*;q=0.1', '*/*', { q: '0.1' }],
  ])('reads %j', (text, essence, parameters) => {
    const mediaType = parseMediaType(text);
    expect(mediaType?.essence).toBe(essence);
    expect(Object.fromEntries(mediaType?.parameters ?? [])).toEqual(parameters);
  });
});

const essences = (list: string): string[] => parseMediaTypes(list).map(({ essence }) => essence);

test('a list keeps its well-formed members', () => {
  expect(essences('')).toEqual([]);
  expect(essences(',,')).toEqual([]);
  expect(essences('a/b, c, d/e;x, f/g;y="1,2" , h/i j, k/l')).toEqual(['a/b', 'f/g', 'k/l']);
});
