// Names in quotes, as text 1.0.0 and OpenMetrics with `escaping=allow-utf-8` have them, one requirement a vector.

import { describe, expect, test } from 'vitest';

import { reprint } from '../support/exposition-text.js';
import { type AcceptedVector, type RefusedVector, withCanonical } from '../support/vectors.js';

const REFUSED: readonly RefusedVector[] = [
  ['a name is not empty', '{""} 1\n', 1, 'invalid quoted name'],
  ['a label name is not empty', 'a{""="b"} 1\n', 1, 'invalid quoted name'],
  ['a name has its closing quote', '{"a.b} 1\n', 1, 'invalid quoted name'],
  ['unknown escape in a name', '{"a\\.b"} 1\n', 1, 'invalid quoted name'],
  ['quotes stand within braces', '"a.b" 1\n', 1, 'metric name expected'],
  ['quotes do not stand before braces', '"a.b"{c="d"} 1\n', 1, 'metric name expected'],
  ['braces hold a name', '{} 1\n', 1, 'metric name expected'],
  ['labels alone name nothing', '{a="b"} 1\n', 1, 'metric name expected'],
  ['quoted labels alone name nothing', '{"a.b"="c"} 1\n', 1, 'metric name expected'],
  ['P3: the name comes first', '{"end_user"="x","m"} 1\n', 1, 'metric name expected'],
  ['one name', 'a{"b.c"} 1\n', 1, 'equals sign expected after a label name'],
  ['one name in quotes', '{"a.b","c.d"} 1\n', 1, 'equals sign expected after a label name'],
  ['P6: the same label, quoted and not', 'a{b="1","b"="2"} 1\n', 1, 'same label twice'],
  ['P6: the same series, quoted and not', 'a{b="1"} 1\n{"a","b"="1"} 2\n', 2, 'same series twice'],
  ['a quoted label cannot rename the metric', 'a{"__name__"="b"} 1\n', 1, 'reserved label name'],
  [
    'a bound is one in quotes, too',
    '# TYPE "h.x" summary\n{"h.x_sum","le"="1"} 1\n',
    2,
    'le or quantile label where none is allowed',
  ],
  ['P6: a family in two blocks', '{"a.b"} 1\nc 1\n{"a.b",d="e"} 1\n', 3, 'family in two blocks'],
  ['TYPE has a whole name', '# TYPE "a.b gauge\n', 1, 'invalid quoted name'],
  ['TYPE parts name and type', '# TYPE "a.b"gauge\n', 1, 'unknown metric type'],
  ['NUL in a name', '{"a\0b"} 1\n', 1, 'NUL character'],
  [
    'P6: a name that another one is escaped to',
    '{"a.b"} 1\nU__a_2e_b 1\n',
    2,
    'sample name belongs to another family',
  ],
  [
    'P6: a sample name that another one is escaped to',
    '# TYPE "a.b" summary\n{"a.b_sum"} 1\nU__a_2e_b_count 1\n',
    3,
    'sample name belongs to another family',
  ],
  [
    'P6: a family name that another one is escaped to',
    '# TYPE "a.b" gauge\n# TYPE U__a_2e_b gauge\nc 1\n',
    2,
    'two names with one escaped form',
  ],
  [
    'P6: a label name that another one is escaped to',
    'a{"b.c"="1"} 1\na{U__b_2e_c="2"} 1\n',
    2,
    'two names with one escaped form',
  ],
  [
    'P6: a histogram in quotes claims its count',
    '# TYPE "h.x" histogram\n{"h.x_bucket",le="+Inf"} 1\n{"h.x_count"} 1\n{"h.x_sum"} 1\n# TYPE "h.x_sum" gauge\n{"h.x_sum"} 1\n',
    6,
    'sample name belongs to another family',
  ],
];

