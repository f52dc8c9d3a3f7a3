// What must be accepted as Prometheus text 0.0.4, one requirement a vector.

import type { AcceptedVector } from '../../support/vectors.js';

export const TEXT_ACCEPTED: readonly AcceptedVector[] = [
  ['a sample without anything', 'a 1\n'],
  ['names with colons, underscores and digits', ':_a:1{_b2="c"} 1\n'],
  [
    'blank lines and free comments are dropped',
    '\n \t\n# user=a@b.example\n#HELP a b\n# EOF\na 1\n# UNIT a b\n',
    'a 1\n',
  ],
  ['HELP and TYPE without a name are comments', '# HELP\n# TYPE\na 1\n', 'a 1\n'],
  ['blanks between all tokens', ' \ta\t{ b = "1" ,\tc="2" , }  1\t5 \n', 'a{b="1",c="2"} 1 5\n'],
  ['a value may touch the closing brace', 'a{b="1"}1\n', 'a{b="1"} 1\n'],
  ['an empty label set is none', 'a{} 1\n', 'a 1\n'],
  ['a comma after the last label', 'a{b="1",} 1\n', 'a{b="1"} 1\n'],
  ['blanks around a type', '#\t TYPE \t a  gauge \t\na 1\n', '# TYPE a gauge\na 1\n'],
  ['the known escapes of label values', 'a{b="\\\\ \\" \\n"} 1\n'],
  ['label values hold any other character', 'a{b="{},=# \t\u2028漢字🚀"} 1\n'],
  ['an empty label value', 'a{b=""} 1\n'],
  ['labels keep their order', 'a{c="1",b="2"} 1\n'],
  [
    'P18: numbers are copied as they were written',
    'a 1.0\nb 1e+09\nc Nan\nd +Inf\ne -0\nf 9007199254740993\ng .5\n',
  ],
  ['timestamps are copied as they were written', 'a 1 0001767225600000\n'],
  ['HELP before TYPE on output', '# TYPE a gauge\n# HELP a b\na 1\n', '# HELP a b\n# TYPE a gauge\na 1\n'],
  ['HELP without a text', '# HELP a\na 1\n', '# HELP a \na 1\n'],
  ['HELP keeps its own blanks', '# HELP a  b \na 1\n'],
  [
    'HELP with unknown escapes is taken literally and leaves escaped',
    '# HELP a C:\\temp\\\na 1\n',
    '# HELP a C:\\\\temp\\\\\na 1\n',
  ],
  ['HELP with the known escapes', '# HELP a b\\\\c\\nd "e"\na 1\n'],
  ['a family of metadata alone among others', '# HELP a b\n# TYPE a counter\nb 1\n'],
  ['a family without TYPE', '# HELP a b\na 1\n'],
  ['untyped', '# TYPE a untyped\na 1\n'],
  [
    'every type of the format',
    '# TYPE a counter\na 1\n# TYPE b gauge\nb 1\n# TYPE c histogram\nc_bucket{le="+Inf"} 1\nc_sum 1\nc_count 1\n# TYPE d summary\nd{quantile="0.5"} 1\nd_sum 1\nd_count 1\n',
  ],
  [
    'a histogram with its sum first, as multiprocess clients print it',
    '# TYPE h histogram\nh_sum 1\nh_bucket{le="1.0"} 0\nh_bucket{le="+Inf"} 1\nh_count 1\n',
  ],
  [
    'series of one histogram may interleave',
    '# TYPE h histogram\nh_bucket{a="1",le="1"} 1\nh_bucket{a="2",le="1"} 1\nh_bucket{a="1",le="2"} 1\n',
  ],
  [
    'a gauge whose name ends in _count belongs to nothing else',
    '# TYPE litellm_teams summary\n# TYPE litellm_teams_count gauge\nlitellm_teams_count 4\n',
  ],
  ['le and quantile are labels like others elsewhere', 'a{le="x",quantile="y"} 1\n'],
  ['suffixed samples without TYPE are families of their own', 'h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n'],
  [
    'a histogram whose name ends in _total',
    '# TYPE a_total histogram\na_total_bucket{le="+Inf"} 1\na_total_count 1\n',
  ],
  [
    '_created is a gauge of its own',
    '# TYPE a_total counter\na_total 1\n# TYPE a_created gauge\na_created 1\n',
  ],
  [
    'a family may be called like a method of an object',
    'constructor 1\n__proto__{toString="1"} 1\nhasOwnProperty 1\n',
  ],
];
