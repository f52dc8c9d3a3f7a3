// Columns of text for a terminal: as wide as their widest cell, numbers to the right, nothing cut or broken.

/** How a column is aligned. */
export type Alignment = 'left' | 'right';

/** The rows as lines, two blanks between columns, without blanks at the end. */
export function textTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): readonly string[] {
  const widths = alignments.map((_, column) => Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const blanks = ' '.repeat((widths[column] ?? 0) - widthOf(cell));
        return alignments[column] === 'right' ? blanks + cell : cell + blanks;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** A number with its thousands apart, and a noun that agrees with it. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A whole number with its thousands apart: `12,404`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-GB');
}

function widthOf(cell: string): number {
  return Array.from(cell).length;
}
