// The rows of the suite by the names under which each can be run alone.

/** The name of a row. */
export type RowName =
  | 'next'
  | 'first'
  | 'promtool'
  | 'newlines'
  | 'turns'
  | 'nginx'
  | 'pipe'
  | 'large'
  | 'linear'
  | 'llm'
  | 'refusals'
  | 'whole';

/** Every row, in the order in which they run. */
export const ROW_NAMES: readonly RowName[] = [
  'next',
  'first',
  'promtool',
  'newlines',
  'turns',
  'nginx',
  'pipe',
  'large',
  'linear',
  'llm',
  'refusals',
  'whole',
];

/** Whether there is a row of that name. */
export function isRowName(name: string): name is RowName {
  return ROW_NAMES.some((known) => known === name);
}
