// Parses a whole exposition: strict, all or nothing, unless malformed families may be left out. Never throws, whatever
// the bytes; never returns a part of a family.
// The reference implementation: clear before fast. Prometheus text 0.0.4 and OpenMetrics 1.0.

import { FamilyBuilder } from './family-builder.js';
import type { LineContent } from './line-content.js';
import { LINE_READERS } from './line-readers.js';
import { MAX_IDLE_LINES, type ParseLimits } from './limits.js';
import { type DecodedLine, decodeLines } from './lines.js';
import type { Exposition, ExpositionFormat, ExpositionProblem } from './model.js';
import { END_OF_EXPOSITION } from './openmetrics-format.js';
import { problemAt } from './problem.js';
import type { OnMalformed } from './quarantine.js';
import { fail, type Result } from '../internal/result.js';
import { atOnce } from '../internal/turns.js';

/** Letters after which others may have their turn, and as how many a line counts: some milliseconds of work. */
const SLICE_LETTERS = 64 * 1024;
const LETTERS_OF_LINE = 128;

/** How to read an exposition. */
export interface ParseOptions extends ParseLimits {
  /**
   * Whether names may stand in quotes, and so hold any character: text 1.0.0, and OpenMetrics with
   * `escaping=allow-utf-8`, which targets are always asked for. Default: in OpenMetrics alone.
   */
  readonly quotedNames?: boolean;
  /** What becomes of a malformed family. @default 'fail' */
  readonly onMalformed?: OnMalformed;
}

/**
 * Parses `body` as `format`: the whole exposition, or the first problem found. Under `quarantine` malformed families are
 * left out, and the first problem that concerns more than a family is given, or leaves none.
 *
 * Free comments are dropped. Reading stops at the first series beyond `options.maxSeries`. The problem names line and reason, never text of the exposition.
 */
export function parseExposition(
  body: Uint8Array,
  format: ExpositionFormat,
  options: ParseOptions = {},
): Result<Exposition, ExpositionProblem> {
  return atOnce(parseInSlices(body, format, options));
}

/** The same in slices, between which others can have their turn. */
export function* parseInSlices(
  body: Uint8Array,
  format: ExpositionFormat,
  options: ParseOptions = {},
): Generator<void, Result<Exposition, ExpositionProblem>> {
  const readLine = LINE_READERS[format];
  const quotedNames = options.quotedNames ?? format === 'openmetrics';
  const builder = new FamilyBuilder(format, { onMalformed: 'fail', ...options, quotedNames });
  let idleLines = 0;
  let letters = 0;
  let ended = false;
  for (const decoded of decodeLines(body)) {
    if (!decoded.ok) return decoded;
    const { number, text } = decoded.value;
    letters += text.length + LETTERS_OF_LINE;
    if (letters >= SLICE_LETTERS) {
      letters = 0;
      yield;
    }
    if (ended) return fail(problemAt(number, 'text after # EOF'));
    if (isCutOff(decoded.value, format)) return fail(problemAt(number, 'the last line is cut off'));
    const content = readLine(text, quotedNames);
    if (!content.ok) {
      const unreadable = builder.addUnreadable(text, number, content.error);
      if (unreadable !== undefined) return fail(unreadable);
      continue;
    }
    if (content.value.kind === 'nothing') idleLines += 1;
    if (idleLines > MAX_IDLE_LINES) return fail(problemAt(number, 'too many blank lines and comments'));
    const problem = addLine(builder, content.value, number);
    if (problem !== undefined) return fail(problem);
    ended = content.value.kind === 'end';
  }
  if (format === 'openmetrics' && !ended) return fail(problemAt(0, '# EOF missing'));
  return builder.finish();
}

function addLine(builder: FamilyBuilder, content: LineContent, line: number): ExpositionProblem | undefined {
  if (content.kind === 'metadata') return builder.addMetadata(content, line);
  return content.kind === 'sample' ? builder.addSample(content.sample, line) : undefined;
}

/** A body may end without a line feed in one place alone: OpenMetrics leaves it open after `# EOF`. */
function isCutOff({ text, complete }: DecodedLine, format: ExpositionFormat): boolean {
  return !complete && !(format === 'openmetrics' && text === END_OF_EXPOSITION);
}
