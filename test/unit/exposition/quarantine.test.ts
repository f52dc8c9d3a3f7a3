import { describe, expect, test } from 'vitest';

import type { ExpositionFormat } from '../../../src/exposition/model.js';
import { parseText, reprint } from '../../support/exposition-text.js';

/** What is left, and what was said; a refusal as `line: reason`. */
function read(body: string, format: ExpositionFormat = 'text', quotedNames = false): readonly string[] {
  const options = { onMalformed: 'quarantine', quotedNames } as const;
  const parsed = parseText(body, format, options);
  if (!parsed.ok) return [`${String(parsed.error.line)}: ${parsed.error.reason}`];
  const { families = 0, problems = [] } = parsed.value.quarantined ?? {};
  return [
    reprint(body, format, options),
    `${String(families)} set aside`,
    ...problems.map(({ line, reason }) => `${String(line)}: ${reason}`),
  ];
}

const HISTOGRAM = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n';

type Vector = readonly [name: string, body: string, left: string, count: string, ...problems: string[]];

const TEXT: readonly Vector[] = [
  [
    'a malformed sample takes its whole family with it, before and after',
    '# TYPE a gauge\na{b="1"} 1\na{b="2} 1\na{b="3"} 1\n# TYPE c gauge\nc 1\n',
    '# TYPE c gauge\nc 1\n',
    '1 set aside',
    '3: label value without closing quote',
  ],
  [
    'the first problem of each family',
    '# TYPE a gauge\na x\na y\n# TYPE c gauge\nc 1\n# TYPE d gauge\nd 1\nd 1\n',
    '# TYPE c gauge\nc 1\n',
    '2 set aside',
    '2: invalid number',
    '8: same series twice',
  ],
  ['P6: the same series twice', 'a 1\na 2\nb 1\n', 'b 1\n', '1 set aside', '2: same series twice'],
  [
    'P6: the same label twice',
    '# TYPE a gauge\na{b="1",b="2"} 1\nc 1\n',
    'c 1\n',
    '1 set aside',
    '2: same label twice',
  ],
  [
    'P6: a family in two blocks, both of them',
    'a{b="1"} 1\nc{d="1"} 1\na{b="2"} 1\nc{d="2"} 1\n',
    'c{d="1"} 1\nc{d="2"} 1\n',
    '1 set aside',
    '3: family in two blocks',
  ],
  [
    'P6: a second block of another type',
    `# TYPE a gauge\na 1\nc 1\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\n`,
    'c 1\n',
    '1 set aside',
    '4: family in two blocks',
  ],
  [
    'P6: TYPE twice, and nothing is known of the samples',
    '# TYPE h gauge\n# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\nc 1\n',
    'c 1\n',
    '1 set aside',
    '2: TYPE twice for a metric',
  ],
  [
    'a malformed TYPE takes the samples of every type',
    '# HELP h x\n# TYPE h histogramm\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\nh 1\nc 1\n',
    'c 1\n',
    '1 set aside',
    '2: unknown metric type',
  ],
  [
    'a TYPE without a type',
    '# TYPE h\nh_bucket{le="+Inf"} 1\nc 1\n',
    'c 1\n',
    '1 set aside',
    '1: unknown metric type',
  ],
  [
    'a type that comes after a malformed sample',
    'h{a 1\n# TYPE h histogram\nh_bucket{le="+Inf"} 1\nc 1\n',
    'c 1\n',
    '1 set aside',
    '1: equals sign expected after a label name',
  ],
  [
    'HELP twice, before the type',
    '# HELP h x\n# HELP h y\n# TYPE h histogram\nh_bucket{le="+Inf"} 1\nc 1\n',
    'c 1\n',
    '1 set aside',
    '2: HELP twice for a metric',
  ],
  [
    'metadata after samples',
    'h 1\n# TYPE h histogram\nh_bucket{le="+Inf"} 1\nc 1\n',
    'c 1\n',
    '1 set aside',
    '2: metadata after samples of the metric',
  ],
  [
    'P6: a clash of names, both families',
    `c 1\n${HISTOGRAM}# TYPE h_count gauge\nh_count 1\n`,
    'c 1\n',
    '2 set aside',
    '8: sample name belongs to another family',
    '8: sample name belongs to another family',
  ],
  [
    'P6: a clash of names, the other way round',
    `c 1\nh_count 1\n${HISTOGRAM}`,
    'c 1\n',
    '2 set aside',
    '4: sample name belongs to another family',
    '4: sample name belongs to another family',
  ],
  [
    'P6: a family that uses a name of one that is set aside',
    '# TYPE c gauge\nc 1\n# TYPE h_bucket gauge\nh_bucket x\n' + HISTOGRAM,
    '# TYPE c gauge\nc 1\n',
    '2 set aside',
    '4: invalid number',
    '8: sample name belongs to another family',
  ],
  [
    'a neighbour whose name begins alike stays',
    '# TYPE a counter\na x\n# TYPE a_total counter\na_total 1\n# TYPE ab gauge\nab 1\n',
    '# TYPE a_total counter\na_total 1\n# TYPE ab gauge\nab 1\n',
    '1 set aside',
    '2: invalid number',
  ],
  [
    'a sample that does not fit its family',
    '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh 1\nh_count 1\nc 1\n',
    'c 1\n',
    '1 set aside',
    '3: sample name does not fit the type of its family',
  ],
  [
    'a bucket without a bound',
    '# TYPE h histogram\nh_bucket 1\nh_count 1\nc 1\n',
    'c 1\n',
    '1 set aside',
    '2: bucket without a numeric le label',
  ],
  [
    'P1: a line broken in two: what is left of it is nobody else’s',
    '# TYPE a gauge\na{b="x\ny"} 1\na{b="z"} 1\n# TYPE c gauge\nc 1\n',
    '# TYPE c gauge\nc 1\n',
    '1 set aside',
    '2: label value without closing quote',
  ],
  [
    'P1: what is left begins like a family that there is',
    '# TYPE y gauge\ny 1\n# TYPE a gauge\na{b="x\ny"} 1\n# TYPE c gauge\nc 1\n',
    '# TYPE c gauge\nc 1\n',
    '2 set aside',
    '4: label value without closing quote',
    '5: metric name expected',
  ],
  [
    'P1: what is left begins like a family that is still to come',
    '# TYPE a gauge\na{b="x\ny"} 1\n# TYPE y gauge\ny 1\n# TYPE c gauge\nc 1\n',
    '# TYPE c gauge\nc 1\n',
    '2 set aside',
    '2: label value without closing quote',
  ],
  [
    'P1: a forged line before what is left',
    '# TYPE a gauge\na{b="x"} 9\n"} 1\n# TYPE c gauge\nc 1\n',
    '# TYPE c gauge\nc 1\n',
    '1 set aside',
    '3: metric name expected',
  ],
  [
    'without metadata nobody knows whose line it is, so both go',
    'a 1\nb{c="1} 1\nd 1\n',
    'd 1\n',
    '1 set aside',
    '2: label value without closing quote',
  ],
  [
    'a line of a family that is gone does no harm to the one between whose lines it stands',
    'a{b="1"} 1\nc 1\na{b="2"} 1\na{b="3} 1\nc{d="e"} 1\n',
    'c 1\nc{d="e"} 1\n',
    '1 set aside',
    '3: family in two blocks',
  ],
  [
    'P6: a clash of names with a family of which no line can be read',
    '# TYPE h_count gauge\nh_count 1\n# TYPE h histogram\nh_bucket{le="1} 1\nc 1\n',
    'c 1\n',
    '2 set aside',
    '4: label value without closing quote',
    '4: label value without closing quote',
  ],
  [
    'a name without quotes that needs them',
    '# TYPE a.b gauge\na.b 1\n# TYPE c gauge\nc 1\n',
    '# TYPE c gauge\nc 1\n',
    '1 set aside',
    '1: unknown metric type',
  ],
  [
    'a family without samples is no family to clash with',
    '# TYPE a gauge\n# TYPE b bogus\nc 1\n',
    '# TYPE a gauge\nc 1\n',
    '1 set aside',
    '2: unknown metric type',
  ],
];

