// Which format a body is in when nobody says. OpenMetrics ends with a line of its own, which text 0.0.4 could have as a
// comment alone, and nobody ends it with one.

import type { ExpositionFormat } from './model.js';
import { END_OF_EXPOSITION } from './openmetrics-format.js';

/** How much of a body is looked at: its last line, and what blanks an editor may have left behind it. */
const END_LENGTH = 64;

/** OpenMetrics where `# EOF` is the last line of `body`, else text. */
export function formatByEnd(body: Uint8Array | string): ExpositionFormat {
  const end =
    typeof body === 'string'
      ? body.slice(-END_LENGTH)
      : Buffer.from(body.subarray(-END_LENGTH)).toString('latin1');
  return end.trimEnd().split('\n').at(-1) === END_OF_EXPOSITION ? 'openmetrics' : 'text';
}
