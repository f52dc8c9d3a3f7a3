// OpenMetrics 1.0, one requirement a vector.

import { describe, expect, test } from 'vitest';

import { OPENMETRICS_ACCEPTED } from '../corpus/vectors/openmetrics.js';
import { reprint } from '../support/exposition-text.js';
import { type RefusedVector, withCanonical } from '../support/vectors.js';

const LONG = 'x'.repeat(127);

const REFUSED: readonly RefusedVector[] = [
  // Overall structure
  ['an empty body', '', 0, 'the exposition is empty'],
  ['P26: # EOF is required', 'a 1\n', 0, '# EOF missing'],
  ['P26: the last line is whole', 'a 1\n# EO', 2, 'the last line is cut off'],
  ['P26: # EOF alone', '# EOF\n', 0, 'no samples'],
  ['P26: metadata alone', '# HELP a b\n# TYPE a counter\n# EOF\n', 0, 'no samples'],
  ['P5: nothing follows # EOF', 'a 1\n# EOF\nb 1\n', 3, 'text after # EOF'],
  ['not even a blank line follows # EOF', '# EOF\n\n', 2, 'text after # EOF'],
  ['one # EOF', '# EOF\n# EOF\n', 2, 'text after # EOF'],
  ['blank lines', 'a 1\n\n# EOF\n', 2, 'blank line'],
  ['P5: free comments', '# user=a@b.example\n# EOF\n', 1, 'comment that is not metadata'],
  ['comments without a blank', '#EOF\n', 1, 'comment that is not metadata'],
  ['# EOF with a blank after it', '# EOF \n', 1, 'comment that is not metadata'],
  ['leading blanks', ' a 1\n# EOF\n', 1, 'metric name expected'],
  ['byte order mark', '\uFEFF# EOF\n', 1, 'byte order mark'],
  ['CRLF line ends', '# EOF\r\n', 1, 'carriage return'],
  // Layout
  ['one space before the value', 'a  1\n# EOF\n', 1, 'value expected'],
  ['no tab before the value', 'a\t1\n# EOF\n', 1, 'single space expected'],
  ['no space before the labels', 'a {b="1"} 1\n# EOF\n', 1, 'invalid number'],
  ['a space after the labels', 'a{b="1"}1\n# EOF\n', 1, 'single space expected'],
  ['no spaces between labels', 'a{b="1", c="2"} 1\n# EOF\n', 1, 'label name expected'],
  ['no spaces within the braces', 'a{ } 1\n# EOF\n', 1, 'label name expected'],
  ['no comma after the last label', 'a{b="1",} 1\n# EOF\n', 1, 'label name expected'],
  ['no trailing space', 'a 1 \n# EOF\n', 1, 'invalid timestamp'],
  ['no space after the timestamp', 'a 1 2 \n# EOF\n', 1, 'unexpected text after the sample'],
  ['no tab after the value', 'a 1\t2\n# EOF\n', 1, 'single space expected'],
  ['unknown escape', 'a{b="\\d"} 1\n# EOF\n', 1, 'unknown escape in a label value'],
  ['a label cannot rename the metric', 'a{__name__="b"} 1\n# EOF\n', 1, 'reserved label name'],
  ['P6: the same label twice', 'a{b="1",b="2"} 1\n# EOF\n', 1, 'same label twice'],
  // Numbers
  ['values are numbers', 'a x\n# EOF\n', 1, 'invalid number'],
  ['hexadecimal floats', 'a 0x1p3\n# EOF\n', 1, 'invalid number'],
  ['timestamps are finite', 'a 1 NaN\n# EOF\n', 1, 'invalid timestamp'],
  ['timestamps are not infinite', 'a 1 +Inf\n# EOF\n', 1, 'invalid timestamp'],
  // Metadata
  ['untyped is no type', '# TYPE a untyped\n# EOF\n', 1, 'unknown metric type'],
  ['types are written in lower case', '# TYPE a GAUGE\n# EOF\n', 1, 'unknown metric type'],
  ['TYPE parts its words by one space', '# TYPE a  gauge\n# EOF\n', 1, 'unknown metric type'],
  ['HELP is parted from its name', '# HELP a\n# EOF\n', 1, 'metadata keyword without text'],
  ['metadata has a name', '# HELP  a\n# EOF\n', 1, 'metric name expected'],
  ['metadata has a valid name', '# TYPE a.b gauge\n# EOF\n', 1, 'metric name expected'],
  ['one space after the hash', '#  TYPE a gauge\n# EOF\n', 1, 'comment that is not metadata'],
  ['P6: TYPE twice', '# TYPE a gauge\n# TYPE a gauge\n# EOF\n', 2, 'TYPE twice for a metric'],
  ['P6: HELP twice', '# HELP a x\n# HELP a x\n# EOF\n', 2, 'HELP twice for a metric'],
  ['P6: UNIT twice', '# UNIT a_s s\n# UNIT a_s s\n# EOF\n', 2, 'UNIT twice for a metric'],
  ['metadata before the samples', 'a 1\n# TYPE a gauge\n# EOF\n', 2, 'metadata after samples of the metric'],
  [
    'a unit has the characters of names',
    '# UNIT a é\n# EOF\n',
    1,
    'unit is not the suffix of the metric name',
  ],
  [
    'a unit ends the name',
    '# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n',
    1,
    'unit is not the suffix of the metric name',
  ],
  [
    'a unit is parted by an underscore',
    '# UNIT aseconds seconds\n# EOF\n',
    1,
    'unit is not the suffix of the metric name',
  ],
  ['info has no unit', '# TYPE a_s info\n# UNIT a_s s\n# EOF\n', 1, 'unit on a type that has none'],
  ['stateset has no unit', '# TYPE a_s stateset\n# UNIT a_s s\n# EOF\n', 1, 'unit on a type that has none'],
  // Families
  [
    'P6: a family in two blocks',
    '# TYPE a counter\na_total{b="1"} 1\nc 1\na_total{b="2"} 1\n# EOF\n',
    4,
    'family in two blocks',
  ],
  ['P6: the same series twice', 'a{b="1",c="2"} 1\na{c="2",b="1"} 1\n# EOF\n', 2, 'same series twice'],
  [
    'P6: one sample name, two families',
    'a_total 1\n# TYPE a counter\na_total{b="1"} 1\n# EOF\n',
    3,
    'sample name belongs to another family',
  ],
  [
    'counters end in _total',
    '# TYPE a counter\na 1\n# EOF\n',
    2,
    'sample name does not fit the type of its family',
  ],
  [
    'counter families have no _total',
    '# TYPE a_total counter\na_total 1\n# EOF\n',
    2,
    'sample name does not fit the type of its family',
  ],
  [
    'infos end in _info',
    '# TYPE a info\na{b="c"} 1\n# EOF\n',
    2,
    'sample name does not fit the type of its family',
  ],
  ['infos are 1', '# TYPE a info\na_info{b="c"} 0\n# EOF\n', 2, 'info value is not 1'],
  ['states are 0 or 1', '# TYPE a stateset\na{a="x"} 2\n# EOF\n', 2, 'stateset value is not 0 or 1'],
  [
    'states have their label',
    '# TYPE a stateset\na{b="x"} 1\n# EOF\n',
    2,
    'stateset sample without its state label',
  ],
  [
    'an empty state is none',
    '# TYPE a stateset\na{a=""} 1\n# EOF\n',
    2,
    'stateset sample without its state label',
  ],
  ['P6: an empty label is none', 'c{a="",b="1"} 1\nc{b="1"} 1\n# EOF\n', 2, 'same series twice'],
  [
    'P15: an empty label is none in a histogram, too',
    '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{a="",le="1"} 1\nh_bucket{le="+Inf"} 1\n# EOF\n',
    3,
    'same series twice',
  ],
  ['buckets have a bound', '# TYPE h histogram\nh_bucket 1\n# EOF\n', 2, 'bucket without a numeric le label'],
  [
    'histograms have a +Inf bucket',
    '# TYPE h histogram\nh_bucket{le="1"} 1\n# EOF\n',
    1,
    'histogram without a +Inf bucket',
  ],
  [
    'an incomplete histogram is refused at its first line, whatever follows it',
    'a 1\n# TYPE h histogram\nh_bucket{le="1"} 1\nb 1\n# EOF\n',
    2,
    'histogram without a +Inf bucket',
  ],
  [
    'each series of a histogram has a +Inf bucket',
    '# TYPE h histogram\nh_bucket{a="1",le="+Inf"} 1\nh_bucket{a="2",le="1"} 1\n# EOF\n',
    1,
    'histogram without a +Inf bucket',
  ],
  [
    'a histogram is not its count alone',
    '# TYPE h histogram\nh_count 1\nh_sum 1\n# EOF\n',
    1,
    'histogram without a +Inf bucket',
  ],
  [
    'gauge histograms have a +Inf bucket',
    '# TYPE h gaugehistogram\nh_bucket{le="1"} 1\n# EOF\n',
    1,
    'histogram without a +Inf bucket',
  ],
  [
    'bounds rise',
    '# TYPE h histogram\nh_bucket{le="2"} 1\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\n# EOF\n',
    3,
    'buckets out of order',
  ],
  [
    'P15: one bound, one bucket',
    '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="1.0"} 1\nh_bucket{le="+Inf"} 1\n# EOF\n',
    3,
    'buckets out of order',
  ],
  [
    'P15: one infinity',
    '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_bucket{le="Inf"} 1\n# EOF\n',
    3,
    'buckets out of order',
  ],
  [
    'quantiles lie within 0 and 1',
    '# TYPE s summary\ns{quantile="99"} 1\n# EOF\n',
    2,
    'quantile label missing or not a quantile',
  ],
  ...['h_sum{le="1"}', 'h_count{le="+Inf"}', 'h_count{le=""}', 'h_bucket{le="+Inf",quantile="0.5"}'].map(
    (sample): RefusedVector => [
      `P15: ${sample} of a histogram`,
      `# TYPE h histogram\nh_bucket{a="b",le="+Inf"} 1\n${sample} 1\n# EOF\n`,
      3,
      'le or quantile label where none is allowed',
    ],
  ),
  ...['s_sum{quantile="0.5"}', 's_count{quantile="0.5"}', 's{le="1",quantile="0.5"}', 's_sum{le="1"}'].map(
    (sample): RefusedVector => [
      `P16: ${sample} of a summary`,
      `# TYPE s summary\n${sample} 1\n# EOF\n`,
      2,
      'le or quantile label where none is allowed',
    ],
  ),
  [
    'P15: a creation time with a bound',
    '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_created{le="+Inf"} 1\n# EOF\n',
    3,
    'le or quantile label where none is allowed',
  ],
  [
    'P6: a counter claims its creation time',
    '# TYPE a counter\na_total 1\n# TYPE a_created gauge\na_created 1\n# EOF\n',
    4,
    'sample name belongs to another family',
  ],
  [
    'P6: a gauge histogram claims its count',
    'h_gcount 1\n# TYPE h gaugehistogram\nh_bucket{le="+Inf"} 1\n# EOF\n',
    3,
    'sample name belongs to another family',
  ],
  // Exemplars
  [
    'P4: no exemplar on a gauge',
    '# TYPE a gauge\na 1 # {b="c"} 1\n# EOF\n',
    2,
    'exemplar where none is allowed',
  ],
  ['P4: no exemplar without a type', 'a 1 # {b="c"} 1\n# EOF\n', 1, 'exemplar where none is allowed'],
  [
    'P4: no exemplar on _created',
    '# TYPE a counter\na_created 1 # {b="c"} 1\n# EOF\n',
    2,
    'exemplar where none is allowed',
  ],
  [
    'P4: no exemplar on a sum',
    '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1 # {} 1\n# EOF\n',
    3,
    'exemplar where none is allowed',
  ],
  [
    'P4: no exemplar on a quantile',
    '# TYPE s summary\ns{quantile="0.5"} 1 # {} 1\n# EOF\n',
    2,
    'exemplar where none is allowed',
  ],
  ['exemplars have a label set', '# TYPE a counter\na_total 1 # 1\n# EOF\n', 2, 'invalid exemplar'],
  ['exemplars have a value', '# TYPE a counter\na_total 1 # {b="c"}\n# EOF\n', 2, 'single space expected'],
  [
    'exemplars have a valid timestamp',
    '# TYPE a counter\na_total 1 # {b="c"} 1 x\n# EOF\n',
    2,
    'invalid timestamp',
  ],
  [
    'exemplars have distinct labels',
    '# TYPE a counter\na_total 1 # {b="c",b="d"} 1\n# EOF\n',
    2,
    'same label twice',
  ],
  [
    'one exemplar',
    '# TYPE a counter\na_total 1 # {} 1 # {} 2\n# EOF\n',
    2,
    'unexpected text after the sample',
  ],
  [
    'exemplars are parted by single spaces',
    '# TYPE a counter\na_total 1  # {} 1\n# EOF\n',
    2,
    'invalid timestamp',
  ],
  [
    'exemplars have at most 128 characters',
    `# TYPE a counter\na_total 1 # {bc="${LONG}"} 1\n# EOF\n`,
    2,
    'exemplar labels too long',
  ],
];

describe('OpenMetrics 1.0 refuses', () => {
  test.each(REFUSED)('%s', (_, body, line, reason) => {
    expect(reprint(body, 'openmetrics')).toBe(`${line}: ${reason}`);
  });
});

describe('OpenMetrics 1.0 accepts', () => {
  test.each(OPENMETRICS_ACCEPTED.map(withCanonical))('%s', (_, body, canonical) => {
    expect(reprint(body, 'openmetrics')).toBe(canonical);
    expect(reprint(canonical, 'openmetrics')).toBe(canonical);
  });
});
