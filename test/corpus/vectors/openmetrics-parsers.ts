// What the reference parser of OpenMetrics decides (prometheus/client_python, tests/openmetrics/test_parser.py), which
// the cases of OpenObservability/OpenMetrics (tests/testdata/parsers) repeat: a vector each, by the name of its test or,
// in test_invalid_input, by its group and place there; in brackets the directory that repeats it. Bodies are our own.

import type { LaxerVector, PublishedVectors, RefusedVector } from '../../support/vectors.js';

const INFINITE = 'h_bucket{le="+Inf"}';
const HISTOGRAM = '# TYPE h histogram\n';
const GAUGE_HISTOGRAM = '# TYPE h gaugehistogram\n';

const PARSED: PublishedVectors['parsed'] = [
  ['test_simple_counter (simple_counter)', '# TYPE c counter\n# HELP c x\nc_total 1\n# EOF\n'],
  ['test_uint64_counter', '# TYPE c counter\nc_total 9223372036854775808\n# EOF\n'],
  ['test_simple_gauge', '# TYPE g gauge\n# HELP g x\ng 1\n# EOF\n'],
  ['test_float_gauge', '# TYPE g gauge\ng 1.2\n# EOF\n'],
  ['test_leading_zeros_simple_gauge', '# TYPE g gauge\ng 00000000000000000001\n# EOF\n'],
  ['test_leading_zeros_float_gauge', '# TYPE g gauge\ng 00000000000000000001.2e-1\n# EOF\n'],
  ['test_nan_gauge', '# TYPE g gauge\ng NaN\n# EOF\n'],
  ['test_unit_gauge', '# TYPE g_seconds gauge\n# UNIT g_seconds seconds\n# HELP g_seconds x\ng_seconds 1\n# EOF\n'],
  ['test_simple_summary', '# TYPE s summary\ns_count 1\ns_sum 2\n# EOF\n'],
  ['test_summary_quantiles', '# TYPE s summary\ns_count 1\ns_sum 2\ns{quantile="0.5"} 0.7\ns{quantile="1"} 0.8\n# EOF\n'],
  ['test_simple_histogram', `${HISTOGRAM}h_bucket{le="1.0"} 0\n${INFINITE} 3\nh_count 3\nh_sum 2\n# EOF\n`],
  ['test_simple_histogram_float_values', `${HISTOGRAM}h_bucket{le="1.0"} 0.0\n${INFINITE} 3.0\nh_count 3.0\nh_sum 2.0\n# EOF\n`],
  [
    'test_histogram_noncanonical',
    `${HISTOGRAM}${['0', '0.00000000001', '1e-04', '1.1e-4', '1', '1e+05', '10000000000', '100000000000.0', '+Inf']
      .map((bound) => `h_bucket{le="${bound}"} 0\n`)
      .join('')}h_count 0\nh_sum 2\n# EOF\n`,
  ],
  ['test_negative_bucket_histogram', `${HISTOGRAM}h_bucket{le="-1.0"} 0\nh_bucket{le="1.0"} 1\n${INFINITE} 3\n# EOF\n`],
  [
    'test_histogram_exemplars',
    `${HISTOGRAM}h_bucket{le="1.0"} 0 # {a="b"} 0.5\n${INFINITE} 3 # {a="${'x'.repeat(127)}"} 4 123\n# EOF\n`,
  ],
  ['test_simple_gaugehistogram', `${GAUGE_HISTOGRAM}h_bucket{le="1.0"} 0\n${INFINITE} 3\nh_gcount 3\nh_gsum 2\n# EOF\n`],
  ['test_negative_bucket_gaugehistogram', `${GAUGE_HISTOGRAM}h_bucket{le="-1.0"} 1\n${INFINITE} 3\nh_gcount 3\nh_gsum -5\n# EOF\n`],
  ['test_gaugehistogram_exemplars', `${GAUGE_HISTOGRAM}h_bucket{le="1.0"} 0 123 # {a="b"} 0.5\n${INFINITE} 3 123 # {a="d"} 4 123\n# EOF\n`],
  ['test_counter_exemplars', '# TYPE c counter\nc_total 0 123 # {a="b"} 0.5\n# EOF\n'],
  ['test_counter_exemplars_empty_brackets', '# TYPE c counter\nc_total{} 0 123 # {a="b"} 0.5\n# EOF\n'],
  ['test_simple_info', '# TYPE i info\ni_info{a="b"} 1\n# EOF\n'],
  ['test_info_timestamps', '# TYPE i info\ni_info{a="1"} 1 1\ni_info{a="2"} 1 0\n# EOF\n'],
  ['test_simple_stateset', '# TYPE e stateset\ne{e="x"} 0\ne{e="y"} 1.0\n# EOF\n'],
  ['test_no_metadata', 'a 1\n# EOF\n'],
  ['test_untyped', '# HELP u x\n# TYPE u unknown\nu{a="b",c="1"} 10.0\nu{a="b",c="2"} 12.0\n# EOF\n'],
  ['test_type_help_switched', '# HELP c x\n# TYPE c counter\nc_total 1\n# EOF\n'],
  ['test_labels_with_curly_braces', '# TYPE c counter\nc_total{a="b",c="d{e}f"} 1\n# EOF\n'],
  ['test_empty_help', '# TYPE c counter\n# HELP c \nc_total 1\n# EOF\n'],
  ['test_labels_and_infinite', '# TYPE g gauge\ng{a="b"} +Inf\ng{a="c"} -Inf\n# EOF\n'],
  ['test_empty_brackets', '# TYPE c counter\nc_total{} 1\n# EOF\n'],
  ['test_nan', 'a NaN\n# EOF\n'],
  ['test_no_newline_after_eof', '# TYPE g gauge\ng 1\n# EOF'],
  ['test_empty_label', '# TYPE c counter\nc_total{a="b"} 1\nc_total{a=""} 2\n# EOF\n'],
  ...['foo', '\\\\foo', 'foo\\\\', '\\\\', '\\n', '\\\\n', '\\\\\\n', '\\"', '\\\\\\"'].map(
    (value) => [`test_label_escaping: ${value}`, `# TYPE c counter\nc_total{a="${value}",b="c"} 1\n# EOF\n`] as const,
  ),
  ...['foo', '\\foo', '\\\\foo', 'foo\\', 'foo\\\\', '\\n', '\\\\n', '\\\\\\n', '\\"', '\\\\"', '\\\\\\"'].map(
    (help) => [`test_help_escaping: ${help}`, `# TYPE c counter\n# HELP c ${help}\nc_total 1\n# EOF\n`] as const,
  ),
  [
    'test_escaping',
    '# TYPE c counter\n# HELP c x\\n\\\\y\\tz\nc_total{a="b\\"c\\nd"} 1\nc_total{a="b\\"c\\nd # "} 3\n# EOF\n',
  ],
  [
    'test_timestamps',
    '# TYPE c counter\nc_total{a="1"} 1 000\nc_total{a="2"} 1 0.0\nc_total{a="3"} 1 1.1\nc_total{a="4"} 1 12345678901234567890.1234567890\nc_total{a="5"} 1 1.5e3\n# EOF\n',
  ],
  ['test_hash_in_label_value', '# TYPE c counter\nc_total{a="b # c"} 1\nc_total{a="} b # c # "} 1\n# EOF\n'],
  [
    'test_exemplars_with_hash_in_label_values',
    `${HISTOGRAM}h_bucket{le="1.0",a="b # "} 0 # {c="d",e="f # g"} 0.5\nh_bucket{le="+Inf",a="b # "} 3 # {c="d",e="f # g"} 4\n# EOF\n`,
  ],
  [
    'test_roundtrip (roundtrip)',
    '# HELP s x\n# TYPE s summary\ns{quantile="0.0"} 0.013300656000000001\ns{quantile="1.0"} NaN\ns_sum 56.12904785\ns_count 7476.0\n# TYPE g gauge\ng 2.478268416e+09\n# TYPE c counter\nc_total{t="a"} 1.345758e+06\nc_total{t="b"} 32662.0\n# TYPE h histogram\nh_bucket{le="0.0"} 0.0\nh_bucket{le="1e-05"} 0.0\nh_bucket{le="1.55555555555552e+06"} 17.0\nh_bucket{le="1e+23"} 17.0\nh_bucket{le="+Inf"} 17.0\nh_count 17.0\nh_sum 324789.3\nh_created 1.520430000123e+09\n# TYPE i histogram\ni_bucket{a="b",le="+Inf"} 0.0\ni_bucket{a="c",le="+Inf"} 0.0\n# EOF\n',
  ],
  [
    '(exemplars_wide_chars)',
    `${HISTOGRAM}${INFINITE} 1 # {a="☃${'x'.repeat(126)}"} 1 1\n# EOF\n`,
  ],
];

