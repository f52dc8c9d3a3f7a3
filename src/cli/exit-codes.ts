// The exit codes of every command, and which error leads to which.

import type { ErrorCode } from '../errors.js';

/** All went well. */
export const EXIT_OK = 0;
/** Something failed that is not the fault of what was typed or configured. */
export const EXIT_FAILURE = 1;
/** The command line or the configuration is wrong. */
export const EXIT_USAGE = 2;
/** An audit has a finding at or above what `--fail-on` names. */
export const EXIT_FINDINGS = 3;

/** For the end of every help text. */
export const EXIT_CODES_HELP = `
Exit codes:
  0  success
  1  failure, such as a port in use
  2  wrong usage or configuration; every problem is listed
  3  audit: a finding at or above --fail-on`;

const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  ERR_SCRAPEGATE_CONFIG_INVALID: EXIT_USAGE,
  ERR_SCRAPEGATE_CONFIG_UNREADABLE: EXIT_USAGE,
  ERR_SCRAPEGATE_OPTIONS_INVALID: EXIT_USAGE,
  ERR_SCRAPEGATE_USAGE_INVALID: EXIT_USAGE,
  ERR_SCRAPEGATE_MOUNT_REFUSED: EXIT_USAGE,
  ERR_SCRAPEGATE_LISTEN_FAILED: EXIT_FAILURE,
  ERR_SCRAPEGATE_STATE_UNREADABLE: EXIT_FAILURE,
  ERR_SCRAPEGATE_TARGET_FAILED: EXIT_FAILURE,
  ERR_SCRAPEGATE_OUTPUT_FAILED: EXIT_FAILURE,
};

/** The exit code that an error ends the process with. */
export function exitCodeOf(code: ErrorCode): number {
  return EXIT_CODES[code];
}
