// Reads one line from left to right: names, words and quoted texts of both formats.
// Pure, linear time: every pattern is a plain run of characters, so that no line makes it backtrack.
// Quoted names only where the format has them. Text 0.0.4 ("Line format"), OpenMetrics 1.0 (ABNF).

import { unescapeLabelLetter } from './escape.js';
import type { ExpositionReason } from './problem.js';
import { fail, ok, type Result } from '../internal/result.js';

const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANKS = /[ \t]+/y;
const WORD = /[^ \t]+/y;
const UNESCAPED = /[^"\\]+/y;

/** A line and how far it has been read. */
export class LineScanner {
  readonly #line: string;
  readonly #quotedNames: boolean;
  #position = 0;

  /** `quotedNames` tells whether names may stand in quotes. */
  constructor(line: string, quotedNames: boolean) {
    this.#line = line;
    this.#quotedNames = quotedNames;
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

  /** Reads a metric name without quotes. */
  takeMetricName(): string | undefined {
    return this.#match(METRIC_NAME);
  }

  /** Reads a label name without quotes. */
  takeLabelName(): string | undefined {
    return this.#match(LABEL_NAME);
  }

  /** Reads a name in quotes, and decodes it; undefined when none comes next or none may. */
  takeQuotedName(): Result<string, ExpositionReason> | undefined {
    if (!this.#quotedNames || !this.at('"')) return undefined;
    const name = this.takeQuoted();
    return name.ok && name.value !== '' ? name : fail('invalid quoted name');
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

/** Reads the metric name of a metadata line, with quotes or without. */
export function takeName(scanner: LineScanner): Result<string, ExpositionReason> {
  const classic = scanner.takeMetricName();
  if (classic !== undefined) return ok(classic);
  return scanner.takeQuotedName() ?? fail('metric name expected');
}