/** Groups of test_invalid_input: bodies without the `# EOF` line that ends each, unless they say otherwise. */
function group(
  name: string,
  cases: readonly (readonly [body: string, line: number, reason: string, directory?: string])[],
): readonly RefusedVector[] {
  return cases.map(([body, line, reason, directory], index) => [
    `${name} ${String(index)}${directory === undefined ? '' : ` (${directory})`}`,
    body.includes('# EOF') || body === '' ? body : `${body}\n# EOF\n`,
    line,
    reason,
  ]);
}

/** Values of exemplars, after `# ` or in its place, of a bucket. */
const EXEMPLARS = group('Bad exemplars', [
  [`${HISTOGRAM}${INFINITE} 1 #`, 2, 'invalid timestamp', 'bad_exemplars_0'],
  [`${HISTOGRAM}${INFINITE} 1# {} 1`, 2, 'invalid number', 'bad_exemplars_1'],
  [`${HISTOGRAM}${INFINITE} 1 #{} 1`, 2, 'invalid timestamp', 'bad_exemplars_2'],
  [`${HISTOGRAM}${INFINITE} 1 # {}1`, 2, 'single space expected', 'bad_exemplars_3'],
  [`${HISTOGRAM}${INFINITE} 1 # {} 1 `, 2, 'invalid timestamp', 'bad_exemplars_4'],
  [`${HISTOGRAM}${INFINITE} 1 # {} 1 1 `, 2, 'unexpected text after the sample', 'bad_exemplars_5'],
  [`${HISTOGRAM}${INFINITE} 1 # {a="${'x'.repeat(128)}"} 1 1`, 2, 'exemplar labels too long', 'bad_exemplars_6'],
  [`${HISTOGRAM}${INFINITE} 1 # {} 0x1p-3`, 2, 'invalid number', 'bad_exemplars_7'],
  [`${HISTOGRAM}${INFINITE} 1 # {} 1 0x1p-3`, 2, 'invalid timestamp', 'bad_exemplars_8'],
  ['# TYPE c counter\nc_total 1 1 # {a="b"}  ', 2, 'value expected'],
  ['# TYPE c counter\nc_total 1 1 # a="b"} 1', 2, 'invalid exemplar'],
  ['# TYPE c counter\nc_total 1 1 #a=" # "} 1', 2, 'unexpected text after the sample'],
  ['# TYPE c counter\nc_total 1 1 a=" # "} 1', 2, 'unexpected text after the sample'],
]);

