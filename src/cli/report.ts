// Errors for a person: one line, and one more for each problem. Colour only on a terminal.

import pc from 'picocolors';
import { ScrapegateError, type Problem } from '../errors.js';
import type { CliContext, Output } from './context.js';
import { EXIT_FAILURE, exitCodeOf } from './exit-codes.js';

/** Colours, or none: on anything but a terminal, and where `NO_COLOR` is set. */
export function colours(output: Output, env: CliContext['env']): ReturnType<typeof pc.createColors> {
  return pc.createColors(output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb');
}

/** A problem as one line of text. */
function formatProblem({ place, path, message }: Problem): string {
  return [place, path, message].filter((part) => part !== undefined && part !== '').join(': ');
}

/** Says that standard output cannot be written; `code` is that of the system. */
export function reportUnwritableOutput(
  code: string | undefined,
  { stderr, env }: Pick<CliContext, 'stderr' | 'env'>,
): void {
  const reason = code === undefined ? '' : ` (${code})`;
  stderr.write(`${colours(stderr, env).red('error:')} standard output cannot be written${reason}\n`);
}

/** Prints an error and says which exit code it leads to. */
export function reportError(error: unknown, { stderr, env }: CliContext): number {
  const paint = colours(stderr, env);
  if (error instanceof ScrapegateError) {
    stderr.write(`${paint.red('error:')} ${error.message} ${paint.dim(`(${error.code})`)}\n`);
    for (const problem of error.problems) stderr.write(`  ${formatProblem(problem)}\n`);
    return exitCodeOf(error.code);
  }
  // The message of an error nobody foresaw may hold anything; where it happened is enough to report it.
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const name = error instanceof Error ? error.name : typeof error;
  stderr.write(`${paint.red('error:')} ${name}: a fault of scrapegate itself; please report it\n`);
  for (const frame of frames) stderr.write(`${frame}\n`);
  return EXIT_FAILURE;
}
