import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ExpositionFormat } from '../../src/exposition/model.js';
import { formatNumber, parseNumber } from '../../src/exposition/number.js';
import { parseExposition } from '../../src/exposition/parse.js';
import { EXPOSITION_REASONS } from '../../src/exposition/problem.js';
import { serialiseExposition } from '../../src/exposition/serialise.js';
import { arbitraryExposition, arbitraryText } from '../support/arbitrary-exposition.js';

const FORMATS: readonly ExpositionFormat[] = ['text', 'openmetrics'];
const REASONS: ReadonlySet<string> = new Set(EXPOSITION_REASONS);

/** Names in quotes are read and printed: whatever else they allow to be written must come back, too. */
const QUOTED = { quotedNames: true, escaping: 'allow-utf-8' } as const;

/** Pieces that steer a damaged exposition into every branch of the parser. */
const SPLINTERS = [
  '\n',
  ' ',
  '\t',
  '"',
  '\\',
  '{',
  '}',
  ',',
  '=',
  '#',
  ':',
  '_',
  '0',
  '1',
  'e',
  '.',
  '-',
  'N',
  'x',
  '\0',
  '\r',
  '\x80',
  '\xff',
  '# TYPE ',
  '# HELP ',
  '# UNIT ',
  '# EOF',
  ' # {',
  '_total',
  '_bucket',
  '_sum',
  'le="1"',
  'quantile="x"',
  '{"a.b"',
  '"c d"="e"',
  'U__a_2e_b',
  '\xef\xbb\xbf',
].map((text) => Buffer.from(text, 'latin1'));

const arbitrarySplinters = fc
  .array(fc.constantFrom(...SPLINTERS), { maxLength: 40 })
  .map((parts) => Buffer.concat(parts));

interface Wound {
  readonly at: number;
  readonly length: number;
  readonly splinter: Buffer;
}

const arbitraryWounds = fc.array(
  fc.record({ at: fc.nat(400), length: fc.nat(20), splinter: fc.constantFrom(...SPLINTERS) }),
  { minLength: 1, maxLength: 4 },
);

function wound(body: Uint8Array, wounds: readonly Wound[]): Buffer {
  return wounds.reduce((bytes, { at, length, splinter }) => {
    const start = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, start), splinter, bytes.subarray(start + length)]);
  }, Buffer.from(body));
}

/**
 * What is wrong with the outcome for `body`: it must be one of the fixed reasons at a line that exists, or an
 * exposition that is read back as it was from its print, and printed the same again.
 */
function flawOf(body: Uint8Array, format: ExpositionFormat): string | undefined {
  const parsed = parseExposition(body, format, QUOTED);
  if (!parsed.ok) {
    const { line, reason } = parsed.error;
    if (!REASONS.has(reason)) return 'an unknown reason';
    const lineCount = Buffer.from(body).toString('latin1').split('\n').length;
    return Number.isInteger(line) && line >= 0 && line <= lineCount ? undefined : 'no such line';
  }
  const printed = serialiseExposition(parsed.value, QUOTED);
  const again = parseExposition(printed, format, QUOTED);
  if (!again.ok) return 'its print is refused';
  if (!isDeepStrictEqual(again.value, parsed.value)) return 'its print is read otherwise';
  return Buffer.compare(serialiseExposition(again.value, QUOTED), printed) === 0
    ? undefined
    : 'no fixed point';
}

describe.each(FORMATS)('%s', (format) => {
  test('what is printed is read back as it was', () => {
    fc.assert(
      fc.property(arbitraryExposition(format), (exposition) => {
        expect(parseExposition(serialiseExposition(exposition), format)).toEqual({
          ok: true,
          value: exposition,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('names in quotes are read back as they were', () => {
    fc.assert(
      fc.property(arbitraryExposition(format, { quotedNames: true }), (exposition) => {
        const printed = serialiseExposition(exposition, { escaping: 'allow-utf-8' });
        expect(parseExposition(printed, format, { quotedNames: true })).toEqual({
          ok: true,
          value: exposition,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('escaped names make a classic exposition of as many series, and stay as they are', () => {
    fc.assert(
      fc.property(arbitraryExposition(format, { quotedNames: true }), (exposition) => {
        const printed = serialiseExposition(exposition);
        const again = parseExposition(printed, format, { quotedNames: false });
        expect(again.ok ? again.value.families.map(({ samples }) => samples.length) : again).toEqual(
          exposition.families.map(({ samples }) => samples.length),
        );
        expect(again.ok && Buffer.compare(serialiseExposition(again.value), printed)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['arbitrary bytes', fc.uint8Array({ maxLength: 200 })],
    ['splinters of expositions', arbitrarySplinters],
    [
      'damaged expositions',
      fc
        .tuple(arbitraryExposition(format, { quotedNames: true }), arbitraryWounds)
        .map(([exposition, wounds]) => wound(serialiseExposition(exposition, QUOTED), wounds)),
    ],
  ])('%s are read or refused, never thrown at', (_, bodies: fc.Arbitrary<Uint8Array>) => {
    fc.assert(
      fc.property(bodies, (body) => {
        expect(flawOf(body, format)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  test('P26: a cut-off exposition is refused wherever the cut falls within a line', () => {
    fc.assert(
      fc.property(arbitraryExposition(format), fc.nat(), (exposition, seed) => {
        const body = serialiseExposition(exposition);
        const cut = body.subarray(0, seed % (body.length - 1));
        fc.pre(format === 'openmetrics' || cut.at(-1) !== '\n'.charCodeAt(0));
        expect(parseExposition(cut, format).ok).toBe(false);
      }),
    );
  });

  test('P1: no label value adds a line', () => {
    fc.assert(
      fc.property(arbitraryText, (value) => {
        const sample = { name: 'm', labels: [{ name: 'l', value }], value: '1' };
        const families = [{ name: 'm', type: 'gauge', typed: true, samples: [sample] }] as const;
        const lines = Buffer.from(serialiseExposition({ format, families })).toString('utf8').split('\n');
        expect(lines).toHaveLength(format === 'text' ? 3 : 4);
      }),
    );
  });
});

test('a number is printed in a text that reads back equal', () => {
  fc.assert(
    fc.property(fc.double(), (number) => {
      expect(parseNumber(formatNumber(number))).toBe(number);
    }),
    { numRuns: 1000 },
  );
});