const REFUSED: readonly RefusedVector[] = [
  ...group('No EOF', [['', 0, 'the exposition is empty']]),
  ['(bad_no_eof)', 'a 1\n', 0, '# EOF missing'],
  ...group('Blank line', [['a 1\n', 2, 'blank line']]),
  ...group('Text after EOF', [
    ['a 1\n# EOF\nblah', 3, 'text after # EOF'],
    ['a 1\n# EOFblah', 2, 'the last line is cut off'],
  ]),
  ...group('Missing or wrong quotes on label value', [
    ['a{b=1} 1', 1, 'quoted label value expected'],
    ['a{b="1} 1', 1, 'label value without closing quote'],
    ["a{b='1'} 1", 1, 'quoted label value expected'],
  ]),
  ...group('Missing equal or label value', [
    ['a{b} 1', 1, 'equals sign expected after a label name'],
    ['a{b"value"} 1', 1, 'equals sign expected after a label name'],
    ['a{b""} 1', 1, 'equals sign expected after a label name'],
    ['a{b=} 1', 1, 'quoted label value expected'],
    ['a{b="} 1', 1, 'label value without closing quote'],
  ]),
  ...group('Missing or extra commas', [
    ['a{b="1"c="2"} 1', 1, 'comma or closing brace expected after a label'],
    ['a{b="1",,c="2"} 1', 1, 'label name expected'],
    ['a{b="1",c="2",} 1', 1, 'label name expected'],
  ]),
  ...group('Invalid labels', [
    ['a{1="1"} 1', 1, 'label name expected'],
    ['a{1="1"}1', 1, 'label name expected'],
    ['a{b="1",b="1"} 1', 1, 'same label twice'],
    ['a{b="1"c} 1', 1, 'comma or closing brace expected after a label'],
    ['a{1=" # "} 1', 1, 'label name expected'],
    ['a{b=" # ",b=" # "} 1', 1, 'same label twice'],
    ['a{b=" # "}1', 1, 'single space expected'],
    ['a{b=" # ",c=}1', 1, 'quoted label value expected'],
    ['a{b=" # "c}1', 1, 'comma or closing brace expected after a label'],
  ]),
  ...group('Missing value', [
    ['a', 1, 'single space expected'],
    ['a ', 1, 'value expected'],
  ]),
  ...group('Bad HELP', [
    ['# HELP', 1, 'comment that is not metadata'],
    ['# HELP ', 1, 'metric name expected'],
    ['# HELP a', 1, 'metadata keyword without text'],
    ['# HELP a\t', 1, 'metric name expected'],
    [' # HELP a x', 1, 'metric name expected'],
  ]),
  ...group('Bad TYPE', [
    ['# TYPE', 1, 'comment that is not metadata'],
    ['# TYPE ', 1, 'metric name expected'],
    ['# TYPE a', 1, 'metadata keyword without text'],
    ['# TYPE a\t', 1, 'metric name expected'],
    ['# TYPE a meh', 1, 'unknown metric type'],
    ['# TYPE a meh ', 1, 'unknown metric type'],
    ['# TYPE a gauge ', 1, 'unknown metric type'],
    ['# TYPE a untyped', 1, 'unknown metric type'],
  ]),
  ...group('Bad UNIT', [
    ['# UNIT', 1, 'comment that is not metadata'],
    ['# UNIT ', 1, 'metric name expected'],
    ['# UNIT a', 1, 'metadata keyword without text'],
    ['# UNIT a\t', 1, 'metric name expected'],
    ['# UNIT a seconds\na 1', 1, 'unit is not the suffix of the metric name'],
    ['# UNIT a_seconds seconds \na_seconds 1', 1, 'unit is not the suffix of the metric name'],
    ['# TYPE x_u info\n# UNIT x_u u\nx_u_info 1', 1, 'unit on a type that has none'],
    ['# TYPE x_u stateset\n# UNIT x_u u\nx_u{x_u="a"} 1', 1, 'unit on a type that has none'],
  ]),
  ...group('Metadata in wrong place', [
    ['# HELP a x\na 1\n# TYPE a gauge', 3, 'metadata after samples of the metric'],
    ['# TYPE a gauge\na 1\n# HELP a x', 3, 'metadata after samples of the metric'],
    ['# TYPE a_s gauge\na_s 1\n# UNIT a_s s', 3, 'metadata after samples of the metric'],
  ]),
  ...group('Repeated metadata', [
    ['# HELP a \n# HELP a ', 2, 'HELP twice for a metric'],
    ['# HELP a x\n# HELP a x', 2, 'HELP twice for a metric'],
    ['# TYPE a unknown\n# TYPE a unknown', 2, 'TYPE twice for a metric'],
    ['# UNIT a_s s\n# UNIT a_s s', 2, 'UNIT twice for a metric'],
  ]),
  ...group('Bad metadata', [['# FOO a x', 1, 'comment that is not metadata']]),
  ...group('Bad metric names', [
    ['0a 1', 1, 'metric name expected'],
    ['a.b 1', 1, 'single space expected'],
    ['a-b 1', 1, 'single space expected'],
  ]),
  ...group('Bad value', [
    ['a a', 1, 'invalid number'],
    ['a  1', 1, 'value expected'],
    ['a 1\t', 1, 'single space expected'],
    ['a 1 ', 1, 'invalid timestamp'],
    ...['1_2', '0x1p-3', '0x1P-3', '0b1', '0B1', '0x1', '0X1', '0o1', '0O1'].map(
      (number) => [`a ${number}`, 1, 'invalid number'] as const,
    ),
  ]),
  ...group(
    'Bad timestamp',
    ['z', '1z', '1_2', '1.1.1', 'NaN', 'Inf', '+Inf', '-Inf', '0x1p-3'].map(
      (timestamp) => [`a 1 ${timestamp}`, 1, 'invalid timestamp'] as const,
    ),
  ),
  ...EXEMPLARS,
  ...['Inf', 'NaN', '-Inf'].map(
    (timestamp): RefusedVector => [
      `(bad_exemplar_timestamp_${timestamp.replace('-', 'Negative_')})`,
      `${HISTOGRAM}${INFINITE} 1 # {} 1 ${timestamp}\n# EOF\n`,
      2,
      'invalid timestamp',
    ],
  ),
  ['(bad_exemplars_size_0)', `# TYPE c counter\nc_total{b="c"} 1 # {a="${'a'.repeat(137)}"} 1\n# EOF\n`, 2, 'exemplar labels too long'],
  [
    '(bad_exemplar_complex_chars)',
    `# TYPE h histogram\n${INFINITE} 1 # {a="${'e\u0301\u0323'.repeat(43)}"} 1 1\n# EOF\n`,
    2,
    'exemplar labels too long',
  ],
  ...group('Exemplars on unallowed samples', [
    [`${HISTOGRAM}h_sum 1 # {a="b"} 0.5`, 2, 'exemplar where none is allowed'],
    [`${GAUGE_HISTOGRAM}h_sum 1 # {a="b"} 0.5`, 2, 'exemplar where none is allowed'],
    ['# TYPE a_bucket gauge\na_bucket 1 # {a="b"} 0.5', 2, 'exemplar where none is allowed'],
    ['# TYPE c counter\nc_created 1 # {a="b"} 0.5', 2, 'exemplar where none is allowed'],
  ]),
  ...group('Exemplars on unallowed metric types', [
    ['# TYPE a gauge\na 1 # {a="b"} 1', 2, 'exemplar where none is allowed'],
    ['# TYPE a info\na_info 1 # {a="b"} 1', 2, 'exemplar where none is allowed'],
    ['# TYPE a stateset\na{a="b"} 1 # {c="d"} 1', 2, 'exemplar where none is allowed'],
  ]),
  ...group('Bad stateset/info values', [
    ['# TYPE a stateset\na 2', 2, 'stateset sample without its state label'],
    ['# TYPE a info\na 2', 2, 'sample name does not fit the type of its family'],
    ['# TYPE a stateset\na 2.0', 2, 'stateset sample without its state label'],
    ['# TYPE a info\na 2.0', 2, 'sample name does not fit the type of its family'],
  ]),
  ...group('Missing or invalid labels for a type', [
    ['# TYPE s summary\ns 0', 2, 'quantile label missing or not a quantile'],
    ['# TYPE s summary\ns{quantile="-1"} 0', 2, 'quantile label missing or not a quantile'],
    ['# TYPE s summary\ns{quantile="foo"} 0', 2, 'quantile label missing or not a quantile'],
    ['# TYPE s summary\ns{quantile="1.01"} 0', 2, 'quantile label missing or not a quantile'],
    ['# TYPE s summary\ns{quantile="NaN"} 0', 2, 'quantile label missing or not a quantile'],
    [`${HISTOGRAM}h_bucket 0`, 2, 'bucket without a numeric le label'],
    [`${GAUGE_HISTOGRAM}h_bucket 0`, 2, 'bucket without a numeric le label'],
    ['# TYPE a stateset\na 0', 2, 'stateset sample without its state label'],
  ]),
  ...group('Bad info and stateset values', [
    ['# TYPE a info\na_info{b="c"} 2', 2, 'info value is not 1'],
    ['# TYPE a stateset\na{a="b"} 2', 2, 'stateset value is not 0 or 1'],
  ]),
  ['Bad counter values 2', `${HISTOGRAM}h_sum NaN\n# EOF\n`, 1, 'histogram without a +Inf bucket'],
  ['Bad counter values 3', `${HISTOGRAM}h_count NaN\n# EOF\n`, 1, 'histogram without a +Inf bucket'],
  ['Bad counter values 5', `${HISTOGRAM}h_sum -1\n# EOF\n`, 1, 'histogram without a +Inf bucket'],
  ['Bad counter values 6', `${HISTOGRAM}h_count -1\n# EOF\n`, 1, 'histogram without a +Inf bucket'],
  ['Bad histograms 0', `${HISTOGRAM}h_sum 1\n# EOF\n`, 1, 'histogram without a +Inf bucket'],
  ['Bad histograms 4', `${GAUGE_HISTOGRAM}h_gsum 1\n# EOF\n`, 1, 'histogram without a +Inf bucket'],
  [
    'Bad histograms 11 (bad_histograms_9)',
    `${HISTOGRAM}h_bucket{le="2"} 0\nh_bucket{le="1"} 0\n${INFINITE} 0\n# EOF\n`,
    3,
    'buckets out of order',
  ],
  ['(bad_histograms_4)', `${HISTOGRAM}${INFINITE} 0\n#h_sum 0\n# EOF\n`, 3, 'comment that is not metadata'],
  ['(bad_histograms_5)', `${HISTOGRAM}${INFINITE} 0\n#h_count 0\n# EOF\n`, 3, 'comment that is not metadata'],
  [
    'Bad grouping or ordering 0 (bad_grouping_or_ordering_0)',
    `${HISTOGRAM}h_sum{a="1"} 0\nh_sum{a="2"} 0\nh_count{a="1"} 0\n# EOF\n`,
    1,
    'histogram without a +Inf bucket',
  ],
  [
    'Bad grouping or ordering 1 (bad_grouping_or_ordering_1)',
    `${HISTOGRAM}h_bucket{a="1",le="1"} 0\nh_bucket{a="2",le="+Inf""} 0\nh_bucket{a="1",le="+Inf"} 0\n# EOF\n`,
    3,
    'comma or closing brace expected after a label',
  ],
  [
    'Bad grouping or ordering 2',
    `${GAUGE_HISTOGRAM}h_gsum{a="1"} 0\nh_gsum{a="2"} 0\nh_gcount{a="1"} 0\n# EOF\n`,
    1,
    'histogram without a +Inf bucket',
  ],
  [
    'Bad grouping or ordering 3',
    '# TYPE s summary\nq{quantile="0"} 0\ns_sum{a="1"} 0\nq{quantile="1"} 0\n# EOF\n',
    3,
    'family in two blocks',
  ],
  ...[
    ['-1', '-2'],
    ['-1', '-1.1'],
    ['1', '-1'],
    ['1.1', '1'],
    ['1', '0'],
    ['', '0'],
    ['0', ''],
  ].map(
    ([first = '', second = ''], index): RefusedVector => [
      `Bad grouping or ordering ${String(index + 4)}`,
      `# TYPE g gauge\ng 0${first === '' ? '' : ` ${first}`}\ng 0${second === '' ? '' : ` ${second}`}\n# EOF\n`,
      3,
      'same series twice',
    ],
  ),
  ...group('Clashing names', [
    ['# TYPE a counter\n# TYPE a counter', 2, 'TYPE twice for a metric'],
    ['# TYPE a info\n# TYPE a counter', 2, 'TYPE twice for a metric'],
    ['# TYPE a_created gauge\na_created 1\n# TYPE a counter\na_total 1', 4, 'sample name belongs to another family'],
  ]),
];

