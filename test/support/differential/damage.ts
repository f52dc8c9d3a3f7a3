// Damages the bytes of an exposition: what a broken network, a broken exporter or an attacker makes of it. Some results
// are valid again, and mean something else; which ones, the reference knows.

import type { ExpositionFormat } from '../../../src/exposition/model.js';
import type { Random, Weighted } from './random.js';

/** A way to damage a body. */
interface Damage extends Weighted {
  readonly name: string;
  readonly apply: (body: Buffer, random: Random) => Buffer;
}

/** Bytes that mean something, or must not stand anywhere. */
const TOKENS = [
  '\0',
  '\r',
  '\r\n',
  '\n',
  '\n\n',
  '"',
  '\\',
  '\\q',
  '{',
  '}',
  '{}',
  ',',
  '=',
  ' ',
  '\t',
  '#',
  '# ',
  ' # {} 1',
  ' 1',
  ' 1.5',
  '-',
  '.',
  '0',
  '_total',
  '_bucket',
  '__name__="x",',
  'le="1",',
  'quantile="2",',
  '\u00e9',
  '\u2028',
  '# EOF\n',
].map((token) => Buffer.from(token, 'utf8'));

/** NUL, and bytes that are no UTF-8: lone, overlong, cut off, a surrogate; and a byte order mark. */
const BAD_BYTES = [
  [0x00],
  [0xff],
  [0xc0, 0xaf],
  [0xe2, 0x82],
  [0xed, 0xa0, 0x80],
  [0x80],
  [0xef, 0xbb, 0xbf],
].map((bytes) => Buffer.from(bytes));

/** Whole lines that contradict others, or only look as if. */
const LINES = [
  '# TYPE f1 counter',
  '# TYPE f1_total counter',
  '# TYPE f1 histogram',
  '# TYPE f1 nonsense',
  '# TYPE f1',
  '# HELP f1 again',
  '# HELP f1',
  '# UNIT f1_seconds seconds',
  '# UNIT f1 seconds',
  '# UNIT f1 ',
  '# a comment',
  '#',
  '',
  ' ',
  'f1 1',
  'f1_total 1',
  'f1_count 1',
  'f1_sum 1',
  'f1_count{lone="1"} 1',
  'f1_bucket{le="+Inf"} 1',
  'f1_bucket{le="x"} 1',
  'f1_bucket 1',
  'f1_created 1',
  'f2{a="1",a="2"} 1',
  'f2{a="1" b="2"} 1',
  'f2{a="1"}1',
  'f2{} 1 2 3',
  'f2 0x10',
  'f2 1_000',
  'f2 1e999',
  'f2 1 99999999999999999999',
  'f2 1 -5',
  '{"f2.x",a="1"} 1',
  '{"f2",a="1"} 1',
  'f2{"a"="1"} 1',
  'U__f2_2e_x 1',
  '# EOF',
  'new_metric{client_ip="192.0.2.9"} 4',
];

