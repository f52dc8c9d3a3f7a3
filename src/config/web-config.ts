// Prometheus' own web configuration (`--web.config.file`), read as it is: users, TLS, client certificates.
// What it says is done, or refused with the reason, or named in a warning where it has no effect; never dropped in
// silence. Unlike there, a file that says nothing opens nothing.

import type { z } from 'zod';
import { usernameProblem } from '../auth/basic.js';
import type { CertificateNames } from '../auth/client-certificate.js';
import { looksLikeBcrypt } from '../auth/bcrypt-password.js';
import { parsePasswordHash } from '../auth/password.js';
import type { Warning } from '../errors.js';
import type { TlsOptions } from '../gateway/tls-options.js';
import { asRecord } from '../internal/option-problems.js';
import { Secret } from '../internal/secret.js';
import { knownKeysAt } from './json-schema.js';
import { formatPath, type ProblemList } from './problems.js';
import type { FileReader } from './secrets.js';
import { buildWebTls } from './web-config-tls.js';
import { webConfigSchema, type WebConfigFile } from './web-config-schema.js';
import { parseYamlText } from './yaml-text.js';

/** What a web configuration adds. */
export interface WebConfig {
  readonly users: readonly { readonly username: string; readonly passwordHash: Secret }[];
  readonly tls: TlsOptions | undefined;
  /** Where it requires a client certificate: which ones will do. */
  readonly certificate: CertificateNames | undefined;
  readonly warnings: readonly Warning[];
}

const NOTHING: WebConfig = { users: [], tls: undefined, certificate: undefined, warnings: [] };

/** Reads the text; relative paths in it are those of `reader`. What is wrong goes to `problems`, with its line. */
export function parseWebConfig(text: string, reader: FileReader, problems: ProblemList): WebConfig {
  const document = parseYamlText(text, problems);
  if (document === undefined || document === null) return NOTHING;
  const raw = asRecord(document);
  if (raw === undefined) {
    problems.add('', 'expected keys and their values, such as basic_auth_users');
    return NOTHING;
  }
  const checked = webConfigSchema.safeParse(raw);
  if (!checked.success) {
    addIssues(checked.error.issues, problems);
    return NOTHING;
  }
  const { tls_server_config: section, rate_limit: limit } = checked.data;
  if (limit?.interval !== undefined && !/^0+[a-z]*$/.test(String(limit.interval))) {
    problems.add(
      'rate_limit',
      'is one limit for all, which strangers could use up; set limits.requests_per_minute, which each credential has',
    );
  }
  const isTls = section !== undefined && Object.values(section).some((value) => value !== undefined);
  const built = isTls ? buildWebTls(section, reader, problems) : undefined;
  return {
    users: usersOf(raw['basic_auth_users'], problems),
    tls: built?.tls,
    certificate: built?.certificate,
    warnings: warningsOf([...(built?.ignored ?? []), ...ignoredOf(checked.data)]),
  };
}

/** From the document itself: a name such as `__proto__` is one that a schema may drop. Only those that are sound. */
function usersOf(given: unknown, problems: ProblemList): WebConfig['users'] {
  const users: { username: string; passwordHash: Secret }[] = [];
  for (const [username, hash] of Object.entries(asRecord(given) ?? {})) {
    const text = typeof hash === 'string' ? hash : '';
    const problem = userProblem(username, text);
    if (problem === undefined) users.push({ username, passwordHash: new Secret(text) });
    else problems.add(formatPath(['basic_auth_users', username]), problem);
  }
  return users;
}

function userProblem(username: string, hash: string): string | undefined {
  const nameProblem = usernameProblem(username);
  if (nameProblem !== undefined) return `is no user name: ${nameProblem}`;
  const parsed = parsePasswordHash(hash);
  if (!parsed.ok) return parsed.error;
  return looksLikeBcrypt(hash) ? undefined : 'is no bcrypt hash, which is all that belongs here';
}

function ignoredOf({ http_server_config: http }: WebConfigFile): readonly string[] {
  const headers = Object.entries(http?.headers ?? {}).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  return [
    ...(http?.http2 === true ? ['http_server_config.http2'] : []),
    // The gate sends it on every answer.
    ...headers
      .filter(([name]) => name !== 'X-Content-Type-Options')
      .map(([name]) => `http_server_config.headers.${name}`),
  ];
}

function warningsOf(ignored: readonly string[]): readonly Warning[] {
  if (ignored.length === 0) return [];
  return [
    {
      code: 'WARN_SCRAPEGATE_WEB_CONFIG_IGNORED',
      message: `without effect here, though in the web configuration: ${ignored.join(', ')}; remove what is named, unless other programs read the file`,
    },
  ];
}

function addIssues(issues: readonly z.core.$ZodIssue[], problems: ProblemList): void {
  for (const issue of issues) {
    if (issue.code === 'invalid_union') {
      const [first = []] = issue.errors;
      addIssues(
        first.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
        problems,
      );
    } else if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        problems.add(formatPath([...issue.path, key]), unknownKeyMessage(issue.path, key));
    } else {
      problems.add(formatPath(issue.path), issue.message);
    }
  }
}

function unknownKeyMessage(path: readonly PropertyKey[], key: string): string {
  return path.length === 0 && knownKeysAt([]).includes(key)
    ? 'belongs in a configuration of scrapegate; give that file with --config'
    : 'is not known in a web configuration';
}
