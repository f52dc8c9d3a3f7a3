// What the parsers of Prometheus' client libraries decide (prometheus/common, expfmt: text_parse_test.go and
// openmetrics_parse_test.go), a vector each, numbered as in the tables there. Bodies are our own.

import type { PublishedVectors } from '../../support/vectors.js';

const HISTOGRAM = '# HELP h x\n# TYPE h histogram\nh_bucket{le="100"} 123\nh_bucket{le="172.8"} 1524\n';
const LEGACY_NAME = 'metric name expected';

/** text_parse_test.go. */
export const EXPFMT_TEXT: PublishedVectors = {
  publisher: 'Prometheus expfmt, text_parse_test.go',
  format: 'text',
  parsed: [
    ['TextParse 1: the minimal case', '\na 1.234\nb -3e3 103948\n# Even that:\nc{} 3\n# HELP of nothing is no HELP.\n'],
    [
      'TextParse 2: counters and gauges, blanks, escapes',
      '\n# A comment.\n#\n# TYPE n counter\nn{k="v",l="w"} NaN\nn {k="v2",l="w\\"x\\\\y\\nz"} 0.23 1234567890\n\n # HELP  m  \ta text"with 2\n  #    TYPE    m gauge\nm{k="v2"\t,l   =   "w2"\t\t} +Inf 54321\nm{ k = "v1" , }-Inf\n',
    ],
    ['TextParse 3: a sum that is no part of a summary', '# TYPE s summary\ns{n="v",quantile="0.5"} 110\nfake_sum{n="v"} 2001\n'],
    ['TextParse 3: a quantile below 0, a number with leading zeros', '# TYPE s summary\ns{quantile="-12.34",} NaN\ns_sum{n="v"} 08 15\n'],
    ['TextParse 3: the order of count and quantile', '# TYPE s summary\ns_count{b="2",a="1"} 20\ns{a="1",b="2",quantile=".3"} -1.2\n'],
    ['TextParse 4: the histogram', `${HISTOGRAM}h_bucket{le="+Inf"} 2693\nh_sum 1.7560473e+06\nh_count 2693\n`],
    ['TextParse 12: a float histogram', '# TYPE h histogram\nh_bucket{le="100"} 123.5\nh_bucket{le="+Inf"} 2693.9\nh_sum 1.7\nh_count 2693.9\n'],
    ['TextParse 13: a float histogram without its last bucket', `${HISTOGRAM}h_sum 1.7\nh_count 2693.9\n`],
    ['TextParse 14: a float histogram by one bucket', '# TYPE h histogram\nh_bucket{le="172.8"} 1524.8\nh_bucket{le="+Inf"} 2693\nh_sum 1.7\nh_count 2693\n'],
  ],
  refused: [
    ['TextParseError 0: no line feed at the end', '\na 3.14\nb 42', 3, 'the last line is cut off'],
    ['TextParseError 1: unknown escape', 'm{l="\\t"} 3.14\n', 1, 'unknown escape in a label value'],
    ['TextParseError 2: line feed in a value', '\nm{l="v\nw"} 3.14\n', 2, 'label value without closing quote'],
    ['TextParseError 3: label name of other characters', 'm{@="v"} 3.14\n', 1, 'label name expected'],
    ['TextParseError 4: the reserved label', 'm{__name__="v"} 3.14\n', 1, 'reserved label name'],
    ['TextParseError 5: no equals sign', 'm{l+="v"} 3.14\n', 1, 'equals sign expected after a label name'],
    ['TextParseError 6: no quotes', 'm{l=v} 3.14\n', 1, 'quoted label value expected'],
    ['TextParseError 7: quantile that is no number', '\n# TYPE m summary\nm{quantile="v"} 3.14\n', 3, 'quantile label missing or not a quantile'],
    ['TextParseError 8: text after a value', 'm{l="v"+} 3.14\n', 1, 'comma or closing brace expected after a label'],
    ['TextParseError 9: fraction of a timestamp', 'm{l="v"} 3.14 2.72\n', 1, 'invalid timestamp'],
    ['TextParseError 10: text after the timestamp', 'm{l="v"} 3.14 2 3\n', 1, 'unexpected text after the sample'],
    ['TextParseError 11: a word for a number', 'm{l="v"} blubb\n', 1, 'invalid number'],
    ['TextParseError 12: HELP twice', '\n# HELP m one\n# HELP m two\n', 3, 'HELP twice for a metric'],
    ['TextParseError 13: TYPE twice', '\n# TYPE m counter\n# TYPE m untyped\n', 3, 'TYPE twice for a metric'],
    ['TextParseError 14: TYPE after samples', '\nm 4.12\n# TYPE m counter\n', 3, 'metadata after samples of the metric'],
    ['TextParseError 15: no such type', '\n# TYPE m bla\n', 2, 'unknown metric type'],
    ['TextParseError 16: name of other characters in TYPE', '\n# TYPE a-b\n', 2, 'unknown metric type'],
    ['TextParseError 17: metric name of other characters', '@m{l="v"} 3.14 2\n', 1, LEGACY_NAME],
    ['TextParseError 18: no metric name', '{l="v"} 3.14 2\n', 1, LEGACY_NAME],
    ['TextParseError 19: bound that is no number', '\n# TYPE m histogram\nm_bucket{le="v"} 3.14\n', 3, 'bucket without a numeric le label'],
    ['TextParseError 20: label value that is no UTF-8', 'm{l="\xff"} 3.14\n', 1, 'invalid UTF-8'],
    ...['1_2', '0x1p-3', '0x1P-3', '0B1', '0O1', '0X1', '0x1', '0b1', '0o1'].map(
      (number, index) => [`TextParseError ${String(index + 21)}: ${number}`, `m ${number}\n`, 1, 'invalid number'] as const,
    ),
    ['TextParseError 32: hexadecimal bound', '\n# TYPE m histogram\nm_bucket{le="0x1p-3"} 3.14\n', 3, 'bucket without a numeric le label'],
    ['TextParseError 33: hexadecimal quantile', '\n# TYPE m summary\nm{quantile="0x1p-3"} 3.14\n', 3, 'quantile label missing or not a quantile'],
    ['TextParseError 34: the same label twice', 'm{l="v",l="v"} 3.14\n', 1, 'same label twice'],
    ['TextParseError 41, legacy names: a metric name in quotes', '{"a.b",l="v"} 3.14\n', 1, LEGACY_NAME],
    ['TextParseError 42, legacy names: a label name in quotes', 'm{"l"="v", "a.b"="w"} 3.14\n', 1, 'label name expected'],
    ['TextParseError 47: braces alone', '{} 3.14\n', 1, LEGACY_NAME],
    ...['', '#TYPE A000000 summArY\n', '# TYPE m histogram\n', '# HELP m x\n', 'm 1\n'].flatMap((before) =>
      ['{} 2\n', '{l="v"} 2\n', '{l="v",} 2\n'].map(
        (sample) =>
          [
            `TextParseMissingMetricName: ${JSON.stringify(sample)} after ${JSON.stringify(before)}`,
            before + sample,
            before === '' ? 1 : 2,
            LEGACY_NAME,
          ] as const,
      ),
    ),
  ],
  stricter: [
    ['TextParse 0: blank lines alone', '\n\n', 0, 'no samples', 'no samples'],
    ['TextParse 2: HELP after samples', '# TYPE n counter\nn 1\n# HELP n x\n', 3, 'metadata after samples of the metric', 'metadata first'],
    ['TextParse 3: a negative timestamp', 'a -1 -2\n', 1, 'invalid timestamp', 'Prometheus refuses it'],
    ['TextParse 3: a summary in pieces', '# TYPE s summary\ns{quantile="0.5"} 1\na 1\ns_count 42\n', 4, 'family in two blocks', 'one family, one block'],
    [
      'TextParse 3: HELP at the end, twice',
      '# TYPE s summary\ns_count 1\n# HELP s\n# HELP s\n',
      3,
      'metadata after samples of the metric',
      'metadata first',
    ],
    ['TextParse 15: a gauge histogram', '# TYPE h gaugehistogram\nh_bucket{le="+Inf"} 2693\n', 1, 'unknown metric type', 'Prometheus refuses it'],
    ['TextParse 16: a gauge histogram in another spelling', '# TYPE h gauge_histogram\nh_bucket{le="+Inf"} 2693\n', 1, 'unknown metric type', 'Prometheus refuses it'],
    ['TextParse 17: a float gauge histogram', '# TYPE h gauge_histogram\nh_bucket{le="172.8"} 1524.8\n', 1, 'unknown metric type', 'Prometheus refuses it'],
  ],
  laxer: [
    ['TextParseError 43: a negative count', `${HISTOGRAM}h_bucket{le="+Inf"} 2693\nh_count -2693\n`, 'values are the target’s'],
    ['TextParseError 44: a negative bucket', '# TYPE h histogram\nh_bucket{le="100"} -412\nh_bucket{le="+Inf"} 2\n', 'values are the target’s'],
    ['TextParseError 45: a negative float count', `${HISTOGRAM}h_bucket{le="+Inf"} 2693\nh_count -2693.123\n`, 'values are the target’s'],
    ['TextParseError 46: a negative float bucket', '# TYPE h histogram\nh_bucket{le="100"} -412.456\nh_bucket{le="+Inf"} 2\n', 'values are the target’s'],
  ],
};

