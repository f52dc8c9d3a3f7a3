import { describe, expect, test } from 'vitest';

import type { Problem } from '../../../src/errors.js';
import {
  asRecord,
  readCount,
  under,
  unknownKeyProblems,
  valueOrThrow,
} from '../../../src/internal/option-problems.js';
import { fail, ok } from '../../../src/internal/result.js';

describe('option problems', () => {
  test.each([null, undefined, 'text', 7, true, [], () => 0])('%s is no record', (value) => {
    expect(asRecord(value)).toBeUndefined();
  });

  test('an object is', () => {
    const value = { a: 1 };
    expect(asRecord(value)).toBe(value);
  });

  test('names unknown members, also those of the prototype', () => {
    const options: Record<string, unknown> = JSON.parse('{"known": 1, "__proto__": 2, "toString": 3}');
    expect(unknownKeyProblems(options, ['known']).map(({ path }) => path)).toEqual(['__proto__', 'toString']);
  });

  test('puts paths below a parent', () => {
    const problems = ['', 'a', '[0].b'].map((path) => ({ path, message: 'wrong' }));
    expect(under('list', problems).map(({ path }) => path)).toEqual(['list', 'list.a', 'list[0].b']);
  });

  test('throws all problems at once', () => {
    expect(valueOrThrow('options', ok(7))).toBe(7);
    const problems = [
      { path: 'a', message: 'is wrong' },
      { path: 'b', message: 'is, too' },
    ];
    expect(() => valueOrThrow('options', fail(problems))).toThrow(
      expect.objectContaining({
        code: 'ERR_SCRAPEGATE_OPTIONS_INVALID',
        message: 'options are invalid:\n  a: is wrong\n  b: is, too',
        problems,
      }),
    );
  });
});

describe('a count', () => {
  const bounds = { fallback: 5, min: 2, max: 9 };

  test.each([1, 10, 2.5, Number.NaN, Infinity, '5', true, {}])('is not %s', (value) => {
    const problems: Problem[] = [];
    expect(readCount({ size: value }, 'size', bounds, problems)).toBe(5);
    expect(problems).toEqual([{ path: 'size', message: 'expected a whole number from 2 to 9' }]);
  });

  test.each([
    [2, 2],
    [9, 9],
    [undefined, 5],
    [null, 5],
  ])('of %s is %d', (value, expected) => {
    const problems: Problem[] = [];
    expect(readCount({ size: value }, 'size', bounds, problems)).toBe(expected);
    expect(problems).toEqual([]);
  });
});