const TARGETS_VALUES: readonly LaxerVector[] = (
  [
    ['Bad counter values 0', '# TYPE c counter\nc_total NaN\n'],
    ['Bad counter values 1', '# TYPE c counter\nc_total -1\n'],
    ['Bad counter values 4 (bad_counter_values_4)', `${HISTOGRAM}${INFINITE} NaN\n`],
    ['Bad counter values 7 (bad_counter_values_7)', `${HISTOGRAM}${INFINITE} -1\n`],
    ['Bad counter values 8 (bad_counter_values_8)', `${HISTOGRAM}h_bucket{le="-1.0"} 1\n${INFINITE} 2\nh_sum -1\n`],
    ['Bad counter values 9 (bad_counter_values_9)', `${HISTOGRAM}h_bucket{le="-1.0"} 1\n${INFINITE} 2\nh_sum 1\n`],
    ['Bad counter values 10', `${HISTOGRAM}${INFINITE} 0.5\n`],
    ['Bad counter values 11', `${HISTOGRAM}${INFINITE} 0.5\nh_count 0.5\nh_sum 0\n`],
    ['Bad counter values 12 (bad_counter_values_10)', `${GAUGE_HISTOGRAM}${INFINITE} NaN\n`],
    ['Bad counter values 13 (bad_counter_values_11)', `${GAUGE_HISTOGRAM}${INFINITE} -1\nh_gcount -1\n`],
    ['Bad counter values 14 (bad_counter_values_12)', `${GAUGE_HISTOGRAM}${INFINITE} -1\n`],
    ['Bad counter values 15 (bad_counter_values_13)', `${GAUGE_HISTOGRAM}${INFINITE} 1\nh_gsum -1\n`],
    ['Bad counter values 16 (bad_counter_values_14)', `${GAUGE_HISTOGRAM}${INFINITE} 1\nh_gsum NaN\n`],
    ['Bad counter values 17', `${GAUGE_HISTOGRAM}${INFINITE} 0.5\n`],
    ['Bad counter values 18', `${GAUGE_HISTOGRAM}${INFINITE} 0.5\nh_gsum 0.5\nh_gcount 0\n`],
    ['Bad counter values 19', '# TYPE s summary\ns_sum NaN\n'],
    ['Bad counter values 20', '# TYPE s summary\ns_count NaN\n'],
    ['Bad counter values 21', '# TYPE s summary\ns_sum -1\n'],
    ['Bad counter values 22', '# TYPE s summary\ns_count -1\n'],
    ['Bad counter values 23', '# TYPE s summary\ns_count 0.5\n'],
    ['Bad counter values 24', '# TYPE s summary\ns{quantile="0.5"} -1\n'],
    ['Bad histograms 3', `${HISTOGRAM}h_bucket{le="-1"} 0\n${INFINITE} 0\nh_sum 0\nh_count 0\n`],
    ['Bad histograms 7', `${GAUGE_HISTOGRAM}${INFINITE} 1\nh_gsum -1\nh_gcount 1\n`],
    ['Bad histograms 8 (bad_histograms_13)', `${HISTOGRAM}h_count 1\n${INFINITE} 0\n`],
    ['Bad histograms 9 (bad_histograms_11)', `${HISTOGRAM}${INFINITE} 0\nh_count 1\n`],
    [
      'Bad histograms 12 (bad_histograms_10)',
      `${HISTOGRAM}h_bucket{le="1"} 1\nh_bucket{le="2"} 1\n${INFINITE} 0\n`,
    ],
  ] as const
).map(([name, body]) => [name, `${body}# EOF\n`, 'values are the target’s']);