/** text_parse_test.go, with names in quotes. */
export const EXPFMT_TEXT_UTF8: PublishedVectors = {
  publisher: 'Prometheus expfmt, text_parse_test.go, UTF-8 names',
  format: 'text',
  quotedNames: true,
  parsed: [
    ['TextParse 5: names of metric and label in quotes', '\n# HELP "m.n" x\n# TYPE "m.n" counter\n{"m.n","l.k"="v"} 1\n'],
    ['TextParse 6: labels without quotes', '\n# HELP "m.n" x\n# TYPE "m.n" counter\n{"m.n",k="v",l="w"} 42.0\n{"m.n",k="v2",l="w"} 0.23 1234567890\n'],
    ['TextParse 7: indented, without labels', '\n\t\t# HELP "m.n" x\n\t\t# TYPE "m.n" counter\n\t\t{"m.n"} 42.0\n'],
    [
      'TextParse 8: dots and asterisks, values of every kind',
      '# HELP "g.n" x\\ny\\nz\\"\n# TYPE "g.n" gauge\n{"g.n","n.1"="v\\nw","n*2"="a \\\\b and \\"c\\""} +Inf\n{"g.n","n.1"="Björn","n*2"="佖佥"} 3.14e+42\n',
    ],
    ['TextParse 9: escapes in names', '\n# HELP "m\\"n\\no\\\\" x\n# TYPE "m\\"n\\no\\\\" counter\n{"m\\"n\\no\\\\","l\\"k\\n"="v"} 1\n'],
    ['TextParse 11: names alone', '\n{"n.1"} 1\n{"n.2"} 1\n{"n.3"} 1\n'],
    ['TextParseError 41: a metric name in quotes', '{"a.b",l="v"} 3.14\n'],
    ['TextParseError 42: label names in quotes', 'm{"l"="v", "a.b"="w"} 3.14\n'],
  ],
  refused: [
    ['TextParseError 35: two names', '{"a.b","c.d"} 3.14\n', 1, 'equals sign expected after a label name'],
    ['TextParseError 36: unknown escape in a name', '{"a\\xc5z",l="v"} 3.14\n', 1, 'invalid quoted name'],
    ['TextParseError 37: text after the name', '{"a.b".l="v"} 3.14\n', 1, LEGACY_NAME],
    ['TextParseError 38: unknown escape in TYPE', '\n# TYPE "a.b\\t" counter\n', 2, 'invalid quoted name'],
    ['TextParseError 39: line feed in a name', '\n# TYPE "a\nb" counter\n', 2, 'invalid quoted name'],
    ['TextParseError 40: line feed in a label name', '\n{"a.b","c\nd"="v"} 3.14\n', 2, 'invalid quoted name'],
    ['TextParseMissingMetricName: "{} 2\\n" after a name in quotes', '{"m"} 1\n{} 2\n', 2, LEGACY_NAME],
  ],
  stricter: [
    ['TextParse 7: the same series twice', '{"m.n"} 42.0\n{"m.n"} 0.23 1234567890\n', 2, 'same series twice', 'one series, one sample'],
    ['TextParse 10: the name among the labels', '{l="v", "m.n"} 1\n', 1, LEGACY_NAME, 'one way to read'],
  ],
  laxer: [],
};