const ACCEPTED: readonly AcceptedVector[] = [
  ['a metric name', '{"a.b"} 1\n'],
  ['a metric name with labels', '{"a.b",c="d","e.f"="g"} 1\n'],
  ['a label name alone', 'a{"b.c"="d"} 1\n'],
  ['metadata', '# HELP "a.b" it is \\\\ "b"\n# TYPE "a.b" counter\n{"a.b"} 1\n'],
  ['names hold any character', '{"é\\"\\\\\\n{},=# 🚀","user email"="a"} 1\n'],
  [
    'classic names leave without quotes',
    '# TYPE "a" gauge\n{"a","b"="c"} 1\n',
    '# TYPE a gauge\na{b="c"} 1\n',
  ],
  ['a colon is classic in metric names alone', 'a:b{"c:d"="e"} 1\n'],
  [
    'a histogram',
    '# TYPE "h.x" histogram\n{"h.x_bucket","l\\"q"="z",le="+Inf"} 1\n{"h.x_count","l\\"q"="z"} 1\n{"h.x_sum","l\\"q"="z"} 1\n',
  ],
  ['names that look escaped are names', 'U__a_2e_b{U__c_2e_d="e"} 1\n'],
];

const LAX_LAYOUT: readonly AcceptedVector[] = [
  ['blanks and a last comma', ' { "a.b" , "c.d" = "e" , } 1\n', '{"a.b","c.d"="e"} 1\n'],
  ['a comma after the name alone', '{"a.b",}1\n', '{"a.b"} 1\n'],
  ['blanks in metadata', '#  TYPE  "a.b"  gauge \n{"a.b"} 1\n', '# TYPE "a.b" gauge\n{"a.b"} 1\n'],
];

const OPENMETRICS_REFUSED: readonly RefusedVector[] = [
  ['no comma after the name alone', '{"a.b",} 1\n# EOF\n', 1, 'label name expected'],
  ['no blank before the name', '{ "a.b"} 1\n# EOF\n', 1, 'metric name expected'],
  ['no blank after the name', '{"a.b" ,c="d"} 1\n# EOF\n', 1, 'metric name expected'],
  [
    'no metric name in an exemplar',
    '# TYPE "a.b" counter\n{"a.b_total"} 1 # {"c.d"} 1\n# EOF\n',
    2,
    'equals sign expected after a label name',
  ],
  [
    'P6: an exemplar with two names that are escaped to one',
    '# TYPE a counter\na_total 1 # {"b.c"="1",U__b_2e_c="2"} 1\n# EOF\n',
    2,
    'two names with one escaped form',
  ],
];

const OPENMETRICS_ACCEPTED: readonly AcceptedVector[] = [
  [
    'every part of a family',
    '# HELP "a.b_seconds" c\n# TYPE "a.b_seconds" counter\n# UNIT "a.b_seconds" seconds\n{"a.b_seconds_total"} 1 # {"d.e"="f"} 1\n{"a.b_seconds_created"} 1\n# EOF\n',
  ],
  ['a state', '# TYPE "a.b" stateset\n{"a.b","a.b"="x"} 1\n# EOF\n'],
];

const ESCAPED: readonly AcceptedVector[] = [
  [
    'a gauge',
    '# HELP "a.b" c\n# TYPE "a.b" gauge\n{"a.b","c.d"="e"} 1\n',
    '# HELP U__a_2e_b c\n# TYPE U__a_2e_b gauge\nU__a_2e_b{U__c_2e_d="e"} 1\n',
  ],
  [
    'a counter',
    '# TYPE "a.b_total" counter\n{"a.b_total"} 1\n',
    '# TYPE U__a_2e_b__total counter\nU__a_2e_b__total 1\n',
  ],
  [
    'suffixes stay suffixes',
    '# TYPE "s.x" summary\n{"s.x_sum"} 1\n{"s.x_count"} 1\n',
    '# TYPE U__s_2e_x summary\nU__s_2e_x_sum 1\nU__s_2e_x_count 1\n',
  ],
  ['classic names stay', 'a:b{_c="d"} 1\n', 'a:b{_c="d"} 1\n'],
];

