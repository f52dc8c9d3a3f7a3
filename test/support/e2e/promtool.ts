// promtool, the format's own checker. A page that it cannot parse and one whose names it finds unlovely are two things.

import { bareEnvironment, runChild } from './child.js';

const PARSE_ERROR_EXIT = 1;
const LINT_EXIT = 3;
const DEADLINE_MS = 60_000;

/** What promtool says of a page in text 0.0.4. */
export interface PromtoolVerdict {
  /** Whether it is a valid page. */
  readonly parsed: boolean;
  /** The parse error, or remarks on names, a line each. */
  readonly remarks: readonly string[];
}

/** `promtool check metrics`. */
export async function checkMetrics(page: string): Promise<PromtoolVerdict> {
  const ended = await promtool(['check', 'metrics'], page);
  const remarks = `${ended.stdout}${ended.stderr}`.split('\n').filter((line) => line !== '');
  if (ended.code === 0 || ended.code === LINT_EXIT) return { parsed: true, remarks };
  if (ended.code === PARSE_ERROR_EXIT) return { parsed: false, remarks };
  throw new Error(`promtool ended with ${String(ended.code)}: ${remarks.join(' ')}`);
}

/** Turns an OpenMetrics file with timestamps into blocks that Prometheus serves. */
export async function createBlocks(file: string, folder: string): Promise<void> {
  const ended = await promtool(['tsdb', 'create-blocks-from', 'openmetrics', file, folder], '');
  if (ended.code !== 0) throw new Error(`promtool made no blocks: ${ended.stdout}${ended.stderr}`);
}

/** What `promtool check rules` or `promtool test rules` says of files; `ok` where it has nothing to object. */
export async function judgeRules(
  what: 'check' | 'test',
  files: readonly string[],
): Promise<{ readonly ok: boolean; readonly output: string }> {
  const ended = await promtool([what, 'rules', ...files], '');
  return { ok: ended.code === 0, output: `${ended.stdout}${ended.stderr}` };
}

function promtool(args: readonly string[], input: string): ReturnType<typeof runChild> {
  return runChild({
    command: process.env['SCRAPEGATE_E2E_PROMTOOL'] ?? 'promtool',
    args,
    env: bareEnvironment(),
    input,
    deadlineMs: DEADLINE_MS,
  });
}