const OPENMETRICS: readonly Vector[] = [
  [
    'a histogram without its last bucket',
    '# TYPE h histogram\nh_bucket{le="1"} 1\nh_count 1\n# TYPE c counter\nc_total 1\n# EOF\n',
    '# TYPE c counter\nc_total 1\n# EOF\n',
    '1 set aside',
    '1: histogram without a +Inf bucket',
  ],
  [
    'the same in the last family',
    '# TYPE c counter\nc_total 1\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_count 1\n# EOF\n',
    '# TYPE c counter\nc_total 1\n# EOF\n',
    '1 set aside',
    '3: histogram without a +Inf bucket',
  ],
  [
    'a unit that is none',
    '# TYPE a gauge\n# UNIT a seconds\na 1\nc 1\n# EOF\n',
    'c 1\n# EOF\n',
    '1 set aside',
    '1: unit is not the suffix of the metric name',
  ],
  [
    'an exemplar where none is allowed',
    '# TYPE a gauge\na 1 # {b="c"} 1\nc 1\n# EOF\n',
    'c 1\n# EOF\n',
    '1 set aside',
    '2: exemplar where none is allowed',
  ],
  [
    'a malformed TYPE takes the samples of every type',
    '# TYPE a counters\na_total 1\na_created 1\na_info 1\na_gsum 1\nc 1\n# EOF\n',
    'c 1\n# EOF\n',
    '1 set aside',
    '1: unknown metric type',
  ],
  [
    'a TYPE out of shape is about its family all the same',
    '#  TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nc 1\n# EOF\n',
    'c 1\n# EOF\n',
    '1 set aside',
    '1: comment that is not metadata',
  ],
  [
    'a broken line that is called like its family, whose samples are not',
    'c 1\n# TYPE a info\na_info{b="1"} 1\na\na_info{b="2"} 1\n# EOF\n',
    'c 1\n# EOF\n',
    '1 set aside',
    '4: single space expected',
  ],
  [
    'a broken line that is called like a family before it, whose samples are not',
    'c 1\n# TYPE a info\na_info{b="1"} 1\n# TYPE d gauge\nd 1\na\n# EOF\n',
    'c 1\n# EOF\n',
    '2 set aside',
    '6: single space expected',
    '6: single space expected',
  ],
  [
    'P6: a family of another type whose samples are taken',
    '# TYPE a counter\na_total 1\na_total 1\n# TYPE a_created gauge\na_created 1\nc 1\n# EOF\n',
    'c 1\n# EOF\n',
    '2 set aside',
    '3: same series twice',
    '4: sample name belongs to another family',
  ],
];

