// How much there is: values of a label, series of a metric, bytes of the whole, and what comes with time.

import type { ContentsCheck } from '../check.js';
import { createFinding, type Finding } from '../finding.js';
import type { Observation } from '../observation.js';
import { count, firstOf, megabytes } from '../phrases.js';
import { MAX_AUDITED_SERIES } from '../read-exposition.js';
import { printableName } from '../redact.js';

/** Values of one label in one metric: what dashboards and queries still bear. */
const MANY_VALUES = 1000;
/** Series of one metric, buckets among them. */
const MANY_SERIES = 10_000;
/** An uncompressed exposition, read every few seconds. */
const MANY_BYTES = 10_000_000;
/** New series between two fetches: fewer are everyday life. */
const MANY_NEW_SERIES = 20;
const NEW_SHARE = 0.01;
const MOST_LINES = 10;

/** `cardinality/label`, `cardinality/family`. */
export const checkCardinality: ContentsCheck = ({ inventory, reader }) => {
  const labels = inventory.families.flatMap(({ name, labels: values }) =>
    [...values]
      .filter(([, number]) => number > MANY_VALUES)
      .map(
        ([label, number]) =>
          [
            number,
            `label ${printableName(label)} of ${printableName(name)}: ${count(number, 'value')}`,
          ] as const,
      ),
  );
  const families = inventory.families
    .filter(({ series }) => series > MANY_SERIES)
    .map(
      ({ name, series }) => [series, `${printableName(name)}: ${count(series, 'series', 'series')}`] as const,
    );
  return [
    ...(labels.length > 0 ? [createFinding('cardinality/label', { reader, evidence: largest(labels) })] : []),
    ...(families.length > 0
      ? [createFinding('cardinality/family', { reader, evidence: largest(families) })]
      : []),
  ];
};

/** `cardinality/size`: also of what has too many series to be read. */
export function checkSize({ contents }: Observation): readonly Finding[] {
  return contents.flatMap(({ bytes, read, reader }) => {
    if (!read.tooLarge && bytes <= MANY_BYTES) return [];
    const evidence = read.tooLarge
      ? [`more than ${String(MAX_AUDITED_SERIES)} series; they were not looked at`]
      : [`${megabytes(bytes)} without compression`];
    return [createFinding('cardinality/size', { reader, evidence })];
  });
}

/** `cardinality/growth`. */
export function checkGrowth({ growth }: Observation): readonly Finding[] {
  if (growth === undefined) return [];
  const { reader, added, before, seconds } = growth;
  if (added < Math.max(MANY_NEW_SERIES, before * NEW_SHARE)) return [];
  const evidence = [
    `${count(added, 'new series', 'new series')} in ${String(seconds)} s, after ${String(before)}`,
  ];
  return [createFinding('cardinality/growth', { reader, evidence })];
}

function largest(entries: readonly (readonly [size: number, line: string])[]): readonly string[] {
  const sorted = entries.toSorted(([a], [b]) => b - a).map(([, line]) => line);
  return firstOf(sorted, MOST_LINES);
}
