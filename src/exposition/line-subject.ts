// Whom a line that cannot be read is about, as far as its beginning tells: the least that has to be known to leave out
// a family. Reads more leniently than the formats allow, because a line that is out of shape is still about somebody.
// Pure, linear time.

import { LineScanner, takeName } from './scan.js';

/** Whom a line is about. */
export type LineSubject =
  | { readonly kind: 'metadata'; readonly name: string }
  /** Without a name where none can be read: the rest of a line that was broken in two, say. */
  | { readonly kind: 'sample'; readonly name?: string };

const KEYWORDS: ReadonlySet<string> = new Set(['TYPE', 'HELP', 'UNIT']);

/**
 * Whom `line` is about; undefined when it is metadata or a comment without a readable name, or blank, so that it could
 * be about anybody.
 */
export function lineSubject(line: string, quotedNames: boolean): LineSubject | undefined {
  const scanner = new LineScanner(line, quotedNames);
  scanner.takeBlanks();
  if (scanner.atEnd) return undefined;
  if (scanner.take('#')) {
    scanner.takeBlanks();
    if (!KEYWORDS.has(scanner.takeWord() ?? '')) return undefined;
    scanner.takeBlanks();
    const name = takeName(scanner);
    return name.ok ? { kind: 'metadata', name: name.value } : undefined;
  }
  if (scanner.take('{')) scanner.takeBlanks();
  const name = takeName(scanner);
  return name.ok ? { kind: 'sample', name: name.value } : { kind: 'sample' };
}