const QUOTED: readonly Vector[] = [
  [
    'a name in quotes',
    '# TYPE "a.b" gauge\n{"a.b",c="1} 1\n{"a.b",c="2"} 1\n{"d.e"} 1\n',
    'U__d_2e_e 1\n',
    '1 set aside',
    '2: label value without closing quote',
  ],
  [
    'P6: two names with one escaped form, both families',
    '# TYPE "a.b" gauge\n# TYPE U__a_2e_b gauge\n# TYPE c gauge\nc 1\n',
    '# TYPE c gauge\nc 1\n',
    '2 set aside',
    '2: two names with one escaped form',
    '2: two names with one escaped form',
  ],
  [
    'P6: two label names with one escaped form: the second family',
    'a{"b.c"="1"} 1\nd{U__b_2e_c="2"} 1\n',
    'a{U__b_2e_c="1"} 1\n',
    '1 set aside',
    '2: two names with one escaped form',
  ],
];

describe.each([
  ['text', 'text', false, TEXT],
  ['OpenMetrics', 'openmetrics', true, OPENMETRICS],
  ['text with quoted names', 'text', true, QUOTED],
] as const)('quarantine in %s', (_, format, quotedNames, vectors) => {
  test.each(vectors)('%s', (_name, body, left, count, ...problems) => {
    expect(read(body, format, quotedNames)).toEqual([left, count, ...problems]);
  });

  test.each(vectors)(
    'not asked for, the scrape fails by its first problem: %s',
    (_name, body, _left, _count, ...[first]) => {
      expect(reprint(body, format, { quotedNames })).toBe(first);
    },
  );
});

