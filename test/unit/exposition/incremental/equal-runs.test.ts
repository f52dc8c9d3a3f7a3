// Runs of equal lines against a comparison line by line, and how seldom bytes are compared for them.

import { describe, expect, test } from 'vitest';
import { commonLength, viewOf } from '../../../../src/exposition/incremental/common-length.js';
import { EqualRuns } from '../../../../src/exposition/incremental/equal-runs.js';
import { LineTable } from '../../../../src/exposition/incremental/line-table.js';
import { Random } from '../../../support/differential/random.js';

function linesOf(texts: readonly string[]): { readonly body: Buffer; readonly lines: LineTable } {
  const lines = new LineTable(texts.length);
  let at = 0;
  for (const text of texts) {
    at += text.length;
    lines.reserve(1);
    lines.addEntry(0, at);
  }
  return { body: Buffer.from(texts.join('')), lines };
}

/** A buffer that counts how often it is compared. */
function counted(body: Buffer): { readonly body: Buffer; readonly compared: () => number } {
  let times = 0;
  const compare: Buffer['compare'] = (...range) => {
    times += 1;
    return Buffer.prototype.compare.apply(body, range);
  };
  return {
    body: Object.assign(Buffer.from(body.buffer, body.byteOffset, body.length), { compare }),
    compared: () => times,
  };
}

/** By line: whether it was found to be equal. Lines that were not are taken one by one. */
function walk(before: readonly string[], now: readonly string[]): { equal: boolean[]; compared: number } {
  const { body: bytes, lines } = linesOf(before);
  const { body: bodyBefore, compared } = counted(bytes);
  const runs = new EqualRuns();
  runs.begin(Buffer.from(now.join('')), bodyBefore);
  const equal: boolean[] = [];
  let at = 0;
  while (equal.length < before.length) {
    const found = runs.find(lines, equal.length, before.length, at);
    for (let line = 0; line < Math.max(found, 1); line += 1) {
      at += (now[equal.length] ?? '').length;
      equal.push(found > 0);
    }
    if (found === 0) runs.forget();
  }
  return { equal, compared: compared() };
}

describe('runs of equal lines', () => {
  test('are those that a comparison line by line finds', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const random = new Random(seed);
      const before = Array.from({ length: random.between(1, 900) }, () => `line ${random.below(1000)}\n`);
      const share = random.pick([0, 0.001, 0.05, 0.5, 1]);
      const now = before.map((line) => (random.chance(share) ? `other ${random.below(1000)}\n` : line));
      expect(walk(before, now).equal).toEqual(before.map((line, at) => line === now[at]));
    }
  });

  test('of a body that stands still are compared in few pieces', () => {
    const lines = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`);
    const { equal, compared } = walk(lines, lines);
    expect(equal.every(Boolean)).toBe(true);
    expect(compared).toBeLessThan(400);
  });

  test('end at a difference after few comparisons, which are not made again', () => {
    const lines = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`);
    const now = lines.map((line, at) => (at % 1000 === 777 ? line.toUpperCase() : line));
    expect(walk(lines, now).compared).toBeLessThan(100 * 30);
  });

  test('are not found where the body ends before them', () => {
    const { body, lines } = linesOf(['a\n', 'b\n']);
    const runs = new EqualRuns();
    runs.begin(Buffer.from('a\n'), body);
    expect(runs.find(lines, 0, 2, 0)).toBe(1);
    expect(runs.find(lines, 1, 2, 2)).toBe(0);
  });
});

test('a common length ends with the first byte that differs, or is all that was asked for', () => {
  for (let seed = 0; seed < 2000; seed += 1) {
    const random = new Random(seed);
    const share = random.pick([0.5, 0.95, 0.99, 1]);
    const letters = (): Uint8Array =>
      Uint8Array.from({ length: random.below(80) }, () => (random.chance(share) ? 0xff : random.below(256)));
    const [a, b] = [letters(), letters()];
    const [start, from] = [random.below(a.length + 1), random.below(b.length + 1)];
    const length = random.below(Math.min(a.length - start, b.length - from) + 1);
    let same = 0;
    while (same < length && a[start + same] === b[from + same]) same += 1;
    expect(commonLength(viewOf(a), start, viewOf(b), from, length)).toBe(same);
  }
});
