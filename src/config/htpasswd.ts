// Files of users as htpasswd writes them: a name, a colon, a hash, one user a line. Read strictly: what servers would
// guess at is told with its line. Pure. Never repeats a name or a hash.

import { usernameProblem } from '../auth/basic.js';
import { parsePasswordHash } from '../auth/password.js';
import { Secret } from '../internal/secret.js';

/** A user of a file. */
export interface HtpasswdUser {
  readonly username: string;
  readonly passwordHash: Secret;
  /** From 1. */
  readonly line: number;
}

/** What was read, and what is wrong. */
export interface HtpasswdFile {
  readonly users: readonly HtpasswdUser[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Every check of a password looks through all users. */
const MAX_USERS = 1_000;

/** Reads the text of a file. Blank lines and those that begin with `#` are passed over. */
export function parseHtpasswd(text: string): HtpasswdFile {
  const users: HtpasswdUser[] = [];
  const problems: { line: number; message: string }[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    const entry = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (entry.trim() === '' || entry.startsWith('#')) continue;
    const colon = entry.indexOf(':');
    const username = entry.slice(0, Math.max(colon, 0));
    const hash = entry.slice(colon + 1);
    const message = entryProblem(colon, username, hash) ?? repeated(lineOf.get(username));
    if (message !== undefined) problems.push({ line, message });
    else users.push({ username, passwordHash: new Secret(hash), line });
    if (!lineOf.has(username)) lineOf.set(username, line);
  }
  if (users.length === 0 && problems.length === 0) problems.push({ line: 1, message: 'there is no user' });
  if (users.length > MAX_USERS) {
    problems.push({ line: users[MAX_USERS]?.line ?? 1, message: `there are more than ${MAX_USERS} users` });
  }
  return { users, problems };
}

function entryProblem(colon: number, username: string, hash: string): string | undefined {
  if (colon === -1) return 'expected a user name, a colon and a hash';
  const nameProblem = usernameProblem(username);
  if (nameProblem !== undefined) return `the user name is wrong: ${nameProblem}`;
  if (username.trim() !== username) return 'the user name begins or ends with a blank';
  const parsed = parsePasswordHash(hash);
  return parsed.ok ? undefined : parsed.error;
}

function repeated(line: number | undefined): string | undefined {
  return line === undefined ? undefined : `the user of line ${line} again; expected one line for each`;
}
