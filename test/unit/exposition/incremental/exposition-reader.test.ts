// The reader of a target: one body after the other, each once, and what is left of a malformed one.

import { describe, expect, test } from 'vitest';
import {
  ExpositionReader,
  type ReadBody,
  type ReadOptions,
} from '../../../../src/exposition/incremental/exposition-reader.js';
import type { ExpositionProblem } from '../../../../src/exposition/model.js';
import type { Result } from '../../../../src/internal/result.js';

const TEXT: ReadOptions = { format: 'text', quotedNames: false, onMalformed: 'fail' };
const QUARANTINE: ReadOptions = { ...TEXT, onMalformed: 'quarantine' };

function bodyOf(name: string, count: number): Uint8Array {
  const lines = Array.from({ length: count }, (_, at) => `${name}{of="${name}",n="${at}"} ${at}\n`);
  return Buffer.from(lines.join(''), 'utf8');
}

function readOf(outcome: Result<ReadBody, ExpositionProblem>): ReadBody {
  if (!outcome.ok) throw new Error(`line ${outcome.error.line}: ${outcome.error.reason}`);
  return outcome.value;
}

/** The series of a body in their order, as numbers and names. */
function seriesOf({ scan }: ReadBody): readonly string[] {
  const { lines, catalogue } = scan;
  return [...lines.series.subarray(0, lines.count)].map((number) => {
    const { starts, pairs, names } = catalogue.series;
    const labels = [...pairs.subarray(starts[number], starts[number + 1])];
    return [
      catalogue.names[names[number] ?? -1],
      ...labels.map((pair) => catalogue.labels.label(pair).value),
    ].join();
  });
}

describe('bodies that are asked for at once', () => {
  test('are read one after the other, in their order', async () => {
    const reader = new ExpositionReader({ maxSeries: 100_000 });
    const [first, second] = [bodyOf('first', 30_000), bodyOf('second', 30_000)];
    const outcomes = await Promise.all([first, second, first].map((body) => reader.read(body, TEXT)));
    const [one, two, again] = outcomes.map(readOf);
    expect(one && seriesOf(one)).toEqual(Array.from({ length: 30_000 }, (_, at) => `first,first,${at}`));
    expect(two && seriesOf(two)).toEqual(Array.from({ length: 30_000 }, (_, at) => `second,second,${at}`));
    expect(again).toBe(one);
  });

  test('let others have their turn meanwhile', async () => {
    const reader = new ExpositionReader({ maxSeries: 100_000 });
    let turns = 0;
    let isRead = false;
    const reading = reader.read(bodyOf('x', 90_000), TEXT).then(() => (isRead = true));
    const countTurns = (): void => {
      if (isRead) return;
      turns += 1;
      setImmediate(countTurns);
    };
    countTurns();
    await reading;
    expect(turns).toBeGreaterThan(3);
  });
});

describe('a malformed body', () => {
  const body = Buffer.from(
    '# TYPE bad summary\nbad{quantile="?"} 1\n# TYPE good gauge\ngood{a="1"} 1\n',
    'utf8',
  );

  test('is refused', () => {
    const reader = new ExpositionReader({ maxSeries: 10 });
    expect(reader.readAtOnce(body, TEXT).ok).toBe(false);
  });

  test('is what is left of it, where that is asked for', () => {
    const reader = new ExpositionReader({ maxSeries: 10 });
    const { scan, quarantined } = readOf(reader.readAtOnce(body, QUARANTINE));
    expect(scan.families.map(({ family }) => family.name)).toEqual(['good']);
    expect(quarantined).toMatchObject({ families: 1 });
  });

  test('is not what honest bodies are compared with, nor they with it', () => {
    const reader = new ExpositionReader({ maxSeries: 10 });
    const honest = (): Uint8Array => Buffer.from('# TYPE good gauge\ngood{a="1"} 1\n', 'utf8');
    readOf(reader.readAtOnce(honest(), QUARANTINE));
    const left = readOf(reader.readAtOnce(body, QUARANTINE)).scan;
    expect(left.basis).toBe(0);
    expect(readOf(reader.readAtOnce(Buffer.from(body), QUARANTINE)).scan).toMatchObject({
      basis: left.number,
      work: { linesRead: 0 },
    });
  });
});
