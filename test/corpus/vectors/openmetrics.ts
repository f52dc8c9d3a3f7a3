// What must be accepted as OpenMetrics 1.0, one requirement a vector.

import type { AcceptedVector } from '../../support/vectors.js';

export const OPENMETRICS_ACCEPTED: readonly AcceptedVector[] = [
  ['# EOF without its line feed', 'a 1\n# EOF', 'a 1\n# EOF\n'],
  [
    'every type',
    '# TYPE a counter\na_total 1\na_created 1\n# TYPE b gauge\nb 1\n# TYPE c unknown\nc 1\n# TYPE d info\nd_info{e="f"} 1\n# TYPE g stateset\ng{g="x"} 1\ng{g="y"} 0\n# TYPE h histogram\nh_bucket{le="1.0"} 0\nh_bucket{le="+Inf"} 1\nh_count 1\nh_sum 1.5\nh_created 1\n# TYPE i gaugehistogram\ni_bucket{le="+Inf"} 1\ni_gcount 1\ni_gsum 1\n# TYPE j summary\nj{quantile="0.5"} 1\nj_count 1\nj_sum 1\nj_created 1\n# EOF\n',
  ],
  ['a sample without TYPE is unknown', 'a 1\n# EOF\n'],
  ['an empty label set is none', 'a{} 1\n# EOF\n', 'a 1\n# EOF\n'],
  ['timestamps are seconds with fractions', 'a 1 1767225600.250\nb 1 -1.5e3\n# EOF\n'],
  ['numbers are copied as they were written', 'a 1.0\nb NaN\nc -inf\nd +INFINITY\ne 1e5\nf 007\n# EOF\n'],
  [
    'metadata in any order, printed in one',
    '# UNIT a_s s\n# HELP a_s b\n# TYPE a_s gauge\na_s 1\n# EOF\n',
    '# HELP a_s b\n# TYPE a_s gauge\n# UNIT a_s s\na_s 1\n# EOF\n',
  ],
  ['an empty unit', '# TYPE a gauge\n# UNIT a \na 1\n# EOF\n'],
  ['an empty HELP', '# HELP a \na 1\n# EOF\n'],
  ['escapes of HELP', '# HELP a \\\\ \\" \\n\na 1\n# EOF\n'],
  [
    'a quote in HELP without its backslash leaves with it',
    '# HELP a "b"\na 1\n# EOF\n',
    '# HELP a \\"b\\"\na 1\n# EOF\n',
  ],
  ['a unit before _total', '# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1\n# EOF\n'],
  [
    'exemplars on counters and buckets',
    '# TYPE a counter\na_total 1 # {b="c"} 0.5 1.5\n# TYPE h histogram\nh_bucket{le="+Inf"} 1 2 # {} 1\n# TYPE i gaugehistogram\ni_bucket{le="+Inf"} 1 # {b="c",d="e"} NaN\n# EOF\n',
  ],
  [
    'an exemplar of just 128 characters, counted as Unicode counts them',
    `# TYPE a counter\na_total 1 # {b="${'🚀'.repeat(127)}"} 1\n# EOF\n`,
  ],
  ['a label value that looks like an exemplar', 'a{b="1 # {c=\\"d\\"} 1"} 1\n# EOF\n'],
  ['a label value that looks like the end', 'a{b="# EOF\\n# EOF"} 1\n# EOF\n'],
  [
    'series of one histogram may interleave',
    '# TYPE h histogram\nh_bucket{a="1",le="1"} 1\nh_bucket{a="2",le="1"} 1\nh_bucket{a="1",le="+Inf"} 1\nh_bucket{le="+Inf",a="2"} 1\n# EOF\n',
  ],
  [
    'a histogram with its sum first, as multiprocess clients print it',
    '# TYPE h histogram\nh_sum 1\nh_bucket{le="+Inf"} 1\nh_count 1\n# EOF\n',
  ],
  ['a family of metadata alone among others', '# HELP h b\n# TYPE h histogram\na 1\n# EOF\n'],
];
