// What one line of an exposition says, before it is known to which family it belongs.

import type { ExpositionReason } from './problem.js';
import type { Sample } from './model.js';
import type { Result } from '../internal/result.js';

/** The keyword of a metadata line. */
export type MetadataKeyword = 'TYPE' | 'HELP' | 'UNIT';

/** A metadata line: `# <keyword> <name> <text>`; a HELP text is decoded. */
export interface MetadataLine {
  readonly kind: 'metadata';
  readonly keyword: MetadataKeyword;
  readonly name: string;
  readonly text: string;
}

/** A sample line. */
interface SampleLine {
  readonly kind: 'sample';
  readonly sample: Sample;
}

/** One line: metadata, a sample, nothing of interest, or OpenMetrics' end mark. */
export type LineContent = MetadataLine | SampleLine | { readonly kind: 'nothing' } | { readonly kind: 'end' };

/** Reads one line of one format; `quotedNames` tells whether names may stand in quotes. */
export type LineReader = (line: string, quotedNames: boolean) => Result<LineContent, ExpositionReason>;