const DAMAGES: readonly Damage[] = [
  { name: 'flip', weight: 6, apply: flip },
  { name: 'token', weight: 8, apply: (body, random) => splice(body, random, random.pick(TOKENS)) },
  { name: 'bad bytes', weight: 2, apply: (body, random) => splice(body, random, random.pick(BAD_BYTES)) },
  { name: 'order mark', weight: 1, apply: (body) => Buffer.concat([Buffer.from('\ufeff', 'utf8'), body]) },
  { name: 'cut', weight: 3, apply: (body, random) => body.subarray(0, random.below(body.length)) },
  { name: 'cut to a line', weight: 3, apply: cutToLine },
  { name: 'gap', weight: 2, apply: (body, random) => without(body, random) },
  { name: 'repeat', weight: 2, apply: repeat },
  { name: 'swap lines', weight: 4, apply: onLines(swapLines) },
  {
    name: 'double line',
    weight: 3,
    apply: onLines((lines, random) => lines.toSpliced(random.below(lines.length), 0, random.pick(lines))),
  },
  {
    name: 'lose line',
    weight: 3,
    apply: onLines((lines, random) => lines.toSpliced(random.below(lines.length), 1)),
  },
  { name: 'strange line', weight: 8, apply: onLines(addStrangeLine) },
  { name: 'splice two lines', weight: 2, apply: onLines(spliceLines) },
  {
    name: 'crlf',
    weight: 1,
    apply: (body) => Buffer.from(body.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  },
  { name: 'empty', weight: 1, apply: () => Buffer.alloc(0) },
];

/** The name of every damage. */
export const DAMAGE_NAMES: readonly string[] = DAMAGES.map(({ name }) => name);

/** A damaged copy of `body`; the kinds of damage are added to `tags`. */
export function damage(body: Buffer, format: ExpositionFormat, random: Random, tags: Set<string>): Buffer {
  let damaged = body;
  const count = random.between(1, random.chance(0.2) ? 4 : 1);
  for (let made = 0; made < count && damaged.length > 0; made += 1) {
    const { name, apply } = random.pickWeighted(DAMAGES);
    damaged = apply(damaged, random);
    tags.add(name);
  }
  // Where the end is missing, nothing else is looked at.
  const isWhole = format === 'text' || damaged.includes('# EOF');
  return isWhole || random.chance(0.2) ? damaged : Buffer.concat([damaged, Buffer.from('# EOF\n')]);
}

function flip(body: Buffer, random: Random): Buffer {
  const copy = Buffer.from(body);
  const at = random.below(copy.length);
  copy[at] = random.chance(0.5) ? (copy[at] ?? 0) ^ (1 << random.below(8)) : random.between(0x20, 0x7e);
  return copy;
}

function splice(body: Buffer, random: Random, bytes: Buffer): Buffer {
  const at = random.below(body.length + 1);
  return Buffer.concat([body.subarray(0, at), bytes, body.subarray(at)]);
}

function cutToLine(body: Buffer, random: Random): Buffer {
  return body.subarray(0, body.indexOf(0x0a, random.below(body.length)) + 1);
}

function without(body: Buffer, random: Random): Buffer {
  const at = random.below(body.length);
  return Buffer.concat([body.subarray(0, at), body.subarray(at + random.between(1, 40))]);
}

function repeat(body: Buffer, random: Random): Buffer {
  const at = random.below(body.length);
  const end = at + random.between(1, 200);
  return Buffer.concat([body.subarray(0, end), body.subarray(at)]);
}

function onLines(
  change: (lines: readonly string[], random: Random) => readonly string[],
): (body: Buffer, random: Random) => Buffer {
  return (body, random) => {
    const lines = body.toString('latin1').split('\n');
    return Buffer.from(change(lines, random).join('\n'), 'latin1');
  };
}

function swapLines(lines: readonly string[], random: Random): readonly string[] {
  const [a, b] = [random.below(lines.length), random.below(lines.length)];
  return lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '');
}

/** Mostly about a family of the body, and where that family stands. */
function addStrangeLine(lines: readonly string[], random: Random): readonly string[] {
  const line = random.pick(LINES);
  const family = /^# TYPE (\w+)/.exec(
    random.pick(lines.filter((one) => one.startsWith('# TYPE')).concat('')),
  )?.[1];
  if (family === undefined || random.chance(0.2))
    return lines.toSpliced(random.below(lines.length + 1), 0, line);
  const places = [...lines.keys()].filter((at) => lines[at]?.includes(family));
  return lines.toSpliced(random.pick(places) + random.below(2), 0, line.replace(/f[12]/, family));
}

/** The beginning of one line with the end of another. */
function spliceLines(lines: readonly string[], random: Random): readonly string[] {
  const at = random.below(lines.length);
  const [line, other] = [lines[at] ?? '', random.pick(lines)];
  return lines.with(
    at,
    line.slice(0, random.below(line.length + 1)) + other.slice(random.below(other.length + 1)),
  );
}
