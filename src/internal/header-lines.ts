// The header lines of one request as they came: order and repetition kept, names in lower case.
// A joined or "last one wins" view of headers is how forged lines slip past a check, so there is none here.

/** All header lines of a request. */
export class HeaderLines {
  readonly #lines: readonly (readonly [name: string, value: string])[];

  private constructor(lines: readonly (readonly [string, string])[]) {
    this.#lines = lines;
  }

  /** From Node's `rawHeaders`: name, value, name, value, … */
  static fromRaw(raw: readonly string[]): HeaderLines {
    const lines: [string, string][] = [];
    for (let i = 0; i + 1 < raw.length; i += 2) {
      lines.push([(raw[i] ?? '').toLowerCase(), raw[i + 1] ?? '']);
    }
    return new HeaderLines(lines);
  }

  /** The values of every line called `name` (lower case), in the order in which they came. */
  all(name: string): readonly string[] {
    return this.#lines.filter(([lineName]) => lineName === name).map(([, value]) => value);
  }

  /** Every line, in order. */
  lines(): readonly (readonly [name: string, value: string])[] {
    return this.#lines;
  }
}
