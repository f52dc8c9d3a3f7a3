// The result of an audit as plain data, fit to print: names are printable, values of labels are not in it. Every format
// is rendered from this alone, so that none can show more than another. Pure.

import type { ExpositionFormat } from '../../exposition/model.js';
import type { Severity } from '../cvss.js';
import { SEVERITIES } from '../cvss.js';
import type { Finding, Reader } from '../finding.js';
import type { Observation } from '../observation.js';
import { count } from '../phrases.js';
import { printableName } from '../redact.js';
import type { DetectedSoftware } from '../software.js';
import { whyUnread, type Unread } from '../unread.js';

/** A metric, and what it takes. */
export interface FamilySize {
  readonly name: string;
  readonly series: number;
  readonly bytes: number;
}

/** A label, and what it takes over all metrics. */
export interface LabelSize {
  readonly name: string;
  readonly values: number;
  readonly bytes: number;
}

/** The whole report. */
export interface AuditReport {
  /** What was audited. */
  readonly source: string;
  readonly software: DetectedSoftware;
  /** Where no exposition was read: the findings say nothing of contents then. */
  readonly unread?: Unread;
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<Severity, number>>;
  /** Who could read metrics; the sizes below are of what the first of them reads. */
  readonly readers: readonly Reader[];
  readonly bytes: number;
  readonly series: number;
  readonly families: number;
  readonly labels: number;
  readonly formats: readonly ExpositionFormat[];
  readonly compressed: boolean;
  readonly growth?: { readonly seconds: number; readonly added: number; readonly removed: number };
  /** The largest, the largest first. */
  readonly biggestFamilies: readonly FamilySize[];
  readonly biggestLabels: readonly LabelSize[];
  readonly notes: readonly string[];
  readonly requests: number;
}

const MOST_ROWS = 15;

/** Puts a report together. */
export function createReport(observation: Observation, findings: readonly Finding[]): AuditReport {
  const { source, software, contents, formats, compressed, growth, notes, requests, failures } = observation;
  const [first] = contents;
  const inventory = first?.inventory;
  const unread = whyUnread(observation);
  return {
    source: source.shown,
    software,
    ...(unread !== undefined && { unread }),
    findings,
    counts: countBySeverity(findings),
    readers: contents.map(({ reader }) => reader),
    bytes: first?.bytes ?? 0,
    series: inventory?.series ?? 0,
    families: inventory?.families.length ?? 0,
    labels: inventory?.labels.length ?? 0,
    formats,
    compressed,
    ...(growth !== undefined && {
      growth: { seconds: growth.seconds, added: growth.added, removed: growth.removed },
    }),
    biggestFamilies: biggest(inventory?.families ?? []).map(({ name, series, bytes }) => {
      return { name: printableName(name), series, bytes };
    }),
    biggestLabels: biggest(inventory?.labels ?? []).map(({ name, values, bytes }) => {
      return { name: printableName(name), values: values.size, bytes };
    }),
    notes: [
      ...failures.map(({ reader, failure }) => `A fetch as ${reader} gave nothing: ${reasonOf(failure)}.`),
      ...notes,
    ],
    requests,
  };
}

function reasonOf({ reason, detail }: Observation['failures'][number]['failure']): string {
  return detail === undefined ? reason : `${reason} (${detail})`;
}

function biggest<T extends { readonly bytes: number }>(entries: readonly T[]): readonly T[] {
  return entries.toSorted((a, b) => b.bytes - a.bytes).slice(0, MOST_ROWS);
}

function countBySeverity(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** `2 high, 1 info`, the worst first; `no findings`, unless nothing was looked at. */
export function countsInWords({ counts, unread }: AuditReport): string {
  const words = SEVERITIES.toReversed()
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${String(counts[severity])} ${severity}`);
  if (words.length > 0) return words.join(', ');
  return unread === undefined ? 'no findings' : 'nothing looked at';
}

/** Facts about what was read, as pairs of words. */
export function factsOf(report: AuditReport): readonly (readonly [name: string, value: string])[] {
  const { software, readers, series, families, labels, formats, compressed, growth } = report;
  const version = software.version === undefined ? '' : ` ${software.version}`;
  return [
    ['software', `${software.software}${version} (preset ${software.preset})`],
    ['readable by', readers.length === 0 ? 'nobody who was tried' : [...new Set(readers)].join(', ')],
    ...(readers.length === 0
      ? []
      : ([
          [
            'contents',
            [
              count(series, 'series', 'series'),
              count(families, 'metric'),
              count(labels, 'label'),
              count(report.bytes, 'byte'),
            ].join(', '),
          ],
          ['formats', `${formats.join(', ') || 'none that is known'}${compressed ? '; gzip' : ''}`],
        ] as const)),
    ...(growth === undefined
      ? []
      : ([
          [
            'growth',
            `${String(growth.added)} new series, ${String(growth.removed)} gone in ${String(growth.seconds)} s`,
          ],
        ] as const)),
    ['requests', String(report.requests)],
  ];
}
