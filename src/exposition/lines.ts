// Walks over the bytes of an exposition line by line, refusing what no line may hold.
// Holds one decoded line at a time: a body of line feeds must not become an array of empty strings.
// Decoding is strict: no byte is replaced, skipped or normalised. Text 0.0.4 ("Line format"), OpenMetrics 1.0
// ("Overall structure"): UTF-8, lines end with LF, no byte order mark.

import { isUtf8 } from 'node:buffer';

import type { ExpositionProblem } from './model.js';
import { type ExpositionReason, problemAt } from './problem.js';
import { fail, ok, type Result } from '../internal/result.js';

/** Bytes a line may have. The longest honest ones (labels with prompts or paths) stay far below; a flood does not. */
export const MAX_LINE_BYTES: number = 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NUL = 0x00;
const BYTE_ORDER_MARK: Uint8Array = Uint8Array.of(0xef, 0xbb, 0xbf);

/** One line of an exposition. */
export interface DecodedLine {
  /** From 1. */
  readonly number: number;
  /** Without its line feed. */
  readonly text: string;
  /** Whether it ended with a line feed; only the last line may not. */
  readonly complete: boolean;
}

/**
 * The lines of `body` in order, decoded one by one as they are asked for. Ends after the first problem: an empty body,
 * a byte order mark, bad UTF-8, NUL, CR or an endless line.
 */
export function* decodeLines(body: Uint8Array): Generator<Result<DecodedLine, ExpositionProblem>, void> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length === 0) {
    yield fail(problemAt(0, 'the exposition is empty'));
    return;
  }
  if (bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) {
    yield fail(problemAt(1, 'byte order mark'));
    return;
  }
  // Three passes at the speed of memory, so that the lines of an honest body need no look at their bytes.
  const clean = isUtf8(bytes) && !bytes.includes(NUL) && !bytes.includes(CARRIAGE_RETURN);
  let start = 0;
  for (let number = 1; start < bytes.length; number += 1) {
    const found = bytes[start] === LINE_FEED ? start : bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    const reason = end - start > MAX_LINE_BYTES ? 'line too long' : undefined;
    const flaw = reason ?? (clean ? undefined : flawOf(bytes.subarray(start, end)));
    if (flaw !== undefined) {
      yield fail(problemAt(number, flaw));
      return;
    }
    yield ok({ number, text: bytes.toString('utf8', start, end), complete: found !== -1 });
    start = end + 1;
  }
}

/** What no line may hold. */
export function flawOf(line: Buffer): ExpositionReason | undefined {
  if (!isUtf8(line)) return 'invalid UTF-8';
  if (line.includes(NUL)) return 'NUL character';
  return line.includes(CARRIAGE_RETURN) ? 'carriage return' : undefined;
}
