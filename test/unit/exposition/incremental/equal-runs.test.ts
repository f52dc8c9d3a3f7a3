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

/** A buffer that counts how often it is compared natively. */
function counted(body: Buffer): { readonly body: Buffer; readonly calls: () => number } {
  let calls = 0;
  const compare: Buffer['compare'] = (...range) => {
    calls += 1;
    return Buffer.prototype.compare.apply(body, range);
  };
  return {
    body: Object.assign(Buffer.from(body.buffer, body.byteOffset, body.length), { compare }),
    calls: () => calls,
  };
}

interface Walk {
  /** By line: whether it was found to be equal. */
  readonly equal: readonly boolean[];
  readonly finds: number;
  readonly calls: number;
  readonly compared: number;
}

/** Asks for all lines; those that are not equal are taken one by one. */
function walk(before: readonly string[], now: readonly string[]): Walk {
  const { body: bytes, lines } = linesOf(before);
  const { body: bodyBefore, calls } = counted(bytes);
  const runs = new EqualRuns();
  runs.begin(Buffer.from(now.join('')), bodyBefore);
  const equal: boolean[] = [];
  let at = 0;
  let finds = 0;
  while (equal.length < before.length) {
    const found = runs.find(lines, equal.length, before.length, at);
    finds += 1;
    for (let line = 0; line < Math.max(found, 1); line += 1) {
      at += (now[equal.length] ?? '').length;
      equal.push(found > 0);
    }
  }
  return { equal, finds, calls: calls(), compared: runs.compared };
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

  test('of a body that stands still are found in few pieces', () => {
    const lines = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`);
    const { equal, finds, calls, compared } = walk(lines, lines);
    expect(equal.every(Boolean)).toBe(true);
    expect(finds).toBeLessThan(450);
    expect(calls).toBeLessThan(30);
    expect(compared).toBe(lines.join('').length);
  });

  test('end at a difference after few comparisons', () => {
    const lines = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`);
    const now = lines.map((line, at) => (at % 1000 === 777 ? line.toUpperCase() : line));
    const { equal, finds, calls, compared } = walk(lines, now);
    expect(equal.filter((isEqual) => !isEqual)).toHaveLength(100);
    expect(finds).toBeLessThan(700);
    expect(calls).toBeLessThan(100 * 6);
    expect(compared).toBeLessThan(lines.join('').length);
  });

  test('are known when they are asked for one by one', () => {
    const texts = Array.from({ length: 1000 }, (_, line) => `line ${line}\n`);
    const { body, lines } = linesOf(texts);
    const runs = new EqualRuns();
    runs.begin(Buffer.from(body), body);
    for (let line = 0; line < texts.length; line += 1)
      expect(runs.find(lines, line, texts.length, lines.starts[line] ?? 0)).toBe(
        Math.min(256, texts.length - line),
      );
    expect(runs.compared).toBe(body.length);
  });

  test('may be longer than what is compared at once', () => {
    const texts = [`${'a'.repeat(200_000)}\n`, `${'b'.repeat(70_000)}c\n`, 'd\n'];
    const now = [...texts.slice(0, 1), `${'b'.repeat(70_000)}e\n`, 'd\n'];
    expect(walk(texts, texts).equal).toEqual([true, true, true]);
    const { equal, compared } = walk(texts, now);
    expect(equal).toEqual([true, false, true]);
    expect(compared).toBe(now.join('').length - 2);
  });

  test('are found behind others, however long they are', () => {
    const texts = [
      'a 1\n',
      ...Array.from({ length: 20 }, (_, line) => `${'x'.repeat(179_000 + line)}\n`),
      'z 1\n',
    ];
    const { equal, compared } = walk(texts, texts);
    expect(equal.every(Boolean)).toBe(true);
    expect(compared).toBe(texts.join('').length);
  });

  test('are a few hundred at once at most, so that others have their turn', () => {
    const { body, lines } = linesOf(Array.from({ length: 10_000 }, () => '\n'));
    const runs = new EqualRuns();
    runs.begin(Buffer.from(body), body);
    expect(runs.find(lines, 0, 10_000, 0)).toBe(256);
  });

  test('of one body tell nothing about the next', () => {
    const { body, lines } = linesOf(['a 1\n', 'b 2\n']);
    const runs = new EqualRuns();
    runs.begin(Buffer.from(body), body);
    expect(runs.find(lines, 0, 2, 0)).toBe(2);
    runs.begin(Buffer.from('a 1\nb 3\n'), body);
    expect(runs.compared).toBe(0);
    expect(runs.find(lines, 0, 2, 0)).toBe(1);
    expect(runs.find(lines, 1, 2, 4)).toBe(0);
    runs.begin(Buffer.from('a 1\nb 2\n'), body);
    expect(runs.find(lines, 1, 2, 4)).toBe(1);
  });

  test('are not found where the body ends before them', () => {
    const { body, lines } = linesOf(['a\n', 'b\n']);
    const runs = new EqualRuns();
    runs.begin(Buffer.from('a\n'), body);
    expect(runs.find(lines, 0, 2, 0)).toBe(1);
    expect(runs.find(lines, 1, 2, 2)).toBe(0);
  });

  test('of a line that is not equal it is known up to where it is', () => {
    const { body, lines } = linesOf(['a{b="c"} 1\n', 'd 2\n']);
    const runs = new EqualRuns();
    runs.begin(Buffer.from('a{b="c"} 3\nd 2\n'), body);
    expect(runs.find(lines, 0, 2, 0)).toBe(0);
    expect(runs.isEqualUpTo(9)).toBe(true);
    expect(runs.isEqualUpTo(10)).toBe(false);
    expect(runs.find(lines, 1, 2, 11)).toBe(1);
  });
});

test('a common length ends with the first byte that differs, or is all that was asked for', () => {
  for (let seed = 0; seed < 4000; seed += 1) {
    const random = new Random(seed);
    const share = random.pick([0.5, 0.95, 0.99, 1]);
    const letters = (): Uint8Array =>
      Uint8Array.from({ length: random.below(200) }, () => (random.chance(share) ? 0x61 : random.below(256)));
    const [a, b] = [letters(), letters()];
    const [start, from] = [random.below(a.length + 1), random.below(b.length + 1)];
    const room = Math.min(a.length - start, b.length - from);
    const length = random.chance(0.5) ? room : random.below(room + 1);
    let same = 0;
    while (same < length && a[start + same] === b[from + same]) same += 1;
    expect(commonLength(viewOf(a), start, viewOf(b), from, length)).toBe(same);
  }
});
