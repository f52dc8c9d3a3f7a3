// Keeps aggregated counters over a restart: one file, replaced as a whole, so that a crash leaves the old or the new.
// It holds keyed hashes and numbers, no labels. The only file of this room, and the only one that it writes.

import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ScrapegateError } from '../errors.js';
import { inTurns } from '../internal/turns.js';
import type { CounterSnapshot } from './counter-state.js';
import type { LearnedMembership } from './membership.js';
import { encodeState, STATE_VERSION, type StateReading } from './state-text.js';
import type { AdmittedValues } from './value-caps.js';

/** The counters of one view, and what they were made under. */
export interface SavedView {
  readonly fingerprint: string;
  readonly counters: CounterSnapshot;
}

/** Saved views by name. */
export type SavedViews = ReadonlyMap<string, SavedView>;

/** What was found in the place of the state file. */
export type StateFileContent =
  | { readonly kind: 'read'; readonly views: SavedViews }
  | { readonly kind: 'absent' }
  /** It was moved to `movedTo`, so that nothing is lost. */
  | { readonly kind: 'damaged'; readonly movedTo: string };

/** Characters of the text that are written at once. */
const PIECE_LENGTH = 65_536;
/** Counters of a view are nobody's business but the gate's. */
const FILE_MODE = 0o600;
/** What `writeStateFile` adds to the name of a state file while it writes. */
const TEMPORARY_SUFFIX = /^\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/;

/**
 * Reads a state file, before the first is written; a damaged one is set aside, and what a crash left of unfinished ones
 * is removed.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_STATE_UNREADABLE when the file cannot be read or set aside.
 */
export async function readStateFile(path: string): Promise<StateFileContent> {
  await removeUnfinished(path);
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'absent' };
    throw unreadable(path, error);
  }
  const views = decode(content);
  if (views !== undefined) return { kind: 'read', views };
  const movedTo = `${path}.damaged`;
  try {
    await rename(path, movedTo);
  } catch (error) {
    throw unreadable(path, error);
  }
  return { kind: 'damaged', movedTo };
}

/**
 * Replaces a state file: written beside it while scrapes go on, forced to the disk, then renamed over it.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_STATE_UNREADABLE; the old file is untouched then.
 */
export async function writeStateFile(path: string, views: StateReading): Promise<void> {
  // A name of its own, made anew: what lies there already may have another mode, or be a link to elsewhere.
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', FILE_MODE);
    try {
      await writeFile(file, piecesOf(views));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unreadable(path, error);
  }
}

/** Each is as large as the state, and nobody else would ever remove it. What cannot be removed harms nothing else. */
async function removeUnfinished(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const unfinished = entries.filter(
    (entry) =>
      entry.isFile() && entry.name.startsWith(name) && TEMPORARY_SUFFIX.test(entry.name.slice(name.length)),
  );
  await Promise.all(unfinished.map((entry) => rm(join(folder, entry.name)).catch(() => undefined)));
}

/** Without this a power cut could undo the rename. Not every file system can. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (errorCode(error) !== 'EINVAL') throw error;
  } finally {
    await folder.close();
  }
}

/** The text in pieces that are worth a write. Others have their turn within each. */
async function* piecesOf(views: StateReading): AsyncGenerator<string, void> {
  const texts = encodeState(views);
  try {
    for (;;) {
      const piece = await inTurns(nextPiece(texts));
      if (piece === '') return;
      yield piece;
    }
  } finally {
    // A write that fails leaves the text unfinished.
    texts.return();
  }
}

function* nextPiece(texts: Iterator<string, void>): Generator<void, string> {
  let piece = '';
  while (piece.length < PIECE_LENGTH) {
    const next = texts.next();
    if (next.done === true) return piece;
    piece += next.value;
    yield;
  }
  return piece;
}

function decode(content: string): SavedViews | undefined {
  try {
    const file: unknown = JSON.parse(content);
    if (!isRecord(file) || file['version'] !== STATE_VERSION || !isRecord(file['views'])) return undefined;
    const views = new Map<string, SavedView>();
    for (const [name, saved] of Object.entries(file['views'])) {
      const view = decodeView(saved);
      if (view === undefined) return undefined;
      views.set(name, view);
    }
    return views;
  } catch {
    return undefined;
  }
}

function decodeView(saved: unknown): SavedView | undefined {
  if (!isRecord(saved) || typeof saved['fingerprint'] !== 'string' || !isRecord(saved['counters']))
    return undefined;
  const { slots, admitted, memberships } = saved['counters'];
  if (!Array.isArray(slots)) return undefined;
  return {
    fingerprint: saved['fingerprint'],
    counters: {
      slots: slots.map((slot: unknown) => {
        const record = isRecord(slot) ? slot : damaged();
        return {
          id: text(record['id']),
          metric: text(record['metric']),
          parts: list(record['parts']).map((entry) => {
            const [component, isShown, sum] = list(entry);
            return [text(component), isShown === true, list(sum).map(number)] as const;
          }),
          inputs: list(record['inputs']).map((entry) => {
            const [id, seenAtMs, last] = list(entry);
            const components = list(last).map((pair) => {
              const [component, value] = list(pair);
              return [text(component), number(value)] as const;
            });
            return [text(id), number(seenAtMs), components] as const;
          }),
        };
      }),
      ...(admitted !== undefined && { admitted: decodeAdmitted(admitted) }),
      ...(memberships !== undefined && { memberships: decodeMemberships(memberships) }),
    },
  };
}

function decodeAdmitted(admitted: unknown): AdmittedValues {
  return list(admitted).map((entry) => {
    const [set, values] = list(entry);
    return [text(set), list(values).map(text)] as const;
  });
}

function decodeMemberships(memberships: unknown): LearnedMembership {
  const { inside, outside, both } = isRecord(memberships) ? memberships : damaged();
  return {
    inside: list(inside).map(text),
    outside: list(outside).map(text),
    both: list(both).map(text),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : damaged();
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : damaged();
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  return value === 'Infinity' || value === '-Infinity' || value === 'NaN' ? Number(value) : damaged();
}

/** Caught by `decode`: a file is either as it was written, or damaged as a whole. */
function damaged(): never {
  throw new TypeError('damaged');
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function unreadable(path: string, cause: unknown): ScrapegateError {
  const problems = [
    { path, message: `${errorCode(cause)}; expected a file that the gate may read and replace` },
  ];
  return new ScrapegateError('ERR_SCRAPEGATE_STATE_UNREADABLE', `state file ${path}: ${errorCode(cause)}`, {
    problems,
    cause,
  });
}
