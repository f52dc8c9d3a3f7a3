// What the benchmarks say: figures with the bounds that they must and should keep, and the table of them.
// Pure: it measures nothing and prints nothing.

/** One figure of a row. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'times' | 'of its peer' | 'ms' | 'ns' | 'MB' | 'of the body';
  /** Whether more is better, as with speed, or less, as with cost. */
  readonly better: 'more' | 'less';
  readonly must: number;
  /** Absent where there is nothing to gain beyond. */
  readonly aim?: number;
  /** Absolute numbers of the same run, as a side note. */
  readonly note: string;
}

/** What a row gave. */
export type RowOutcome =
  | { readonly kind: 'measured'; readonly figures: readonly Figure[] }
  | { readonly kind: 'skipped'; readonly why: string };

/** Whether a figure is as good as it must be, or as we want it. */
export type Verdict = 'aim' | 'must' | 'FAIL';

/** Judges a figure. One that is not a number fails. */
export function verdictOf({ value, better, must, aim }: Figure): Verdict {
  const keeps = (bound: number): boolean => (better === 'more' ? value >= bound : value <= bound);
  if (!keeps(must)) return 'FAIL';
  return aim === undefined || keeps(aim) ? 'aim' : 'must';
}

/** The middle one; between the two in the middle of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const high = sorted[upper] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[upper - 1] ?? Number.NaN) + high) / 2;
}

/** A number with three digits that count. */
export function short(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

/** The figures as aligned text, one line each. */
export function renderTable(figures: readonly Figure[]): string {
  const header = ['figure', 'measured', 'must', 'aim', 'verdict', 'in absolute numbers'];
  const rows = figures.map((figure) => {
    const { name, value, unit, better, must, aim, note } = figure;
    const bound = (limit: number | undefined): string =>
      limit === undefined ? '' : `${better === 'more' ? '≥' : '≤'} ${short(limit)}`;
    return [name, `${short(value)} ${unit}`, bound(must), bound(aim), verdictOf(figure), note];
  });
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
