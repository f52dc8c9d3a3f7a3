// docs/engine.md is in step with the engine: its bounds are those of the code and all of them, what it names exists, and
// behind every invariant stands a test of that title.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPage } from '../support/documentation.js';
import { codeSpans, proseOf, tableUnder } from '../support/markdown.js';
import { REPOSITORY } from '../support/rooms.js';
import { sourceFiles, type SourceFile } from '../support/source-files.js';

const PAGE = readPage('docs/engine.md');
const ENGINE = /^src\/(?:exposition\/incremental|views\/engine)\//;

/** Constants that bound something, by how they are called. Guesses are none. */
const BOUND = /^(?!EXPECTED_)(?:MAX_\w+|BYTES_OF_\w+|SLICE_\w+|\w+_(?:BYTES|LINES|OUTPUTS|RUN))$/;
const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 * 1024 };

interface Bound {
  readonly path: string;
  readonly name: string;
  readonly value: number;
}

/** The numbers that a file gives a name to: plain ones and products of them. */
function numbersIn({ path, text }: SourceFile): readonly Bound[] {
  const constants = text.matchAll(/^(?:export )?const (\w+)(?:: number)? = ([\d_]+(?: \* [\d_]+)*);$/gm);
  return [...constants].map(([, name = '', product = '']) => ({
    path,
    name,
    value: product.split(' * ').reduce((value, factor) => value * Number(factor.replaceAll('_', '')), 1),
  }));
}

/** What a cell of the table says: `48 MiB`, `50,000`. */
function numberIn(cell: string): number {
  const [figure = '', unit] = cell.split(' ');
  return Number(figure.replaceAll(',', '')) * (unit === undefined ? 1 : (UNITS[unit] ?? Number.NaN));
}

function keyOf({ path, name }: Pick<Bound, 'path' | 'name'>): string {
  return `${path} ${name}`;
}

describe('the table of bounds', () => {
  const documented = tableUnder(PAGE, 'Bounds').map(([name = '', file = '', value = '']): Bound => ({
    name: name.replaceAll('`', ''),
    path: file.replaceAll('`', ''),
    value: numberIn(value),
  }));
  const actual = new Map(
    sourceFiles()
      .flatMap(numbersIn)
      .map((bound) => [keyOf(bound), bound.value]),
  );

  it.each(documented)('says what $name in $path is', (bound) => {
    expect(actual.get(keyOf(bound))).toBe(bound.value);
  });

  it('has every bound of the engine', () => {
    const bounds = sourceFiles()
      .filter(({ path }) => ENGINE.test(path))
      .flatMap(numbersIn)
      .filter(({ name }) => BOUND.test(name));
    expect(bounds.length).toBeGreaterThan(15);
    const known = new Set(documented.map(keyOf));
    expect(bounds.map(keyOf).filter((key) => !known.has(key))).toEqual([]);
  });
});

describe('the table of invariants', () => {
  const rows = tableUnder(PAGE, 'Invariants').map(([invariant = '', kept = '', test = '']) => ({
    invariant,
    kept: codeSpans(kept),
    test: codeSpans(test),
  }));

  it.each(rows)('names who keeps it: $invariant', ({ kept }) => {
    expect(kept.length).toBeGreaterThan(0);
  });

  it.each(rows)('names a test that is there: $invariant', ({ test: [path = '', ...titles] }) => {
    expect(path).toMatch(/^test\/[\w./-]+\.test\.ts$/);
    const text = existsSync(`${REPOSITORY}${path}`) ? readFileSync(`${REPOSITORY}${path}`, 'utf8') : '';
    expect(titles.length).toBeGreaterThan(0);
    expect(titles.filter((title) => !text.includes(`'${title}'`))).toEqual([]);
  });
});

describe('names', () => {
  /** Words of the code that the page speaks about. */
  const words = new Set(
    [...sourceFiles().map(({ text }) => text), ...supportTexts()].flatMap(
      (text) => text.match(/[#\w]+/g) ?? [],
    ),
  );
  const named = codeSpans(proseOf(PAGE)).filter((span) => /^#?[A-Za-z]\w*(?:\.\w+)*$/.test(span));

  it('that the page uses are those of the code', () => {
    expect(named.length).toBeGreaterThan(40);
    const missing = named.flatMap((span) => span.split('.')).filter((word) => !words.has(word));
    expect([...new Set(missing)]).toEqual([]);
  });

  it('that the picture shows are those of the code', () => {
    const picture = /```text\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '';
    const shown = picture.match(/\b(?:[A-Z][a-z]+[A-Z]\w*|[a-z]+[A-Z]\w*)\b/g) ?? [];
    expect(shown.length).toBeGreaterThan(6);
    expect(shown.filter((word) => !words.has(word))).toEqual([]);
  });
});

/** Tests and benchmarks have names that the page uses as well: rows, variables, what a difference is called. */
function supportTexts(): readonly string[] {
  return [
    'test/support/views.ts',
    'test/support/differential/budget.ts',
    'test/support/differential/compare.ts',
    'test/support/differential/report.ts',
    'bench/row-names.ts',
    'package.json',
  ].map((path) => readFileSync(`${REPOSITORY}${path}`, 'utf8'));
}
