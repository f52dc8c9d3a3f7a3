// The exposition that a command looks at: of a URL, a file, or standard input. Bounded, whatever it turns out to be.

import { createReadStream } from 'node:fs';
import { describeFileError, errorCode, readBoundedFile, tryReadFile } from '../config/file-access.js';
import { ScrapegateError } from '../errors.js';
import { printable } from '../internal/printable.js';
import { Secret } from '../internal/secret.js';
import { bytesOfFile, describeFailure, fetchOnce, type ExpositionBytes } from '../setup/exposition-source.js';
import type { HttpTargetOptions } from '../targets/options.js';
import type { CliContext } from './context.js';

/** As much as a target may answer by default. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Longer than any token; what is longer is the wrong file. */
const MAX_TOKEN_LENGTH = 16_384;

/** Whether an argument is a URL rather than the path of a file. */
export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** Asks a target once. @throws {ScrapegateError} ERR_SCRAPEGATE_TARGET_FAILED */
export async function fetchExposition(
  options: HttpTargetOptions,
  { clock }: Pick<CliContext, 'clock'>,
): Promise<ExpositionBytes> {
  const fetched = await fetchOnce(options, clock);
  if (fetched.ok) return fetched.value;
  throw targetFailed(`the target ${describeFailure(fetched.error)}`);
}

/** The error of a target, or a file, that gives no exposition. `message` has no text that somebody else chose. */
export function targetFailed(message: string): ScrapegateError {
  return new ScrapegateError('ERR_SCRAPEGATE_TARGET_FAILED', message);
}

/** Reads a file, or standard input for `-`. @throws {ScrapegateError} ERR_SCRAPEGATE_TARGET_FAILED */
export async function readInput(path: string, context: Pick<CliContext, 'stdin'>): Promise<ExpositionBytes> {
  return bytesOfFile(await readBytes(path, context, MAX_BYTES));
}

/** The same, as it came, and at most `maxBytes` of it. @throws {ScrapegateError} ERR_SCRAPEGATE_TARGET_FAILED */
export async function readBytes(
  path: string,
  { stdin }: Pick<CliContext, 'stdin'>,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of path === '-' ? stdin : createReadStream(path)) {
      const bytes: Uint8Array = Buffer.from(chunk);
      total += bytes.length;
      if (total > maxBytes) throw targetFailed(`${nameOf(path)} is larger than ${String(maxBytes)} bytes`);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof ScrapegateError) throw error;
    const hint = errorCode(error) === 'ENOENT' ? '; an address begins with http:// or https://' : '';
    throw targetFailed(`${nameOf(path)} ${describeFileError(error)}${hint}`);
  }
  return Buffer.concat(chunks);
}

/** A path as it was given, without what a terminal would act on. */
export function asciiPath(path: string): string {
  return path.replaceAll(/[^\x20-\x7e]/g, '·');
}

function nameOf(path: string): string {
  if (path === '-') return 'standard input';
  // What is no file may be an address without its scheme, with a password or a key in it.
  const withoutSecrets = asciiPath(path)
    .replace(/^[^/]*:[^/]*@/, '…@')
    .replace(/\?.*$/, '?…');
  return `the file ${withoutSecrets}`;
}

/** The token in a file, without the line break at its end. @throws {ScrapegateError} ERR_SCRAPEGATE_USAGE_INVALID */
export function readTokenFile(path: string): Secret {
  const content = tryReadFile(path, readBoundedFile);
  if (!content.ok) throw wrongTokenFile(path, content.error);
  const token = Buffer.from(content.value)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (!/^[\x21-\x7e]+$/.test(token) || token.length > MAX_TOKEN_LENGTH)
    throw wrongTokenFile(path, 'holds no token; expected one line of visible ASCII');
  return new Secret(token);
}

function wrongTokenFile(path: string, what: string): ScrapegateError {
  // What does not begin as a path does may be the token itself.
  const named = /^\.{0,2}\//.test(path) ? `the file ${printable(path)}` : 'the file';
  return new ScrapegateError('ERR_SCRAPEGATE_USAGE_INVALID', `--bearer-token-file: ${named} ${what}`);
}
