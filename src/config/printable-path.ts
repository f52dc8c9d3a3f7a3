// Which paths of files may be repeated in a message. A secret is sometimes typed where the path of its file belongs,
// and a message must not be what makes it known.

import { dirname, basename } from 'node:path';

/** A name that a secret does not have: short words, and the end of a file of this kind. */
const FILE_NAME =
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,40}(?:\.[a-z0-9_-]{1,20}){0,2}\.(?:key|token|secret|password|passwd|pass|hash|txt|pem|crt|cer|cert|ca|ya?ml)$/;
const PLAIN_NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * `path` in quotes, or undefined where `written`, the text it came from, could be a secret: it has to name a folder that
 * there is (not the root alone, as any text that begins with a slash does), or to end as files with secrets do.
 */
export function printablePath(
  written: string,
  path: string,
  isFolder: (path: string) => boolean,
): string | undefined {
  if (!PRINTABLE.test(path)) return undefined;
  const name = basename(path);
  const namesFolder = written.includes('/') && dirname(path) !== '/' && isFolder(dirname(path));
  const isFileName = !written.includes('/') && FILE_NAME.test(written);
  return (namesFolder && PLAIN_NAME.test(name)) || isFileName ? JSON.stringify(path) : undefined;
}
