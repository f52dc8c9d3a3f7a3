// The fast readers of series and values take nothing that the parser refuses, and take the rest as it does: lines at the
// edges of what is plain, alone and where a plain line stood before.

import { describe, expect, test } from 'vitest';
import { ExpositionScanner } from '../../../../src/exposition/incremental/scanner.js';
import type { ExpositionFormat, ExpositionProblem } from '../../../../src/exposition/model.js';
import { parseExposition } from '../../../../src/exposition/parse.js';
import { ok, type Result } from '../../../../src/internal/result.js';
import { atOnce } from '../../../../src/internal/turns.js';

const LONG = 'v'.repeat(64 * 1024);

/** What may stand behind `x`, as latin1. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  'no value, blanks, timestamps': [
    '',
    ' ',
    '  1',
    '\t1',
    ' 1 ',
    ' 1  ',
    ' 1\t',
    ' 1 2',
    ' 1  2',
    ' 1 2 3',
    ' 1 -2',
    ' 1 +2',
    ' 1 2.5',
    ' 1 2e3',
  ],
  'timestamps, exemplars, what stands behind': [
    ' 1 999999999999999999',
    ' 1 9223372036854775808',
    ' 1 #',
    ' 1 # {a="1"} 1',
    ' 1\r',
    ' 1\0',
    ' 1x',
    ' 1 x',
  ],
  'signs, points, exponents': [
    ' +1',
    ' -1',
    ' --1',
    ' .5',
    ' 5.',
    ' .',
    ' 1.2.3',
    ' 1e5',
    ' 1E5',
    ' 1e',
    ' 1e+',
    ' 1e05',
    ' 1e999',
    ' e5',
  ],
  'special and long numbers': [
    ' 0x1p3',
    ' 1_0',
    ' Inf',
    ' +inf',
    ' -INF',
    ' NaN',
    ' nan',
    ' Infinity',
    ` ${'1'.repeat(300)}`,
    ` 0.${'1'.repeat(300)}`,
  ],
  'braces and commas': [
    '{} 1',
    '{ } 1',
    '{,} 1',
    '{a="1"} 1',
    '{a="1",} 1',
    '{a="1",,} 1',
    '{a="1"}1',
    '{a="1"}  1',
    '{a="1" } 1',
  ],
  'blanks within braces': [
    '{ a="1"} 1',
    '{a ="1"} 1',
    '{a= "1"} 1',
    '{a="1", b="2"} 1',
    '{a="1"b="2"} 1',
    '{a="1";b="2"} 1',
    '{a="1"',
  ],
  'the same label twice, empty values, quotes': [
    '{a="1",a="1"} 1',
    '{a="1",b="2",a="3"} 1',
    '{a=""} 1',
    '{a="1",b=""} 1',
    "{a='1'} 1",
    '{a=1} 1',
    '{="1"} 1',
  ],
  'names of labels': [
    '{1a="1"} 1',
    '{a:b="1"} 1',
    '{a-b="1"} 1',
    '{a.b="1"} 1',
    '{"a.b"="1"} 1',
    '{"x"} 1',
    '{__name__="y"} 1',
  ],
  escapes: [
    String.raw`{a="\q"} 1`,
    String.raw`{a="\n"} 1`,
    String.raw`{a="\\"} 1`,
    String.raw`{a="\""} 1`,
    String.raw`{a="\"} 1`,
  ],
  'bytes of values': [
    '{a="\r"} 1',
    '{a="\0"} 1',
    '{a="\xff"} 1',
    '{a="\xc3\xa9"} 1',
    '{a="\xed\xa0\x80"} 1',
    '{a="}"} 1',
    '{a="#"} 1',
  ],
  lengths: [
    `{a="${LONG}"} 1`,
    `{a="${LONG}v"} 1`,
    `{a="${String.raw`\\`.repeat(40_000)}"} 1`,
    `{${'n'.repeat(1025)}="1"} 1`,
  ],
  names: [':y 1', '_y 1', '-y 1', '.y 1', `${'y'.repeat(1023)} 1`, `${'y'.repeat(1024)} 1`],
};

type Sample = readonly [name: string, labels: readonly string[], rest: string];
type Read = (body: Uint8Array) => Result<readonly Sample[], ExpositionProblem>;

function scannerOf(format: ExpositionFormat, quotedNames: boolean): Read {
  const scanner = new ExpositionScanner({ format, quotedNames, maxSeries: 1000 });
  return (body) => {
    const scanned = atOnce(scanner.scan(body));
    if (!scanned.ok) return scanned;
    const { lines, catalogue } = scanned.value;
    const { labels, names, series: table } = catalogue;
    const samples: Sample[] = [];
    for (let line = 0; line < lines.count; line += 1) {
      const series = lines.series[line] ?? -1;
      if (series < 0) continue;
      const pairs = [...table.pairs.subarray(table.starts[series], table.starts[series + 1])];
      const texts = pairs.map((pair) => labels.label(pair)).map(({ name, value }) => `${name}=${value}`);
      const rest = Buffer.from(lines.rest(line, body)).toString('latin1');
      samples.push([names[table.names[series] ?? -1] ?? '', texts, rest]);
    }
    return ok(samples);
  };
}

function parsed(body: Uint8Array, format: ExpositionFormat, quotedNames: boolean): ReturnType<Read> {
  const exposition = parseExposition(body, format, { quotedNames });
  if (!exposition.ok) return exposition;
  const samples = exposition.value.families.flatMap((family) => family.samples);
  return ok(
    samples.map(({ name, labels, value, timestamp }): Sample => [
      name,
      labels.map((label) => `${label.name}=${label.value}`),
      timestamp === undefined ? value : `${value} ${timestamp}`,
    ]),
  );
}

describe.each([
  ['text', false],
  ['text', true],
  ['openmetrics', false],
  ['openmetrics', true],
] as const)('%s, names in quotes: %s', (format, quotedNames) => {
  const bodyOf = (line: string): Uint8Array =>
    Buffer.from(`w{a="1"} 1\nx${line}\nz{a="1"} 1\n${format === 'openmetrics' ? '# EOF\n' : ''}`, 'latin1');

  test.each(Object.entries(LINES))('%s: the scanner says what the parser says', (_, lines) => {
    for (const line of lines) {
      const body = bodyOf(line);
      const expected = parsed(body, format, quotedNames);
      expect([line, scannerOf(format, quotedNames)(body)]).toEqual([line, expected]);
      for (const before of ['{a="1"} 1', ' 1', ' 1 2']) {
        const next = scannerOf(format, quotedNames);
        next(bodyOf(before));
        expect([line, before, next(body)]).toEqual([line, before, expected]);
      }
    }
  });

  test('labels that come, go and change their place: the scanner says what the parser says', () => {
    const names = Array.from({ length: 128 }, (_, index) => `l${index}`);
    const line = (labels: readonly string[], value: string): string =>
      `x{${labels.map((name) => `${name}="${value}"`).join(',')}} 1\n`;
    const [most, others] = [names, ['other', ...names.slice(1)]];
    const bodies = [
      [line(most, 'v'), line(['other', ...names.slice(0, 127)], 'v'), line(most, 'w'), line(others, 'w')],
      [
        line(most, 'v'),
        line(names.slice(1), 'v'),
        line(names.slice(0, 127), 'v'),
        line(names.slice(40), 'w'),
      ],
      [line(most, 'v'), line([...most, 'other'], 'v')],
      [line(most, 'v'), line(['other', ...most], 'v')],
      [line(names.slice(0, 3), 'v'), line(['l0', 'l2', 'l2'], 'v')],
      [line(names.slice(0, 3), 'v'), line(['l1', 'l0', 'l1'], 'v')],
    ];
    for (const lines of bodies) {
      const body = Buffer.from(`${lines.join('')}${format === 'openmetrics' ? '# EOF\n' : ''}`);
      expect(scannerOf(format, quotedNames)(body)).toEqual(parsed(body, format, quotedNames));
    }
  });
});
