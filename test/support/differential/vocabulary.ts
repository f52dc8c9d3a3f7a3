// The words that generated expositions are made of: names, values and numbers of real exporters, and such as break out
// of their lines, look like something else, or mean the same as another spelling.

import type { Random } from './random.js';

/** Label names without quotes; most fit a rule of some preset. */
export const LABEL_NAMES = [
  'client_ip',
  'user_agent',
  'model',
  'team',
  'user',
  'endUser',
  'user_email',
  'api_key_alias',
  'hashed_api_key',
  'route',
  'status_code',
  'metadata_tier',
  'pid',
  'a',
  'b',
  'counter',
  'histogram',
  '_c',
  'U__user_2e_id',
] as const;

/** Labels that views drop by preset or rule, so that series meet. */
export const DROPPED_NAMES = ['client_ip', 'user_agent', 'b'] as const;

/** Label names that need quotes; one is an address itself. */
export const QUOTED_LABEL_NAMES: readonly string[] = [
  'user.email',
  'user.id',
  'client.ip',
  'a b',
  'x"y\\',
  'l\nf',
  'gr\u00f6\u00dfe',
  'anna@acme.example',
];

/** Endings of metric names that need quotes. */
export const QUOTED_ENDINGS: readonly string[] = [
  '.latency',
  '.x_total',
  ' \u00e9',
  '"q"',
  '\\',
  '.a_seconds',
];

/** Endings of metric names: harmless ones, and such as look like a part of another family. */
export const ENDINGS: readonly string[] = ['', '', '', '_requests', '_seconds', ':rate', '_depth'];
export const RISKY_ENDINGS: readonly string[] = [
  '_count',
  '_sum',
  '_bucket',
  '_total',
  '_created',
  '_info',
  '_gcount',
];

/** Values of labels without a list of their own. */
const COMMON_VALUES = [
  '1',
  '2',
  'x',
  'gpt-4o',
  'claude "sonnet"',
  'back\\slash',
  'two\nlines',
  'Anna M\u00fcller',
  '\u6f22\u5b57\u{1f680}',
  '{a="b"} 1',
  '# EOF',
  '\u2028',
  '\ufeff',
  ' padded ',
  'a,b=c',
  '',
  'None',
  'unknown',
  '__other__',
  'anna@acme.example',
  '203.0.113.77',
  'https://user:secret@host.example/path',
  'Mozilla/5.0 (X11; Linux x86_64)',
  'sk-proj-4f9Qz7Lw2Xc8Vb3Nm6Kj1Hg5Fd0Sa',
  'p_abcdefghijklmnopqrstuvwxyz',
  'p_anna',
];

const VALUES: Readonly<Record<string, readonly string[]>> = {
  client_ip: [
    '192.0.2.1',
    '192.0.2.2',
    '192.0.2.130',
    '198.51.100.7',
    '2001:db8::1',
    '2001:db8::2',
    'None',
    '',
    'no address',
  ],
  user_agent: ['curl/8.5.0', 'langchain-py/0.3.5', 'Mozilla/5.0 (X11; Linux x86_64)', '', 'None'],
  user: [
    'anna@acme.example',
    'bob@acme.example',
    'carol',
    'default_user_id',
    'None',
    '',
    'p_forged',
    'Anna M\u00fcller',
  ],
  user_email: ['anna@acme.example', 'bob@ACME.example', 'no address', 'None', ''],
  team: ['t1', 't2', 't3', ''],
  hashed_api_key: ['k1', 'k2', 'k3', 'k4', 'None', ''],
  status_code: ['200', '429', '500'],
  pid: ['7', '8'],
  // Keys of series are put together from names and types.
  counter: ['f', 'f_total', 'x'],
  histogram: ['f_total', 'f', 'x'],
  le: ['1', '+Inf', 'x'],
  quantile: ['0.5', 'x'],
};

/** A value for the label `name`. */
export function labelValue(name: string, random: Random): string {
  const own = VALUES[name];
  return random.pick(own === undefined || random.chance(0.1) ? COMMON_VALUES : own);
}

/** HELP texts; undefined is none. */
export const HELP_TEXTS: readonly (string | undefined)[] = [
  undefined,
  '',
  'How many requests came.',
  'Windows path C:\\temp\\new',
  'two\nlines and "quotes"',
  'Ask anna@acme.example',
  '  padded ',
  'H\u00f6he in \u00b5m',
];

/** Numbers that are no plain count, as they are written. */
export const SPECIAL_NUMBERS: readonly string[] = [
  'NaN',
  'nan',
  '+Inf',
  'inf',
  '-Inf',
  'Infinity',
  '-0',
  '0e5',
  '9007199254740993',
  '18446744073709551616',
  '1e308',
  '1.7976931348623157e308',
  '4.9e-324',
  '1e-400',
  '.5',
  '5.',
  '007',
  '+3',
  '1E2',
  '-2.5',
  '0.1',
  '0.30000000000000004',
];

/** How many ways there are to write a number. */
export const SPELLINGS: number = 5;

/** `value` as exporters write it: `1`, `1.0`, `1e+00`, `+1`, `01.000`. */
export function spellNumber(value: number, spelling: number): string {
  const shortest = String(value);
  switch (spelling) {
    case 1:
      return /^-?[0-9]+$/.test(shortest) ? `${shortest}.0` : shortest;
    case 2:
      return value.toExponential();
    case 3:
      return value < 0 ? shortest : `+${shortest}`;
    case 4:
      return /^[0-9]+$/.test(shortest) ? `0${shortest}.000` : shortest;
    default:
      return shortest;
  }
}