const WHOLE: readonly (readonly [string, string, ExpositionFormat, string])[] = [
  ['an empty body', '', 'text', '0: the exposition is empty'],
  ['bytes that no line may hold', 'a x\nb \0\nc 1\n', 'text', '2: NUL character'],
  ['carriage returns', 'a 1\r\nb x\n', 'text', '1: carriage return'],
  ['a last line that is cut off', 'a x\nb 1\nc', 'text', '3: the last line is cut off'],
  ['# EOF missing', 'a x\nb 1\n', 'openmetrics', '0: # EOF missing'],
  ['text after # EOF', 'a x\nb 1\n# EOF\nc 1\n', 'openmetrics', '4: text after # EOF'],
  ['blank lines of OpenMetrics', 'a 1\n\nb 1\n# EOF\n', 'openmetrics', '2: blank line'],
  ['comments of OpenMetrics', 'a 1\n# b c\nb 1\n# EOF\n', 'openmetrics', '2: comment that is not metadata'],
  ['metadata of nobody', '# TYPE 1a gauge\nb 1\n', 'text', '1: metric name expected'],
  ['P27: a page', '<!doctype html>\n<p>a 1</p>\n', 'text', '1: metric name expected'],
  ['a first line of nobody', '"} 1\na 1\n', 'text', '1: metric name expected'],
  ['nothing is left', 'a x\nb y\n', 'text', '1: invalid number'],
  ['nothing but metadata is left', '# TYPE a gauge\nb y\n', 'text', '2: invalid number'],
  ['P19: names too long', `${'a'.repeat(1025)} 1\nb 1\n`, 'text', '1: name too long'],
  [
    'P19: names too long in lines that cannot be read',
    `${'a'.repeat(1025)} x\nb 1\n`,
    'text',
    '1: invalid number',
  ],
];

describe('quarantine does not help against', () => {
  test.each(WHOLE)('%s', (_, body, format, problem) => {
    expect(read(body, format)).toEqual([problem]);
  });

  test('P19: more series than the operator allows', () => {
    const parsed = parseText('a 1\nb 1\nc x\n', 'text', { onMalformed: 'quarantine', maxSeries: 1 });
    expect(parsed).toEqual({ ok: false, error: { line: 2, reason: 'more series than max_series' } });
  });

  test('P19: more than a thousand malformed families', () => {
    const malformed = (count: number): string =>
      Array.from({ length: count }, (_, index) => `# TYPE a${String(index)} x\n`).join('');
    expect(read(`${malformed(1000)}c 1\n`)[1]).toBe('1000 set aside');
    expect(read(`${malformed(1001)}c 1\n`)).toEqual(['1001: unknown metric type']);
  });
});

describe('the report', () => {
  test('names ten problems at most', () => {
    const body = Array.from({ length: 30 }, (_, index) => `# TYPE a${String(index)} x\n`).join('');
    const [, count, ...problems] = read(`${body}c 1\n`);
    expect(count).toBe('30 set aside');
    expect(problems).toHaveLength(10);
  });

  test('is absent where nothing was set aside', () => {
    expect(parseText('a 1\n', 'text', { onMalformed: 'quarantine' })).toEqual(parseText('a 1\n'));
  });

  test('has no text of the exposition', () => {
    const parsed = parseText('secret_name{user="a@b.example} 1\nc 1\n', 'text', {
      onMalformed: 'quarantine',
    });
    expect(JSON.stringify(parsed)).not.toMatch(/secret|example/u);
  });
});
