// `scrapegate audit` of the built program, and what of its report is the same in every run.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runGate } from './start-gate.js';

const reportSchema = z.object({
  software: z.object({ software: z.string(), preset: z.string(), version: z.string().optional() }),
  findings: z.array(z.object({ id: z.string(), severity: z.string(), evidence: z.array(z.string()) })),
  readers: z.array(z.string()),
});

/** What of a report tests look at. */
export interface Audited {
  readonly software: {
    readonly software: string;
    readonly preset: string;
    readonly version?: string | undefined;
  };
  readonly findings: readonly {
    readonly id: string;
    readonly severity: string;
    readonly evidence: readonly string[];
  }[];
  readonly readers: readonly string[];
  /** All of it. */
  readonly printed: string;
}

/**
 * Audits without the well-known ports, where other tests may listen, unless `--ports` is among the options; with a
 * `token` as a scraper, too.
 */
export async function audited(
  url: string,
  { token, options = [] }: { readonly token?: string; readonly options?: readonly string[] } = {},
): Promise<Audited> {
  const folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-audit-'));
  try {
    const tokenFile = join(folder, 'token');
    if (token !== undefined) await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
    const ended = await runGate([
      'audit',
      url,
      '--format',
      'json',
      '--interval',
      '0',
      ...(options.includes('--ports') ? [] : ['--no-ports']),
      ...(token === undefined ? [] : ['--bearer-token-file', tokenFile]),
      ...options,
    ]);
    if (ended.code !== 0) throw new Error(`audit ended with ${String(ended.code)}: ${ended.stderr}`);
    return { ...reportSchema.parse(JSON.parse(ended.stdout)), printed: ended.stdout };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A report without what differs from run to run: counts, versions, and the first characters of values. */
export function goldenText({ software, findings, readers }: Audited): string {
  const lines = findings.flatMap(({ id, severity, evidence }) => [
    `${severity} ${id}`,
    ...evidence.map((line) => `  ${stable(line)}`).toSorted(),
  ]);
  const by = readers.length === 0 ? 'nobody' : readers.join(' and ');
  return `${[`${software.software}, preset ${software.preset}, read by ${by}`, ...lines].join('\n')}\n`;
}

function stable(line: string): string {
  return line
    .replace(/, such as \S+$/, '')
    .replaceAll(/\b\d[\w.+~-]*/g, 'N')
    .replaceAll(/\bN (value|metric|tenant)s\b/g, 'N $1');
}
