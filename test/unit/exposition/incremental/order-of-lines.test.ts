// A body in comparison with the one before is what it is on its own, however its lines are moved, left out and repeated:
// lines that are taken over together are not looked up one by one, and yet none may come twice.

import { describe, expect, it, test } from 'vitest';
import { ExpositionScanner } from '../../../../src/exposition/incremental/scanner.js';
import type { ExpositionFormat } from '../../../../src/exposition/model.js';
import { atOnce } from '../../../../src/internal/turns.js';
import { turnsOf } from '../../../support/turns-of.js';

/** The second and the third are one series to a reader, as are the fourth and the fifth. */
const LINES = ['m{a="1"} 1', 'm{a="2",b="3"} 1', 'm{b="3",a="2"} 1', 'm{a="4"} 1', 'm{a="4",b=""} 1', 'm 2'];
const SERIES_OF = [0, 1, 1, 2, 2, 3];
const LONGEST = 4;

type Order = readonly number[];

function bodyOf(order: Order, format: ExpositionFormat): Buffer {
  const end = format === 'openmetrics' ? '# EOF\n' : '';
  return Buffer.from(`# TYPE m gauge\n${order.map((line) => `${LINES[line] ?? ''}\n`).join('')}${end}`);
}

function hasTwice(order: Order): boolean {
  return new Set(order.map((line) => SERIES_OF[line])).size < order.length;
}

/** All orders of up to `length` lines, each of which may come more than once. */
function* orders(length: number): Generator<Order> {
  if (length === 0) return;
  for (const [line] of LINES.entries()) {
    yield [line];
    for (const rest of orders(length - 1)) yield [line, ...rest];
  }
}

test('a series is known in every order of its labels, also one that it has had for a while', () => {
  const scanner = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: 100 });
  const scan = (...lines: readonly string[]): unknown =>
    atOnce(scanner.scan(Buffer.from(lines.map((line) => `${line}\n`).join(''))));
  scan('f 1', 'm{x="1",y="2"} 1', 'm{a="1"} 1');
  scan('f 1', 'm{a="1"} 1', 'm{c="1"} 1', 'm{y="2",x="1"} 1');
  expect(scan('f 1', 'm{a="1"} 1', 'm{c="1"} 1', 'm{y="2",x="1"} 1', 'm{x="1",y="2"} 1')).toEqual({
    ok: false,
    error: { line: 5, reason: 'same series twice' },
  });
});

test('others have their turn while lines are noted because one moved', () => {
  const lines = Array.from({ length: 50_000 }, (_, n) => `m{a="${n}"} 1\n`);
  const turnsAfter = (before: readonly string[]): number => {
    const scanner = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: 100_000 });
    atOnce(scanner.scan(Buffer.from(before.join(''))));
    return turnsOf(scanner.scan(Buffer.from(lines.join(''))));
  };
  const moved = turnsAfter([...lines.slice(-1), ...lines.slice(0, -1)]);
  expect(moved - turnsAfter(lines)).toBeGreaterThan(1);
});

describe.each(['text', 'openmetrics'] as const)('lines of a body in %s', (format) => {
  const whole = [...orders(LONGEST)].filter((order) => order.length === LONGEST && !hasTwice(order));

  it.each(whole.filter((_, at) => at % 12 === 0).map((order) => ({ order, name: order.join(' ') })))(
    'are refused where one came already, after $name',
    ({ order: before }) => {
      const refused: string[] = [];
      const expected: string[] = [];
      for (const order of orders(LONGEST)) {
        const scanner = new ExpositionScanner({ format, quotedNames: false, maxSeries: 100 });
        atOnce(scanner.scan(bodyOf(before, format)));
        const scan = atOnce(scanner.scan(bodyOf(order, format)));
        if (!scan.ok) refused.push(`${order.join(' ')}: ${scan.error.reason}`);
        if (hasTwice(order)) expected.push(`${order.join(' ')}: same series twice`);
      }
      expect(refused).toEqual(expected);
    },
  );
});
