// Short ways to parse and print expositions that a test writes as text.

import { parseExposition } from '../../src/exposition/parse.js';
import type { Exposition, ExpositionFormat, ExpositionProblem } from '../../src/exposition/model.js';
import { serialiseExposition } from '../../src/exposition/serialise.js';
import type { Result } from '../../src/internal/result.js';

export function parseText(
  body: string,
  format: ExpositionFormat = 'text',
): Result<Exposition, ExpositionProblem> {
  return parseExposition(Buffer.from(body, 'utf8'), format);
}

/** The canonical text of `body`; a refusal as `line: reason`. */
export function reprint(body: string, format: ExpositionFormat = 'text'): string {
  const parsed = parseText(body, format);
  return parsed.ok
    ? Buffer.from(serialiseExposition(parsed.value)).toString('utf8')
    : `${parsed.error.line}: ${parsed.error.reason}`;
}
