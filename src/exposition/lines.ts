// Cuts the bytes of an exposition into decoded lines, refusing what no line may hold.
// Pure. Decoding is strict: no byte is replaced, skipped or normalised. Text 0.0.4 ("Line format"), OpenMetrics 1.0
// ("Overall structure"): UTF-8, lines end with LF, no byte order mark.

import { isUtf8 } from 'node:buffer';

import type { ExpositionProblem } from './model.js';
import { type ExpositionReason, problemAt } from './problem.js';
import { fail, ok, type Result } from '../internal/result.js';

/** Bytes a line may have. The longest honest ones (labels with prompts or paths) stay far below; a flood does not. */
export const MAX_LINE_BYTES: number = 1024 * 1024;

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK: Uint8Array = Uint8Array.of(0xef, 0xbb, 0xbf);

/** The decoded lines of an exposition. */
export interface DecodedLines {
  /** Without their line feeds. */
  readonly lines: readonly string[];
  /** Whether the last line, too, ended with a line feed. */
  readonly complete: boolean;
}

/** Decodes `body` into lines; refuses empty bodies, byte order marks, bad UTF-8, NUL, CR and endless lines. */
export function decodeLines(body: Uint8Array): Result<DecodedLines, ExpositionProblem> {
  if (body.length === 0) return fail(problemAt(0, 'the exposition is empty'));
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) {
    return fail(problemAt(1, 'byte order mark'));
  }
  const lines: string[] = [];
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    const line = decodeLine(bytes.subarray(start, end));
    if (!line.ok) return fail(problemAt(lines.length + 1, line.error));
    lines.push(line.value);
    start = end + 1;
  }
  return ok({ lines, complete: bytes.at(-1) === LINE_FEED });
}

function decodeLine(bytes: Buffer): Result<string, ExpositionReason> {
  if (bytes.length > MAX_LINE_BYTES) return fail('line too long');
  if (!isUtf8(bytes)) return fail('invalid UTF-8');
  const line = bytes.toString('utf8');
  if (line.includes('\0')) return fail('NUL character');
  if (line.includes('\r')) return fail('carriage return');
  return ok(line);
}
