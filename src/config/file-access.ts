// Reading the few files that configuration names, and creating the one that it may make.
// Bounded: a path that turns out to be a device or a huge file is refused, not read to its end.

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { errorCodeOf } from '../internal/error-code.js';
import { fail, ok, type Result } from '../internal/result.js';

/** Larger than any certificate chain or configuration. */
const MAX_FILE_BYTES = 1_048_576;

/** A named pipe, a socket or a device: reading it could wait for ever, or never end. */
const NOT_A_FILE = 'ENOTFILE';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'is below something that is not a folder',
  EFBIG: `is larger than ${String(MAX_FILE_BYTES)} bytes`,
  [NOT_A_FILE]: 'is not a regular file',
  ENAMETOOLONG: 'has too long a name; is this the content instead of the path?',
};

/** Reads a whole file, or throws an error with a `code`, as `node:fs` does. */
export type ReadFile = (path: string) => Uint8Array;

/** Reads a whole file of at most 1 MiB. @throws {Error} as `node:fs` does; `code` is `EFBIG` past the limit. */
export const readBoundedFile: ReadFile = (path) => {
  // Without O_NONBLOCK the open itself would wait for whoever writes into a named pipe.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile() && !status.isDirectory())
      throw Object.assign(new Error('not a file'), { code: NOT_A_FILE });
    const chunks: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const chunk = new Uint8Array(65_536);
      const length = readSync(descriptor, chunk);
      if (length === 0) return Buffer.concat(chunks);
      total += length;
      if (total > MAX_FILE_BYTES) throw Object.assign(new Error('file too large'), { code: 'EFBIG' });
      chunks.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
};

/** What is wrong with a file, from the error of reading it: `does not exist`, … Never its path or content. */
export function describeFileError(error: unknown): string {
  const code = errorCode(error);
  return REASONS[code] ?? `cannot be read (${code})`;
}

/** The content of a file, or what is wrong with it. */
export function tryReadFile(path: string, readFile: ReadFile): Result<Uint8Array, string> {
  // Node refuses such a path before any system call, with an error that quotes it.
  if (path.includes('\0')) return fail('has a name that no file can have');
  try {
    return ok(readFile(path));
  } catch (error) {
    return fail(describeFileError(error));
  }
}

/** Whether there is anything at `path`. */
export function isThere(path: string): boolean {
  return existsSync(path);
}

/**
 * Whether there is a pipe or a device at `path`, such as `/dev/stdout`: there is nothing in it that could be lost, and a
 * file in its place would be a mess.
 */
export function isStream(path: string): boolean {
  try {
    const found = statSync(path);
    return !found.isFile() && !found.isDirectory();
  } catch {
    return false;
  }
}

/** Whether there is a folder at `path`. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The `code` of a system error, such as `ENOENT`; `unknown` where there is none. */
export function errorCode(error: unknown): string {
  return errorCodeOf(error) ?? 'unknown';
}

/** Whether `createFileOnce` made the file, or found one that was there already. */
export type Creation = 'created' | 'existed';

/**
 * Creates `path` with mode 0600 and all of `content`, or leaves a file that is already there alone. Whoever else
 * creates it at the same time sees a whole file or none.
 * @throws {Error} as `node:fs` does
 */
export function createFileOnce(path: string, content: Uint8Array): Creation {
  const unfinished = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    writeNewFile(unfinished, content);
    return linkOnce(unfinished, path);
  } finally {
    // Also what a full disk took a part of.
    rmSync(unfinished, { force: true });
  }
}

function linkOnce(from: string, path: string): Creation {
  try {
    linkSync(from, path);
    return 'created';
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return 'existed';
    throw error;
  }
}

function writeNewFile(path: string, content: Uint8Array): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
