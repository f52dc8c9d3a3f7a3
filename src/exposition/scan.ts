// Reads one line from left to right: names, words and label sets of both formats.
// Pure, linear time: every pattern is a plain run of characters, so that no line makes it backtrack.
// Classic names only; quoted UTF-8 names are refused. Text 0.0.4 ("Line format"), OpenMetrics 1.0 (ABNF).

import { unescapeLabelLetter } from './escape.js';
import { isLongerThan, MAX_LABEL_VALUE_BYTES, MAX_NAME_BYTES } from './limits.js';
import type { Label } from './model.js';
import type { ExpositionReason } from './problem.js';
import { fail, ok, type Result } from '../internal/result.js';

/** Labels a series may have. Prometheus' own limits in the field are near 30; an aggregation key grows with each. */
export const MAX_LABELS: number = 128;

const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANKS = /[ \t]+/y;
const WORD = /[^ \t]+/y;
const UNESCAPED = /[^"\\]+/y;

/** The label in which Prometheus keeps the metric name: a series that brings it along would rename itself. */
const METRIC_NAME_LABEL = '__name__';

/** A line and how far it has been read. */
export class LineScanner {
  readonly #line: string;
  #position = 0;

  constructor(line: string) {
    this.#line = line;
  }

  get atEnd(): boolean {
    return this.#position >= this.#line.length;
  }

  /** Whether `literal` comes next. */
  at(literal: string): boolean {
    return this.#line.startsWith(literal, this.#position);
  }

  /** Reads `literal` if it comes next. */
  take(literal: string): boolean {
    if (!this.at(literal)) return false;
    this.#position += literal.length;
    return true;
  }

  /** Reads spaces and tabs; whether there were any. */
  takeBlanks(): boolean {
    return this.#match(BLANKS) !== undefined;
  }

  takeMetricName(): string | undefined {
    return this.#match(METRIC_NAME);
  }

  takeLabelName(): string | undefined {
    return this.#match(LABEL_NAME);
  }

  /** Reads up to the next space or tab. */
  takeWord(): string | undefined {
    return this.#match(WORD);
  }

  /** Reads everything that is left. */
  takeRest(): string {
    const rest = this.#line.slice(this.#position);
    this.#position = this.#line.length;
    return rest;
  }

  /** Reads a label value with its quotes, and decodes it. */
  takeQuoted(): Result<string, ExpositionReason> {
    if (!this.take('"')) return fail('quoted label value expected');
    let value = '';
    for (;;) {
      value += this.#match(UNESCAPED) ?? '';
      if (this.take('"')) return ok(value);
      if (!this.take('\\')) return fail('label value without closing quote');
      const letter = this.#line.charAt(this.#position);
      const decoded = unescapeLabelLetter(letter);
      if (decoded === undefined) {
        return fail(letter === '' ? 'label value without closing quote' : 'unknown escape in a label value');
      }
      value += decoded;
      this.#position += 1;
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const matched = pattern.exec(this.#line)?.[0];
    this.#position += matched?.length ?? 0;
    return matched;
  }
}

/**
 * Reads a label set from its opening to its closing brace.
 *
 * `blanks` tells whether spaces, tabs and a comma after the last label are allowed, as text 0.0.4 has it.
 */
export function scanLabelSet(
  scanner: LineScanner,
  layout: { readonly blanks: boolean },
): Result<readonly Label[], ExpositionReason> {
  const skipBlanks = (): void => {
    if (layout.blanks) scanner.takeBlanks();
  };
  const labels: Label[] = [];
  const names = new Set<string>();
  scanner.take('{');
  skipBlanks();
  if (scanner.take('}')) return ok(labels);
  for (;;) {
    const label = scanLabel(scanner, skipBlanks);
    if (!label.ok) return label;
    if (names.has(label.value.name)) return fail('same label twice');
    if (names.size === MAX_LABELS) return fail('too many labels');
    names.add(label.value.name);
    labels.push(label.value);
    skipBlanks();
    const comma = scanner.take(',');
    skipBlanks();
    if ((!comma || layout.blanks) && scanner.take('}')) return ok(labels);
    if (!comma) return fail('comma or closing brace expected after a label');
  }
}

function scanLabel(scanner: LineScanner, skipBlanks: () => void): Result<Label, ExpositionReason> {
  const name = scanner.takeLabelName();
  if (name === undefined) return fail('label name expected');
  if (isLongerThan(name, MAX_NAME_BYTES)) return fail('name too long');
  if (name === METRIC_NAME_LABEL) return fail('reserved label name');
  skipBlanks();
  if (!scanner.take('=')) return fail('equals sign expected after a label name');
  skipBlanks();
  const value = scanner.takeQuoted();
  if (!value.ok) return value;
  if (isLongerThan(value.value, MAX_LABEL_VALUE_BYTES)) return fail('label value too long');
  return ok({ name, value: value.value });
}
