// `scrapegate token`: makes a token of 256 random bits and prints it once, with its digest and where both belong.
// The token is kept nowhere.

import { digestToken, formatTokenDigest, generateToken } from '../auth/digest.js';
import { isName } from '../config/names.js';
import { ScrapegateError } from '../errors.js';
import type { CliContext } from './context.js';
import { EXIT_OK } from './exit-codes.js';
import { colours } from './report.js';

/** What was asked for. */
export interface TokenCommandOptions {
  /** The name of the credential in the snippets. */
  readonly name: string;
}

/** Prints a new token. @throws {ScrapegateError} ERR_SCRAPEGATE_USAGE_INVALID for an impossible name. */
export function token({ name }: TokenCommandOptions, { stdout, env }: CliContext): number {
  if (!isName(name)) {
    throw new ScrapegateError(
      'ERR_SCRAPEGATE_USAGE_INVALID',
      '--name: expected a lower-case letter, then up to 62 of a-z, 0-9, _ and -',
    );
  }
  const secret = generateToken();
  const bold = colours(stdout, env).bold;
  stdout.write(`${bold('Token')} (shown once; keep it in a file of mode 0600 beside Prometheus)

  ${secret}

${bold('For the configuration of scrapegate')} (only the digest; name a view of yours)

  credentials:
    ${name}: { bearer_token_digest: "${formatTokenDigest(digestToken(secret))}", view: operations }

${bold('For prometheus.yml')}

  scrape_configs:
    - job_name: ${name}
      authorization: { type: Bearer, credentials_file: /etc/prometheus/scrapegate.token }
      static_configs: [{ targets: ["localhost:9087"] }]
`);
  return EXIT_OK;
}
