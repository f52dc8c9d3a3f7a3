// `scrapegate token`: makes a token of 256 random bits and prints it once, with its digest and where both belong.
// The token is kept nowhere.

import { digestToken, formatTokenDigest, generateToken } from '../auth/digest.js';
import { isName, VIEW_PLACEHOLDER } from '../config/names.js';
import { ScrapegateError } from '../errors.js';
import type { CliContext } from './context.js';
import { EXIT_OK } from './exit-codes.js';
import { colours } from './report.js';

/** What was asked for. */
export interface TokenCommandOptions {
  /** The name of the credential in the snippets. */
  readonly name: string;
  /** The view that it is to see. Absent: a placeholder, which `check` refuses. */
  readonly view?: string;
}

/** Prints a new token. @throws {ScrapegateError} ERR_SCRAPEGATE_USAGE_INVALID for an impossible name. */
export function token({ name, view }: TokenCommandOptions, { stdout, env }: CliContext): number {
  assertName('--name', name);
  if (view !== undefined) assertName('--view', view);
  const secret = generateToken();
  const bold = colours(stdout, env).bold;
  const about =
    view === undefined
      ? 'only the digest; add below credentials: and name a view of yours'
      : 'only the digest; add below credentials:';
  stdout.write(`${bold('Token')} (shown once; keep it in a file of mode 0600 beside Prometheus)

  ${secret}

${bold('For the configuration of scrapegate')} (${about})

  ${name}: { bearer_token_digest: "${formatTokenDigest(digestToken(secret))}", view: ${view ?? VIEW_PLACEHOLDER} }

${bold('For prometheus.yml')} (add below scrape_configs:)

  - job_name: scrapegate-${name}
    authorization: { type: Bearer, credentials_file: /etc/prometheus/scrapegate-${name}.token }
    static_configs: [{ targets: ["127.0.0.1:9087"] }]
`);
  return EXIT_OK;
}

function assertName(option: string, name: string): void {
  if (isName(name)) return;
  throw new ScrapegateError(
    'ERR_SCRAPEGATE_USAGE_INVALID',
    `${option}: expected a lower-case letter, then up to 62 of a-z, 0-9, _ and -`,
  );
}