/** test_parser.py. */
export const OPENMETRICS_PARSERS: PublishedVectors = {
  publisher: 'OpenMetrics reference parser, test_parser.py',
  format: 'openmetrics',
  parsed: PARSED,
  refused: REFUSED,
  stricter: [
    [
      'test_duplicate_timestamps (duplicate_timestamps)',
      '# TYPE g gauge\ng{a="1"} 1 0.0000000000\ng{a="1"} 3 0.0000000010\n# EOF\n',
      3,
      'same series twice',
      'one series, one sample',
    ],
    ['test_empty_metadata', '# HELP a \n# UNIT a \n# EOF\n', 0, 'no samples', 'no samples'],
    ['test_null_byte', '# TYPE c counter\n# HELP c x\0y\n# EOF\n', 2, 'NUL character', 'NUL'],
    [
      'test_label_escaping: \\foo (escaping)',
      '# TYPE c counter\nc_total{a="\\foo"} 1\n# EOF\n',
      2,
      'unknown escape in a label value',
      'one way to read',
    ],
  ],
  laxer: [
    ...TARGETS_VALUES,
    ['Bad histograms 1', `${HISTOGRAM}${INFINITE} 0\nh_sum 0\n# EOF\n`, 'parts of a distribution'],
    ['Bad histograms 2', `${HISTOGRAM}${INFINITE} 0\nh_count 0\n# EOF\n`, 'parts of a distribution'],
    [
      'Bad histograms 5 (bad_histograms_8)',
      `${GAUGE_HISTOGRAM}${INFINITE} 0\nh_gsum 0\n# EOF\n`,
      'parts of a distribution',
    ],
    [
      'Bad histograms 6 (bad_histograms_14)',
      `${GAUGE_HISTOGRAM}${INFINITE} 0\nh_gcount 0\n# EOF\n`,
      'parts of a distribution',
    ],
    ['Bad histograms 10 (bad_histograms_12)', `${HISTOGRAM}h_bucket{le="+INF"} 0\n# EOF\n`, 'case of infinity'],
  ],
};
