// The key of the pseudonyms: read from its file, or made once beside the state file and kept from then on.
// A short or constant key is refused: against it, a list of a million e-mail addresses is tried in seconds.

import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { createFileOnce, errorCode, isThere } from './file-access.js';
import type { ProblemList } from './problems.js';
import type { FileReader } from './secrets.js';

const MIN_KEY_BYTES = 32;
/** 32 random bytes have fewer distinct values than this about never; a filled file always does. */
const MIN_DISTINCT_BYTES = 8;
const KEPT_NAME = 'pseudonym.key';
const PRINTABLE_TEXT = /^[\x20-\x7e]*\r?\n?$/;

/** The key in the file; undefined, with a problem at `setting`, where there is none worth the name. */
export function readPseudonymKey(
  setting: string,
  path: string,
  reader: FileReader,
  problems: ProblemList,
): Uint8Array | undefined {
  const bytes = reader.bytes(setting, path);
  if (bytes === undefined) return undefined;
  const key = withoutLineBreak(bytes);
  if (key.length < MIN_KEY_BYTES) {
    problems.add(
      setting,
      reader.about(
        path,
        `has ${String(key.length)} bytes; expected at least ${String(MIN_KEY_BYTES)}, such as openssl rand -hex 32 prints`,
      ),
    );
    return undefined;
  }
  if (new Set(key).size < MIN_DISTINCT_BYTES) {
    problems.add(
      setting,
      reader.about(path, 'repeats a few bytes; expected random ones, such as openssl rand -hex 32 prints'),
    );
    return undefined;
  }
  return key;
}

/** Text ends with a line break that is not meant; random bytes may end with the same byte and mean it. */
function withoutLineBreak(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  return PRINTABLE_TEXT.test(text) ? Buffer.from(text.replace(/\r?\n$/, ''), 'latin1') : bytes;
}

/** Where the key is kept beside a state file. */
export function keptKeyPath(stateFile: string): string {
  return join(dirname(stateFile), KEPT_NAME);
}

/** A key for a look at the configuration that must leave nothing behind: the one that is kept, or one for now. */
export function previewPseudonymKey(
  setting: string,
  path: string,
  reader: FileReader,
  problems: ProblemList,
): Uint8Array | undefined {
  return isThere(path) ? readPseudonymKey(setting, path, reader, problems) : randomBytes(MIN_KEY_BYTES);
}

/**
 * The key at `path`, made there with mode 0600 when it is missing. Of several replicas that start at once, all get the
 * key of the one that was first.
 */
export function keepPseudonymKey(
  setting: string,
  path: string,
  reader: FileReader,
  problems: ProblemList,
): Uint8Array | undefined {
  try {
    createFileOnce(path, randomBytes(MIN_KEY_BYTES));
  } catch (error) {
    problems.add(
      setting,
      `is in a folder where ${KEPT_NAME} cannot be created (${errorCode(error)}); make it writable or set pseudonym_key_file`,
    );
    return undefined;
  }
  return readPseudonymKey(setting, path, reader, problems);
}
