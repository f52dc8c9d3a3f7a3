// The report as SARIF 2.1.0 (OASIS standard), for code scanning and dashboards of findings. Every check is a rule,
// found or not, so that a finding that is gone closes its alert.

import type { Invocation, Log, ReportingDescriptor, Result } from 'sarif';
import { VERSION } from '../../internal/version.js';
import { CHECK_IDS, definitionOf, type CheckId } from '../checks.js';
import { cvssBaseScore, type Severity } from '../cvss.js';
import type { Finding } from '../finding.js';
import { sentenceOf } from '../unread.js';
import type { AuditReport } from './report.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const LEVELS: Readonly<Record<Severity, Result.level>> = {
  info: 'note',
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
};

/** The report as a SARIF log, indented; ends with a line feed. */
export function renderSarif(report: AuditReport): string {
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'scrapegate', semanticVersion: VERSION, rules: CHECK_IDS.map(ruleOf) } },
        invocations: [invocationOf(report)],
        results: report.findings.map((finding) => resultOf(finding, report.source)),
        columnKind: 'utf16CodeUnits',
        properties: { software: report.software.software, notes: report.notes },
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** That findings are gone means nothing where nobody could look. */
function invocationOf({ unread }: AuditReport): Invocation {
  if (unread === undefined) return { executionSuccessful: true };
  const level = unread.closed ? 'note' : 'error';
  return {
    executionSuccessful: unread.closed,
    toolExecutionNotifications: [{ level, message: { text: sentenceOf(unread) } }],
  };
}

function ruleOf(id: CheckId): ReportingDescriptor {
  const { title, vector, fix } = definitionOf(id);
  return {
    id,
    name: id.replaceAll(/(?:^|[/-])([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    help: { text: fix },
    // Code scanning ranks by this property, a number as text.
    properties: { 'security-severity': cvssBaseScore(vector).toFixed(1), cvss: vector, tags: ['security'] },
  };
}

function resultOf(
  { id, severity, score, vector, title, evidence, fix, reader }: Finding,
  source: string,
): Result {
  return {
    ruleId: id,
    ruleIndex: CHECK_IDS.indexOf(id),
    level: LEVELS[severity],
    message: { text: `${[title, ...evidence].join('\n')}\n\n${fix}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(source) } } }],
    // The same finding of the same endpoint is one alert, however its counts change.
    partialFingerprints: { 'check/v1': id },
    properties: { severity, score, cvss: vector, reader },
  };
}

/** A URL as it is; a file name as a relative reference (RFC 3986 section 4.2). */
function uriOf(source: string): string {
  return URL.canParse(source) ? new URL(source).href : encodeURIComponent(source);
}
