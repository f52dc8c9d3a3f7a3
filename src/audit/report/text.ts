// The report for people at a terminal: a table first, then each finding, then what is large. Colour is given from outside.

import type { Severity } from '../cvss.js';
import type { Finding } from '../finding.js';
import { count, megabytes } from '../phrases.js';
import { sentenceOf } from '../unread.js';
import { countsInWords, factsOf, type AuditReport } from './report.js';

/** Colours, or functions that leave texts as they are. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const WIDTH = 100;
const BIGGEST_ROWS = 8;

/** The report as text; ends with a line feed. */
export function renderText(report: AuditReport, paint: Paint): string {
  const { source, findings, unread, notes } = report;
  const lines = [
    paint.bold(`Audit of ${source}: ${countsInWords(report)}`),
    ...(unread === undefined ? [] : ['', ...wrap(sentenceOf(unread), 0).map((line) => paint.bold(line))]),
    ...tableOf(report, paint),
    '',
    ...columns(factsOf(report)),
    ...notes.flatMap((note) => ['', ...wrap(`note: ${note}`, 0)]),
    ...findings.flatMap((finding) => ['', ...detailsOf(finding, paint)]),
    ...biggestOf(report, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function tableOf({ findings, unread }: AuditReport, paint: Paint): readonly string[] {
  if (findings.length === 0) return unread === undefined ? ['', 'Nothing was found.'] : [];
  const width = Math.max(...findings.map(({ id }) => id.length));
  const rows = findings.map(({ id, severity, score, title }) => {
    const level = painter(severity, paint)(severity.toUpperCase().padEnd(8));
    return `${level}  ${score.toFixed(1).padStart(4)}  ${id.padEnd(width)}  ${title}`;
  });
  return ['', ...rows];
}

function detailsOf({ id, severity, vector, title, evidence, fix }: Finding, paint: Paint): readonly string[] {
  return [
    `${painter(severity, paint)(severity.toUpperCase())} ${paint.bold(id)}: ${title}`,
    `  ${paint.dim(vector)}`,
    ...evidence.flatMap((line) => wrap(`- ${line}`, 2)),
    ...wrap(`fix: ${fix}`, 2),
  ];
}

function biggestOf({ biggestFamilies, biggestLabels }: AuditReport, paint: Paint): readonly string[] {
  if (biggestFamilies.length === 0) return [];
  const families = biggestFamilies.slice(0, BIGGEST_ROWS).map(({ name, series, bytes }) => {
    return [name, `${megabytes(bytes)} in ${count(series, 'series', 'series')}`] as const;
  });
  const labels = biggestLabels.slice(0, BIGGEST_ROWS).map(({ name, values, bytes }) => {
    return [name, `${megabytes(bytes)}, ${count(values, 'value')}`] as const;
  });
  return [
    '',
    paint.bold('Biggest metrics'),
    ...columns(families),
    '',
    paint.bold('Biggest labels'),
    ...columns(labels),
  ];
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

function painter(severity: Severity, paint: Paint): (text: string) => string {
  if (severity === 'critical' || severity === 'high') return paint.red;
  return severity === 'info' ? paint.cyan : paint.yellow;
}

/** Breaks a text at blanks; a word is never broken. */
function wrap(text: string, indent: number): readonly string[] {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = margin;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${margin}  ${word}`;
    } else {
      line = line.trim() === '' ? margin + word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
