import { describe, expect, it } from 'vitest';
import {
  ABSENT,
  isName,
  LabelValues,
  MAX_HIDDEN_LENGTH,
  MAX_SHOWN_LENGTH,
  OTHER,
} from '../../../src/llm/label-values.js';

describe('LabelValues', () => {
  it.each([
    ['an object', { toString: (): string => 'a' }],
    ['a list, which could bring lines of its own', ['a\nb 1']],
    ['a boolean', true],
    ['a symbol', Symbol('a')],
    ['a line feed', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['a NUL', 'a\0'],
    ['a line separator', 'a\u2028b'],
    ['half of a character', '\ud800'],
    ['the word for all others', '__other__'],
    ['a long text', 'x'.repeat(MAX_SHOWN_LENGTH + 1)],
  ])('counts %s as one of the others', (_, value) => {
    const values = new LabelValues({ max: 10, known: [] });
    expect(values.numberOf(value)).toBe(OTHER);
    expect(values.shown(OTHER)).toBe('__other__');
  });

  it.each([undefined, null, ''])('takes %j for absent', (value) => {
    const values = new LabelValues({ max: 10, known: [] });
    expect(values.numberOf(value)).toBe(ABSENT);
    expect(values.shown(ABSENT)).toBeUndefined();
  });

  it('shows the first values, and never another in their place', () => {
    const values = new LabelValues({ max: 2, known: [] });
    const numbers = ['a', 'b', 'c', 'a', 'd', 'b'].map((value) => values.numberOf(value));
    expect(numbers.map((number) => values.shown(number))).toEqual([
      'a',
      'b',
      '__other__',
      'a',
      '__other__',
      'b',
    ]);
    expect(Math.max(...numbers)).toBeLessThan(values.size);
  });

  it('keeps places for known values', () => {
    const values = new LabelValues({ max: 2, known: ['wanted'] });
    for (const value of ['a', 'b', 'c']) values.numberOf(value);
    expect(values.shown(values.numberOf('wanted'))).toBe('wanted');
    expect(values.numberOf('b')).toBe(OTHER);
  });

  it('counts a number as its text', () => {
    const values = new LabelValues({ max: 3, known: [] });
    expect(values.numberOf(42)).toBe(values.numberOf('42'));
    expect(values.shown(values.numberOf(7n))).toBe('7');
  });

  it('asks for a pseudonym once for each value, and for none beyond the bound', () => {
    const asked: string[] = [];
    const pseudonymise = (value: string): string => {
      asked.push(value);
      return `p_${String(asked.length)}`;
    };
    const values = new LabelValues({ max: 2, known: [], pseudonymise });
    for (const value of ['anna', 'ben', 'anna', 'cleo', 'dora', 'ben']) values.numberOf(value);
    expect(asked).toEqual(['anna', 'ben']);
    expect(values.shown(values.numberOf('ben'))).toBe('p_2');
  });

  it('can hide longer values than it can show, and a user of any name', () => {
    const values = new LabelValues({
      max: 5,
      known: [],
      pseudonymise: (value) => `p_${String(value.length)}`,
    });
    expect(values.shown(values.numberOf('x'.repeat(MAX_HIDDEN_LENGTH)))).toBe('p_256');
    expect(values.numberOf('x'.repeat(MAX_HIDDEN_LENGTH + 1))).toBe(OTHER);
    expect(values.shown(values.numberOf('__other__'))).toBe('p_9');
  });
});

describe('isName', () => {
  it('asks for the length in UTF-16 units', () => {
    expect(isName('\u{1f680}'.repeat(MAX_SHOWN_LENGTH / 2), false)).toBe(true);
    expect(isName('\u{1f680}'.repeat(MAX_SHOWN_LENGTH / 2) + 'x', false)).toBe(false);
  });
});
