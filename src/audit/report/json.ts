// The report for programs. Its members are public, as the ids of checks are.

import { VERSION } from '../../internal/version.js';
import type { AuditReport } from './report.js';

/** The report as JSON, indented; ends with a line feed. */
export function renderJson(report: AuditReport): string {
  return `${JSON.stringify({ tool: { name: 'scrapegate', version: VERSION }, ...report }, undefined, 2)}\n`;
}
