// Reads the samples of a rendered view that somebody asks for, from the bytes of their lines; everything else is passed
// over after its name. It relies on what the serialiser of views promises: `name{a="b"} value`, one space, one escaping.

import { numberAt } from '../../exposition/incremental/value-reader.js';
import type { LineVisitor } from './lines.js';
import type { NameTable } from './name-table.js';

const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const LETTER_E = 0x65;
const LETTER_L = 0x6c;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
/** Of `# TYPE `, `# HELP ` and `# UNIT `. */
const METADATA_LENGTH = 7;
const LETTER_T = 0x54;
const LETTER_Y = 0x59;

/** A sample that was read. One object for all of them: nobody may keep it. */
export interface ReadSample {
  readonly value: number;
  /** The line, and where the value of its label `le` stands in it; equal numbers where it has none. */
  readonly bytes: Uint8Array;
  readonly boundFrom: number;
  readonly boundTo: number;
}

/** Hears of the samples of one name. */
export interface SampleSink {
  take(sample: ReadSample): void;
}

/** Who hears of what. */
export interface SampleReaderOptions {
  /** By the names of samples. */
  readonly sinks: NameTable<SampleSink>;
  /** Is told the names of families in metadata lines, and those of samples. */
  readonly named?: (bytes: Uint8Array, from: number, to: number) => void;
  /** By the names of families: is told the type of each, before its samples. */
  readonly types?: NameTable<TypeSink>;
}

/** Hears of the type of a family. */
export interface TypeSink {
  declare(type: string): void;
}

/** A visitor of the lines of a view. */
export function createSampleReader({ sinks, named, types }: SampleReaderOptions): LineVisitor {
  const nothing: Uint8Array = new Uint8Array(0);
  const sample = { value: 0, bytes: nothing, boundFrom: 0, boundTo: 0 };
  return (bytes, from, to) => {
    if (bytes[from] === HASH) {
      const at = from + METADATA_LENGTH;
      const hasQuotes = bytes[at] === QUOTE;
      const name = hasQuotes ? at + 1 : at;
      const nameTo = hasQuotes ? quoteEnd(bytes, name, to) : nameEnd(bytes, name, to);
      named?.(bytes, name, nameTo);
      if (bytes[from + 2] !== LETTER_T || bytes[from + 3] !== LETTER_Y) return;
      const typeAt = nameTo + (hasQuotes ? 2 : 1);
      types?.find(bytes, name, nameTo)?.declare(Buffer.from(bytes.subarray(typeAt, to)).toString('latin1'));
      return;
    }
    const isQuoted = bytes[from] === OPENING_BRACE;
    const start = isQuoted ? from + 2 : from;
    const end = isQuoted ? quoteEnd(bytes, start, to) : nameEnd(bytes, start, to);
    named?.(bytes, start, end);
    const sink = sinks.find(bytes, start, end);
    if (sink === undefined) return;
    sample.bytes = bytes;
    sample.boundFrom = 0;
    sample.boundTo = 0;
    const labels = isQuoted ? end + 1 : end;
    const valueAt = bytes[labels] === SPACE ? labels + 1 : readLabels(sample, labels, to) + 2;
    if (valueAt >= to) return;
    sample.value = numberAt(bytes, valueAt, to);
    sink.take(sample);
  };
}

/** Takes note of the label `le`; gives the place of the closing brace. `at`: the brace or comma before the first label. */
function readLabels(
  sample: { readonly bytes: Uint8Array; boundFrom: number; boundTo: number },
  at: number,
  to: number,
): number {
  const { bytes } = sample;
  let before = at;
  while (before < to && bytes[before] !== CLOSING_BRACE) {
    let quote = before + 1;
    // The name of a label may be in quotes itself.
    if (bytes[quote] === QUOTE) quote = quoteEnd(bytes, quote + 1, to) + 1;
    while (quote < to && bytes[quote] !== QUOTE) quote += 1;
    if (quote >= to) break;
    const end = quoteEnd(bytes, quote + 1, to);
    if (bytes[before + 1] === LETTER_L && bytes[before + 2] === LETTER_E && bytes[before + 3] === EQUALS) {
      sample.boundFrom = quote + 1;
      sample.boundTo = end;
    }
    before = end + 1;
    if (bytes[before] !== COMMA) break;
  }
  return before;
}

function nameEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== SPACE && bytes[at] !== OPENING_BRACE) at += 1;
  return at;
}

/** The quote that ends what begins at `from`. */
function quoteEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, to);
}
