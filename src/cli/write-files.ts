// Writes several files, all of them or none: everything is checked and written under another name first, then put into
// its place. What is there already stays, unless it may be replaced; then it is put back where something goes wrong.

import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { errorCode } from '../config/file-access.js';
import { ScrapegateError, type Problem } from '../errors.js';

/** A file to write. */
export interface NewFile {
  /** Without a folder. */
  readonly name: string;
  readonly text: string;
  /** Of its permissions, whatever the umask. */
  readonly mode: number;
}

/** Takes back a step that was taken. */
type Undo = () => void;

/**
 * Writes `files` into `folder`, which is made where it is missing. With `replace`, files that are there go.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OUTPUT_FAILED with every file that stands in the way; then nothing has changed
 */
export function writeFiles(folder: string, files: readonly NewFile[], replace: boolean): void {
  refuseWhatIsThere(folder, files, replace);
  const undo: Undo[] = [];
  const madeFolders: string[] = [];
  /** Files that must not stay, whatever happens. */
  const unfinished = new Set<string>();
  let current = folder;
  try {
    makeFolder(folder, madeFolders);
    const staged = files.map((file) => {
      current = file.name;
      return stage(folder, file, unfinished);
    });
    for (const { path, temporary } of staged) {
      current = path.slice(folder.length + 1);
      place(path, temporary, { replace, unfinished, undo });
    }
  } catch (error) {
    for (const step of undo.toReversed()) attempt(step);
    for (const path of unfinished) attempt(() => unlinkSync(path));
    for (const made of madeFolders.toReversed()) attempt(() => rmdirSync(made));
    throw outputFailed([{ path: current, message: describe(errorCode(error)) }], error);
  }
  for (const path of unfinished) attempt(() => unlinkSync(path));
}

function refuseWhatIsThere(folder: string, files: readonly NewFile[], replace: boolean): void {
  const problems = files.flatMap(({ name }): readonly Problem[] => {
    const kind = kindOf(join(folder, name));
    if (kind === 'folder' || kind === 'device')
      return [{ path: name, message: `is a ${kind}; choose another folder with --output` }];
    if (kind === 'file' && !replace)
      return [
        { path: name, message: 'is there already; --force replaces it, --output takes another folder' },
      ];
    return [];
  });
  if (problems.length > 0) throw outputFailed(problems);
}

/** What is at a path, without following a link. */
function kindOf(path: string): 'nothing' | 'file' | 'folder' | 'device' {
  try {
    const found = lstatSync(path);
    if (found.isDirectory()) return 'folder';
    return found.isFile() || found.isSymbolicLink() ? 'file' : 'device';
  } catch {
    // Whatever else is wrong with the path is said when something is written there.
    return 'nothing';
  }
}

/** Makes a folder, and those above it that are missing; `made` has each, the outermost first. */
function makeFolder(folder: string, made: string[]): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  const innermost: string[] = [];
  for (let path = folder; path.length >= first.length; path = dirname(path)) innermost.push(path);
  made.push(...innermost.toReversed());
}

function stage(
  folder: string,
  { name, text, mode }: NewFile,
  unfinished: Set<string>,
): { readonly path: string; readonly temporary: string } {
  const path = join(folder, name);
  const temporary = temporaryName(path);
  const descriptor = openSync(temporary, 'wx', 0o600);
  unfinished.add(temporary);
  try {
    writeFileSync(descriptor, text);
    fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return { path, temporary };
}

function place(
  path: string,
  temporary: string,
  { replace, unfinished, undo }: { replace: boolean; unfinished: Set<string>; undo: Undo[] },
): void {
  if (!replace || kindOf(path) === 'nothing') {
    // Fails where somebody else made the file meanwhile, which a renaming would not.
    linkSync(temporary, path);
    undo.push(() => unlinkSync(path));
    return;
  }
  const before = temporaryName(path);
  linkSync(path, before);
  unfinished.add(before);
  renameSync(temporary, path);
  unfinished.delete(temporary);
  undo.push(() => renameSync(before, path));
}

function temporaryName(path: string): string {
  return `${path}.${randomBytes(8).toString('hex')}.tmp`;
}

function attempt(step: Undo): void {
  try {
    step();
  } catch {
    // The first error is the one to tell of.
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'is on a disk that cannot be written',
  ENOSPC: 'does not fit on the disk',
  ENOTDIR: 'is below something that is not a folder',
  EEXIST: 'was made by somebody else meanwhile',
};

function describe(code: string): string {
  return `${REASONS[code] ?? 'cannot be written'} (${code})`;
}

function outputFailed(problems: readonly Problem[], cause?: unknown): ScrapegateError {
  return new ScrapegateError('ERR_SCRAPEGATE_OUTPUT_FAILED', 'nothing was written', {
    problems,
    ...(cause !== undefined && { cause }),
  });
}
