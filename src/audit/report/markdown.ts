// The report as Markdown, for pull requests and tickets. What is not our own text stands in code spans.

import { megabytes } from '../phrases.js';
import { sentenceOf } from '../unread.js';
import { countsInWords, factsOf, type AuditReport } from './report.js';

/** The report as Markdown; ends with a line feed. */
export function renderMarkdown(report: AuditReport): string {
  const { source, unread, findings, notes, biggestFamilies, biggestLabels } = report;
  const lines = [
    `# Audit of ${code(source)}`,
    '',
    `${countsInWords(report)}.`,
    '',
    ...(unread === undefined ? [] : [`**${escape(sentenceOf(unread))}**`, '']),
    ...table(
      ['severity', 'score', 'check', 'what'],
      findings.map(({ severity, score, id, title }) => [severity, score.toFixed(1), code(id), escape(title)]),
    ),
    ...table(
      ['fact', 'value'],
      factsOf(report).map(([name, value]) => [name, escape(value)]),
    ),
    ...notes.flatMap((note) => [`> ${escape(note)}`, '']),
    ...findings.flatMap(({ id, severity, title, vector, evidence, fix }) => [
      `## ${severity}: ${code(id)}`,
      '',
      `${escape(title)}. ${code(vector)}`,
      '',
      ...evidence.map((line) => `- ${escape(line)}`),
      '',
      `**Fix.** ${escape(fix)}`,
      '',
    ]),
    ...section(
      'Biggest metrics',
      ['metric', 'series', 'bytes'],
      biggestFamilies.map(({ name, series, bytes }) => [code(name), String(series), megabytes(bytes)]),
    ),
    ...section(
      'Biggest labels',
      ['label', 'values', 'bytes'],
      biggestLabels.map(({ name, values, bytes }) => [code(name), String(values), megabytes(bytes)]),
    ),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(
  heading: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return rows.length === 0 ? [] : [`## ${heading}`, '', ...table(header, rows)];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  return [row(header), row(header.map(() => '---')), ...rows.map((cells) => row(cells)), ''];
}

/** Nothing that Markdown or HTML in it would act on. */
function escape(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>()#+!|&~@:=]/g, (character) => `\\${character}`)
    .replaceAll(/\s+/g, ' ');
}

/** A code span; its text has no backtick and no bar, or they are gone. */
function code(text: string): string {
  return `\`${text.replaceAll(/[`|\s]+/g, ' ')}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
