// `scrapegate audit`: looks at an endpoint, a file or standard input, and reports what it gives away. Secrets come from
// files, never from the command line. A file is written whole or not at all, and never over another one unasked.

import { randomBytes } from 'node:crypto';
import { realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { auditText, auditUrl, MAX_AUDITED_BYTES } from '../audit/audit.js';
import { isAtLeastAsBad, type Severity } from '../audit/cvss.js';
import { renderHtml } from '../audit/report/html.js';
import { renderJson } from '../audit/report/json.js';
import { renderMarkdown } from '../audit/report/markdown.js';
import type { AuditReport } from '../audit/report/report.js';
import { renderSarif } from '../audit/report/sarif.js';
import { renderText } from '../audit/report/text.js';
import { createFileOnce, describeFileError, isStream, isThere } from '../config/file-access.js';
import { ScrapegateError, type Problem } from '../errors.js';
import { keepAlive } from '../internal/clock.js';
import { readAuditCredential, type AuditCredentialOptions } from './audit-credential.js';
import type { AuditFormat } from './audit-formats.js';
import type { CliContext } from './context.js';
import { EXIT_FINDINGS, EXIT_OK } from './exit-codes.js';
import { asciiPath, isUrl, readBytes, targetFailed } from './exposition-input.js';
import { colours } from './report.js';

/** What was asked for; numbers as they were typed. */
export interface AuditCommandOptions extends AuditCredentialOptions {
  /** A list with commas; false: none; true: the known ones. */
  readonly ports?: string | boolean;
  readonly interval: string;
  readonly timeout: string;
  readonly format: AuditFormat;
  readonly output?: string;
  readonly force?: boolean;
  readonly failOn?: Severity;
}

const STDIN = '-';
const SECONDS = /^[0-9]{1,4}(?:\.[0-9]{1,3})?$/;
const PORT = /^[0-9]{1,5}$/;

/**
 * Audits `subject` and writes the report.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_USAGE_INVALID with every problem of the command line;
 * ERR_SCRAPEGATE_TARGET_FAILED where nothing answers, a file cannot be read or, after the report, where no exposition
 * could be looked at; ERR_SCRAPEGATE_OUTPUT_FAILED where the report cannot be written.
 */
export async function audit(
  subject: string,
  options: AuditCommandOptions,
  context: CliContext,
): Promise<number> {
  const { output, force, failOn } = options;
  if (output !== undefined && force !== true && isThere(output) && !isStream(output)) throw alreadyThere();
  const report = isUrl(subject)
    ? await auditAddress(subject, options, context)
    : auditText(await readBytes(subject, context, MAX_AUDITED_BYTES), sourceOf(subject));
  write(render(report, options, context), options, context);
  // Whatever else was found: a pipeline with an expired key, or a wrong address, must not stay green.
  const { unread } = report;
  if (unread?.closed === false) throw targetFailed(`nothing could be looked at: ${unread.why}`);
  const failed =
    failOn !== undefined && report.findings.some(({ severity }) => isAtLeastAsBad(severity, failOn));
  return failed ? EXIT_FINDINGS : EXIT_OK;
}

async function auditAddress(
  url: string,
  options: AuditCommandOptions,
  context: CliContext,
): Promise<AuditReport> {
  const problems: Problem[] = [];
  const credential = readAuditCredential(options, problems);
  const intervalMs = milliseconds('--interval', options.interval, problems);
  const timeoutMs = milliseconds('--timeout', options.timeout, problems);
  const ports = portsOf(options.ports, problems);
  if (problems.length > 0) {
    throw new ScrapegateError('ERR_SCRAPEGATE_USAGE_INVALID', 'the audit cannot begin', { problems });
  }
  const { ca, credential: presented } = credential;
  const letGo = keepAlive();
  try {
    return await auditUrl(
      { url, credential: presented, ca, ports, intervalMs, timeoutMs },
      {
        clock: context.clock,
        progress: (step) => void context.stderr.write(`audit: ${step}\n`),
      },
    );
  } finally {
    letGo();
  }
}

function milliseconds(option: string, text: string, problems: Problem[]): number {
  if (!SECONDS.test(text)) problems.push({ path: option, message: 'expected seconds, such as 5 or 0.5' });
  return Math.round(Number(text) * 1000);
}

function portsOf(given: string | boolean | undefined, problems: Problem[]): readonly number[] | undefined {
  if (given === false) return [];
  if (typeof given !== 'string') return undefined;
  const ports = given.split(',').map((port) => port.trim());
  if (!ports.every((port) => PORT.test(port))) {
    problems.push({ path: '--ports', message: 'expected numbers with commas, such as 4001,9090' });
  }
  return ports.map(Number);
}

function sourceOf(subject: string): { readonly kind: 'file' | 'stdin'; readonly shown: string } {
  if (subject === STDIN) return { kind: 'stdin', shown: 'standard input' };
  return { kind: 'file', shown: asciiPath(subject) };
}

function render(report: AuditReport, { format, output }: AuditCommandOptions, context: CliContext): string {
  switch (format) {
    case 'text': {
      const plain = { isTTY: false, write: () => undefined };
      return renderText(report, colours(output === undefined ? context.stdout : plain, context.env));
    }
    case 'json':
      return renderJson(report);
    case 'sarif':
      return renderSarif(report);
    case 'html':
      return renderHtml(report);
    case 'markdown':
      return renderMarkdown(report);
  }
}

function write(text: string, { output, force }: AuditCommandOptions, { stdout }: CliContext): void {
  if (output === undefined) {
    stdout.write(text);
    return;
  }
  try {
    if (isStream(output)) writeFileSync(output, text);
    else if (force === true) replaceFile(isThere(output) ? realpathSync(output) : output, text);
    else if (createFileOnce(output, Buffer.from(text)) === 'existed') throw alreadyThere();
  } catch (error) {
    if (error instanceof ScrapegateError) throw error;
    throw new ScrapegateError(
      'ERR_SCRAPEGATE_OUTPUT_FAILED',
      `the file of --output cannot be written: it ${describeFileError(error)}`,
    );
  }
}

/** Readers of the old file see it until the new one is whole. */
function replaceFile(path: string, text: string): void {
  const unfinished = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    writeFileSync(unfinished, text, { flag: 'wx', mode: 0o600 });
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function alreadyThere(): ScrapegateError {
  return new ScrapegateError(
    'ERR_SCRAPEGATE_OUTPUT_FAILED',
    'the file of --output is there already; --force overwrites it',
  );
}