/** openmetrics_parse_test.go. */
export const EXPFMT_OPENMETRICS: PublishedVectors = {
  publisher: 'Prometheus expfmt, openmetrics_parse_test.go',
  format: 'openmetrics',
  parsed: [
    ['OpenMetricsParse 0: a counter with a timestamp', '# HELP n x\\n y  z\\\\a\n# TYPE n counter\nn_total{k="v",l="w"} 42.0\nn_total{k="v2",l="w"} 0.23 1.23456789e+06\n# EOF'],
    [
      'OpenMetricsParse 1: a gauge with values of every kind',
      '# HELP g x\\ny\\"z\n# TYPE g gauge\ng{k="v\\nw",l="a \\\\b and \\"c\\""} +Inf\ng{k="Björn",l="佖佥"} 3.14e+42\n# EOF',
    ],
    ['OpenMetricsParse 2: an unknown', '# TYPE u unknown\nu -Inf\nu{k="v 1"} -1.23e-45\n# EOF'],
    [
      'OpenMetricsParse 3: a summary',
      '# TYPE s summary\ns{quantile="0.5"} -1.23\ns{quantile="0.99"} 0.0\ns_sum -3.4567\ns_count 42\ns{k="v 1",quantile="0.5"} 1.0\ns_sum{k="v 1"} 2010.1971\ns_count{k="v 1"} 4711\n# EOF',
    ],
    ['OpenMetricsParse 4: a histogram', '# TYPE h histogram\nh_bucket{le="100.0"} 123\nh_bucket{le="172.8"} 1524\nh_bucket{le="+Inf"} 2693\nh_sum 1.7560473e+06\nh_count 2693\n# EOF'],
    ['OpenMetricsParse 5: a simple counter', '# HELP f x\n# TYPE f counter\nf_total 42.0\n# EOF'],
  ],
  refused: [],
  stricter: [],
  laxer: [],
};
