// Prometheus text 0.0.4, one requirement a vector. Where Prometheus and the format differ, the stricter one holds.

import { describe, expect, test } from 'vitest';

import { TEXT_ACCEPTED } from '../corpus/vectors/text-format.js';
import { reprint } from '../support/exposition-text.js';
import { type RefusedVector, withCanonical } from '../support/vectors.js';

const REFUSED: readonly RefusedVector[] = [
  // Lines
  ['an empty body', '', 0, 'the exposition is empty'],
  ['P26: blank lines alone', '\n\n', 0, 'no samples'],
  ['P26: comments alone', '# nothing\n', 0, 'no samples'],
  ['P26: metadata alone', '# HELP a b\n# TYPE a counter\n', 0, 'no samples'],
  ['the last line ends with a line feed', 'a 1\nb 2', 2, 'the last line is cut off'],
  ['a cut-off comment is cut off, too', 'a 1\n#', 2, 'the last line is cut off'],
  ['byte order mark', '\uFEFFa 1\n', 1, 'byte order mark'],
  ['CRLF line ends', 'a 1\r\nb 2\r\n', 1, 'carriage return'],
  ['NUL, which would end the input of some readers', 'a 1\n#\0\nb 1\n', 2, 'NUL character'],
  // Names
  ['metric names do not begin with a digit', '1a 1\n', 1, 'metric name expected'],
  ['metric names have no hyphen', 'a-b 1\n', 1, 'metric name expected'],
  ['metric names have no dot', 'a.b 1\n', 1, 'metric name expected'],
  ['metric names have no letters beyond ASCII', 'é 1\n', 1, 'metric name expected'],
  ['quoted names are no part of 0.0.4', '{"a.b"} 1\n', 1, 'metric name expected'],
  ['quoted names beside labels', 'a{"b.c"="d"} 1\n', 1, 'label name expected'],
  ['label names have no colon', 'a{b:c="d"} 1\n', 1, 'equals sign expected after a label name'],
  ['label names do not begin with a digit', 'a{1b="d"} 1\n', 1, 'label name expected'],
  [
    'label names have no zero-width letters',
    'a{us\u200Ber="d"} 1\n',
    1,
    'equals sign expected after a label name',
  ],
  ['a label cannot rename the metric', 'a{__name__="b"} 1\n', 1, 'reserved label name'],
  // Label sets
  ['a label has a value', 'a{b} 1\n', 1, 'equals sign expected after a label name'],
  ['label values are quoted', 'a{b=c} 1\n', 1, 'quoted label value expected'],
  ['single quotes are none', "a{b='c'} 1\n", 1, 'quoted label value expected'],
  ['label values end on their line', 'a{b="c\nd"} 1\n', 1, 'label value without closing quote'],
  ['a backslash does not end a label value', 'a{b="c\\', 1, 'the last line is cut off'],
  ['an escape needs its letter', 'a{b="c\\\n"} 1\n', 1, 'label value without closing quote'],
  ['unknown escape', 'a{b="\\d"} 1\n', 1, 'unknown escape in a label value'],
  ['labels are parted by commas', 'a{b="1" c="2"} 1\n', 1, 'comma or closing brace expected after a label'],
  ['no comma alone', 'a{,} 1\n', 1, 'label name expected'],
  ['no two commas', 'a{b="1",,c="2"} 1\n', 1, 'label name expected'],
  ['label sets are closed', 'a{b="1" 1\n', 1, 'comma or closing brace expected after a label'],
  ['one label set', 'a{b="1"}{c="2"} 1\n', 1, 'invalid number'],
  ['P6: the same label twice', 'a{b="1",c="2",b="1"} 1\n', 1, 'same label twice'],
  // Values and timestamps
  ['a sample has a value', 'a\n', 1, 'value expected'],
  ['a sample has a value after its labels', 'a{b="1"}\n', 1, 'value expected'],
  ['a value does not touch the name', 'a+1\n', 1, 'metric name expected'],
  ['a value is a number', 'a one\n', 1, 'invalid number'],
  ['P18: hexadecimal floats', 'a 0x1p-3\n', 1, 'invalid number'],
  ['P18: digit separators', 'a 1_000\n', 1, 'invalid number'],
  ['P18: numbers beyond a double', 'a 1e999\n', 1, 'invalid number'],
  ['timestamps are whole milliseconds', 'a 1 1.5\n', 1, 'invalid timestamp'],
  ['timestamps have no sign', 'a 1 -1\n', 1, 'invalid timestamp'],
  ['timestamps fit 64 bits', 'a 1 9223372036854775808\n', 1, 'invalid timestamp'],
  ['nothing follows the timestamp', 'a 1 2 3\n', 1, 'unexpected text after the sample'],
  ['comments do not follow samples', 'a 1 # why\n', 1, 'invalid timestamp'],
  ['P4: exemplars are no part of 0.0.4', 'a 1 # {b="c"} 1\n', 1, 'invalid timestamp'],
  ['exemplars after a timestamp neither', 'a 1 2 # {b="c"} 1\n', 1, 'unexpected text after the sample'],
  // Metadata
  ['TYPE has a type', '# TYPE a\n', 1, 'unknown metric type'],
  ['TYPE has a name', '# TYPE \n', 1, 'metric name expected'],
  ['types are written in lower case', '# TYPE a Gauge\n', 1, 'unknown metric type'],
  ['types of OpenMetrics are none here', '# TYPE a info\n', 1, 'unknown metric type'],
  ['TYPE has no more than a type', '# TYPE a gauge really\n', 1, 'unknown metric type'],
  ['HELP has a valid name', '# HELP 1a text\n', 1, 'metric name expected'],
  ['HELP parts name and text', '# HELP a-b text\n', 1, 'metric name expected'],
  ['P6: TYPE twice', '# TYPE a gauge\n# TYPE a gauge\na 1\n', 2, 'TYPE twice for a metric'],
  ['P6: HELP twice', '# HELP a x\n# HELP a x\na 1\n', 2, 'HELP twice for a metric'],
  ['TYPE before the samples', 'a 1\n# TYPE a gauge\n', 2, 'metadata after samples of the metric'],
  ['HELP before the samples', 'a 1\n# HELP a x\n', 2, 'metadata after samples of the metric'],
  // Families
  ['P6: a family in two blocks', 'a{b="1"} 1\nc 1\na{b="2"} 1\n', 3, 'family in two blocks'],
  [
    'P6: metadata of a family that has ended',
    '# TYPE a gauge\na 1\nb 1\n# HELP a x\n',
    4,
    'family in two blocks',
  ],
  [
    'metadata of two families do not interleave',
    '# HELP a x\n# HELP b x\n# TYPE a gauge\n',
    3,
    'family in two blocks',
  ],
  [
    'P6: a histogram in two blocks',
    '# TYPE h histogram\nh_bucket{le="1"} 1\nc 1\nh_count 1\n',
    4,
    'family in two blocks',
  ],
  ['P6: the same series twice', 'a{b="1",c="2"} 1\na{c="2",b="1"} 1\n', 2, 'same series twice'],
  ['P6: an empty label is none', 'c{a="",b="1"} 1\nc{b="1"} 1\n', 2, 'same series twice'],
  ['P6: the same series twice at other times', 'a 1 1\na 1 2\n', 2, 'same series twice'],
  [
    'P6: one sample name, two families',
    '# TYPE h summary\nh_count 1\n# TYPE h_count gauge\nh_count{a="b"} 1\n',
    4,
    'sample name belongs to another family',
  ],
  [
    'P6: one sample name, two families, the other way round',
    '# TYPE h_count gauge\nh_count 1\n# TYPE h summary\nh_count{a="b"} 1\n',
    4,
    'sample name belongs to another family',
  ],
  [
    'P6: a histogram without a count claims its count',
    '# TYPE h histogram\nh_bucket{le="+Inf"} 1\n# TYPE h_count gauge\nh_count 1\n',
    4,
    'sample name belongs to another family',
  ],
  [
    'P6: a histogram without a count claims its count, the other way round',
    '# TYPE h_count gauge\nh_count 1\n# TYPE h histogram\nh_bucket{le="+Inf"} 1\n',
    4,
    'sample name belongs to another family',
  ],
  [
    'P6: a summary of quantiles alone claims its sum',
    's_sum 1\n# TYPE s summary\ns{quantile="0.5"} 1\n',
    3,
    'sample name belongs to another family',
  ],
  [
    'histograms have no sample of their own name',
    '# TYPE h histogram\nh 1\n',
    2,
    'sample name does not fit the type of its family',
  ],
  ['buckets have a bound', '# TYPE h histogram\nh_bucket 1\n', 2, 'bucket without a numeric le label'],
  [
    'bounds are numbers',
    '# TYPE h histogram\nh_bucket{le="all"} 1\n',
    2,
    'bucket without a numeric le label',
  ],
  ['NaN is no bound', '# TYPE h histogram\nh_bucket{le="NaN"} 1\n', 2, 'bucket without a numeric le label'],
  ['summaries have quantiles', '# TYPE s summary\ns 1\n', 2, 'quantile label missing or not a quantile'],
  [
    'quantiles are numbers',
    '# TYPE s summary\ns{quantile="p99"} 1\n',
    2,
    'quantile label missing or not a quantile',
  ],
  ...['h_sum{le="1"}', 'h_count{le="+Inf"}', 'h_count{le=""}', 'h_bucket{le="+Inf",quantile="0.5"}'].map(
    (sample): RefusedVector => [
      `P15: ${sample} of a histogram`,
      `# TYPE h histogram\nh_bucket{a="b",le="+Inf"} 1\n${sample} 1\n`,
      3,
      'le or quantile label where none is allowed',
    ],
  ),
  ...['s_sum{quantile="0.5"}', 's_count{quantile="0.5"}', 's{le="1",quantile="0.5"}', 's_sum{le="1"}'].map(
    (sample): RefusedVector => [
      `P16: ${sample} of a summary`,
      `# TYPE s summary\n${sample} 1\n`,
      2,
      'le or quantile label where none is allowed',
    ],
  ),
];

describe('Prometheus text 0.0.4 refuses', () => {
  test.each(REFUSED)('%s', (_, body, line, reason) => {
    expect(reprint(body)).toBe(`${line}: ${reason}`);
  });
});

describe('Prometheus text 0.0.4 accepts', () => {
  test.each(TEXT_ACCEPTED.map(withCanonical))('%s', (_, body, canonical) => {
    expect(reprint(body)).toBe(canonical);
    expect(reprint(canonical)).toBe(canonical);
  });
});
