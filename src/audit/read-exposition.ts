// From an answer to an exposition: strict first, then without the families that are malformed. Pure. Never throws.

import { formatByEnd } from '../exposition/format-by-end.js';
import type { Exposition, ExpositionProblem } from '../exposition/model.js';
import { allowsQuotedNames, formatOfContentType } from '../exposition/negotiate.js';
import { parseExposition } from '../exposition/parse.js';
import { TOO_MANY_SERIES } from '../exposition/problem.js';

/** More than any honest target has; each costs memory many times its bytes. */
export const MAX_AUDITED_SERIES = 500_000;

/** How much of a body tells what it is. */
const BEGINNING_BYTES = 64 * 1024;
const METADATA = /^# (?:HELP|TYPE) [a-zA-Z_:"]/m;
const SAMPLE = /^[a-zA-Z_:][a-zA-Z0-9_:]{0,200}(?:\{[^\n]*\})? [-+]?(?:[0-9.]|[Nn]a[Nn]|[Ii]nf)/m;

/** What a body turned out to be. */
export interface ReadExposition {
  /** What could be read; malformed families are left out. Absent where nothing could. */
  readonly exposition?: Exposition;
  /** What was first wrong. */
  readonly problem?: ExpositionProblem;
  /** Whether it has more series than an audit reads. */
  readonly tooLarge: boolean;
}

/** Reads a body under the Content-Type that it came with; without one as what it looks like. */
export function readExposition(body: Uint8Array, contentType: string | undefined): ReadExposition {
  const format = formatOfContentType(contentType) ?? formatByEnd(body);
  const quotedNames = contentType === undefined ? true : allowsQuotedNames(contentType);
  const strict = parseExposition(body, format, {
    maxSeries: MAX_AUDITED_SERIES,
    ...(quotedNames && { quotedNames }),
  });
  if (strict.ok) return { exposition: strict.value, tooLarge: false };
  if (strict.error.reason === TOO_MANY_SERIES) return { tooLarge: true };
  const rest = parseExposition(body, format, {
    maxSeries: MAX_AUDITED_SERIES,
    onMalformed: 'quarantine',
    ...(quotedNames && { quotedNames }),
  });
  return {
    ...(rest.ok && { exposition: rest.value }),
    problem: strict.error,
    tooLarge: !rest.ok && rest.error.reason === TOO_MANY_SERIES,
  };
}

/** Whether the beginning of a body looks like metrics, whatever its Content-Type says. */
export function looksLikeExposition(body: Uint8Array): boolean {
  const beginning = Buffer.from(body.subarray(0, BEGINNING_BYTES)).toString('utf8');
  if (/^\s*[<[]/.test(beginning)) return false;
  return METADATA.test(beginning) || SAMPLE.test(beginning);
}

/** The metric names at the beginning of a body, to tell whether two bodies are of the same source. */
export function namesAtBeginning(body: Uint8Array): ReadonlySet<string> {
  const beginning = Buffer.from(body.subarray(0, BEGINNING_BYTES)).toString('utf8');
  return new Set([...beginning.matchAll(/^# TYPE (\S{1,200}) /gm)].map(([, name]) => name ?? ''));
}