const OPENMETRICS_ESCAPED: readonly AcceptedVector[] = [
  [
    'a counter is called as in text',
    '# TYPE "a.b" counter\n{"a.b_total"} 1 # {"c.d"="e"} 1\n{"a.b_created"} 1\n# EOF\n',
    '# TYPE U__a_2e_b_ counter\nU__a_2e_b__total 1 # {U__c_2e_d="e"} 1\nU__a_2e_b__created 1\n# EOF\n',
  ],
  [
    'so is an info',
    '# TYPE "a.b" info\n{"a.b_info"} 1\n# EOF\n',
    '# TYPE U__a_2e_b_ info\nU__a_2e_b__info 1\n# EOF\n',
  ],
  [
    'a unit that still ends the name stays',
    '# TYPE "a.b_seconds" gauge\n# UNIT "a.b_seconds" seconds\n{"a.b_seconds"} 1\n# EOF\n',
    '# TYPE U__a_2e_b__seconds gauge\n# UNIT U__a_2e_b__seconds seconds\nU__a_2e_b__seconds 1\n# EOF\n',
  ],
  [
    'a unit that does not goes',
    '# TYPE "a.b_seconds" counter\n# UNIT "a.b_seconds" seconds\n{"a.b_seconds_total"} 1\n# EOF\n',
    '# TYPE U__a_2e_b__seconds_ counter\nU__a_2e_b__seconds__total 1\n# EOF\n',
  ],
  [
    'a state keeps its label',
    '# TYPE "a.b" stateset\n{"a.b","a.b"="x"} 1\n# EOF\n',
    '# TYPE U__a_2e_b stateset\nU__a_2e_b{U__a_2e_b="x"} 1\n# EOF\n',
  ],
];

const QUOTED = { quotedNames: true, escaping: 'allow-utf-8' } as const;

describe('text 1.0.0', () => {
  test.each(REFUSED)('refuses: %s', (_, body, line, reason) => {
    expect(reprint(body, 'text', QUOTED)).toBe(`${line}: ${reason}`);
  });

  test.each([...ACCEPTED, ...LAX_LAYOUT].map(withCanonical))('accepts: %s', (_, body, canonical) => {
    expect(reprint(body, 'text', QUOTED)).toBe(canonical);
    expect(reprint(canonical, 'text', QUOTED)).toBe(canonical);
  });
});

describe('OpenMetrics with escaping=allow-utf-8', () => {
  test.each(OPENMETRICS_REFUSED)('refuses: %s', (_, body, line, reason) => {
    expect(reprint(body, 'openmetrics', QUOTED)).toBe(`${line}: ${reason}`);
  });

  test.each(OPENMETRICS_ACCEPTED.map(withCanonical))('accepts: %s', (_, body, canonical) => {
    expect(reprint(body, 'openmetrics', QUOTED)).toBe(canonical);
  });

  test('is what targets are asked for, so names in quotes are read unless told otherwise', () => {
    expect(reprint('{"a.b"} 1\n# EOF\n', 'openmetrics')).toBe('U__a_2e_b 1\n# EOF\n');
    expect(reprint('{"a.b"} 1\n# EOF\n', 'openmetrics', { quotedNames: false })).toBe(
      '1: metric name expected',
    );
  });
});

describe('text 0.0.4 refuses quotes, in samples and in metadata', () => {
  test.each(['{"a.b"} 1\n', '# TYPE "a.b" gauge\n', '# HELP "a.b" x\n'])('%j', (body) => {
    expect(reprint(body)).toBe('1: metric name expected');
  });
});

describe('for readers of classic names, they are escaped', () => {
  test.each(ESCAPED.map(withCanonical))('in text: %s', (_, body, escaped) => {
    expect(reprint(body, 'text', { quotedNames: true })).toBe(escaped);
    expect(reprint(escaped)).toBe(escaped);
  });

  test.each(OPENMETRICS_ESCAPED.map(withCanonical))('in OpenMetrics: %s', (_, body, escaped) => {
    expect(reprint(body, 'openmetrics')).toBe(escaped);
    expect(reprint(escaped, 'openmetrics')).toBe(escaped);
  });
});
