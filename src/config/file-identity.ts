// What a file is at a moment: enough to tell that it was written, replaced, or that a link on its way leads elsewhere.
// Kubernetes swaps a link in the middle of the path, so the resolved path counts as well. Content is not looked at.

import { realpathSync, statSync, type BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { errorCode, type ReadFile } from './file-access.js';

/** Two equal ones: nobody touched the file in between. */
export type FileIdentity = string;

/** What each file was just before it was read, by path. */
export type FileIdentities = ReadonlyMap<string, FileIdentity>;

/** What the file at `path` is now; a missing one is one state, an unreadable one another. */
export async function identifyFile(path: string): Promise<FileIdentity> {
  try {
    return identity(await stat(path, { bigint: true }), await realpath(path));
  } catch (error) {
    return errorCode(error);
  }
}

/**
 * A reader that notes what each file was just before it was read, whether it could be read or not: a change that comes
 * in between is then noticed by the next look.
 */
export function notingReader(readFile: ReadFile, noted: Map<string, FileIdentity>): ReadFile {
  return (path) => {
    noted.set(path, identifyNow(path));
    return readFile(path);
  };
}

function identifyNow(path: string): FileIdentity {
  try {
    return identity(statSync(path, { bigint: true }), realpathSync.native(path));
  } catch (error) {
    return errorCode(error);
  }
}

function identity({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats, resolvedPath: string): FileIdentity {
  return [dev, ino, size, mtimeNs, ctimeNs, resolvedPath].join(' ');
}
