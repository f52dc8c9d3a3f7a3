// The credential and the authorities of an audit, from the files that its options name.

import { readBoundedFile } from '../config/file-access.js';
import { ProblemList } from '../config/problems.js';
import { FileReader } from '../config/secrets.js';
import type { Problem } from '../errors.js';
import { Secret } from '../internal/secret.js';
import type { AuditOptions } from '../audit/audit.js';

/** Options that name files. */
export interface AuditCredentialOptions {
  readonly bearerTokenFile?: string;
  /** `user:file`, or a file with `user:password`. */
  readonly basic?: string;
  readonly caFile?: string;
}

/** What the files hold; every problem goes into `problems`. */
export function readAuditCredential(
  { bearerTokenFile, basic, caFile }: AuditCredentialOptions,
  problems: Problem[],
): Pick<AuditOptions, 'credential' | 'ca'> {
  const found = new ProblemList();
  const files = new FileReader({ configPath: undefined, readFile: readBoundedFile, problems: found });
  if (bearerTokenFile !== undefined && basic !== undefined) {
    found.add('--bearer-token-file', 'is given together with --basic; keep one of the two');
  }
  const token =
    bearerTokenFile === undefined ? undefined : files.secretFile('--bearer-token-file', bearerTokenFile);
  const pair = basic === undefined ? undefined : readBasic(basic, files, found);
  const ca = caFile === undefined ? undefined : files.text('--ca-file', caFile);
  problems.push(...found.all);
  return {
    credential: token === undefined ? pair : { kind: 'bearer', token },
    ca,
  };
}

function readBasic(given: string, files: FileReader, found: ProblemList): AuditOptions['credential'] {
  const colon = given.indexOf(':');
  if (colon > 0) {
    const password = files.secretFile('--basic', given.slice(colon + 1));
    return password === undefined ? undefined : { kind: 'basic', username: given.slice(0, colon), password };
  }
  const line = files.secretFile('--basic', given)?.reveal();
  if (line === undefined) return undefined;
  const end = line.indexOf(':');
  if (end < 1) {
    found.add('--basic', 'names a file without user:password; expected one line with both');
    return undefined;
  }
  return { kind: 'basic', username: line.slice(0, end), password: new Secret(line.slice(end + 1)) };
}
