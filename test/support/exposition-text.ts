// Short ways to parse and print expositions that a test writes as text.

import { type ParseOptions, parseExposition } from '../../src/exposition/parse.js';
import type { Exposition, ExpositionFormat, ExpositionProblem } from '../../src/exposition/model.js';
import { type SerialiseOptions, serialiseExposition } from '../../src/exposition/serialise.js';
import type { Result } from '../../src/internal/result.js';

export function parseText(
  body: string,
  format: ExpositionFormat = 'text',
  options: ParseOptions = {},
): Result<Exposition, ExpositionProblem> {
  return parseExposition(Buffer.from(body, 'utf8'), format, options);
}

/** The canonical text of `body`; a refusal as `line: reason`. */
export function reprint(
  body: string,
  format: ExpositionFormat = 'text',
  options: ParseOptions & SerialiseOptions = {},
): string {
  const parsed = parseText(body, format, options);
  return parsed.ok
    ? Buffer.from(serialiseExposition(parsed.value, options)).toString('utf8')
    : `${parsed.error.line}: ${parsed.error.reason}`;
}
