// The public codes of errors and warnings, and the one error class that Scrapegate throws.
// Thrown only for wrong configuration, failed start-up and misuse of the API; requests get decisions instead.
// Codes are part of the contract: documented in docs/errors.md and docs/warnings/, and never reused.

/** Every error code. */
export const ERROR_CODES = [
  'ERR_SCRAPEGATE_CONFIG_INVALID',
  'ERR_SCRAPEGATE_CONFIG_UNREADABLE',
  'ERR_SCRAPEGATE_OPTIONS_INVALID',
  'ERR_SCRAPEGATE_LISTEN_FAILED',
  'ERR_SCRAPEGATE_STATE_UNREADABLE',
  'ERR_SCRAPEGATE_USAGE_INVALID',
  'ERR_SCRAPEGATE_TARGET_FAILED',
  'ERR_SCRAPEGATE_OUTPUT_FAILED',
  'ERR_SCRAPEGATE_MOUNT_REFUSED',
] as const;

/** One of the documented error codes. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Every warning code; each has a page under docs/warnings/. */
export const WARNING_CODES = [
  'WARN_SCRAPEGATE_CLOSED',
  'WARN_SCRAPEGATE_UNAUTHENTICATED',
  'WARN_SCRAPEGATE_ALLOWED_IPS_ONLY',
  'WARN_SCRAPEGATE_TOKEN_WEAK',
  'WARN_SCRAPEGATE_PASSWORD_HASH_WEAK',
  'WARN_SCRAPEGATE_WEB_CONFIG_IGNORED',
  'WARN_SCRAPEGATE_CREDENTIAL_UNUSABLE',
  'WARN_SCRAPEGATE_CERTIFICATE_UNUSABLE',
  'WARN_SCRAPEGATE_PLAIN_HTTP',
  'WARN_SCRAPEGATE_TARGET_OPEN',
  'WARN_SCRAPEGATE_TRUST_PROXY_ANY',
  'WARN_SCRAPEGATE_PSEUDONYM_KEY_EPHEMERAL',
  'WARN_SCRAPEGATE_STATE_DAMAGED',
  'WARN_SCRAPEGATE_RESTART_NEEDED',
  'WARN_SCRAPEGATE_NOTIFY_FAILED',
  'WARN_SCRAPEGATE_NODE_OUTDATED',
] as const;

/** One of the documented warning codes. */
export type WarningCode = (typeof WARNING_CODES)[number];

/** Something that the operator should know at start; also shown on the status page. */
export interface Warning {
  readonly code: WarningCode;
  /** One sentence: what is unsafe, and the way out. Never a secret. */
  readonly message: string;
}

/** One thing wrong, and where. */
export interface Problem {
  /** Where: a configuration path (`views.acme.only`), a variable name, a file. Empty for the whole. */
  readonly path: string;
  /** File and line, where known: `scrapegate.yml:12`. */
  readonly place?: string;
  /** What is wrong and what was expected instead. Never the value of a secret. */
  readonly message: string;
}

/** The one error class. `problems` lists everything that was found wrong, all at once. */
export class ScrapegateError extends Error {
  override readonly name = 'ScrapegateError';
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    message: string,
    details: { readonly problems?: readonly Problem[]; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.problems = details.problems ?? [];
  }
}
